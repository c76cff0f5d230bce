"""Sessions as lists: somebody's open ones, those closed last, a customer's. Rule: it only reads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store import rows
from ionas_phone.store import tables as t
from ionas_phone.store.tables import sessions
from ionas_phone.support.customers import display_name
from ionas_phone.support.sessions import SessionLine
from ionas_phone.support.users import login_key


async def open_of(conn: AsyncConnection, login: str) -> tuple[SessionLine, ...]:
    """Return the open sessions of an assistant, newest first, and until when was talked about each."""
    return await _lines(conn, _OPEN, {"key": login_key(login)})


async def closed_of(conn: AsyncConnection, login: str, limit: int) -> tuple[SessionLine, ...]:
    """Return the last closed sessions of an assistant, newest first."""
    mine = select(t.users.c.id).where(t.users.c.login_key == login_key(login)).scalar_subquery()
    newest = _LINES.order_by(None).order_by(sessions.c.id.desc()).limit(limit)
    return await _lines(conn, newest.where(sessions.c.assistant_id == mine, sessions.c.closed_at.is_not(None)), {})


async def history(conn: AsyncConnection, customer_id: int, limit: int = 10) -> tuple[SessionLine, ...]:
    """Return the sessions of a customer, open ones first, then newest first."""
    return await _lines(conn, _HISTORY, {"of": customer_id, "at_most": limit})


_LINES = (
    select(sessions, t.customers.c.name.label("customer"), t.customers.c.company)
    .outerjoin(t.customers, t.customers.c.id == sessions.c.customer_id)
    .order_by(sessions.c.closed_at.is_(None).desc(), sessions.c.id.desc())  # not by time: clocks are set back
)
_TALKED_UNTIL = select(func.max(t.calls.c.ended_at)).where(t.calls.c.session_id == sessions.c.id).scalar_subquery()
_OPEN = (
    _LINES.join(t.users, t.users.c.id == sessions.c.assistant_id)
    .add_columns(_TALKED_UNTIL.label("talked_until"))
    .where(t.users.c.login_key == bindparam("key"), sessions.c.closed_at.is_(None))
)
_HISTORY = _LINES.where(sessions.c.customer_id == bindparam("of")).limit(bindparam("at_most", type_=Integer()))


async def _lines(
    conn: AsyncConnection, query: Select[*tuple[Any, ...]], values: dict[str, object]
) -> tuple[SessionLine, ...]:
    return tuple(
        rows.session(
            SessionLine,
            row,
            customer_name=display_name(row.customer or "", row.company or ""),
            talked_until=row._mapping.get("talked_until"),  # noqa: SLF001 - SQLAlchemy's public name
        )
        for row in await conn.execute(query, values)
    )
