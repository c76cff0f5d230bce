"""Support sessions. Rule: the database itself refuses a second session for one call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict, NotThere
from ionas_phone.live.effects import CallRecord
from ionas_phone.store import audit, call_backs, calls, customer_merges, customer_numbers, customers, rows, users
from ionas_phone.store import tables as t
from ionas_phone.store.database import upserting
from ionas_phone.store.tables import sessions
from ionas_phone.store.tables_billing import time_entries
from ionas_phone.store.types import Words
from ionas_phone.support.customers import Customer, Match
from ionas_phone.support.phone_numbers import is_e164
from ionas_phone.support.sessions import Ending, Session, SessionState
from ionas_phone.support.users import login_key


@dataclass(frozen=True, slots=True)
class Opened:
    """The one session of a call. ``matches``: whom the number may belong to, ``customer``: whose session it is.

    ``holder``: log-in name of the assistant whose session it is, if that is another than who answered.
    ``fresh``: it was opened just now, so that nothing is written in it yet.
    """

    session_id: int
    customer: Match | None
    matches: tuple[Match, ...]
    holder: str | None = None
    fresh: bool = False


async def open_for_call(conn: AsyncConnection, record: CallRecord, at: datetime) -> Opened:
    """Write the call down and open its session, bound to who answered. Idempotent, also for two processes at once.

    The customer is set if the number belongs to exactly one; a suppressed caller's number is stored nowhere.
    """
    call = await calls.record(conn, record)
    facts = call.record
    matches = await customer_numbers.matches(conn, facts.number) if facts.number else ()
    only = matches[0] if len(matches) == 1 else None
    session_id = call.session_id or await call_backs.continued(conn, call, [one.customer_id for one in matches])
    if session_id is None:
        session_id = await _insert(conn, call, only, at)
        if session_id is not None and not (only and await customer_merges.follow(conn, session_id)):
            return Opened(session_id, only, matches, fresh=True)
        session_id = session_id or await _of_call(conn, call.id)  # somebody else was first
    await _bind(conn, session_id, facts.answered_by)
    row = (await conn.execute(_ONE, {"one": session_id})).one()
    customer = await customer_numbers.match(conn, row.customer_id, facts.number) if row.customer_id else None
    return Opened(session_id, customer, matches, row.login if row.login != facts.answered_by else None)


async def get(conn: AsyncConnection, session_id: int) -> Session | None:
    """Return a session."""
    row = (await conn.execute(_ONE, {"one": session_id})).one_or_none()
    if row is None:
        return None
    return rows.session(Session, row, assistant=row.login)


async def set_customer(  # noqa: PLR0913 - a choice is all of this
    conn: AsyncConnection, session_id: int, customer_id: int | None, at: datetime, by: str, *, remember: bool = False
) -> None:
    """Say whose session it is. ``remember``: the caller's number (if it is a whole one) is theirs from now on.

    A number of the practice line becomes nobody's but a practice customer's. Raises NotThere.
    """
    session = await _known(conn, session_id)
    whose = None if customer_id is None else await customers.known(conn, customer_id)
    customer_id = whose.id if whose else None  # another, if it was merged meanwhile
    if session.customer_id != customer_id:
        await _change(conn, session_id, customer_id=customer_id)
        await customer_merges.follow(conn, session_id)
        await _note(conn, session_id, "update", ("customer_id",), at, by)
    if remember and whose and whose.practice >= session.practice and session.number and is_e164(session.number):
        await customer_numbers.attach(conn, whose.id, session.number, at, by)


async def chosen_meanwhile(conn: AsyncConnection, session_id: int, shown: int | None) -> Customer | None:
    """Return whose session it is by now, if that is not ``shown``, the customer it had when a form was shown.

    Holds the session's row: the same form may come twice at once.
    """
    await lock(conn, session_id)
    session = await get(conn, session_id)
    if session is None or session.customer_id in {None, shown}:
        return None
    return await customers.get(conn, session.customer_id)


async def hand_over(conn: AsyncConnection, session_id: int, login: str, at: datetime) -> None:
    """Make the session that of ``login``, who talks to the caller now. Idempotent; nobody known changes nothing."""
    user = await users.by_login(conn, login)
    if user is None:
        return
    changed = await conn.execute(
        update(sessions)
        .where(
            sessions.c.id == session_id,
            sessions.c.closed_at.is_(None),
            sessions.c.assistant_id.is_distinct_from(user.id),
        )
        .values(assistant_id=user.id, assistant_name=user.name)
    )
    if changed.rowcount:
        await _note(conn, session_id, "hand over", ("assistant",), at, audit.SERVICE)


async def reopen(conn: AsyncConnection, session_id: int, at: datetime, by: str) -> None:
    """Somebody works on it again; how it had ended is open again, too. Idempotent. Raises NotThere."""
    await lock(conn, session_id)
    if (await _known(conn, session_id)).state is SessionState.CLOSED:
        await _change(conn, session_id, closed_at=None, outcome=None)
        await _note(conn, session_id, "reopen", ("closed_at",), at, by)


async def end(conn: AsyncConnection, session_id: int, outcome: Ending | None, at: datetime, by: str) -> None:
    """Say how it ended, for good or (interrupted) for now; None: it goes on. Idempotent; the caller holds its row.

    Raises NotThere, or Conflict: no session is closed while its timer runs.
    """
    session = await _known(conn, session_id)
    closed_at = None if outcome in {None, Ending.INTERRUPTED} else session.closed_at or at
    if (session.outcome, session.closed_at) != (outcome, closed_at):
        if closed_at:
            await _refuse_running(conn, session_id)
        await _change(conn, session_id, outcome=outcome, closed_at=closed_at)
        changed = ("outcome",) if session.closed_at == closed_at else ("outcome", "closed_at")
        await _note(conn, session_id, "close" if closed_at else "update", changed, at, by)


async def lock(conn: AsyncConnection, session_id: int) -> None:
    """Keep everybody else from changing a session, or what belongs to it, until the transaction ends."""
    await conn.execute(select(sessions.c.id).where(sessions.c.id == session_id).with_for_update(key_share=True))


async def _insert(conn: AsyncConnection, call: calls.StoredCall, customer: Match | None, at: datetime) -> int | None:
    """Insert the session of a call, bound to who answered if that is a user of ours; None if it has one meanwhile."""
    facts = call.record
    values = {
        "call_id": call.id,
        "customer_id": customer and customer.customer_id,
        "answered_by": login_key(facts.answered_by or ""),
        "answered_at_phone": facts.answered_interface or "",
        "number": facts.number,
        "caller_name": facts.caller_name,
        "suppressed": facts.suppressed,
        "opened_at": at,
        "problem": "",
        "problem_version": 1,
        "version": 1,
        "practice": call.practice,
    }
    session_id = (await conn.execute(_opening(conn.dialect.name), values)).scalar_one_or_none()
    if session_id is None:
        return None
    await conn.execute(_LINK, {"of_call": call.id, "opened": session_id})
    opened = ("call_id", "customer_id") if customer else ("call_id",)
    await _note(conn, session_id, "open", opened, at, facts.answered_by or audit.SERVICE)
    return int(session_id)


async def _of_call(conn: AsyncConnection, call_id: int) -> int:
    found = await conn.execute(select(sessions.c.id).where(sessions.c.call_id == call_id))
    return int(found.scalar_one())


_LINK = update(t.calls).where(t.calls.c.id == bindparam("of_call")).values(session_id=bindparam("opened"))


@cache
def _opening(dialect: str) -> Executable:
    """Make the statement that inserts the session of a call that has none."""
    who = t.users.c.login_key == bindparam("answered_by")
    name = select(t.users.c.name).where(who).scalar_subquery()
    return (
        upserting(dialect, sessions)
        .values(
            assistant_id=select(t.users.c.id).where(who).scalar_subquery(),
            assistant_name=func.coalesce(name, bindparam("answered_at_phone", type_=Words())),
        )
        .on_conflict_do_nothing(index_elements=["call_id"])
        .returning(sessions.c.id)
    )


async def _bind(conn: AsyncConnection, session_id: int, login: str | None) -> None:
    """Bind a session that is nobody's yet to who answered, if that is a user of ours."""
    user = await users.by_login(conn, login) if login else None
    if user is not None:
        await conn.execute(
            update(sessions)
            .where(sessions.c.id == session_id, sessions.c.assistant_id.is_(None))
            .values(assistant_id=user.id, assistant_name=user.name)
        )


async def _known(conn: AsyncConnection, session_id: int) -> Session:
    if (session := await get(conn, session_id)) is None:
        raise NotThere("There is no such session (any more).")
    return session


async def _refuse_running(conn: AsyncConnection, session_id: int) -> None:
    running = exists().where(time_entries.c.session_id == session_id, time_entries.c.ended_at.is_(None))
    if (await conn.execute(select(running))).scalar_one():
        raise Conflict("The timer is still running; stop it first.")


async def _change(conn: AsyncConnection, session_id: int, **values: object) -> None:
    await conn.execute(
        update(sessions).where(sessions.c.id == session_id).values(**values, version=sessions.c.version + 1)
    )


async def _note(  # noqa: PLR0913, PLR0917 - a line of the log
    conn: AsyncConnection, session_id: int, action: str, fields: tuple[str, ...], at: datetime, by: str
) -> None:
    await audit.write(conn, audit.Entry(at, by, "session", session_id, action, fields))


_ONE = (
    select(sessions, t.users.c.login)
    .outerjoin(t.users, t.users.c.id == sessions.c.assistant_id)
    .where(sessions.c.id == bindparam("one"))
)
