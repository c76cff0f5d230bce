"""Tariff versions. Rule: they only grow; which one counts on a day is decided by that day alone.

A version whose first day has not come yet can be withdrawn: no estimate was made by it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict, NotThere
from ionas_phone.store import audit, rows
from ionas_phone.store.database import upsert
from ionas_phone.store.tables_billing import tariffs
from ionas_phone.store.tables_tariffs import tariff_withdrawals as withdrawals
from ionas_phone.support.tariffs import NewTariff, Rounding, Tariff, checked, day_of

_NEWEST_FIRST = (tariffs.c.valid_from.desc(), tariffs.c.id.desc())
_STANDS = tariffs.c.id.not_in(select(withdrawals.c.tariff_id))
_FACTS = tuple(field for field in Tariff.__dataclass_fields__ if field != "id")


async def valid_at(conn: AsyncConnection, day: date) -> Tariff:
    """Return the tariff of a day in Germany. Raises NotThere."""
    found = await newest_at(conn, day)
    if found is None:
        raise NotThere("There is no tariff for this day; write one down first.")
    return found


async def newest_at(conn: AsyncConnection, day: date) -> Tariff | None:
    """Return the tariff of a day in Germany, if there is one; of two that begin alike, the one written down later."""
    begun = select(tariffs).where(tariffs.c.valid_from <= day, _STANDS)
    found = await conn.execute(begun.order_by(*_NEWEST_FIRST).limit(1))
    row = found.one_or_none()
    return None if row is None else tariff(row)


async def versions(conn: AsyncConnection) -> tuple[Tariff, ...]:
    """Return all tariffs, the last to come into force first."""
    return tuple(tariff(row) for row in await conn.execute(select(tariffs).order_by(*_NEWEST_FIRST)))


async def withdrawn(conn: AsyncConnection) -> frozenset[int]:
    """Return the ids of the versions that were withdrawn before their first day."""
    return frozenset((await conn.execute(select(withdrawals.c.tariff_id))).scalars())


async def add(conn: AsyncConnection, new: NewTariff, at: datetime, by: str) -> Tariff:
    """Write a version down. Sent twice in a row, it is one. Raises FormWrong."""
    new = checked(new, day_of(at))
    facts = {name: getattr(new, name) for name in _FACTS}
    last = (await conn.execute(select(tariffs).where(_STANDS).order_by(tariffs.c.id.desc()).limit(1))).one_or_none()
    if last is not None and all(getattr(last, name) == value for name, value in facts.items()):
        return tariff(last)
    written = await conn.execute(insert(tariffs).values(**facts, created_at=at, created_by=by).returning(tariffs))
    made = tariff(written.one())
    await audit.write(conn, audit.Entry(at, by, "tariff", made.id, "create", _FACTS))
    return made


async def withdraw(conn: AsyncConnection, tariff_id: int, at: datetime, by: str) -> None:
    """Take a version back whose first day has not come yet. Done twice, it is done once. Raises NotThere, Conflict."""
    found = (await conn.execute(select(tariffs.c.valid_from).where(tariffs.c.id == tariff_id))).one_or_none()
    if found is None:
        raise NotThere
    if found.valid_from <= day_of(at):
        raise Conflict("This tariff's first day has come; what it was is needed. Write a new version down.")
    taken_back = upsert(conn, withdrawals).values(tariff_id=tariff_id, at=at, by=by).on_conflict_do_nothing()
    if (await conn.execute(taken_back.returning(withdrawals.c.tariff_id))).one_or_none() is not None:
        await audit.write(conn, audit.Entry(at, by, "tariff", tariff_id, "withdraw", ()))


def tariff(row: Row[*tuple[Any, ...]]) -> Tariff:
    """Make a Tariff of a row that has all its columns."""
    return rows.made(Tariff, row, tariffs, rounding=Rounding(row._mapping[tariffs.c.rounding]))  # noqa: SLF001 - SQLAlchemy's public name
