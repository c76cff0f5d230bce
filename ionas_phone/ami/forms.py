"""The forms of events that were checked once and come again and again. Rule: a form never believes, it only reads.

A PBX says the same few dozen things: the same headers in the same order, only the texts differ; and most channel blocks
say word for word what the same channel has said shortly before. Once the guard has found the order of an event right,
its form is a pattern; the next block of text that fits it as a whole is read in one go, and its order needs no second
look. What fits no form is read line by line, with the same result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import takewhile
from typing import Any, NamedTuple

from asterisk.ami.event import Event

from ionas_phone.ami.channels import CRLF, Told, channel, told_by, told_by_text
from ionas_phone.ami.shapes import Block
from ionas_phone.live.nouns import Channel

_ALIKE = 8  # forms of one event; a PBX has two or three, a forger may make as many as they like
_LETTERS = slice(7, 23)  # behind "Event: "; enough to tell most of them apart
_HEAD = ("Privilege", "Timestamp", "SystemName")


class Form(NamedTuple):
    """How one kind of event looks. ``own``: its headers outside of channel blocks, and ``places``: where they stand.

    ``parts``: prefix of each channel, and where its block and its variables (if any) stand among the texts.
    ``headed``: it begins with Privilege, Timestamp and SystemName. ``last``: the name of its last header.
    """

    event: str
    match: Callable[[str], re.Match[str] | None]
    own: tuple[str, ...]
    places: tuple[int, ...]
    parts: tuple[tuple[str, int, int | None], ...]
    headed: bool
    last: str


class FramedEvent(Event):  # type: ignore[misc] # the package has no type hints
    """asterisk-ami's event, and the ``text`` of its block; read line by line.

    ``own``: headers that are none of a channel's (here simply all of them).
    """

    keys: Any  # dict[str, str], as own; mypy takes what FormedEvent has instead for read-only
    own: Any

    def __init__(self, name: str, text: str, keys: dict[str, str]) -> None:
        self.name = name
        self.text = text
        self.own = self.keys = keys

    @property
    def lines(self) -> list[str]:
        """The block as it came, line by line."""
        return self.text.split(CRLF)

    @property
    def system_name(self) -> str | None:
        """Who says so; None if it does not begin as an event of the stream does."""
        head = [line.partition(": ") for line in self.lines[1:4]]
        return head[2][2] if tuple(name for name, _, _ in head) == _HEAD else None

    @property
    def timestamp(self) -> str:
        """When. Raises KeyError."""
        return str(self.keys["Timestamp"])

    @property
    def last(self) -> str:
        """The name of its last header."""
        return next(reversed(self.keys), "")

    def told(self, blocks: tuple[Block, ...]) -> Iterable[Told]:
        """Return the channels of the blocks that stand in it."""
        keys = self.keys
        return [told_by(keys, block.prefix) for block in blocks if block.unique_id in keys]

    def channel(self, prefix: str = "") -> Channel | None:
        """Return one of its channels, None if there is none. Raises KeyError for half a one."""
        return channel(self.keys, prefix) if prefix + "Channel" in self.keys else None


class FormedEvent(FramedEvent):
    """The same, read by a form: in order without a further look."""

    def __init__(self, form: Form, text: str, texts: tuple[str, ...], told: dict[str, Told]) -> None:
        self.name = form.event
        self.text = text
        self.form = form
        self._texts = texts
        self._told = told

    @cached_property
    def keys(self) -> dict[str, str]:
        """All its headers; hardly anybody asks."""
        return headers(self.lines[1:])

    @cached_property
    def own(self) -> dict[str, str]:
        """Those outside of channel blocks."""
        texts = self._texts
        return dict(zip(self.form.own, [texts[place] for place in self.form.places], strict=True))

    @property
    def system_name(self) -> str | None:
        """Who says so."""
        return self._texts[2] if self.form.headed else None

    @property
    def timestamp(self) -> str:
        """When. Raises KeyError."""
        return self._texts[1] if self.form.headed else self.own["Timestamp"]

    @property
    def last(self) -> str:
        """The name of its last header."""
        return self.form.last

    def told(self, _blocks: tuple[Block, ...]) -> Iterable[Told]:
        """Return the channels of the blocks that stand in it."""
        return self._told.values()

    def channel(self, prefix: str = "") -> Channel | None:
        """Return one of its channels, None if there is none. Raises KeyError for half a one."""
        found = self._told.get(prefix)
        if found is None:
            return None
        if found[2] is None:
            raise KeyError(prefix + "Uniqueid")
        return found[2]


def headers(lines: list[str]) -> dict[str, str]:
    """Read the headers of a block; a line without ": " is a header without text."""
    keys: dict[str, str] = {}
    for line in lines:
        name, _, text = line.partition(": ")
        if name in keys:
            keys[name] += CRLF + text
        else:
            keys[name] = text
    return keys


class Forms:
    """All forms of one connection."""

    def __init__(self) -> None:
        self._forms: dict[str, list[Form]] = {}  # by some letters of the event's name

    def read(self, text: str) -> FormedEvent | None:
        """Read a block; None if it fits no known form."""
        for form in self._forms.get(text[_LETTERS], ()):
            if (found := form.match(text)) is not None:
                texts = found.groups()
                told = {}
                for prefix, at, variables in form.parts:
                    known = told_by_text(prefix, texts[at], None if variables is None else texts[variables])
                    if known is None:
                        return None
                    told[prefix] = known
                return FormedEvent(form, text, texts, told)
        return None

    def learn(self, event: FramedEvent, blocks: tuple[Block, ...]) -> None:
        """Know the form of this event from now on; a line that is no header, or a scattered one, leaves it without."""
        first, *lines = event.lines
        names = [line.partition(": ")[0] for line in lines]
        pieces = list(_pieces(names, {block.channel: block for block in blocks}))
        places = {name: place for place, (name, _) in enumerate(pieces)}
        if len(places) < len(pieces) or not all(": " in line for line in lines):
            return
        channels = {name for block in blocks for name in (block.channel, block.variables)}
        form = Form(
            event=event.name,
            match=re.compile(CRLF.join([re.escape(first), *(pattern for _, pattern in pieces)])).fullmatch,
            own=tuple(name for name in places if name not in channels),
            places=tuple(place for name, place in places.items() if name not in channels),
            parts=tuple(
                (block.prefix, places[block.channel], places.get(block.variables))
                for block in blocks
                if block.channel in places
            ),
            headed=tuple(names[: len(_HEAD)]) == _HEAD,
            last=names[-1],
        )
        alike = self._forms.setdefault(event.text[_LETTERS], [])
        alike.insert(0, form)
        del alike[_ALIKE:]


def _pieces(names: list[str], blocks: dict[str, Block]) -> Iterator[tuple[str, str]]:
    """Yield name and pattern: of a whole channel block, of a repeated header, of a single one; each is one group.

    What stands in a block is looked at by whoever reads it (``told_by_text``).
    """
    at = 0
    while at < len(names):
        name = names[at]
        if block := blocks.get(name):
            lines, more = len(block.names), "\n.*" * (len(block.names) - 1)
        else:
            lines = sum(1 for _ in takewhile(name.__eq__, names[at:]))
            more = f"{CRLF}{re.escape(name)}: .*" * (lines - 1)
        yield name, f"{re.escape(name)}: (.*{more})"
        at += lines
