"""What of the wire is believed. Rule: refuse and count what a hostile caller could have written; never guess.

Whoever rings can put line breaks into their number and so write whole messages into our stream. Three things they can't
know tell a genuine message: the PBX's system name (in every event's third header and before every unique id), the
random ActionIDs of what we asked for, and that every message ends where the next genuine one begins.

A message takes one of three ways:

* **believed**: an event that begins Privilege, Timestamp, SystemName (the right one), whose channel blocks stand in
  Asterisk's order with ids of this PBX; a response or list item with an ActionID we wait for.
* **held**: it begins genuinely but breaks off, or its ids are foreign ones (another program gave them, or they are
  forged). What follows and is not genuine itself is joined to it until it is whole; then it is believed without what
  was smuggled in. The next genuine message ends the waiting.
* **refused**: everything else, counted by reason.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from asterisk.ami.event import Event
from asterisk.ami.response import Response

from ionas_phone.ami.frames import CRLF, Message
from ionas_phone.ami.mend import Mended, mend, mend_entry
from ionas_phone.ami.shapes import ENTRY, EVENTS, ITEMS, Shape

_LAYOUTS_KNOWN = 512  # a PBX has some dozens; a forger may make as many as they like
_HELD_LINES = 500  # far more than any number can break a message into
_STRANGERS = 50  # so many events in a row without the marks of this PBX are no forger's, but a setting that was changed


class Guard:
    """Judges the messages of one connection.

    ``refused``: how many were not believed, by reason. ``met``: a genuine event has come.
    """

    def __init__(self, refused: Counter[str] | None = None) -> None:
        self.refused: Counter[str] = Counter() if refused is None else refused
        self._mark: str | None = None  # "SystemName: …": a secret, in no log, repr or error
        self._own = ""  # how every unique id of this PBX begins; a secret as well
        self._asked: set[str] = set()
        self._orderly: set[tuple[str, ...]] = set()  # layouts that were checked and found right
        self._held: list[str] | None = None
        self._held_whole: Message | None = None  # what the held lines give if nothing more belongs to them
        self._strangers = 0
        self._lack = ""
        self.met = False

    def learn(self, system_name: str) -> None:
        """From now on events of this PBX are told by its system name; without one nothing is believed."""
        self._mark = f"SystemName: {system_name}" if system_name else None
        self._own = f"{system_name}-"

    def expect(self, action_id: str) -> None:
        """Believe what answers this ActionID."""
        self._asked.add(action_id)

    def forget(self, action_id: str) -> None:
        """Believe nothing more that bears this ActionID."""
        self._asked.discard(action_id)

    @property
    def unfit(self) -> str:
        """Tell what the PBX's events lack, by the name of the reason; "" if they are fit to be believed."""
        if not self._strangers or (self.met and self._strangers < _STRANGERS):
            return ""
        return self._lack

    @property
    def waiting(self) -> bool:
        """Tell whether a message is held until the next genuine one comes (a Ping brings one)."""
        return self._held is not None

    def admit(self, messages: list[Message]) -> list[Message]:
        """Return what is believed of ``messages``, in their order."""
        believed: list[Message] = []
        mark = self._mark
        for message in messages:
            if type(message) is Event:
                lines = message.lines
                if (
                    len(lines) > 3  # noqa: PLR2004 - the head has four lines
                    and lines[3] == mark
                    and lines[2].startswith("Timestamp: ")
                    and lines[1].startswith("Privilege: ")
                ):
                    self.met, self._strangers = True, 0
                    self._judge(message, EVENTS.get(message.name), believed)
                    continue
            self._other(message, believed)
        return believed

    def _judge(self, message: Message, shape: Shape | None, believed: list[Message]) -> None:
        """A genuine beginning: believe the message if it is in order, hold it if it is not."""
        if self._held is not None:
            self._release(believed)
        if shape is None:
            return
        if self._in_order(message, shape):
            believed.append(message)
        else:
            self._hold(message.lines, believed)

    def _in_order(self, message: Message, shape: Shape) -> bool:
        """Nothing repeated but channel variables, blocks in Asterisk's order, every id of this PBX."""
        keys: dict[str, str] = message.keys
        repeated = len(message.lines) - 1 - len(keys)
        for block in shape.blocks:
            unique_id = keys.get(block.unique_id)
            if unique_id is None:
                continue
            if not unique_id.startswith(self._own):
                return False
            repeated -= keys.get(block.variables, "").count(CRLF)
        if repeated:
            return False
        layout = (message.name, *keys)
        return layout in self._orderly or self._learn_layout(layout, shape)

    def _learn_layout(self, layout: tuple[str, ...], shape: Shape) -> bool:
        """Check a layout the slow way, once; the same few dozen come again and again."""
        for block in shape.blocks:
            if block.channel not in layout and block.unique_id not in layout:
                continue
            start = layout.index(block.channel) if block.channel in layout else 0
            if layout[start : start + len(block.names)] != block.names:
                return False
        if not all(name in layout for name in shape.needs):
            return False
        if len(self._orderly) >= _LAYOUTS_KNOWN:
            self._orderly.clear()
        self._orderly.add(layout)
        return True

    def _other(self, message: Message, believed: list[Message]) -> None:
        """No event of the stream: an answer to us, the rest of what is held, or nothing to be believed."""
        if self._answers(message):
            if type(message) is not Event:
                self._release(believed)
                believed.append(message)
            elif message.name == "QueueEntry" and not _entry_in_order(message):
                self._release(believed)
                self._hold(message.lines, believed)
            else:
                self._judge(message, ITEMS.get(message.name), believed)
        elif self._held is None and type(message) is Event and message.name == "QueueEntry" and self._asked:
            self._hold(message.lines, believed)
        else:
            self._refuse(message)
            if self._held is not None:
                self._hold([*self._held, *message.lines], believed)

    def _answers(self, message: Message) -> bool:
        """Tell whether it bears an ActionID we wait for, in a place where no caller's text can stand."""
        if type(message) is Response:
            return message.keys.get("ActionID") in self._asked
        if type(message) is not Event or len(message.lines) < 2:  # noqa: PLR2004 - a message of one line bears none
            return False
        if message.lines[1].startswith("ActionID: "):
            return message.lines[1][10:] in self._asked
        last: str = message.lines[-1]
        inside = self._held is not None and self._held[0] == "Event: QueueEntry"
        return not inside and last.startswith("ActionID: ") and last[10:] in self._asked

    def _hold(self, lines: list[str], believed: list[Message]) -> None:
        """Believe the lines as soon as they are whole without doubt; else wait for what follows."""
        self._held, self._held_whole = lines, None
        name = lines[0][7:]
        mended = self._mended(name, lines)
        if mended is None:
            if len(lines) > _HELD_LINES:
                self._release(believed)
            return
        whole: Any = Event(name, mended.keys)
        whole.lines = mended.lines
        if mended.sure:
            self._held = None
            self.refused["smuggled"] += 1
            believed.append(whole)
        else:
            self._held_whole = whole

    def _mended(self, name: str, lines: list[str]) -> Mended | None:
        if name == "QueueEntry":
            asked = lines[-1].startswith("ActionID: ") and lines[-1][10:] in self._asked
            return mend_entry(lines) if asked else None
        return mend(lines, EVENTS.get(name) or ITEMS[name], self._own)

    def _release(self, believed: list[Message]) -> None:
        """A genuine message begins, so what is held has come to its end: whole, or broken for good."""
        if self._held is None:
            return
        if self._held_whole is not None:
            believed.append(self._held_whole)
        else:
            self.refused["broken"] += 1
        self._held = self._held_whole = None

    def _refuse(self, message: Message) -> None:
        """Count it by what it lacks; events without this PBX's marks may also mean that the PBX is not set up."""
        if type(message) is not Event:
            self.refused["unasked"] += 1
            return
        lines = [*message.lines, "", "", ""]
        if not message.name:
            reason = "headless"
        elif not lines[1].startswith("Privilege: "):
            reason = "unasked"
        elif not lines[2].startswith("Timestamp: "):
            reason = "no_timestamp"
        elif not lines[3].startswith("SystemName: "):
            reason = "no_system_name"
        else:
            reason = "foreign"
        self.refused[reason] += 1
        if reason in {"no_timestamp", "no_system_name"}:
            self._strangers += 1
            self._lack = reason


def _entry_in_order(message: Message) -> bool:
    return len(message.lines) == len(ENTRY) and ("Event", *message.keys) == ENTRY
