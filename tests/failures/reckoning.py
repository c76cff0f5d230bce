"""The reckoning: what the store kept against what Asterisk itself wrote down. Rule: every difference is said in words.

Asterisk's queue_log knows every passage of a caller through a queue. Each one that is over must be a call in the store
with the same end and, if somebody answered, one support session; or it lies in a recorded gap, and the gap says how
many these are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import Gap
from ionas_phone.store import calls, tables, tables_sight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ionas_phone.store.calls import StoredCall
    from ionas_phone.store.database import Database
    from tests.lab.records import QueueLogRow

ENDS = {
    "ABANDON": {Outcome.ABANDONED_WAITING, Outcome.ABANDONED_RINGING},
    "EXITWITHKEY": {Outcome.ABANDONED_WAITING},
    "EXITWITHTIMEOUT": {Outcome.QUEUE_TIMEOUT},
    "EXITEMPTY": {Outcome.QUEUE_TIMEOUT},
    "COMPLETECALLER": {Outcome.ANSWERED},
    "COMPLETEAGENT": {Outcome.ANSWERED},
    "BLINDTRANSFER": {Outcome.ANSWERED},
    "ATTENDEDTRANSFER": {Outcome.ANSWERED},
}
EDGE = 1.0  # seconds: queue_log knows whole seconds only
AFTERWARDS = 10.0  # seconds that a caller may still be on the line after a queue let them go
EXACT = 1.0  # seconds


@dataclass
class Passage:
    """One caller in one queue, as queue_log has it. ``end``: the row's name, "" if the PBX died meanwhile.

    ``stopped``: the PBX was about to stop, and hung up on everybody: queue_log takes that for giving up.
    """

    call: str
    queue: str
    began: int  # the wait, in the first queue of all
    entered: int
    answered: int = 0
    ended: int = 0
    end: str = ""
    stopped: bool = False


@dataclass(frozen=True)
class Ledger:
    """What the store holds. ``sessions``: (id, caller's number) of each."""

    calls: Sequence[StoredCall] = ()
    sessions: Sequence[tuple[int, str | None]] = ()
    gaps: Sequence[Gap] = ()


@dataclass(frozen=True)
class Reckoning:
    """``differences``: in words, none if all is well. ``missed``: passages that nobody saw, as they should be."""

    differences: list[str] = field(default_factory=list)
    passages: int = 0
    missed: int = 0


async def ledger(database: Database) -> Ledger:
    """Read everything that was kept."""
    async with database.read() as connection:
        kept = await calls.recent(connection, 1_000_000)
        sessions = await connection.execute(select(tables.sessions.c.id, tables.sessions.c.number))
        gaps = await connection.execute(select(tables_sight.gaps))
        return Ledger(
            kept,
            [(row.id, row.number) for row in sessions],
            [Gap(row.pbx, row.began_at, row.ended_at, row.missed) for row in gaps],
        )


def passages(rows: Iterable[QueueLogRow]) -> list[Passage]:
    """Return every passage that is over, also by the PBX's own death."""
    open_: dict[tuple[str, str], Passage] = {}  # by call and queue: who takes another's place is in two for a moment
    began: dict[str, int] = {}
    over: list[Passage] = []
    before = 0
    for row in rows:
        key = (row.call, row.queue)
        if row.event == "ENTERQUEUE":
            open_[key] = Passage(row.call, row.queue, began.setdefault(row.call, row.at), row.at)
        elif row.event == "CONNECT" and key in open_:
            open_[key].answered = row.at
        elif row.event in ENDS and key in open_:
            passage = open_.pop(key)
            passage.end, passage.ended = row.event, row.at
            over.append(passage)
        elif row.event == "QUEUESTART":
            for passage in open_.values():
                passage.ended = row.at
            over += open_.values()
            open_.clear()
            for passage in over:
                passage.stopped = passage.stopped or (passage.end == "ABANDON" and passage.ended >= before)
        before = row.at
    return over


def reckon(rows: Sequence[QueueLogRow], kept: Ledger, *, until: float) -> Reckoning:
    """Compare everything that was over ``until`` then, in seconds since 1970."""
    known = {call.record.call.unique_id: call for call in kept.calls}
    over = [passage for passage in passages(rows) if passage.ended <= until]
    unseen = [passage for passage in over if passage.call not in known]
    entered = Counter(row.call for row in rows if row.event == "ENTERQUEUE")
    entered.subtract(passage.call for passage in over)
    last = {passage.call: passage for passage in over if not entered[passage.call]}  # else it goes on in another queue
    wrong = [_otherwise(passage, known[call], kept.gaps) for call, passage in last.items() if call in known]
    wrong += _missed(over, unseen, kept.gaps)
    wrong += _sessions(kept)
    return Reckoning([sentence for sentence in wrong if sentence], len(over), len(unseen))


def _otherwise(passage: Passage, call: StoredCall, gaps: Sequence[Gap]) -> str:
    """Say what the store has otherwise than queue_log."""
    record, outcomes = call.record, ENDS.get(passage.end, set())
    touched = any(_overlap(passage, gap) for gap in gaps)  # then it may have ended unseen
    if not passage.end:  # the PBX died meanwhile
        outcomes = {Outcome.ANSWERED} if passage.answered else {Outcome.UNSEEN}
    elif passage.stopped:
        outcomes = outcomes | {Outcome.QUEUE_TIMEOUT, Outcome.UNSEEN}
    elif touched:
        outcomes = outcomes | ({Outcome.UNSEEN} if not record.answered_at else {Outcome.ANSWERED})
    said = f"the call {passage.call} of {record.number}, in the queue {passage.queue}"
    if passage.answered and passage.end in {"BLINDTRANSFER", "ATTENDEDTRANSFER"}:
        outcomes = outcomes | {Outcome.OPEN}  # it goes on elsewhere
    if record.outcome not in outcomes:
        return f"{said}: queue_log has {passage.end or 'no end'}, the store {record.outcome}"
    if record.outcome is Outcome.ANSWERED and call.session_id is None:
        return f"{said}: was answered and has no session"
    if record.outcome is not Outcome.ANSWERED and call.session_id is not None:
        return f"{said}: nobody answered, and it has a session"
    if touched:
        return ""
    return _times(said, passage, call)


def _times(said: str, passage: Passage, call: StoredCall) -> str:
    record = call.record
    for what, theirs, ours in (
        ("answered", passage.answered, record.answered_at),
        ("offered", passage.began, record.offered_at),
    ):
        if theirs and (ours is None or abs(ours.timestamp() - theirs) > EDGE + EXACT):
            return f"{said}: {what} {_clock(ours)}, not at {theirs}"
    return ""


def _clock(at: datetime | None) -> str:
    return f"at {at.timestamp():.1f}" if at else "never"


def _missed(over: Sequence[Passage], unseen: Sequence[Passage], gaps: Sequence[Gap]) -> list[str]:
    """Every passage that is not in the store lies in a gap, and each gap says how many those are."""
    wrong = [
        f"the call {passage.call} in the queue {passage.queue}, {passage.end or 'cut off'} at {passage.ended}, is"
        " missing, and no gap was recorded"
        for passage in unseen
        if not any(_within(passage, gap) for gap in gaps)
    ]
    for gap in gaps:
        least = sum(_within(passage, gap) and bool(passage.end) for passage in unseen)
        # who was sent on to somebody within the gap has left the queue unseen and is a known call all the same
        most = sum(_within(passage, gap) for passage in over)
        if gap.missed is not None and not least <= gap.missed <= max(most, least):
            wrong.append(f"the gap of {gap.pbx} says {gap.missed} missed calls; queue_log has {least}")
    return wrong


def _sessions(kept: Ledger) -> list[str]:
    """One journey has one session: every caller of the busy line has a number of their own."""
    numbers = Counter(number for _, number in kept.sessions if number)
    wrong = [f"the caller {number} has {count} sessions" for number, count in numbers.items() if count > 1]
    shared = Counter(call.session_id for call in kept.calls if call.session_id)
    of_calls = {call.session_id for call in kept.calls}
    wrong += [f"{count} calls share the session {session}" for session, count in shared.items() if count > 1]
    wrong += [f"the session {session} belongs to no call" for session, _ in kept.sessions if session not in of_calls]
    return wrong


def _within(passage: Passage, gap: Gap) -> bool:
    end = gap.ended_at.timestamp() if gap.ended_at else float("inf")
    return gap.began_at.timestamp() - EDGE <= passage.entered and passage.ended <= end + EDGE


def _overlap(passage: Passage, gap: Gap) -> bool:
    end = gap.ended_at.timestamp() if gap.ended_at else float("inf")
    return passage.entered <= end + EDGE and gap.began_at.timestamp() - EDGE <= passage.ended + AFTERWARDS
