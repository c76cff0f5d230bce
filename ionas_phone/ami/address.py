"""Where a PBX is and how we log in there. Rule: an unencrypted wire leads nowhere but to this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from ionas_phone.errors import SettingWrong
from ionas_phone.words import N_

PLAIN_PORT = 5038
TLS_PORT = 5039
_NAME = re.compile(r"[A-Za-z0-9._:\[\]-]{1,80}")  # it stands in database keys, topics and logs

_FORM = N_(
    "IONAS_PBX_URLS: %(url)s is no address of a PBX; write amis://user@host:5039, or ami://user@127.0.0.1:5038 on this "
    "machine."
)
_PLAIN = N_(
    "IONAS_PBX_URLS: %(url)s is not encrypted and leads to another machine; use amis:// (tlsenable in manager.conf) "
    "instead."
)
_IN_URL = N_("IONAS_PBX_URLS: the address of a PBX holds a secret; write it into IONAS_PBX_SECRET_FILE instead.")
_SECRET = N_("IONAS_PBX_URLS: the secret for %(url)s is empty or holds a line break; see IONAS_PBX_SECRET_FILE.")


@dataclass(frozen=True, slots=True)
class PbxAddress:
    """One PBX. ``name`` is ours for it: it stands in every call's key and must stay the same."""

    name: str
    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    tls: bool

    @classmethod
    def parse(cls, url: str, secret: str) -> PbxAddress:
        """Read ``amis://user@host:port#name`` (TLS) or ``ami://…`` (this machine only). Raises SettingWrong."""
        parts, port = _split(url)
        host, user = parts.hostname or "", unquote(parts.username or "")
        tls = parts.scheme == "amis"
        if not host or not user or any(letter in user for letter in "\r\n\0"):
            raise SettingWrong(_FORM, url=url)
        if not tls and not _is_loopback(host):
            raise SettingWrong(_PLAIN, url=url)
        if not secret or any(letter in secret for letter in "\r\n\0"):
            raise SettingWrong(_SECRET, url=url)
        port = port or (TLS_PORT if tls else PLAIN_PORT)
        name = unquote(parts.fragment) or (f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        if not _NAME.fullmatch(name):
            raise SettingWrong(_FORM, url=url)
        return cls(name=name, host=host, port=port, user=user, secret=secret, tls=tls)


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # a port that is none, a broken IPv6 address
        raise SettingWrong(_FORM, url=url.rpartition("@")[2]) from None
    if parts.password is not None:
        raise SettingWrong(_IN_URL)  # and is not repeated here
    if parts.scheme not in {"ami", "amis"} or parts.path not in {"", "/"} or parts.query:
        raise SettingWrong(_FORM, url=url)
    return parts, port


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
