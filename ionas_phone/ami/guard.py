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

Channel variables (``channelvars``: the dialled number) are raw, too, and are printed after the ids: what follows them
in the same message a hostile caller may have written. They are the same in every message of a channel. So a message
that has nothing after them but what it must have (Newstate …), and is followed by a genuine one, *proves* them; until
then the channel's other messages are held. What is not seen: a dial plan that in mid-call changes a proven variable
into one that goes on after a line break.
"""

from __future__ import annotations

from collections import Counter

from asterisk.ami.response import Response

from ionas_phone.ami.channels import CRLF
from ionas_phone.ami.forms import FormedEvent, Forms, FramedEvent
from ionas_phone.ami.frames import Message
from ionas_phone.ami.mend import Mended, mend, mend_entry
from ionas_phone.ami.shapes import BARE, ENTRY, EVENTS, ITEMS, Shape

_VARIABLES = BARE.blocks[0].variables
_SLOW = frozenset({"Rename", "OriginateResponse"})  # read line by line: proofs to look at; names of its own
_CHANNELS_PROVEN = 4_096  # far more than talk at once; who is forgotten is proven anew
_HELD_LINES = 500  # far more than any number can break a message into
_STRANGERS = 50  # so many events in a row without the marks of this PBX are no forger's, but a setting that was changed


class Guard:
    """Judges the messages of one connection.

    ``refused``: how many were not believed, by reason. ``met``: a genuine event has come.
    """

    def __init__(self, refused: Counter[str] | None = None, forms: Forms | None = None) -> None:
        """``forms``: where it is noted what a message looks like whose order was found right."""
        self.refused: Counter[str] = Counter() if refused is None else refused
        self._name: str | None = None  # the system name: a secret, in no log, repr or error
        self._own = ""  # how every unique id of this PBX begins; a secret as well
        self._asked: set[str] = set()
        self._forms = Forms() if forms is None else forms
        self._proven: dict[str, str] = {}  # unique id -> variables that hold no line break
        self._nearly: tuple[str, str] | None = None  # proven as soon as a genuine message follows at once
        self._held: list[str] | None = None
        self._held_whole: Message | None = None  # what the held lines give if nothing more belongs to them
        self._strangers = 0
        self._lack = ""
        self.met = False

    def learn(self, system_name: str) -> None:
        """From now on events of this PBX are told by its system name; without one nothing is believed."""
        self._name = system_name or None
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
        for message in messages:
            if type(message) is FormedEvent and self._held is None and self._nearly is None and self._plain(message):
                self.met, self._strangers = True, 0
                believed.append(message)
            elif isinstance(message, FramedEvent) and message.system_name == self._name is not None:
                self.met, self._strangers = True, 0
                self._ended(believed)
                self._judge(message, EVENTS.get(message.name), believed)
            else:
                self._other(message, believed)
        return believed

    def end(self) -> list[Message]:
        """Return what is held and whole: the stream ended behind a message, nothing more belongs to it."""
        believed: list[Message] = []
        self._release(believed)
        return believed

    def _ended(self, believed: list[Message]) -> None:
        """A genuine message begins, so what came before it has ended."""
        if self._held is not None:
            self._release(believed)
        if self._nearly is not None:
            self._prove(*self._nearly)

    def _plain(self, message: FormedEvent) -> bool:
        """Tell what holds for nearly all: in order, from this PBX, as every id in it is, and every variable proven."""
        if message.system_name != self._name or self._name is None:
            return False
        own, proven = self._own, self._proven
        for unique_id, variables, _ in message.blocks.values():
            if not unique_id.startswith(own):
                return False
            if variables is not None and proven.get(unique_id) != variables:
                return False
        return True

    def _judge(self, message: FramedEvent, shape: Shape | None, believed: list[Message]) -> None:
        """Believe a message if it is in order, hold it if it is not."""
        if shape is None:
            return
        proven = self._in_order(message, shape)
        if proven:
            believed.append(message)
        elif proven is not None and shape is BARE:
            believed.append(message)
            if message.last == _VARIABLES:
                self._nearly = _proof(message, shape)
        elif proven is not None and type(message) is FormedEvent and message.form.tail is not None:
            self._held = message.lines
            self._held_whole = message
            self._nearly = _proof(message, shape) if message.form.tail == shape.own else None
        else:
            self._hold(message.lines, believed)

    def _in_order(self, message: FramedEvent, shape: Shape) -> bool | None:
        """Nothing repeated but channel variables, blocks in Asterisk's order, every id of this PBX: else None.

        False: variables that are not proven stand in it.
        """
        if type(message) is not FormedEvent and not self._learn(message, shape):
            return None
        proven = True
        for unique_id, variables, _ in message.told(shape.blocks):
            if not unique_id.startswith(self._own):
                return None
            if variables is not None and self._proven.get(unique_id) != variables:
                proven = False
        if not shape.blocks and message.name == "Rename":  # a masquerade gives a channel the variables of another
            self._proven.pop(message.own["Uniqueid"], None)
        return proven

    def _prove(self, unique_id: str, variables: str) -> None:
        """A genuine message follows, so that nothing more belonged to the one that told these variables."""
        if len(self._proven) >= _CHANNELS_PROVEN:
            self._proven.clear()
        self._proven[unique_id] = variables
        self._nearly = None

    def _learn(self, message: Message, shape: Shape) -> bool:
        """Check the order of a message the slow way; those that look the same are read by its form from then on."""
        layout = tuple(message.keys)
        repeated = len(message.lines) - 1 - len(layout)
        variables = [message.keys.get(block.variables, "") for block in shape.blocks]
        if message.name == "OriginateResponse":  # those of the phone we had rung, under the name of its channel
            variables += [text for name, text in message.keys.items() if name.startswith("ChanVariable(")]
        if repeated != sum(text.count(CRLF) for text in variables):
            return False
        for block in shape.blocks:
            if block.channel not in layout and block.unique_id not in layout:
                continue
            start = layout.index(block.channel) if block.channel in layout else 0
            if layout[start : start + len(block.names)] != block.names:
                return False
        if not all(name in layout for name in shape.needs):
            return False
        if message.name not in _SLOW:
            self._forms.learn(message, shape.blocks)
        return True

    def _other(self, message: Message, believed: list[Message]) -> None:
        """No event of the stream: an answer to us, the rest of what is held, or nothing to be believed."""
        if self._answers(message):
            if not isinstance(message, FramedEvent):
                self._ended(believed)
                believed.append(message)
            elif message.name == "QueueEntry" and not _entry_in_order(message):
                self._release(believed)
                self._hold(message.lines, believed)
            else:
                self._ended(believed)
                self._judge(message, ITEMS.get(message.name), believed)
        elif self._held is None and isinstance(message, FramedEvent) and message.name == "QueueEntry" and self._asked:
            self._hold(message.lines, believed)
        else:
            self._refuse(message)
            self._nearly = None
            if self._held is not None:
                self._hold([*self._held, *message.lines], believed)

    def _answers(self, message: Message) -> bool:
        """Tell whether it bears an ActionID we wait for, in a place where no caller's text can stand."""
        if not isinstance(message, Response | FramedEvent) or len(message.lines) < 2:  # noqa: PLR2004 - one line bears none
            return False
        if message.lines[1].startswith("ActionID: "):
            return message.lines[1][10:] in self._asked
        if type(message) is Response:
            return False  # it says so at once; further down it may be the end of an item that a number was cut into
        last: str = message.lines[-1]
        inside = self._held is not None and self._held[0] == "Event: QueueEntry"
        return not inside and last.startswith("ActionID: ") and last[10:] in self._asked

    def _hold(self, lines: list[str], believed: list[Message]) -> None:
        """Believe the lines as soon as they are whole without doubt; else wait for what follows."""
        self._held, self._held_whole = lines, None
        self._nearly = None
        name = lines[0][7:]
        mended = self._mended(name, lines)
        if mended is None:
            if len(lines) > _HELD_LINES:
                self._release(believed)
            return
        whole = FramedEvent(name, CRLF.join(mended.lines), mended.keys)
        shape = EVENTS.get(name)
        if shape is not None and mended.tail == shape.own and not mended.clear:
            self._nearly = _proof(whole, shape)
        if mended.own and (mended.clear or shape is BARE):
            self._held = None
            self.refused["smuggled"] += 1
            believed.append(whole)
        else:
            self._held_whole = whole

    def _mended(self, name: str, lines: list[str]) -> Mended | None:
        if name == "QueueEntry":
            asked = lines[-1].startswith("ActionID: ") and lines[-1][10:] in self._asked
            return mend_entry(lines) if asked else None
        return mend(lines, EVENTS.get(name) or ITEMS[name], self._own, self._proven)

    def _release(self, believed: list[Message]) -> None:
        """A genuine message begins, so what is held has come to its end: whole, or broken for good."""
        if self._held is None:
            return
        if self._held_whole is not None:
            if dropped := Counter(self._held) - Counter(self._held_whole.lines):
                self.refused[self._reason(dropped)] += 1
            believed.append(self._held_whole)
        else:
            self.refused["broken"] += 1
        self._held = self._held_whole = None

    def _reason(self, dropped: Counter[str]) -> str:
        """Tell why these lines of what was held are not believed; a link that begins in mid-call has proven nothing."""
        shape = EVENTS.get(self._held[0][7:]) if self._held else None
        known = {line.partition(": ")[0] for line in dropped}
        return "unproven" if shape and known <= {*shape.optional} else "smuggled"

    def _refuse(self, message: Message) -> None:
        """Count it by what it lacks; events without this PBX's marks may also mean that the PBX is not set up."""
        if not isinstance(message, FramedEvent):
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


def _proof(message: FramedEvent, shape: Shape) -> tuple[str, str] | None:
    """Return whose variables it tells; when a channel is announced they are not set yet."""
    unique_id, variables, _ = next(iter(message.told(shape.blocks)))
    return None if message.name == "Newchannel" or variables is None else (unique_id, variables)


def _entry_in_order(message: Message) -> bool:
    return len(message.lines) == len(ENTRY) and ("Event", *message.keys) == ENTRY
