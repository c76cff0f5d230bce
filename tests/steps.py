"""A database on its way: rows that were there before a step of the migrations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, TableClause, insert

from ionas_phone.store import engines
from ionas_phone.store.migrate import _do, migrate


async def taken_along(url: str, step: str, into: TableClause, rows: Sequence[Mapping[str, object]]) -> None:
    """Bring an empty database to ``step``, write the rows as they were then, and bring it up to date."""

    def until_then(connection: Connection) -> None:
        _do(connection, step)
        connection.execute(insert(into), rows)

    engine = engines.migrator(engines.parsed(url))
    async with engine.begin() as connection:
        await connection.run_sync(until_then)
    await engine.dispose()
    migrate(url)
