"""The forms of events that were checked once and come again and again. Rule: a form never believes, it only reads.

A PBX says the same few dozen things: the same headers in the same order, only the texts differ; and most channel blocks
say word for word what the same channel has said shortly before. Once the guard has found the order of an event right,
its form is a pattern; the next block of text that fits it as a whole is read in one go, and its order needs no second
look. Only what a fact is made of is taken out. What fits no form is read line by line, with the same result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import Any

from asterisk.ami.event import Event

from ionas_phone.ami.channels import CRLF, Told, channel, told_by, told_by_text
from ionas_phone.ami.shapes import EVENTS, Block, Shape
from ionas_phone.live.nouns import Channel

_ALIKE = 8  # forms of one event; a PBX has two or three, a forger may make as many as they like
_LETTERS = slice(7, 23)  # behind "Event: "; enough to tell most of them apart
_HEAD = ("Privilege", "Timestamp", "SystemName")
_TIMESTAMP, _SYSTEM_NAME = 1, 2  # the first groups of a form that is headed
_NO_SHAPE = Shape(blocks=(), needs=())


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of event looks.

    ``pattern``: fits the whole text; its groups are time and system name (if it is ``headed``, which is to say begins
    with Privilege, Timestamp and SystemName), what a fact is made of, and the channels. ``says``, ``blocks``: which
    groups are what its shape says, and its channels by prefix. ``own``: headers outside of channel blocks. ``tail``:
    those behind the first block, if nothing stands there that would be dropped as long as variables are not proven;
    else None. ``last``: the name of its last header.
    """

    event: str
    pattern: re.Pattern[str]
    says: tuple[int, ...]
    blocks: tuple[tuple[str, int], ...]
    own: tuple[str, ...]
    tail: tuple[str, ...] | None
    headed: bool
    last: str
    match: Callable[[str], re.Match[str] | None] = field(compare=False)


class FramedEvent(Event):  # type: ignore[misc] # the package has no type hints
    """asterisk-ami's event, and the ``text`` of its block; read line by line.

    ``own``: headers that are none of a channel's (here simply all of them). ``system_name``: who says so; None if it
    does not begin as an event of the stream does.
    """

    keys: Any  # dict[str, str], as own; mypy takes what FormedEvent has instead for read-only
    own: Any
    system_name: str | None

    def __init__(self, name: str, text: str, keys: dict[str, str]) -> None:
        self.name = name
        self.text = text
        self.own = self.keys = keys
        head = [line.partition(": ") for line in text.split(CRLF, len(_HEAD) + 1)[1 : len(_HEAD) + 1]]
        self.system_name = head[2][2] if tuple(name for name, _, _ in head) == _HEAD else None

    @property
    def lines(self) -> list[str]:
        """The block as it came, line by line."""
        return self.text.split(CRLF)

    @property
    def timestamp(self) -> str:
        """When. Raises KeyError."""
        return str(self.keys["Timestamp"])

    @property
    def last(self) -> str:
        """The name of its last header."""
        return next(reversed(self.keys), "")

    @property
    def said(self) -> tuple[str, ...]:
        """What its shape says; "" for what is missing and may be. Raises KeyError."""
        shape, keys = EVENTS[self.name], self.keys
        return tuple(keys[name] if name in shape.needs else keys.get(name, "") for name in shape.says)

    def told(self, blocks: tuple[Block, ...]) -> Iterable[Told]:
        """Return the channels of the blocks that stand in it."""
        keys = self.keys
        return [told_by(keys, block.prefix) for block in blocks if block.unique_id in keys]

    def channel(self, prefix: str = "") -> Channel | None:
        """Return one of its channels, None if there is none. Raises KeyError for half a one."""
        return self.leg(prefix) if prefix + "Channel" in self.keys else None

    def leg(self, prefix: str = "") -> Channel:
        """Return one of its channels. Raises KeyError if there is none, or half a one."""
        return channel(self.keys, prefix)


class FormedEvent(FramedEvent):
    """The same, read by a form: in order without a further look. ``blocks``: its channels by prefix."""

    def __init__(self, form: Form, found: re.Match[str], blocks: dict[str, Told]) -> None:
        self.name = form.event
        self.form = form
        self.text = found.string
        self.blocks = blocks
        self.system_name = found[_SYSTEM_NAME] if form.headed else None
        self._found = found

    @cached_property
    def keys(self) -> dict[str, str]:
        """All its headers; hardly anybody asks."""
        return headers(self.lines[1:])

    @property
    def own(self) -> dict[str, str]:
        """Those outside of channel blocks."""
        return {name: self.keys[name] for name in self.form.own}

    @property
    def timestamp(self) -> str:
        """When. Raises KeyError."""
        return self._found[_TIMESTAMP] if self.form.headed else self.keys["Timestamp"]

    @property
    def last(self) -> str:
        """The name of its last header."""
        return self.form.last

    @property
    def said(self) -> tuple[str, ...]:
        """What its shape says; "" for what is missing and may be."""
        says = self.form.says
        return self._found.group(*says) if len(says) > 1 else (self._found[says[0]],)

    def told(self, _blocks: tuple[Block, ...]) -> Iterable[Told]:
        """Return the channels of the blocks that stand in it."""
        return self.blocks.values()

    def channel(self, prefix: str = "") -> Channel | None:
        """Return one of its channels, None if there is none. Raises KeyError for half a one."""
        return self.leg(prefix) if prefix in self.blocks else None

    def leg(self, prefix: str = "") -> Channel:
        """Return one of its channels. Raises KeyError if there is none, or half a one."""
        found = self.blocks[prefix][2]
        if found is None:
            raise KeyError(prefix + "Uniqueid")
        return found


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
        self._forms: dict[str, list[Form]] = {}  # by some letters of the event's name, those that fitted last first

    def read(self, text: str) -> FormedEvent | None:
        """Read a block; None if it fits no known form."""
        if (alike := self._forms.get(text[_LETTERS])) is None:
            return None
        for form in alike:
            if (found := form.match(text)) is not None:
                if form is not alike[0]:
                    self._first(form, text)
                blocks = {}
                for prefix, group in form.blocks:
                    if (told := told_by_text(found[group])) is None:
                        return None
                    blocks[prefix] = told
                return FormedEvent(form, found, blocks)
        return None

    def learn(self, event: FramedEvent, blocks: tuple[Block, ...]) -> None:
        """Know the form of this event from now on; a line that is no header, or a scattered one, leaves it without."""
        form = _form(event, blocks)
        if form is not None and form not in self._forms.get(event.text[_LETTERS], ()):
            self._first(form, event.text)

    def _first(self, form: Form, text: str) -> None:
        """What came last is likely to come again."""
        alike = self._forms.get(text[_LETTERS], [])
        self._forms[text[_LETTERS]] = [form, *(other for other in alike if other is not form)][:_ALIKE]


def _form(event: FramedEvent, blocks: tuple[Block, ...]) -> Form | None:
    first, *lines = event.lines
    names = [line.partition(": ")[0] for line in lines]
    begins = {block.channel: block for block in blocks}
    pieces = dict(_pieces(names, begins))
    own = tuple(name for name in pieces if name not in begins)
    told = tuple(block for block in blocks if block.channel in pieces)
    scattered = sum(pieces.values()) < len(lines) or any(block.variables in own for block in blocks)
    if scattered or not all(": " in line for line in lines):
        return None
    headed = tuple(names[: len(_HEAD)]) == _HEAD
    shape = EVENTS.get(event.name, _NO_SHAPE)
    wanted = {*shape.says, *(_HEAD[1:] if headed else ())}
    farthest = max((name for name in begins if name in pieces), key=names.index, default="")
    patterns = [
        _header(name, named=name in wanted)
        if name not in begins
        else _last_channel(begins[name], lines)
        if name == farthest
        else _channel(name, lines)
        for name, lines in pieces.items()
    ]
    missing = "".join(f"(?P<{name}>)" for name in shape.says if name not in pieces)
    pattern = re.compile(CRLF.join([re.escape(first), *patterns]) + missing)
    return Form(
        event=event.name,
        pattern=pattern,
        says=tuple(pattern.groupindex[name] for name in shape.says),
        blocks=tuple((block.prefix, pattern.groupindex[block.channel]) for block in told),
        own=own,
        tail=_tail(list(pieces), told, shape),
        headed=headed,
        last=names[-1],
        match=pattern.fullmatch,
    )


def _pieces(names: list[str], begins: dict[str, Block]) -> Iterator[tuple[str, int]]:
    """Yield the name of a header, or of the first one of a channel with its variables, and how many lines that is."""
    at = 0
    while at < len(names):
        lines = 1
        if block := begins.get(names[at]):
            lines = len(block.names)
            lines += sum(1 for _ in takewhile(block.variables.__eq__, names[at + lines :]))
        yield names[at], lines
        at += lines


def _channel(name: str, lines: int) -> str:
    """Return what fits a channel and its variables; what stands in them is looked at by ``told_by_text``."""
    more = "\n.*" * (lines - 1)
    return f"(?P<{name}>{name}: .*{more})"


def _last_channel(block: Block, lines: int) -> str:
    """The same up to the last line that begins as its last one must: this is found at once, from the text's end."""
    end = block.names[-1] if lines == len(block.names) else block.variables
    return f"(?P<{block.channel}>{block.channel}: (?s:.*){CRLF}{end}: .*)"


def _header(name: str, *, named: bool) -> str:
    return f"{name}: (?P<{name}>.*)" if named else f"{re.escape(name)}: .*"


def _tail(pieces: list[str], told: tuple[Block, ...], shape: Shape) -> tuple[str, ...] | None:
    """Return the headers behind the first channel; None if not all of it would be believed while variables are not."""
    begins = [block.channel for block in told]
    if [name for name in pieces if name in begins] != begins or not set(shape.optional).isdisjoint(pieces):
        return None
    return tuple(name for name in pieces[pieces.index(begins[0]) :] if name not in begins) if begins else ()
