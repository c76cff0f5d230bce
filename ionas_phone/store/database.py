"""The one door to the database. Rule: ``write()`` is one transaction, ``read()`` one moment; a block each."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store import engines

Connection = AsyncConnection  # for whoever hands one from one function of the store to another


class Database:
    """An SQLite file or a PostgreSQL server. Nothing is connected before it is needed.

    All methods raise StoreAway (unreachable, busy, disk full: try again) or RowRefused (never will).
    """

    def __init__(self, url: str, *, patience: float = engines.PATIENCE) -> None:
        """Take ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://user@host/name``. Raises SettingWrong, NotThere.

        ``patience``: seconds a statement may take; a third of it for a lock that somebody else holds.
        """
        parsed = engines.parsed(url)
        engines.present(parsed)
        self.where = parsed.render_as_string(hide_password=True)
        self._reader = engines.reader(parsed, patience)
        self._glancer = engines.glancer(self._reader)
        self._writer = engines.writer(parsed, patience)

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Yield a connection on which all statements see the same moment, and none can write."""
        return engines.transaction(self._reader, writing=False)

    def glance(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Yield a connection for ONE statement that reads: a third of the way there and back that ``read`` makes."""
        return engines.transaction(self._glancer, writing=False)

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Yield a connection in a transaction that is committed at the block's end, rolled back by any exception.

        On SQLite there is one writer at a time: do nothing slow inside, and never open a second one.
        """
        return engines.transaction(self._writer, writing=True)

    async def close(self) -> None:
        """Close all connections."""
        await self._reader.dispose()
        await self._writer.dispose()


def upsert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Begin an INSERT that knows ON CONFLICT, in the words of this database."""
    return upserting(connection.dialect.name, table)


def upserting(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Begin one for "sqlite" or "postgresql", to be kept by whoever needs it often: building costs more than doing."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
