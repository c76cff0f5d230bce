"""What the administrator decides, from the environment. Rule: the only reader of os.environ; all is checked at once.

A value that can't be used, or an ``IONAS_`` name nobody knows, is a ``SettingWrong`` with one sentence that names the
variable. Secrets come in files (``…_FILE``), never in the environment itself, and never show in a ``repr``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit
from zoneinfo import ZoneInfo

from ionas_phone.addresses import is_loopback
from ionas_phone.errors import SettingWrong
from ionas_phone.words import N_

VARIABLES: dict[str, str] = {
    "IONAS_PBX_URLS": N_(
        "The PBXes, blanks between: amis://user@host:5039 (TLS) or ami://user@127.0.0.1:5038; "
        "#name at the end names one."
    ),
    "IONAS_PBX_SECRET_FILE": N_("A file with the manager secrets, a line for each of IONAS_PBX_URLS."),
    "IONAS_DATA": N_("The folder for the embedded database and other files; var in the current folder by default."),
    "IONAS_DATABASE_URL": N_(
        "sqlite+aiosqlite:///… or postgresql+asyncpg://…; an SQLite file in IONAS_DATA by default."
    ),
    "IONAS_DATABASE_PASSWORD_FILE": N_("A file with the password of the PostgreSQL user."),
    "IONAS_HTTP": N_("Where the web pages are served; 127.0.0.1:8080 by default."),
    "IONAS_PUBLIC_URL": N_("The address people type when a proxy stands in front: https://phone.example.org."),
    "IONAS_METRICS_TOKEN_FILE": N_("A file with the token by which other machines may read /metrics."),
    "IONAS_LINES": N_("Our own numbers, as +496131327070; calls to others are neither shown nor stored."),
    "IONAS_QUEUES": N_("The queues of these lines; support by default."),
    "IONAS_DIAL_CONTEXT": N_("The context of the dial plan in which a click dials; ionas-desk by default."),
    "IONAS_PRACTICE": N_("1 starts the practice line beside the PBXes; 0 by default."),
    "IONAS_LANGUAGE": N_("de or en, for people who have not chosen one; de by default."),
    "IONAS_TIMEZONE": N_("The time zone of the house; Europe/Berlin by default."),
    "IONAS_LOG_LEVEL": N_("debug, info, warning or error; info by default."),
    "IONAS_LOG_FORMAT": N_("text for people or json for machines; text by default."),
}

_WORDS = re.compile(r"[\s,]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_QUEUE = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LEVELS = ("debug", "info", "warning", "error")
_NEVER_EMPTY = ("IONAS_LINES", "IONAS_QUEUES")  # nobody means all that would be neither shown nor stored
_DATABASES = ("sqlite+aiosqlite", "postgresql+asyncpg")


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set. ``pbx_urls`` and ``pbx_secrets`` belong together by position."""

    data: Path  # absolute
    pbx_urls: tuple[str, ...]  # no secrets in them; ami.connection takes them apart
    pbx_secrets: tuple[str, ...] = field(repr=False)
    pbx_secret_file: Path | None  # where they stand
    database_url: str  # no password in it
    database_password: str | None = field(repr=False)
    http_host: str
    http_port: int  # 0: any free one
    public_url: str | None  # "https://phone.example.org", no path, no slash at its end
    metrics_token: str | None = field(repr=False)
    lines: tuple[str, ...]  # E.164
    queues: tuple[str, ...]
    dial_context: str
    practice: bool
    language: str  # "de" | "en"
    timezone: ZoneInfo
    log_level: str  # "debug" | "info" | "warning" | "error"
    log_format: str  # "text" | "json"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read ``environ`` (by default the process's own). Raises SettingWrong for the first bad value."""
        values = _known(os.environ if environ is None else environ)  # noqa: TID251 - this is where it is read
        data = Path(values.get("IONAS_DATA", "var")).absolute()
        host, port = _address("IONAS_HTTP", values.get("IONAS_HTTP", "127.0.0.1:8080"))
        urls = _pbx_urls("IONAS_PBX_URLS", values.get("IONAS_PBX_URLS", ""))
        settings = cls(
            data=data,
            pbx_urls=urls,
            pbx_secrets=_pbx_secrets("IONAS_PBX_SECRET_FILE", values.get("IONAS_PBX_SECRET_FILE"), len(urls)),
            pbx_secret_file=Path(values["IONAS_PBX_SECRET_FILE"]) if "IONAS_PBX_SECRET_FILE" in values else None,
            database_url=_database_url("IONAS_DATABASE_URL", values.get("IONAS_DATABASE_URL"), data),
            database_password=_password("IONAS_DATABASE_PASSWORD_FILE", values.get("IONAS_DATABASE_PASSWORD_FILE")),
            http_host=host,
            http_port=port,
            public_url=_public_url("IONAS_PUBLIC_URL", values.get("IONAS_PUBLIC_URL")),
            metrics_token=_password("IONAS_METRICS_TOKEN_FILE", values.get("IONAS_METRICS_TOKEN_FILE")),
            lines=_list("IONAS_LINES", values.get("IONAS_LINES", "+496131327070"), _E164, "+496131327070"),
            queues=_list("IONAS_QUEUES", values.get("IONAS_QUEUES", "support"), _QUEUE, "support"),
            dial_context=_context("IONAS_DIAL_CONTEXT", values.get("IONAS_DIAL_CONTEXT", "ionas-desk")),
            practice=_choice("IONAS_PRACTICE", values.get("IONAS_PRACTICE", "0"), ("0", "1")) == "1",
            language=_choice("IONAS_LANGUAGE", values.get("IONAS_LANGUAGE", "de"), ("de", "en")),
            timezone=_timezone("IONAS_TIMEZONE", values.get("IONAS_TIMEZONE", "Europe/Berlin")),
            log_level=_choice("IONAS_LOG_LEVEL", values.get("IONAS_LOG_LEVEL", "info"), _LEVELS),
            log_format=_choice("IONAS_LOG_FORMAT", values.get("IONAS_LOG_FORMAT", "text"), ("text", "json")),
        )
        settings._refuse_plain_http_for_others()
        settings._refuse_password_without_user()
        return settings

    @property
    def database_dsn(self) -> str:
        """``database_url`` with the password in it; for the database driver only, never for a log."""
        if self.database_password is None:
            return self.database_url
        url = urlsplit(self.database_url)
        user, _, place = url.netloc.rpartition("@")
        return url._replace(netloc=f"{user}:{quote(self.database_password, safe='')}@{place}").geturl()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never stand in a log."""
        return (*self.pbx_secrets, *(word for word in (self.database_password, self.metrics_token) if word))

    def _refuse_plain_http_for_others(self) -> None:
        # A browser sends our log-in cookie (Secure) over plain HTTP to its own machine only.
        if not is_loopback(self.http_host) and not (self.public_url or "").startswith("https://"):
            raise SettingWrong(
                "IONAS_HTTP=%(host)s can be reached from other machines: set IONAS_PUBLIC_URL to the https address "
                "of the proxy in front of it, or serve on 127.0.0.1.",
                host=self.http_host,
            )

    def _refuse_password_without_user(self) -> None:
        if self.database_password is not None and urlsplit(self.database_url).username is None:
            raise SettingWrong("IONAS_DATABASE_PASSWORD_FILE is set, but IONAS_DATABASE_URL names no user.")


def language_of(environ: Mapping[str, str] | None = None) -> str:
    """Return the language to complain in, even when the settings themselves can't be read."""
    value = (os.environ if environ is None else environ).get("IONAS_LANGUAGE", "de")  # noqa: TID251 - as above
    return value if value in {"de", "en"} else "de"


def _known(environ: Mapping[str, str]) -> dict[str, str]:
    """Keep our own variables; an empty one counts as not set, where that can be meant."""
    ours = {name: value.strip() for name, value in environ.items() if name.startswith("IONAS_")}
    for name in sorted(ours.keys() - VARIABLES.keys()):
        near = get_close_matches(name, VARIABLES, n=1)
        if near:
            raise SettingWrong("%(name)s is no setting; is %(near)s meant?", name=name, near=near[0])
        raise SettingWrong("%(name)s is no setting; `ionas-phone serve --help` lists them all.", name=name)
    for name in _NEVER_EMPTY:
        if ours.get(name) == "":
            raise SettingWrong("%(name)s is empty; name at least one, or leave it out for the default.", name=name)
    return {name: value for name, value in ours.items() if value}


def _choice(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise SettingWrong("%(name)s must be one of %(choices)s.", name=name, choices=", ".join(choices))
    return value


def _list(name: str, value: str, pattern: re.Pattern[str], example: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word for word in _WORDS.split(value) if word))
    wrong = [word for word in words if not pattern.fullmatch(word)]
    if wrong or not words:
        raise SettingWrong(
            "%(name)s must be a list like %(example)s, commas or blanks between; %(wrong)s is not.",
            name=name,
            example=example,
            wrong=wrong[0] if wrong else value,
        )
    return words


def _context(name: str, value: str) -> str:
    if not _QUEUE.fullmatch(value):
        raise SettingWrong(
            "%(name)s must be the name of a context, as ionas-desk, not %(value)s.", name=name, value=value
        )
    return value


def _timezone(name: str, value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise SettingWrong(
            "%(name)s must be a time zone like Europe/Berlin, not %(value)s.", name=name, value=value
        ) from error


def _address(name: str, value: str) -> tuple[str, int]:
    """Split host:port; an IPv6 host stands in brackets."""
    url = _split(name, f"//{value}")
    if url is None or url.hostname is None or url.port is None or url.netloc != value or "@" in value:
        raise SettingWrong("%(name)s must look like 127.0.0.1:8080, not %(value)s.", name=name, value=value)
    return url.hostname, url.port


def _public_url(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    url = _split(name, value.removesuffix("/"))
    host = url.hostname if url else None
    if url is None or host is None or url.path or url.query or url.fragment or "@" in url.netloc:
        raise SettingWrong("%(name)s must look like https://phone.example.org, without a path.", name=name)
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(host)):
        raise SettingWrong("%(name)s must begin with https://; log-ins don't travel over plain HTTP.", name=name)
    return f"{url.scheme}://{url.netloc.lower()}"


def _pbx_urls(name: str, value: str) -> tuple[str, ...]:
    urls = tuple(value.split())
    for text in urls:
        url = _split(name, text)
        if url is None or url.scheme not in {"ami", "amis"} or not url.username or not url.hostname:
            raise SettingWrong(
                "%(name)s must be a list of amis://user@host:5039, blanks between; number %(place)d is not.",
                name=name,
                place=urls.index(text) + 1,  # not the text itself: it may hold a secret
            )
        if url.password is not None:
            raise SettingWrong("%(name)s must not hold a secret; write it into IONAS_PBX_SECRET_FILE.", name=name)
    if len(set(urls)) != len(urls):
        raise SettingWrong("%(name)s names a PBX twice; every call would be counted twice.", name=name)
    return urls


def _pbx_secrets(name: str, path: str | None, wanted: int) -> tuple[str, ...]:
    if path is None and wanted:
        raise SettingWrong("%(name)s is missing: a file with a secret for each of IONAS_PBX_URLS.", name=name)
    secrets = _lines(name, path) if path else ()
    if len(secrets) != wanted:
        raise SettingWrong(
            "%(name)s has %(found)d secrets, but IONAS_PBX_URLS names %(wanted)d PBXes; a line each.",
            name=name,
            found=len(secrets),
            wanted=wanted,
        )
    return secrets


def _database_url(name: str, value: str | None, data: Path) -> str:
    if value is None:
        return f"sqlite+aiosqlite:///{data / 'ionas.db'}"
    url = _split(name, value)
    if url is None or url.scheme not in _DATABASES:
        raise SettingWrong(
            "%(name)s must begin with one of %(choices)s.",
            name=name,
            choices=", ".join(f"{kind}://" for kind in _DATABASES),
        )
    if url.password is not None:
        raise SettingWrong("%(name)s must not hold a password; write it into IONAS_DATABASE_PASSWORD_FILE.", name=name)
    return value


def _password(name: str, path: str | None) -> str | None:
    if path is None:
        return None
    lines = _lines(name, path)
    if len(lines) != 1:
        raise SettingWrong("%(name)s must name a file with one line, the secret.", name=name)
    return lines[0]


def _lines(name: str, path: str) -> tuple[str, ...]:
    """Read a file of secrets; blank lines at its end don't count, other characters than text are refused."""
    try:
        lines = Path(path).read_text(encoding="utf-8").rstrip().split("\n")
    except (OSError, ValueError) as error:
        raise SettingWrong("%(name)s=%(path)s can't be read.", name=name, path=path) from error
    lines = [line.removesuffix("\r") for line in lines]
    if any(not line.strip() or _CONTROL.search(line) for line in lines):
        raise SettingWrong("%(name)s=%(path)s has an empty line or a control character in it.", name=name, path=path)
    return tuple(lines)


def _split(name: str, value: str) -> SplitResult | None:
    """Take a URL apart; None if its brackets or its port can't be read."""
    if _CONTROL.search(value):
        raise SettingWrong("%(name)s has a control character in it.", name=name)
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError:
        return None
    return url
