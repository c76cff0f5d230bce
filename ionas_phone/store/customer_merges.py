"""Two records that are one customer. Rule: what belongs to one moves to the other; documents stay as they are.

What was agreed names the record it was agreed with: that record stays, and leads on to the one it was merged into.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict
from ionas_phone.store import audit, customer_words, customers
from ionas_phone.store import tables as t
from ionas_phone.store import tables_billing as b
from ionas_phone.store.database import upsert
from ionas_phone.store.tables import phone_numbers, sessions
from ionas_phone.store.tables_customers import customer_merges, foreign_numbers
from ionas_phone.support.customers import Customer, NewCustomer, merged


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge of ``gone`` into ``kept`` would do; ``result``: the record afterwards, ``refused``: why it can't be.

    ``sessions``, ``open_sessions``, ``calls``, ``acceptances``, ``time_entries``: how many move along.
    """

    kept: Customer
    gone: Customer
    result: NewCustomer
    sessions: int
    open_sessions: int
    calls: int
    acceptances: int
    time_entries: int
    refused: tuple[Conflict, ...]


async def preview(conn: AsyncConnection, kept_id: int, gone_id: int) -> Preview:
    """Tell what a merge would do; nothing is changed. Raises NotThere."""
    kept, gone = await customers.known(conn, kept_id), await customers.known(conn, gone_id)
    theirs = sessions.c.customer_id == gone.id
    of_session = select(sessions.c.id).where(theirs)
    called = or_(t.calls.c.session_id.in_(of_session), t.calls.c.number.in_(gone.phones))
    return Preview(
        kept,
        gone,
        merged(kept, gone),
        sessions=await _count(conn, theirs),
        open_sessions=await _count(conn, theirs, sessions.c.closed_at.is_(None)),
        calls=await _count(conn, called),
        acceptances=await _count(conn, b.acceptances.c.session_id.in_(of_session)),
        time_entries=await _count(conn, b.time_entries.c.session_id.in_(of_session)),
        refused=await _refused(conn, kept, gone),
    )


async def merge(  # noqa: PLR0913, PLR0917 - a merge is all of this
    conn: AsyncConnection, kept_id: int, gone_id: int, versions: tuple[int, int], at: datetime, by: str
) -> tuple[int, ...]:
    """Merge ``gone`` into ``kept``, both as they were at ``versions``; return the sessions that moved.

    Raises NotThere, Conflict (changed meanwhile, or it can't be).
    """
    # A session that is being opened for one of them is waited for, and then moves, too.
    both = select(t.customers.c.id).where(t.customers.c.id.in_((kept_id, gone_id))).order_by(t.customers.c.id)
    await conn.execute(both.with_for_update())
    kept, gone = await customers.known(conn, kept_id), await customers.known(conn, gone_id)
    if why := await _refused(conn, kept, gone):
        raise why[0]
    new = merged(kept, gone)
    values = {kept.id: customers.values(new, kept.number), gone.id: {}}
    for one, version in sorted(((kept, versions[0]), (gone, versions[1])), key=lambda pair: pair[0].id):
        await customers.bump(conn, one.id, at, version, **values[one.id])
    await _move_numbers(conn, kept, gone)
    moved = await _move_sessions(conn, kept, gone, at, by)
    follow = update(customer_merges).where(customer_merges.c.into_id == gone.id).values(into_id=kept.id)
    await conn.execute(follow)
    await conn.execute(insert(customer_merges).values(customer_id=gone.id, into_id=kept.id, at=at, by=by))
    await customer_words.rewrite(conn, gone, None)
    await customer_words.rewrite(conn, kept, await customers.known(conn, kept.id))
    changed = tuple(field.name for field in fields(new) if getattr(kept, field.name) != getattr(new, field.name))
    await customers.note(conn, kept.id, "merge", changed, at, by)
    await customers.note(conn, gone.id, "merged away", (), at, by)
    return moved


async def follow(conn: AsyncConnection, session_id: int) -> bool:
    """Move a session that has just been given a customer on, if that one was merged away meanwhile; tell whether.

    Whoever writes the customer down waits for the merge (PostgreSQL), but has chosen the customer before it.
    """
    return (await conn.execute(_FOLLOW, {"of_session": session_id})).rowcount > 0


_FOLLOW = (
    update(sessions)
    .where(
        sessions.c.id == bindparam("of_session"),
        sessions.c.customer_id.in_(select(customer_merges.c.customer_id)),
    )
    .values(
        customer_id=select(customer_merges.c.into_id)
        .where(customer_merges.c.customer_id == sessions.c.customer_id)
        .scalar_subquery()
    )
)


async def _refused(conn: AsyncConnection, kept: Customer, gone: Customer) -> tuple[Conflict, ...]:
    """Return what forbids it, in the order in which it can be mended."""
    if kept.id == gone.id:
        return (Conflict("This is one and the same record."),)
    found = []
    if kept.practice != gone.practice:
        found.append(Conflict("One of them is for practice only: practice and real customers stay apart."))
    if kept.kind is not gone.kind:
        found.append(
            Conflict(
                "One is a consumer, the other a business, with other prices and rights; correct one of them first."
            )
        )
    running = exists().where(b.time_entries.c.session_id == sessions.c.id, b.time_entries.c.ended_at.is_(None))
    timers = select(sessions.c.customer_id).where(sessions.c.customer_id.in_((kept.id, gone.id)), running)
    if {*(await conn.execute(timers)).scalars()} == {kept.id, gone.id}:
        found.append(Conflict("For both of them a timer is running; stop one of the two first."))
    return tuple(found)


async def _move_numbers(conn: AsyncConnection, kept: Customer, gone: Customer) -> None:
    """Give the numbers of one to the other; a number in either record is theirs, whatever was said before."""
    for row in await conn.execute(select(phone_numbers).where(phone_numbers.c.customer_id == gone.id)):
        await conn.execute(
            upsert(conn, phone_numbers)
            .values(customer_id=kept.id, e164=row.e164, created_at=row.created_at, learned_by=row.learned_by)
            .on_conflict_do_nothing(index_elements=["customer_id", "e164"])
        )
    await conn.execute(delete(phone_numbers).where(phone_numbers.c.customer_id == gone.id))
    numbers = {*kept.phones, *gone.phones}
    for row in (await conn.execute(select(foreign_numbers).where(foreign_numbers.c.customer_id == gone.id))).all():
        await conn.execute(
            upsert(conn, foreign_numbers)
            .values(customer_id=kept.id, e164=row.e164, at=row.at, by=row.by)
            .on_conflict_do_nothing(index_elements=["customer_id", "e164"])
        )
    both = foreign_numbers.c.customer_id.in_((kept.id, gone.id))
    out = or_(foreign_numbers.c.customer_id == gone.id, foreign_numbers.c.e164.in_(numbers))
    await conn.execute(delete(foreign_numbers).where(both, out))


async def _move_sessions(
    conn: AsyncConnection, kept: Customer, gone: Customer, at: datetime, by: str
) -> tuple[int, ...]:
    found = await conn.execute(
        update(sessions)
        .where(sessions.c.customer_id == gone.id)
        .values(customer_id=kept.id, version=sessions.c.version + 1)
        .returning(sessions.c.id)
    )
    moved = tuple(sorted(found.scalars()))
    for session in moved:
        await audit.write(conn, audit.Entry(at, by, "session", session, "update", ("customer_id",)))
    return moved


async def _count(conn: AsyncConnection, *conditions: ColumnElement[bool]) -> int:
    return int((await conn.execute(select(func.count()).where(*conditions))).scalar_one())
