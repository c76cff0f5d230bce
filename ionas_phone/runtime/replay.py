"""A recorded manager stream through wire and picture: no socket, no clock, no database. Rule: it never fails.

It may start in mid-call, end within a message, hold answers that nobody asked for here, or be no manager stream at all:
what is not believed is counted. Time is the recording's own; calls that ended long ago are kept as their journeys only,
so that a recording may be of any length.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from ionas_phone.ami.forms import Forms, FramedEvent
from ionas_phone.ami.frames import Frames, Message
from ionas_phone.ami.guard import Guard
from ionas_phone.ami.translate import translate
from ionas_phone.live.effects import Effect
from ionas_phone.live.events import PbxEvent, TimePassed
from ionas_phone.live.journey import Json, journey
from ionas_phone.live.state import Live
from ionas_phone.support.phone_numbers import Line

PBX = "recording"
_HEAD = ("Privilege: ", "Timestamp: ", "SystemName: ")


class Step(NamedTuple):
    """A fact of the recording and what it ordered."""

    fact: PbxEvent
    effects: list[Effect]


class Replay:
    """One recording. ``refused``: what was not believed, by reason. ``failures``: kinds of facts our own bugs lost."""

    def __init__(self, lines: tuple[Line, ...] | None = None, system_name: str = "") -> None:
        """``lines``: whose calls are told; None: all. ``system_name``: the PBX's; by default its first event's."""
        self.system_name = system_name
        self.refused: Counter[str] = Counter()
        self.failures: list[str] = []
        forms = Forms()
        self._frames = Frames(self.refused, forms)
        self._guard = Guard(self.refused, forms)
        self._guard.learn(system_name)
        self._live = Live(lines, None if lines is None else frozenset())
        self._now: datetime | None = None
        self._over: list[dict[str, Json]] = []

    def feed(self, data: bytes) -> list[Step]:
        """Take the next bytes; return what they told."""
        messages = self._frames.feed(data)
        if not self.system_name:
            self.system_name = next(filter(None, map(_system_name, messages)), "")
            self._guard.learn(self.system_name)
        return self._tell(self._guard.admit(messages))

    def finish(self) -> list[Step]:
        """Take note that no more bytes come; return what still was to be told."""
        return self._tell(self._guard.end() if self._frames.between else [])

    def journeys(self) -> list[dict[str, Json]]:
        """Return every call there was, by the moment it came; those that still go on have no end."""
        calls = [*self._over, *map(journey, self._live.picture.calls.values())]
        return sorted(calls, key=_came)

    def _tell(self, messages: list[Message]) -> list[Step]:
        facts = (fact for message in messages for fact in translate(message, PBX, self.refused))
        return [Step(fact, self._apply(fact)) for fact in facts]

    def _apply(self, fact: PbxEvent) -> list[Effect]:
        self._now = now = max(fact.at, self._now or fact.at)
        try:
            effects = self._live.apply(fact, now)
        except Exception:  # noqa: BLE001 - a bug of ours; the rest of the recording can still be told
            self.failures.append(type(fact).__name__)
            return []
        deadline = self._live.next_deadline()
        if deadline is not None and deadline <= now:
            self._keep(now)
            effects += self._live.apply(TimePassed(at=now), now)
        return effects

    def _keep(self, now: datetime) -> None:
        """Write down the calls that the picture is about to forget."""
        calls = self._live.picture.calls.values()
        self._over += [journey(call) for call in calls if call.forget_at and call.forget_at <= now]


def _system_name(message: Message) -> str:
    """Return the system name an event bears, "" if it is no genuine beginning of one."""
    if not isinstance(message, FramedEvent):
        return ""
    lines = message.lines[1:4]
    begins = len(lines) == len(_HEAD) and all(line.startswith(head) for line, head in zip(lines, _HEAD, strict=True))
    return lines[2].removeprefix(_HEAD[2]) if begins else ""


def _came(call: dict[str, Json]) -> float:
    came = call["offered_at"]
    return came if isinstance(came, float) else 0.0
