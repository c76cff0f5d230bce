"""The timer of a session. Rule: the server's clock, a key per command, and the database itself refuses a second timer.

Each command first ends what had to end before it (store.work.locked), then asks the table of transitions and what must
be there before anything may cost something. Sent twice with the same key, it gives the first result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.billing.minutes import seconds, used
from ionas_phone.billing.work import Records, in_force, needs, state_of
from ionas_phone.errors import Conflict, NotThere
from ionas_phone.store import audit, rows, sessions, users, work
from ionas_phone.store import tables as t
from ionas_phone.store import tables_billing as b
from ionas_phone.store.database import upsert
from ionas_phone.support.sessions import Ending
from ionas_phone.support.time_entries import Correction, checked_reason
from ionas_phone.support.work import Command, Deed, Step, WorkState, after

_RUNS = {Command.START, Command.RESUME}


@dataclass(frozen=True, slots=True)
class Running:
    """A timer that runs: whose, and when its deadlines are. Instants UTC."""

    session_id: int
    entry_id: int
    assistant: str
    warn_at: datetime
    limit_at: datetime


async def start(conn: AsyncConnection, session_id: int, deed: Deed) -> Step:
    """Begin to measure billable time, for the first time. Raises Conflict (with what is missing), NotThere."""
    return await _command(conn, session_id, Command.START, deed)


async def pause(conn: AsyncConnection, session_id: int, deed: Deed) -> Step:
    """Stop measuring for a while. Raises Conflict, NotThere."""
    return await _command(conn, session_id, Command.PAUSE, deed)


async def resume(conn: AsyncConnection, session_id: int, deed: Deed) -> Step:
    """Go on measuring, also on another day or by somebody else, while the yes holds. Raises Conflict, NotThere."""
    return await _command(conn, session_id, Command.RESUME, deed)


async def stop(conn: AsyncConnection, session_id: int, deed: Deed) -> Step:
    """Stop measuring: the work is done. Raises Conflict, NotThere."""
    return await _command(conn, session_id, Command.STOP, deed)


async def finish(conn: AsyncConnection, session_id: int, outcome: Ending, deed: Deed) -> None:
    """End the session, for good or (interrupted) for now; a running timer is stopped or paused with it.

    Idempotent. Raises Conflict (declined after work, ended otherwise already, or gone on since the form was sent
    before), NotThere.
    """
    known = await work.locked(conn, session_id, deed.at)
    if known.outcome is outcome:
        return
    if await _by_key(conn, deed.key):  # two windows may show one form: its key has done what it could
        raise Conflict("This form was sent before, and the session has gone on since; load the page anew.")
    state = state_of(known)
    if outcome is Ending.DECLINED and known.entries:
        raise Conflict("There was work already that the customer had accepted; close the session as done.")
    if known.closed and (known.outcome or outcome is Ending.INTERRUPTED):
        raise Conflict("This session is closed; open it again first.")
    if outcome is Ending.INTERRUPTED and state is WorkState.RUNNING:
        await _carry_out(conn, known, Command.PAUSE, deed)
    elif outcome is not Ending.INTERRUPTED and state in {WorkState.ACCEPTED, WorkState.RUNNING, WorkState.PAUSED}:
        await _carry_out(conn, known, Command.STOP, deed)
    else:
        await work.remember(conn, session_id, state, deed)
    await sessions.end(conn, session_id, outcome, deed.at, deed.by)


async def correct(conn: AsyncConnection, session_id: int, change: int, reason: str, deed: Deed) -> Correction:
    """Give a session ``change`` seconds more or (negative) less than was measured.

    Never less than nothing, never more than was accepted. Raises FormWrong, Conflict, NotThere.
    """
    known = await work.locked(conn, session_id, deed.at)
    found = await conn.execute(select(b.time_corrections).where(b.time_corrections.c.key == deed.key))
    first = found.one_or_none()
    if first is not None:
        _refuse_other_session(first.session_id, session_id)
        return rows.made(Correction, first, b.time_corrections)
    reason = checked_reason(reason)
    _refuse_correction(known, change, deed.at)
    written = await conn.execute(
        insert(b.time_corrections)
        .values(session_id=session_id, seconds=change, reason=reason, key=deed.key, at=deed.at, by=deed.by)
        .returning(b.time_corrections)
    )
    made = rows.made(Correction, written.one(), b.time_corrections)
    await audit.write(conn, audit.Entry(deed.at, deed.by, "session", session_id, "correct", ("seconds", "reason")))
    await work.arm(conn, session_id)
    return made


async def expire(conn: AsyncConnection, session_id: int, at: datetime) -> bool:
    """End the running timer if its accepted minutes are used up at ``at``; tell whether none runs now."""
    known = await work.locked(conn, session_id, at)
    await work.arm(conn, session_id)  # not due yet after all: then its deadlines were old
    return known.running is None


async def running(conn: AsyncConnection) -> tuple[Running, ...]:
    """Return all timers that run, the next to reach its limit first."""
    found = await conn.execute(_RUNNING)
    return tuple(Running(row.session_id, row.entry_id, row.login, row.warn_at, row.limit_at) for row in found)


_RUNNING = (  # kept: it is asked every few seconds
    select(b.time_entries.c.session_id, b.deadlines, t.users.c.login)
    .join(b.time_entries, b.time_entries.c.id == b.deadlines.c.entry_id)
    .join(t.users, t.users.c.id == b.time_entries.c.assistant_id)
    .order_by(b.deadlines.c.limit_at)
)


async def arm_all(conn: AsyncConnection) -> None:
    """Write the deadlines of all running timers anew, as a start of the service does."""
    found = await conn.execute(select(b.time_entries.c.session_id).where(b.time_entries.c.ended_at.is_(None)))
    for session_id in found.scalars().all():
        await work.arm(conn, session_id)


async def _command(conn: AsyncConnection, session_id: int, command: Command, deed: Deed) -> Step:
    return await _carry_out(conn, await work.locked(conn, session_id, deed.at), command, deed)


async def _carry_out(conn: AsyncConnection, known: Records, command: Command, deed: Deed) -> Step:
    first = await _by_key(conn, deed.key)
    if first is not None:
        _refuse_other_session(first.session_id, known.session_id)
        return first
    if command is Command.PAUSE and (limit := await _limited(conn, known)):
        return limit  # the limit was faster than the hand
    state = after(state_of(known), command)
    if command in _RUNS:
        if missing := needs(known, deed.at):
            raise missing[0]
        entry_id: int | None = await _begin(conn, known, deed)
        await sessions.hand_over(conn, known.session_id, deed.by, deed.at)
        await sessions.end(conn, known.session_id, None, deed.at, deed.by)  # interrupted before, it goes on
    else:
        entry_id = known.running.id if known.running else None
        if known.running:
            await work.end_entry(conn, known.running, deed.at)
    step = Step(command, state, known.session_id, entry_id, deed.at, deed.by)
    await work.write_step(conn, step, deed.key)
    await work.arm(conn, known.session_id)
    return step


async def _begin(conn: AsyncConnection, known: Records, deed: Deed) -> int:
    """Insert a running stretch; the database decides whether there is a timer already. Raises Conflict, NotThere."""
    assistant, holds = await users.by_login(conn, deed.by), in_force(known)
    if assistant is None or holds is None:
        raise NotThere("There is no user %(login)s.", login=deed.by)
    # The clock may have been set back since the last stretch ended: no second is measured twice.
    begin = max([deed.at, *(entry.ended_at for entry in known.entries if entry.ended_at)])
    written = await conn.execute(
        upsert(conn, b.time_entries)
        .values(session_id=known.session_id, assistant_id=assistant.id, acceptance_id=holds[0].id, started_at=begin)
        .on_conflict_do_nothing()
        .returning(b.time_entries.c.id)
    )
    entry_id = written.scalar_one_or_none()
    if entry_id is None:
        raise Conflict("Your timer runs in another session; pause or stop that one first.")
    return int(entry_id)


async def _by_key(conn: AsyncConnection, key: str) -> Step | None:
    return await _step(conn, select(b.timer_steps).where(b.timer_steps.c.key == key))


async def _limited(conn: AsyncConnection, known: Records) -> Step | None:
    """Return the step by which the limit has paused the timer, if that was the last one."""
    mine = select(b.timer_steps).where(b.timer_steps.c.session_id == known.session_id)
    last = await _step(conn, mine.order_by(b.timer_steps.c.id.desc()).limit(1))
    return last if last and last.command is Command.LIMIT else None


async def _step(conn: AsyncConnection, query: Select[*tuple[Any, ...]]) -> Step | None:
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return None
    return rows.made(Step, row, b.timer_steps, command=Command(row.command), state=WorkState(row.state))


def _refuse_other_session(theirs: int, session_id: int) -> None:
    if theirs != session_id:
        raise Conflict("This was sent for another session already; load the page anew.")


def _refuse_correction(known: Records, change: int, at: datetime) -> None:
    holds = in_force(known)
    accepted = holds[0] if holds else next(reversed(known.yeses), None)
    if accepted is None:
        raise Conflict("The customer has not accepted an estimate yet; before that nothing may cost anything.")
    active = seconds(used(known.entries, known.corrections, at))
    if change == 0 or active + change < 0:
        raise Conflict("A correction adds or takes away seconds, and not more than were measured.")
    if change > 0 and active + change > accepted.minutes_to * 60:
        raise Conflict("This would be more than the accepted %(minutes)d minutes.", minutes=accepted.minutes_to)
