"""Log-ins: people's signed-in browsers. Rule: only the hash of a token is stored; whether it still holds is asked here.

Two clocks run: ``idle_until`` moves on while the browser is used, ``absolute_until`` never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store import audit, rows
from ionas_phone.store.tables import logins, users
from ionas_phone.store.types import Instant
from ionas_phone.support.users import User

IDLE = timedelta(hours=12)  # a shift and a bit
ABSOLUTE = timedelta(days=7)

_TOUCH_AFTER = timedelta(minutes=1)
_AGENT_KEPT = 200  # characters of a browser's description of itself


@dataclass(frozen=True, slots=True)
class Login:
    """One signed-in browser. Instants UTC."""

    id: int
    user_id: int
    created_at: datetime
    seen_at: datetime
    idle_until: datetime
    absolute_until: datetime
    user_agent: str

    def holds(self, at: datetime) -> bool:
        """Tell whether it has not run out; that it was revoked only the store knows (``find``)."""
        return at < min(self.idle_until, self.absolute_until)

    def wants_touch(self, at: datetime) -> bool:
        """Tell whether ``touch`` is due: it is a write, so not at each request."""
        return at - self.seen_at >= _TOUCH_AFTER


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody's log-ins that hold: how many, and when one was used last (UTC)."""

    log_ins: int
    seen_at: datetime


def _holding(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Neither signed out nor run out."""
    return and_(logins.c.revoked_at.is_(None), logins.c.idle_until > at, logins.c.absolute_until > at)


_COLUMNS = rows.columns(Login, logins)
_FIND = (
    select(logins.c.token_hash, *_COLUMNS, *rows.USER)
    .join(users, users.c.id == logins.c.user_id)
    .where(
        logins.c.token_hash.in_(bindparam("hashes", expanding=True)),
        _holding(bindparam("at", type_=Instant)),
        users.c.disabled.is_(False),
    )
)


async def open(  # noqa: A001, PLR0913 - logins.open(...) is what happens; all of it is needed
    conn: AsyncConnection,
    user_id: int,
    token_hash: bytes,
    at: datetime,
    user_agent: str = "",
    *,
    idle: timedelta = IDLE,
    absolute: timedelta = ABSOLUTE,
) -> Login:
    """Sign a browser in. ``token_hash``: SHA-256 of a 256-bit token."""
    found = await conn.execute(
        insert(logins)
        .values(
            user_id=user_id,
            token_hash=token_hash,
            created_at=at,
            seen_at=at,
            idle_until=min(at + idle, at + absolute),
            absolute_until=at + absolute,
            user_agent=user_agent[:_AGENT_KEPT],
        )
        .returning(*_COLUMNS)
    )
    login = rows.made(Login, found.one(), logins)
    await _note(conn, login.id, "open", at, await _login_name(conn, user_id))
    return login


async def find(conn: AsyncConnection, token_hash: bytes, at: datetime) -> tuple[Login, User] | None:
    """Return the log-in of a token and whose it is; None if it has expired, was revoked, or the user is disabled."""
    return (await find_all(conn, (token_hash,), at)).get(token_hash)


async def find_all(
    conn: AsyncConnection, token_hashes: Sequence[bytes], at: datetime
) -> dict[bytes, tuple[Login, User]]:
    """Return the log-ins of some tokens, by their hashes; those that hold no more are left out."""
    found = await conn.execute(_FIND, {"hashes": token_hashes, "at": at})
    return {row.token_hash: (rows.made(Login, row, logins), rows.user(row)) for row in found}


async def present(conn: AsyncConnection, at: datetime) -> dict[int, Presence]:
    """Return who is signed in, by the user's id."""
    found = await conn.execute(
        select(
            logins.c.user_id, func.count().label("log_ins"), func.max(logins.c.seen_at, type_=Instant).label("seen_at")
        )
        .where(_holding(at))
        .group_by(logins.c.user_id)
    )
    return {row.user_id: Presence(row.log_ins, row.seen_at) for row in found}


async def touch(conn: AsyncConnection, login_id: int, at: datetime, idle: timedelta = IDLE) -> None:
    """Note that the browser was used (see ``Login.wants_touch``)."""
    until = literal(at + idle, Instant)
    await conn.execute(
        update(logins)
        .where(logins.c.id == login_id, logins.c.seen_at < at)
        .values(
            seen_at=at,
            idle_until=case((until < logins.c.absolute_until, until), else_=logins.c.absolute_until),
        )
    )


async def revoke(conn: AsyncConnection, token_hash: bytes, at: datetime) -> None:
    """Sign one browser out; nothing happens if it is signed out already."""
    for row in await _close(conn, at, logins.c.token_hash == token_hash):
        await _note(conn, row.id, "close", at, await _login_name(conn, row.user_id))


async def revoke_all(
    conn: AsyncConnection, user_id: int, at: datetime, by: str, *, but: int | None = None
) -> tuple[int, ...]:
    """Sign a user out everywhere, the log-in ``but`` excepted; return the ids of the log-ins that ended."""
    closed = await _close(conn, at, logins.c.user_id == user_id, logins.c.id != (but or 0))
    return await _noted(conn, closed, at, by)


async def revoke_one(conn: AsyncConnection, user_id: int, login_id: int, at: datetime, by: str) -> tuple[int, ...]:
    """Sign one browser of a user out; return its id, nothing if it is somebody else's or signed out already."""
    closed = await _close(conn, at, logins.c.id == login_id, logins.c.user_id == user_id)
    return await _noted(conn, closed, at, by)


async def of_user(conn: AsyncConnection, user_id: int, at: datetime) -> tuple[Login, ...]:
    """Return where a user is signed in at the moment, the browser used last first."""
    found = await conn.execute(
        select(*_COLUMNS)
        .where(logins.c.user_id == user_id, _holding(at))
        .order_by(logins.c.seen_at.desc(), logins.c.id.desc())
    )
    return tuple(rows.made(Login, row, logins) for row in found)


async def purge(conn: AsyncConnection, before: datetime) -> int:
    """Forget log-ins that ended before ``before``; return how many."""
    gone = await conn.execute(
        delete(logins)
        .where(or_(logins.c.revoked_at < before, logins.c.idle_until < before, logins.c.absolute_until < before))
        .returning(logins.c.id)
    )
    return len(gone.all())


async def _close(conn: AsyncConnection, at: datetime, *which: ColumnElement[bool]) -> Sequence[Row[int, int]]:
    """Sign those out that are not yet; return their ids and whose they are."""
    closed = await conn.execute(
        update(logins)
        .where(*which, logins.c.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(logins.c.id, logins.c.user_id)
    )
    return closed.all()


async def _noted(conn: AsyncConnection, closed: Sequence[Row[int, int]], at: datetime, by: str) -> tuple[int, ...]:
    ids = tuple(row.id for row in closed)
    for login_id in ids:
        await _note(conn, login_id, "close", at, by)
    return ids


async def _note(conn: AsyncConnection, login_id: int, action: str, at: datetime, by: str) -> None:
    await audit.write(conn, audit.Entry(at, by, "login", login_id, action, ()))


async def _login_name(conn: AsyncConnection, user_id: int) -> str:
    found = await conn.execute(select(users.c.login).where(users.c.id == user_id))
    return str(found.scalar_one())
