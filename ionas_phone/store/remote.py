"""Remote sessions. Rule: the database keeps one open for a support session; both ends say by whom and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict, NotThere
from ionas_phone.store import audit, rows, sessions
from ionas_phone.store.tables_remote import remote_sessions
from ionas_phone.support.remote import RemoteSession, read_id
from ionas_phone.support.sessions import SessionState

_OPEN = remote_sessions.c.ended_at.is_(None)


async def start(conn: AsyncConnection, session_id: int, remote_id: str, at: datetime, by: str) -> RemoteSession:
    """Write down that a remote session with this ID begins. The same one begun twice is one.

    Raises FormWrong (no ID), NotThere, Conflict: the support session is closed, or another computer is looked into.
    """
    digits = read_id(remote_id)
    await sessions.lock(conn, session_id)
    session = await sessions.get(conn, session_id)
    if session is None:
        raise NotThere("There is no such session (any more).")
    if session.state is SessionState.CLOSED:
        raise Conflict("This session is closed; open it again first.")
    now_open = await open_of(conn, session_id)
    if now_open and now_open.remote_id != digits:
        raise Conflict("Another remote session is still open; end that one first.")
    if now_open:
        return now_open
    row = await conn.execute(
        insert(remote_sessions)
        .values(session_id=session_id, remote_id=digits, started_at=at, started_by=by, broken_off=False)
        .returning(remote_sessions)
    )
    await _note(conn, session_id, "start", ("remote_id",), at, by)
    return rows.made(RemoteSession, row.one(), remote_sessions)


async def end(conn: AsyncConnection, session_id: int, at: datetime, by: str, *, broken_off: bool = False) -> None:
    """Write down that it is over; ``broken_off``: by the customer. Nothing is open: nothing is changed."""
    changed = await conn.execute(
        update(remote_sessions)
        .where(remote_sessions.c.session_id == session_id, _OPEN)
        .values(ended_at=at, ended_by=by, broken_off=broken_off)
    )
    if changed.rowcount:
        await _note(conn, session_id, "break off" if broken_off else "end", ("ended_at",), at, by)


async def open_of(conn: AsyncConnection, session_id: int) -> RemoteSession | None:
    """Return the one that is open, if any."""
    found = await conn.execute(select(remote_sessions).where(remote_sessions.c.session_id == session_id, _OPEN))
    row = found.one_or_none()
    return None if row is None else rows.made(RemoteSession, row, remote_sessions)


async def of_session(conn: AsyncConnection, session_id: int) -> tuple[RemoteSession, ...]:
    """Return all of a support session, oldest first."""
    query = select(remote_sessions).where(remote_sessions.c.session_id == session_id).order_by(remote_sessions.c.id)
    return tuple(rows.made(RemoteSession, row, remote_sessions) for row in await conn.execute(query))


async def _note(  # noqa: PLR0913, PLR0917 - a line of the log
    conn: AsyncConnection, session_id: int, action: str, fields: tuple[str, ...], at: datetime, by: str
) -> None:
    await audit.write(conn, audit.Entry(at, by, "remote session", session_id, action, fields))
