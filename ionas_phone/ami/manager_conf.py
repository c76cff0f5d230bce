"""What manager.conf says about our account. Rule: pure; what the text does not say is Asterisk's own default.

The texts come from the file itself, if it lies on this machine, or from the PBX (``inspection``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ionas_phone.ami.shapes import EVENTS

Sections = dict[str, list[tuple[str, str]]]
Include = Callable[[str], Iterable[str]]  # a name as it is written to the texts of the files it means

SEEN = frozenset({"system", "call", "agent"})  # classes of events the service lives on
SENT_ALONG = frozenset({"NewCallerid", "AgentDump", "QueueMemberRinginuse"})  # read by nobody yet
USED = EVENTS.keys() - SENT_ALONG
_DEFAULT_WRITE_TIMEOUT = 100  # milliseconds
_SECTION = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\))?")
_INCLUDE = re.compile(r"#(?:try)?include\s+[\"<]?([^\">]+)")
_TRUE = frozenset({"yes", "true", "y", "t", "1", "on"})


@dataclass(frozen=True, slots=True)
class ManagerConf:
    """The settings that matter to us. ``filters``: of eventfilter=. ``newer_filters``: eventfilter(…)= is there."""

    timestampevents: bool
    channelvars: str
    read: frozenset[str]
    filters: tuple[str, ...]
    write_timeout: int  # milliseconds
    newer_filters: bool = False

    @property
    def unseen(self) -> list[str]:
        """Return the classes of events that the account lacks."""
        return [] if "all" in self.read else sorted(SEEN - self.read)

    @property
    def kept_back(self) -> list[str]:
        """Return the events the service needs and the filters don't let through."""
        if not self.filters or self.newer_filters:
            return []
        return sorted(name for name in USED if not _passes(f"Event: {name}\r\nPrivilege: ", self.filters))


def from_values(general: dict[str, str], account: dict[str, str], filters: Iterable[str]) -> ManagerConf:
    """Build it from the last value of each name."""
    timeout = account.get("writetimeout", "")
    return ManagerConf(
        timestampevents=general.get("timestampevents", "").lower() in _TRUE,
        channelvars=general.get("channelvars", ""),
        read=frozenset(word.strip().lower() for word in account.get("read", "").split(",")),
        filters=tuple(filters),
        write_timeout=int(timeout) if timeout.isdecimal() else _DEFAULT_WRITE_TIMEOUT,
        newer_filters=any(name.startswith("eventfilter(") for name in account),
    )


def from_text(text: str, include: Include, user: str, secret: str) -> ManagerConf | None:
    """Read a manager.conf; None if no account ``user`` has this ``secret``: it is another PBX's, or an old one."""
    sections = _sections(text, include)
    account = sections.get(user, [])
    if ("secret", secret) not in account:
        return None
    filters = [value for name, value in account if name == "eventfilter"]
    return from_values(dict(sections.get("general", [])), dict(account), filters)


def _sections(text: str, include: Include) -> Sections:
    """Read Asterisk's kind of file: templates, additions, included files. Names of settings in small letters."""
    sections: Sections = defaultdict(list)
    current: list[tuple[str, str]] = []
    for line in _lines(text, include, depth=0):
        if head := _SECTION.match(line):
            current = sections[head[1]]
            for word in (head[2] or "").split(","):
                current.extend(sections.get(word.strip().removeprefix("+"), ()))
        else:
            name, _, value = line.partition("=")
            current.append((name.strip().lower(), value.removeprefix(">").strip()))
    return sections


def _lines(text: str, include: Include, depth: int) -> Iterator[str]:
    for written in text.split("\n"):
        line = re.split(r"(?<!\\);", written, maxsplit=1)[0].strip()
        if found := _INCLUDE.match(line):
            if depth < 8:  # noqa: PLR2004 - files that include each other
                for inner in include(found[1].strip()):
                    yield from _lines(inner, include, depth + 1)
        elif line:
            yield line


def _passes(event: str, filters: tuple[str, ...]) -> bool:
    """Tell whether Asterisk would send an event that begins so: named by one filter, if any names, refused by none."""
    wanted = [text for text in filters if not text.startswith("!")]
    refused = [text.removeprefix("!") for text in filters if text.startswith("!")]
    return (not wanted or any(_found(text, event) for text in wanted)) and not any(
        _found(text, event) for text in refused
    )


def _found(pattern: str, event: str) -> bool:
    """Search as POSIX does, as far as filters go; what can't be read lets everything through."""
    try:
        return re.search(pattern.replace("[[:space:]]", r"\s"), event) is not None
    except re.error:
        return True
