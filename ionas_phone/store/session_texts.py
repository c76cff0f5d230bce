"""What people write into a session. Rule: a text is saved over the one it was typed on; nothing typed is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import NotThere
from ionas_phone.store import audit
from ionas_phone.store.tables import sessions, users
from ionas_phone.support.sessions import Clash, Saved, SessionText, checked_text


async def save(  # noqa: PLR0913, PLR0917 - a save is all of this
    conn: AsyncConnection, session_id: int, which: SessionText, version: int, text: str, at: datetime, by: str
) -> Saved | Clash:
    """Save a text over the one that was there at ``version``; a Clash if somebody wrote another one since.

    ``version`` is the row's: what happened meanwhile to the other texts, or to the session, is no clash. The same text
    saved twice is saved once. Raises FormWrong (too long), NotThere.
    """
    text = checked_text(text, which)
    is_now, since, saved_at, saved_by = _columns(which)
    written = await conn.execute(
        update(sessions)
        .where(sessions.c.id == session_id, since <= version, sessions.c.version >= version, is_now != text)
        .values(
            {
                is_now.name: text,
                since.name: sessions.c.version + 1,
                saved_at.name: at,
                saved_by.name: by,
                "version": sessions.c.version + 1,
            }
        )
        .returning(sessions.c.version)
    )
    row = written.one_or_none()
    if row is None:
        return await _not_written(conn, session_id, which, text, at)
    await audit.write(conn, audit.Entry(at, by, "session", session_id, "update", (which.value,)))
    return Saved(row.version, at)


async def _not_written(
    conn: AsyncConnection, session_id: int, which: SessionText, text: str, at: datetime
) -> Saved | Clash:
    """Tell why a text could not be saved: the very same is there already, or another one."""
    is_now, _, saved_at, saved_by = _columns(which)
    found = await conn.execute(
        select(is_now.label("text"), sessions.c.version, saved_at.label("at"), saved_by.label("by"), users.c.name)
        .outerjoin(users, users.c.login == saved_by)
        .where(sessions.c.id == session_id)
    )
    row = found.one_or_none()
    if row is None:
        raise NotThere("There is no such session (any more).")
    if row.text == text:
        return Saved(row.version, row.at or at)
    return Clash(row.text, row.name or row.by or "", row.version, row.at or at, row.by or "")


def _columns(which: SessionText) -> tuple[Column[Any], Column[Any], Column[Any], Column[Any]]:
    """Return the columns of a text: itself, the row's version since which it is so, when and by whom it was saved."""
    saved = "" if which is SessionText.PROBLEM else f"{which}_"
    names = (which.value, f"{which}_version", f"{saved}saved_at", f"{saved}saved_by")
    text, since, at, by = (sessions.c[name] for name in names)
    return text, since, at, by
