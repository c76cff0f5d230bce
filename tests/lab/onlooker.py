"""Compares the live picture with a fresh snapshot's, and with what the stage knows. Rule: real links, real pictures.

One link streams into one picture, as in the service. For every look, another link's snapshot is laid over an empty
picture: what somebody would see who looked for the first time at that moment. Both must show the same.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ionas_phone.ami.connection import Link, PbxAddress, Timings
from ionas_phone.live.board import DeskCall, RingState
from ionas_phone.live.call_records import record_of
from ionas_phone.live.effects import TakeSnapshot
from ionas_phone.live.events import DirectoryRead, LinkChanged, SnapshotTaken
from ionas_phone.live.nouns import Assistant, LinkState
from ionas_phone.live.state import Live
from ionas_phone.runtime.clock import now
from ionas_phone.store.calls import StoredCall
from ionas_phone.support.phone_numbers import Line
from tests.failures.reckoning import Ledger, reckon
from tests.lab import freepbx, sip
from tests.lab.addition import LINES, QUEUES
from tests.lab.phones import LINE
from tests.lab.records import QueueLogRow
from tests.lab.truth import device
from tests.lab.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ionas_phone.live.events import Event
    from tests.lab.asterisk import Asterisk
    from tests.lab.stage import Stage

PATIENCE = 1.0  # seconds until both must show the same: the stream may be a moment behind the snapshot
TICK = 0.03
TIMINGS = Timings(breath=0.0, first_pause=0.05, longest_pause=0.3, tick=0.02)
OURS = tuple(Line.parse(number) for number in (LINE, freepbx.LINE, *LINES.values()))
OUR_QUEUES = frozenset({"support", freepbx.QUEUE, *(f"lab-{name}" for name in QUEUES)})
PEOPLE = tuple(Assistant(f"p{n}", f"Person {n}", f"PJSIP/{n}", str(n)) for n in (201, 202, 203))
# Nobody who looks for the first time can know since when something is so, nor whether a caller hears music, nor by
# which of a Local member's channels a ring card is named.
_INSTANTS = {"since", "held_since", "longest_since", "waiting_since", "ringing_since", "talking_since"}
_UNKNOWABLE = _INSTANTS | {"held", "by", "leg"}


class Onlooker:
    """Watches one Asterisk. ``differences``: what was wrong, step by step, in words."""

    def __init__(self, pbx: Asterisk) -> None:
        self.live = fresh()
        self.differences: list[str] = []
        self.alone = False  # compare with what the stage knows only: a first sight can't tell
        self._news = asyncio.Event()
        self._snapshots: list[SnapshotTaken] = []
        address = PbxAddress.parse(pbx.ami_url, pbx.secret)
        self._stream = Link(address, self._hear, now, timings=TIMINGS)
        self._looking = Link(address, self._see, now, timings=TIMINGS)

    @classmethod
    @contextlib.asynccontextmanager
    async def at(cls, pbx: Asterisk) -> AsyncIterator[Onlooker]:
        """Open both links; they come back by themselves when Asterisk does."""
        onlooker = cls(pbx)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(link.run()) for link in (onlooker._stream, onlooker._looking)]
            try:
                await onlooker.linked()
                yield onlooker
            finally:
                for task in tasks:
                    task.cancel()

    @property
    def refused(self) -> Counter[str]:
        """What the links did not believe: of a real Asterisk nothing."""
        return self._stream.refused + self._looking.refused

    async def linked(self) -> None:
        """Return when both links are up."""
        await until(lambda: self._stream.state is self._looking.state is LinkState.UP, "the onlooker's links")

    async def restarted(self, stage: Stage) -> None:
        """Start Asterisk anew after its end was noticed; return when both links are up again."""
        await until(lambda: LinkState.UP not in {self._stream.state, self._looking.state}, "the end to be noticed")
        await stage.pbx.start()
        await self.linked()

    async def reckon(self, stage: Stage) -> list[str]:
        """Return in words where the calls, which are all over, ended otherwise than queue_log has it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while wrong := self._against_queue_log(stage):
            if loop.time() > deadline:
                return wrong
            await asyncio.sleep(TICK)
        return []

    def _against_queue_log(self, stage: Stage) -> list[str]:
        picture, pbx = self.live.picture, self._stream.address.name
        ends = [*stage.pbx.queue_log()]
        if stage.pbx.process is None:  # it hung up on everybody, which looks as if they had given up
            ends.append(QueueLogRow(ends[-1].at + 1, "NONE", "NONE", "NONE", "QUEUESTART", ()))
        rows = []
        for row in ends:  # whoever took another caller's place in a queue is known by their own first channel
            call = picture.call_of(pbx, row.call)
            rows.append(replace(row, call=call.key.unique_id) if call else row)
        calls = [call for call in picture.calls.values() if call.ended_at]
        kept = [
            StoredCall(number, record_of(call, None), number if call.answered_at else None, practice=False)
            for number, call in enumerate(calls, start=1)
        ]
        sessions = [(call.id, None) for call in kept if call.session_id]
        found = reckon(rows, Ledger(kept, sessions), until=now().timestamp())
        truly = sum(len(journey.queues) for journey in stage.journeys)
        few = [f"{found.passages} callers left a queue, in truth {truly}"] if found.passages != truly else []
        return found.differences + few

    def _hear(self, event: Event, _received: float) -> None:
        for effect in self.live.apply(event, now()):
            if isinstance(effect, TakeSnapshot):
                self._stream.request_snapshot()

    def _see(self, event: Event, _received: float) -> None:
        if isinstance(event, SnapshotTaken):
            self._snapshots.append(event)
            self._news.set()

    async def look(self, stage: Stage, what: str) -> None:
        """Compare; what still differs when patience is at an end is kept in ``differences``."""
        if stage.pbx.process is None:
            return  # nobody to ask
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while wrong := await self._wrong(stage):
            if loop.time() > deadline:
                self.differences += [f"{what}: {line}" for line in wrong]
                return
            await asyncio.sleep(TICK)

    async def _wrong(self, stage: Stage) -> list[str]:
        first_sight = await self._first_sight()
        return against_truth(self.live, stage) if self.alone else compare(self.live, first_sight, stage)

    async def _first_sight(self) -> Live:
        """Return the picture of somebody who looks for the first time now."""
        self._news.clear()
        self._looking.request_snapshot()
        async with asyncio.timeout(10):
            await self._news.wait()
        taken, picture = self._snapshots[-1], fresh()
        picture.apply(LinkChanged(at=taken.at, pbx=taken.pbx, state=LinkState.CONNECTING), now())
        picture.apply(taken, now())
        return picture


def fresh() -> Live:
    """Return an empty picture of our lines that knows our people."""
    picture = Live(OURS, OUR_QUEUES)
    picture.apply(DirectoryRead(at=now(), assistants=PEOPLE), now())
    return picture


def compare(live: Live, first_sight: Live, stage: Stage) -> list[str]:
    """Return in words what the live picture shows otherwise than a first sight, and than the stage knows it."""
    ours, theirs = shown(live), shown(first_sight)
    wrong = [f"{place}: {alone(ours[place], theirs[place])}" for place in ours if ours[place] != theirs[place]]
    return wrong + against_truth(live, stage)


def alone(ours: Any, theirs: Any) -> str:
    """Say what only one of the two has."""
    if isinstance(ours, list):
        ours, theirs = ([one for one in a if one not in b] for a, b in ((ours, theirs), (theirs, ours)))
    return f"the stream shows {ours}, a first sight {theirs}"


def shown(live: Live) -> dict[str, object]:
    """Return all that board and desks show of now, by place."""
    board = live.board()
    places: dict[str, object] = {f"board.{field.name}": plain(getattr(board, field.name)) for field in fields(board)}
    for person in PEOPLE:
        desk = live.desk(person.login)
        rings = [ring for ring in desk.rings if ring.state is RingState.RINGING]
        places |= {
            f"desk {person.extension}.state": (desk.state, desk.reason),
            f"desk {person.extension}.rings": plain(tuple(rings)),
            f"desk {person.extension}.calls": plain(desk.calls),
        }
    return places


def plain(value: Any) -> Any:
    """Return ``value`` without what nobody can know at first sight; who is shown beside whom has no order."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return sorted((plain(one) for one in value), key=repr)
    if is_dataclass(value):
        known = {field.name: getattr(value, field.name) for field in fields(value)}
        past = {"queue"} if isinstance(value, DeskCall) else set()  # by which somebody has come is shown nowhere
        return {name: plain(one) for name, one in known.items() if name not in _UNKNOWABLE | past}
    assert not isinstance(value, datetime), "a clock that is not masked"
    return value


def against_truth(live: Live, stage: Stage) -> list[str]:
    """Return in words where the picture of customers' calls is not what the people on the stage are doing."""
    wrong = []
    journeys = [journey for journey in stage.journeys if journey.direction == "in"]
    numbers = {journey.number for journey in journeys}
    desks = {person.interface: live.desk(person.login) for person in PEOPLE}
    talking = {
        (where, c.caller.number): c.held
        for where, desk in desks.items()
        for c in desk.calls
        if c.caller.number in numbers
    }
    truly = {(talk.assistant, journey.number): talk for journey in journeys for talk in journey.talking}
    consulting = {who for who, talk in truly.items() if talk.apart and talk.holding}
    if set(talking) - consulting != set(truly) - consulting:
        wrong.append(f"talking: {sorted(talking, key=repr)}, in truth {sorted(truly, key=repr)}")
    wrong += [
        f"{who} holds: {talking[who]}, in truth {talk.holding}"
        for who, talk in truly.items()
        if who in talking and talking[who] != talk.holding
    ]
    ringing = {where for where, desk in desks.items() for ring in desk.rings if ring.state is RingState.RINGING}
    for_customers = {device(leg) for leg in stage.rung_now() if sip.user(leg.theirs) in numbers or None in numbers}
    if not for_customers <= ringing <= {device(leg) for leg in stage.rung_now()}:
        wrong.append(f"ringing: {sorted(ringing)}, in truth {sorted(for_customers)}")
    waiting = Counter(caller.caller.number for caller in live.board().waiting if caller.caller.number in numbers)
    truly_waiting = Counter(journey.number for journey in journeys if journey.waiting)
    if waiting != truly_waiting:
        wrong.append(f"waiting: {dict(waiting)}, in truth {dict(truly_waiting)}")
    return wrong
