"""Callers whom nobody answered, as one shared list. Rule: read off the calls; whoever gets through is on it no more.

By hand only two things are written down: who looks after a caller, for half an hour, and that it is settled.
Practice callers are missed in a list of their own: nothing that was only practised moves anybody off the real one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, Table, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict, NotThere
from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import Direction
from ionas_phone.store import audit, call_lists
from ionas_phone.store.call_lists import CallLine
from ionas_phone.store.database import upsert
from ionas_phone.store.tables import calls, users
from ionas_phone.store.tables_missed import missed_practised, missed_taken
from ionas_phone.words import N_

OUTCOMES: Final = frozenset(
    {
        Outcome.ABANDONED_WAITING,
        Outcome.ABANDONED_RINGING,
        Outcome.QUEUE_TIMEOUT,
        Outcome.REFUSED_BY_QUEUE,
        Outcome.UNSEEN,
    }
)
SHOWN: Final = timedelta(days=7)  # whoever has not rung again since then has found help elsewhere
PRACTISED: Final = timedelta(days=1)  # nobody goes on with yesterday's practice
HELD: Final = timedelta(minutes=30)  # for so long nobody else calls back
_MOST: Final = 100
_LONGEST_CALL: Final = timedelta(hours=12)  # longer nobody waits
_GONE = N_("This caller is not on the list any more: somebody has talked with them, or settled it.")


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody nobody answered. ``number``: "" of all who withhold theirs. ``last``: their latest call.

    ``taken_by``, ``taken_name``: who looks after it until ``until``; "" nobody.
    """

    number: str
    count: int
    since: datetime
    last: CallLine
    taken_by: str
    taken_name: str
    until: datetime | None
    practice: bool = False


async def everybody(conn: AsyncConnection, at: datetime, *, practice: bool = False) -> tuple[Missed, ...]:
    """Return who was missed, the latest first; behind them, if wanted, who was missed in ``practice``."""
    real = await _missed(conn, at)
    return (*real, *await _missed(conn, at, practice=True)) if practice else real


async def take(conn: AsyncConnection, number: str, by: str, at: datetime, *, practice: bool = False) -> None:
    """Look after a caller for a while; idempotent. Raises NotThere, Conflict (somebody else does)."""
    entry = await _entry(conn, number, at, practice=practice)
    await _write(conn, entry, by, at, taken_by=by, taken_at=at, until=at + HELD)
    if entry.taken_by != by:
        await _note(conn, entry, "take", at, by)


async def give_back(conn: AsyncConnection, number: str, by: str, at: datetime, *, practice: bool = False) -> None:
    """Look after a caller no more; idempotent. Raises NotThere."""
    entry, taken = await _entry(conn, number, at, practice=practice), _TAKEN[practice]
    mine = and_(taken.c.number == number, taken.c.taken_by == by)
    gone = await conn.execute(update(taken).where(mine).values(taken_by=None, taken_at=None, until=None))
    if gone.rowcount:
        await _note(conn, entry, "give_back", at, by)


async def settle(  # noqa: PLR0913 - who is settled how, by whom and when
    conn: AsyncConnection, number: str, word: str, by: str, at: datetime, *, practice: bool = False
) -> None:
    """Take a caller off the list, in a ``word``. Raises NotThere, Conflict (somebody else looks after it)."""
    entry = await _entry(conn, number, at, practice=practice)
    await _write(conn, entry, by, at, done_at=at, done_by=by, word=word)
    await _note(conn, entry, "settle", at, by)


async def called_back(conn: AsyncConnection, entry: Missed, by: str, at: datetime) -> None:
    """Write down that somebody has their phone rung for a caller of the list; whether it is taken off, nobody knows."""
    await _note(conn, entry, "call_back", at, by)


async def _write(conn: AsyncConnection, entry: Missed, by: str, at: datetime, **values: str | datetime) -> None:
    """Write ``values`` unless somebody else looks after the caller: the row decides, not a look beforehand."""
    taken = _TAKEN[entry.practice]
    free = or_(taken.c.taken_by.is_(None), taken.c.taken_by == by, taken.c.until <= at, taken.c.taken_at < entry.since)
    new = {**dict.fromkeys(("taken_by", "taken_at", "until")), **values}
    wanted = upsert(conn, taken).values(number=entry.number, **values)
    won = await conn.execute(
        wanted.on_conflict_do_update(index_elements=["number"], set_=new, where=free).returning(taken.c.number)
    )
    if won.one_or_none() is None:
        raise Conflict(N_("%(name)s is calling back already."), name=await _holder(conn, entry.number, taken))


async def listed(conn: AsyncConnection, number: str, at: datetime, *, practice: bool = False) -> Missed | None:
    """Return the entry of a number, if it is on the list."""
    return next(iter(await _missed(conn, at, number, practice=practice)), None)


async def _entry(conn: AsyncConnection, number: str, at: datetime, *, practice: bool) -> Missed:
    if (entry := await listed(conn, number, at, practice=practice)) is None:
        raise NotThere(_GONE)
    return entry


async def _missed(
    conn: AsyncConnection, at: datetime, number: str | None = None, *, practice: bool = False
) -> tuple[Missed, ...]:
    """Return all who were missed, or only those behind one number."""
    query, since = _WHO[practice], at - (PRACTISED if practice else SHOWN)
    if number is not None:
        query = query.where(calls.c.number == number if number else calls.c.number.is_(None))
    found = (await conn.execute(query, {"shown": since, "told": since - _LONGEST_CALL})).all()
    if not found:
        return ()
    lines = await call_lists.several(conn, [row.last for row in found])
    return tuple(_made(row, lines[row.last], at, practice=practice) for row in found)


def _got_through(*, practice: bool) -> ColumnElement[bool]:
    """Tell whether somebody talked with this number later, whoever rang whom."""
    later = calls.alias()
    return exists().where(
        later.c.number == calls.c.number,
        later.c.began_at > bindparam("told"),
        later.c.answered_at > calls.c.began_at,
        later.c.practice.is_(practice),
    )


_KEY = func.coalesce(calls.c.number, "")


def _who(taken: Table, *, practice: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(
            _KEY.label("key"),
            func.count().label("times"),
            func.min(calls.c.began_at).label("since"),
            func.max(calls.c.id).label("last"),
            taken.c.taken_by,
            taken.c.taken_at,
            taken.c.until,
            users.c.name,
        )
        .outerjoin(taken, taken.c.number == _KEY)
        .outerjoin(users, users.c.login == taken.c.taken_by)
        .where(
            calls.c.began_at > bindparam("shown"),
            calls.c.outcome.in_(sorted(OUTCOMES)),
            calls.c.direction == Direction.IN,
            calls.c.practice.is_(practice),
            or_(taken.c.done_at.is_(None), func.coalesce(calls.c.ended_at, calls.c.began_at) > taken.c.done_at),
            ~_got_through(practice=practice),
        )
        .group_by(_KEY, taken.c.taken_by, taken.c.taken_at, taken.c.until, users.c.name)
        .order_by(func.max(calls.c.began_at).desc())
        .limit(_MOST)
    )


_TAKEN: Final = {False: missed_taken, True: missed_practised}  # by whether it was practice
# Kept: every answered call asks it, and building it costs more than asking.
_WHO: Final = {practice: _who(taken, practice=practice) for practice, taken in _TAKEN.items()}


def _made(row: Row[*tuple[Any, ...]], last: CallLine, at: datetime, *, practice: bool) -> Missed:
    held = bool(row.taken_by) and row.until > at and row.taken_at >= row.since
    by, name, until = (row.taken_by, row.name or row.taken_by, row.until) if held else ("", "", None)
    return Missed(row.key, row.times, row.since, last, by, name, until, practice=practice)


async def _holder(conn: AsyncConnection, number: str, taken: Table) -> str:
    found = await conn.execute(
        select(taken.c.taken_by, users.c.name)
        .outerjoin(users, users.c.login == taken.c.taken_by)
        .where(taken.c.number == number)
    )
    row = found.one()
    return str(row.name or row.taken_by)


async def _note(conn: AsyncConnection, entry: Missed, action: str, at: datetime, by: str) -> None:
    await audit.write(conn, audit.Entry(at, by, "call", entry.last.id, action, ()))
