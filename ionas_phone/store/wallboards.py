"""Screens that may show a queue. Rule: only a token's hash is stored; one that was revoked never holds again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import NotThere
from ionas_phone.store import audit, rows
from ionas_phone.store.tables_queues import wallboards
from ionas_phone.support.wallboards import NewWallboard, Wallboard, checked

_COLUMNS: Final = rows.columns(Wallboard, wallboards)
_SEEN_AFTER: Final = timedelta(minutes=1)


async def every(conn: AsyncConnection) -> tuple[Wallboard, ...]:
    """Return all, those that hold first, the newest first among them."""
    found = await conn.execute(select(*_COLUMNS).order_by(wallboards.c.revoked_at.is_not(None), wallboards.c.id.desc()))
    return tuple(rows.made(Wallboard, row, wallboards) for row in found)


async def add(conn: AsyncConnection, new: NewWallboard, token_hash: bytes, at: datetime, by: str) -> Wallboard:
    """Let a screen in. ``token_hash``: SHA-256 of a 256-bit token. Raises FormWrong."""
    values = {"queue": new.queue, "name": checked(new).name, "token_hash": token_hash}
    made = await conn.execute(insert(wallboards).values(**values, created_at=at, created_by=by).returning(*_COLUMNS))
    wallboard = rows.made(Wallboard, made.one(), wallboards)
    await audit.write(conn, audit.Entry(at, by, "wallboard", wallboard.id, "create", ("queue", "name")))
    return wallboard


async def find(conn: AsyncConnection, token_hash: bytes) -> Wallboard | None:
    """Return the screen of a token, None if it was revoked or never made."""
    found = await conn.execute(
        select(*_COLUMNS).where(wallboards.c.token_hash == token_hash, wallboards.c.revoked_at.is_(None))
    )
    row = found.one_or_none()
    return None if row is None else rows.made(Wallboard, row, wallboards)


async def touch(conn: AsyncConnection, wallboard_id: int, at: datetime) -> None:
    """Note that the screen was there."""
    late = or_(wallboards.c.seen_at.is_(None), wallboards.c.seen_at < at - _SEEN_AFTER)
    await conn.execute(update(wallboards).where(wallboards.c.id == wallboard_id, late).values(seen_at=at))


async def revoke(conn: AsyncConnection, wallboard_id: int, at: datetime, by: str) -> None:
    """Let a screen in no more; nothing happens if that was done. Raises NotThere."""
    mine = wallboards.c.id == wallboard_id
    done = await conn.execute(
        update(wallboards)
        .where(mine, wallboards.c.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=by)
        .returning(wallboards.c.id)
    )
    if done.one_or_none() is not None:
        await audit.write(conn, audit.Entry(at, by, "wallboard", wallboard_id, "revoke", ("revoked_at",)))
    elif (await conn.execute(select(wallboards.c.id).where(mine))).one_or_none() is None:
        raise NotThere("There is no such wallboard.")
