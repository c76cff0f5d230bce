"""What the dial plan depends on: numbers, ports, folders, secrets. Rule: frozen, and no value can leave its line."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ionas_phone.dialplan.opening import Hours
from ionas_phone.errors import SettingWrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

_MODULES = {16: "/usr/lib/asterisk/modules"}
_MAJORS = range(16, 24)  # the versions whose configuration and manager events are known


def _check(what: object, **allowed: str) -> None:
    """Raise SettingWrong if a field of ``what`` has not the form (a regular expression) that ``allowed`` names."""
    for name, form in allowed.items():
        value = getattr(what, name)
        for text in value if isinstance(value, tuple) else (value,):
            if not re.fullmatch(form, text):
                raise SettingWrong("%(text)r can't stand in a dial plan as %(name)s.", text=text, name=name)


@dataclass(frozen=True)
class Phone:
    """One desk phone = one queue member. Without a ``contact`` (sip:201@127.0.0.1:5071) it has to register."""

    extension: str
    name: str
    contact: str = ""

    def __post_init__(self) -> None:
        """Refuse what would break out of its line in a configuration file."""
        _check(self, extension=r"[1-9]\d{1,5}", name=r"[^\W_][\w .-]{0,39}", contact=r"(sips?:[\w.@:+-]+)?")


@dataclass(frozen=True)
class Trunk:
    """The carrier. With ``user`` and ``password`` we register; ``match``: where its calls come from, if not host."""

    host: str
    port: int = 5060
    user: str = ""
    password: str = field(default="", repr=False)
    match: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would break out of its line in a configuration file."""
        _check(self, host=r"[\w.:-]+", user=r"[\w.+@-]*", password=r"[^\x00-\x1f]*", match=r"[\w.:/-]+")  # noqa: S106 - a form


@dataclass(frozen=True)
class Paths:
    """Asterisk's folders as Asterisk sees them; the defaults are Debian's."""

    etc: str = "/etc/asterisk"
    modules: str = "/usr/lib/x86_64-linux-gnu/asterisk/modules"
    data: str = "/usr/share/asterisk"
    var: str = "/var/lib/asterisk"
    spool: str = "/var/spool/asterisk"
    run: str = "/var/run/asterisk"
    log: str = "/var/log/asterisk"

    def __post_init__(self) -> None:
        """Refuse what would break out of its line in a configuration file."""
        _check(self, **dict.fromkeys(("etc", "modules", "data", "var", "spool", "run", "log"), r"/[\w/.+-]*"))

    @classmethod
    def debian(cls, etc: str, asterisk: int = 22) -> Paths:
        """Return Debian's folders for Asterisk's major version, with the configuration in ``etc``."""
        return cls(etc=etc, modules=_MODULES.get(asterisk, cls.modules))


@dataclass(frozen=True, repr=False)
class Secrets:
    """What nobody may guess: the system name, the manager account's secret, one password per extension."""

    system_name: str
    manager: str
    phones: Mapping[str, str]

    @classmethod
    def fresh(cls, extensions: Iterable[str]) -> Secrets:
        """Draw new ones, 128 bits and more each."""
        phones = {extension: secrets.token_urlsafe(24) for extension in extensions}
        return cls(f"x{secrets.token_hex(16)}", secrets.token_urlsafe(32), phones)


@dataclass(frozen=True)
class Plan:
    """The whole plan. Times in seconds.

    ``paths`` None: Debian's, the configuration where it is written. ``secrets`` None: the folder's own, else fresh.
    """

    line: str = "+496131327070"
    also: tuple[str, ...] = ()  # further spellings under which the carrier sends the line
    queue: str = "support"
    phones: tuple[Phone, ...] = (Phone("201", "Anna"), Phone("202", "Ben"), Phone("203", "Cem"))
    trunk: Trunk | None = None
    hours: Hours = field(default_factory=Hours)
    closed_days: tuple[tuple[date, str], ...] = ()  # the company's own, treated like public holidays
    timezone: str = "Europe/Berlin"
    outbound: tuple[str, ...] = ("01[567]", "0[2-8]", "09[1-9]")  # what desk phones may dial, as beginnings of patterns
    wait_seconds: int = 600
    ring_seconds: int = 15
    retry_seconds: int = 1
    asterisk: int = 22
    ami_user: str = "ionas"
    ami_port: int = 5038
    sip_address: str = "0.0.0.0"  # noqa: S104 - phones and carrier are elsewhere; pjsip.conf refuses strangers
    sip_port: int = 5060
    media_address: str = ""
    rtp_ports: tuple[int, int] = (10000, 20000)
    paths: Paths | None = None
    secrets: Secrets | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse what would break out of its line in a configuration file, and a plan without phones."""
        _check(self, also=r"[0-9A-Za-z+*#]+", queue=r"[a-z][a-z0-9-]{0,39}", timezone=r"[A-Za-z][\w/+-]*")
        _check(
            self,
            outbound=r"[0-9XZN\[\]-]+",
            ami_user=r"[A-Za-z][\w-]*",
            sip_address=r"[\w.:]+",
            media_address=r"[\w.:]*",
        )
        if self.asterisk not in _MAJORS:
            raise SettingWrong(
                "A dial plan can be written for Asterisk %(first)d to %(last)d, not %(version)d.",
                first=_MAJORS[0],
                last=_MAJORS[-1],
                version=self.asterisk,
            )
        extensions = {phone.extension for phone in self.phones}
        if not self.phones or len(extensions) < len(self.phones):
            raise SettingWrong("A dial plan needs at least one phone, and every phone an extension of its own.")
