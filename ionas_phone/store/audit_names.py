"""What the lines of the log are about, by the names people know. Rule: what is gone has none; no line fails for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store import tables as t
from ionas_phone.store.audit import Line


@dataclass(frozen=True, slots=True)
class Names:
    """``people``: name by log-in name. By id: ``users`` log-in name, ``log_ins`` whose, ``customers`` number."""

    people: dict[str, str]
    users: dict[int, str]
    log_ins: dict[int, str]
    customers: dict[int, str]


async def names_for(conn: AsyncConnection, lines: Iterable[Line]) -> Names:
    """Return the names that ``lines`` need."""
    ids: dict[str, set[int]] = {"user": set(), "login": set(), "customer": set()}
    for line in lines:
        ids.setdefault(line.entry.noun, set()).add(line.entry.noun_id)
    of_log_ins = select(t.logins.c.id, t.users.c.login).join(t.users, t.users.c.id == t.logins.c.user_id)
    return Names(
        people={row.login: row.name for row in await conn.execute(select(t.users.c.login, t.users.c.name))},
        users=await _found(conn, select(t.users.c.id, t.users.c.login), t.users.c.id, ids["user"]),
        log_ins=await _found(conn, of_log_ins, t.logins.c.id, ids["login"]),
        customers=await _found(conn, select(t.customers.c.id, t.customers.c.number), t.customers.c.id, ids["customer"]),
    )


async def _found(conn: AsyncConnection, wanted: Select[int, str], key: Column[int], ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    return {row[0]: row[1] for row in await conn.execute(wanted.where(key.in_(sorted(ids))))}
