"""Calls as they happened. Rule: known facts are never forgotten, and a call that has ended never rings again.

The same record may come twice, late, or from a picture that was rebuilt after a gap and knows less than before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, and_, case, cast, func, null, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey, Direction, RememberedCall
from ionas_phone.store import customer_numbers, rows
from ionas_phone.store.database import upserting
from ionas_phone.store.tables import calls, sessions, users

_NAME_KEPT = 200  # characters of what a PBX says about a caller
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a call of which no instant at all is known
_FIRST_SEEN = ("began_at", "offered_at", "answered_at")  # seen live once; what is reckoned later is less exact
_KEPT = tuple(field.name for field in fields(CallRecord) if field.name != "call")


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call in the store. ``session_id``: the support session it belongs to; ``practice``: never billable."""

    id: int
    record: CallRecord
    session_id: int | None
    practice: bool


async def record(conn: AsyncConnection, facts: CallRecord) -> StoredCall:
    """Write a call down, or what is new about it; return all that is known. Idempotent. See ``record_all``."""
    found = await conn.execute(_recording_one(conn.dialect.name), _values(facts))
    return _stored(found.one())


async def record_all(conn: AsyncConnection, facts: Iterable[CallRecord]) -> None:
    """Write different calls down, or what is new about them. Idempotent. A suppressed caller leaves no trace."""
    if values := [_values(each) for each in facts]:
        await conn.execute(_recording(conn.dialect.name), values)


async def get(conn: AsyncConnection, key: CallKey) -> StoredCall | None:
    """Return the call, if it is known."""
    found = await conn.execute(select(calls).where(calls.c.pbx == key.pbx, calls.c.unique_id == key.unique_id))
    row = found.one_or_none()
    return None if row is None else _stored(row)


async def recent(conn: AsyncConnection, limit: int = 50) -> tuple[StoredCall, ...]:
    """Return the latest calls, newest first."""
    return tuple(_stored(row) for row in await conn.execute(select(calls).order_by(calls.c.id.desc()).limit(limit)))


async def open_calls(conn: AsyncConnection, pbx: str | None = None) -> tuple[RememberedCall, ...]:
    """Return the calls (of one PBX, or of all) whose end nobody has seen, oldest first."""
    found = await conn.execute(
        select(calls, sessions.c.customer_id, users.c.login.label("session_assistant"))
        .outerjoin(sessions, sessions.c.id == calls.c.session_id)
        .outerjoin(users, users.c.id == sessions.c.assistant_id)
        .where(calls.c.outcome == Outcome.OPEN.value, calls.c.pbx == pbx if pbx is not None else true())
        .order_by(calls.c.id)
    )
    return tuple([await _remembered(conn, row) for row in found])


async def _remembered(conn: AsyncConnection, row: Row[*tuple[Any, ...]]) -> RememberedCall:
    customer = await customer_numbers.match(conn, row.customer_id, row.number) if row.customer_id else None
    return rows.made(
        RememberedCall,
        row,
        calls,
        call=CallKey(row.pbx, row.unique_id),
        customer=customer,
        direction=Direction(row.direction),
        session_assistant=row.session_assistant,
    )


def _values(facts: CallRecord) -> dict[str, Any]:
    """Return the columns of a call."""
    values: dict[str, Any] = {name: getattr(facts, name) for name in _KEPT}
    values |= {"caller_name": facts.caller_name[:_NAME_KEPT], "outcome": facts.outcome.value}
    values["began_at"] = facts.began_at or facts.offered_at or facts.answered_at or facts.ended_at or _NEVER
    if facts.suppressed:
        values |= {"number": None, "caller_name": ""}
    return values | {**facts.call._asdict(), "practice": facts.call.pbx == PRACTICE_PBX}


@cache
def _recording(dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Make the statement that writes a call down over what is known of it."""
    statement = upserting(dialect, calls)
    new = statement.excluded
    merged: dict[str, ColumnElement[Any]] = {name: func.coalesce(new[name], calls.c[name]) for name in _KEPT}
    merged |= {name: func.coalesce(calls.c[name], new[name]) for name in _FIRST_SEEN}
    merged |= {name: func.coalesce(func.nullif(new[name], ""), calls.c[name]) for name in ("line", "queue")}
    known, told = _how_many(calls.c.stretches, dialect), _how_many(new.stretches, dialect)
    less = or_(_knows_less(new), told < known)  # a picture that began anew without what was written down
    merged["stretches"] = case((less, calls.c.stretches), else_=new.stretches)
    merged |= _caller(new)
    merged |= _ending(new)
    return statement.on_conflict_do_update(index_elements=["pbx", "unique_id"], set_=merged)


@cache
def _recording_one(dialect: str) -> Executable:
    return _recording(dialect).returning(*calls.c)


def _caller(new: Any) -> dict[str, ColumnElement[Any]]:
    """Once suppressed, always suppressed: the PBX may show the number in one message and withhold it in the next."""
    suppressed = or_(calls.c.suppressed, new.suppressed)
    name = func.coalesce(func.nullif(new.caller_name, ""), calls.c.caller_name)
    return {
        "suppressed": suppressed,
        "number": case((suppressed, null()), else_=func.coalesce(new.number, calls.c.number)),
        "caller_name": case((suppressed, ""), else_=name),
    }


def _ending(new: Any) -> dict[str, ColumnElement[Any]]:
    """Let a known ending stand against "still open" and "ended unseen"; anything else corrects it."""
    knows_less = or_(new.outcome == Outcome.OPEN.value, _knows_less(new))
    return {
        "outcome": case((knows_less, calls.c.outcome), else_=new.outcome),
        **{
            name: case(
                (knows_less, func.coalesce(calls.c[name], new[name])),
                else_=func.coalesce(new[name], calls.c[name]),
            )
            for name in ("ended_at", "ended_by")
        },
    }


def _knows_less(new: Any) -> ColumnElement[bool]:
    """Tell whether a record is late: the ending is known, and this says "still open" or "ended unseen"."""
    open_, unseen = Outcome.OPEN.value, Outcome.UNSEEN.value
    return or_(
        and_(new.outcome == open_, calls.c.outcome != open_),
        and_(new.outcome == unseen, calls.c.outcome != open_, calls.c.outcome != unseen),  # executemany takes no list
    )


def _how_many(journey: ColumnElement[Any], dialect: str) -> ColumnElement[int]:
    """Count the stretches of a journey, as it is written."""
    return func.json_array_length(cast(journey, postgresql.JSON) if dialect == "postgresql" else journey)


def _stored(row: Row[*tuple[Any, ...]]) -> StoredCall:
    facts = rows.made(
        CallRecord,
        row,
        calls,
        call=CallKey(row.pbx, row.unique_id),
        outcome=Outcome(row.outcome),
        direction=Direction(row.direction),
    )
    return StoredCall(row.id, facts, row.session_id, row.practice)
