"""How connections are made. Rule: one engine reads, one writes, so that neither ever waits for the other's.

SQLite: WAL, so that readers never wait; a single writing connection, so that our own writers queue in order instead of
fighting for the file's lock, and each of their transactions begins with BEGIN IMMEDIATE: with the driver's own habits a
SELECT opens no transaction, and what is read and then written back gets lost.
"""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, QueuePool, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util.concurrency import in_greenlet

from ionas_phone.errors import NotThere, SettingWrong
from ionas_phone.store.attempts import done_for_good
from ionas_phone.store.refusals import SQLITE_BUSY, driver_failed, reaching, translated
from ionas_phone.words import N_

SQLITE = "sqlite+aiosqlite"
POSTGRESQL = "postgresql+asyncpg"

CLOSED = N_("The database %(path)s can't be opened (%(reason)s).")
PATIENCE = 15.0  # seconds that one statement may take; a third of it for a lock that somebody else holds
_PAUSE = 0.05  # seconds between two tries to switch a new file to WAL
_GIVE_BACK = 1.0  # seconds that somebody who is cancelled waits for a connection that is being opened
_READERS = 6
_POSTGRESQL_WRITERS = 4

# synchronous=FULL: with NORMAL a power cut may take the last committed transactions with it, and one of those may be a
# customer's acceptance. It costs an fsync per write, a few ms; calls come at a few per minute.
_PRAGMAS = ("synchronous = FULL", "foreign_keys = ON")


def parsed(url: str) -> URL:
    """Read a database URL. Raises SettingWrong."""
    try:
        parsed_url = make_url(url)
    except (ArgumentError, ValueError):
        parsed_url = None
    if parsed_url is None or parsed_url.drivername not in {SQLITE, POSTGRESQL}:
        raise SettingWrong("IONAS_DATABASE_URL must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://.")
    if parsed_url.drivername == SQLITE and (parsed_url.database or ":memory:") == ":memory:":
        raise SettingWrong("IONAS_DATABASE_URL must name a file: sqlite+aiosqlite:///var/ionas.db.")
    return parsed_url


def prepare(url: URL) -> None:
    """Make an SQLite file that only we can read, and its folder. Raises SettingWrong."""
    if url.drivername != SQLITE:
        return
    path = Path(url.database or "")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite gives its -wal and -shm the same rights
    except OSError as error:
        raise SettingWrong(CLOSED, path=str(path), reason=error.strerror) from error


def present(url: URL) -> None:
    """See that an SQLite file is there and ours to write; nothing is made. Raises NotThere, SettingWrong.

    It is asked for, not opened: closing it again would take away the locks that SQLite has on it in this process.
    """
    if url.drivername != SQLITE:
        return
    path = Path(url.database or "")
    if not path.exists():
        raise NotThere(
            "There is no database %(path)s; run `ionas-phone migrate` first, which makes it.", path=str(path)
        )
    if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        reason = errno.EACCES if path.is_file() else errno.EISDIR
        raise SettingWrong(CLOSED, path=str(path), reason=os.strerror(reason))


def reader(url: URL, patience: float) -> AsyncEngine:
    """Return the engine whose transactions see one moment and change nothing."""
    if url.drivername == SQLITE:
        return _sqlite(url, patience, begin="BEGIN", pragmas=(*_PRAGMAS, "query_only = ON"), pool_size=_READERS)
    return _postgresql(url, patience, pool_size=_READERS).execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def glancer(reading: AsyncEngine) -> AsyncEngine:
    """Return the engine of single statements, on the connections of ``reading``: no way to the server but their own.

    SQLite's has nowhere to go: there it is the same.
    """
    if reading.dialect.name == "sqlite":
        return reading
    return reading.execution_options(isolation_level="AUTOCOMMIT")


def writer(url: URL, patience: float) -> AsyncEngine:
    """Return the engine that writes."""
    if url.drivername == SQLITE:
        return _sqlite(url, patience, begin="BEGIN IMMEDIATE", pragmas=_PRAGMAS, pool_size=1)
    return _postgresql(url, patience, pool_size=_POSTGRESQL_WRITERS)


def migrator(url: URL) -> AsyncEngine:
    """Return the engine that changes tables: as long as it takes, and with SQLite's foreign keys at rest."""
    if url.drivername == SQLITE:
        pragmas = ("synchronous = FULL", "foreign_keys = OFF")
        engine = _sqlite(url, PATIENCE, begin="BEGIN IMMEDIATE", pragmas=pragmas, pool_size=1)
        event.listen(engine.sync_engine, "connect", _write_ahead)
        return engine
    return _postgresql(url, None, pool_size=1)


def keeper(url: URL) -> AsyncEngine:
    """Return the engine of a connection that stands open without a transaction."""
    return _postgresql(url, PATIENCE, pool_size=1).execution_options(isolation_level="AUTOCOMMIT")


@asynccontextmanager
async def transaction(engine: AsyncEngine, *, writing: bool) -> AsyncIterator[AsyncConnection]:
    """Yield a connection within a transaction: committed at the end, rolled back by any exception.

    Raises StoreAway, RowRefused.
    """
    with reaching():
        connection = await _connected(engine)
    try:
        with translated(writing=writing):
            async with connection.begin():
                yield connection
            if writing:
                done_for_good()
    finally:
        if engine.dialect.name == "sqlite":
            # Shielded: whoever is cancelled must not leave a connection behind that is half given back.
            await asyncio.shield(connection.close())
        else:
            await connection.close()  # the server was asked for the end before; to give it back takes no waiting


async def _connected(engine: AsyncEngine) -> AsyncConnection:
    """Take a connection; whoever is cancelled while it opens gives it back before going on to end.

    One that is open and free is there without waiting.
    """
    if cast("QueuePool", engine.pool).checkedin():
        return await engine.connect()
    opening = asyncio.gather(engine.connect())
    try:
        (connection,) = await asyncio.shield(opening)
    except asyncio.CancelledError:
        await asyncio.wait([opening], timeout=_GIVE_BACK)
        if opening.done() and not opening.cancelled() and opening.exception() is None:
            await opening.result()[0].close()
        raise
    return connection


def _sqlite(url: URL, patience: float, *, begin: str, pragmas: tuple[str, ...], pool_size: int) -> AsyncEngine:
    # Opened, never made: a file that is away for a moment must not come back as an empty database (see ``prepare``).
    file = url.set(database=f"file:{quote(url.database or '')}").update_query_dict({"mode": "rw", "uri": "true"})
    engine = create_async_engine(
        file,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=patience,
        hide_parameters=True,
        connect_args={"timeout": patience / 3},
    )

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself any more
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
    event.listen(engine.sync_engine, "invalidate", _let_go)
    return engine


def _let_go(connection: Any, _record: object, _error: object) -> None:
    """End the transaction of a connection that is given up because its statement was cancelled, before it is closed.

    SQLite closes it only when the statement is gone, too, which is for the garbage collector to find; until then its
    transaction would stand, and with a writer's lock nobody could write.
    """
    if in_greenlet():
        with suppress(connection.dbapi.Error):
            connection.rollback()


def _write_ahead(connection: Any, _record: object) -> None:
    """Switch the file to WAL, for good; nothing happens if it is.

    Two who try at once stand in each other's way, and SQLite, which waits for locks, does not wait then: so we do.
    """
    for last in (*[False] * 99, True):
        try:
            connection.cursor().execute("PRAGMA journal_mode = WAL")
        except connection.dbapi.OperationalError as error:
            if last or error.sqlite_errorcode != SQLITE_BUSY:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _postgresql(url: URL, patience: float | None, *, pool_size: int) -> AsyncEngine:
    milliseconds = int((patience or 0) * 1000)  # 0: for ever
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=PATIENCE,
        hide_parameters=True,
        connect_args={
            "timeout": PATIENCE / 3,
            # The server gives up first; this is for a server, or a way to it, that has fallen silent.
            "command_timeout": patience and patience * 4 / 3,
            "server_settings": {
                "application_name": "ionas-phone",
                "statement_timeout": str(milliseconds),
                "lock_timeout": str(milliseconds // 3),
                "idle_in_transaction_session_timeout": "60s",
                # As SQLite's FULL above, whatever the server's default: what it has confirmed outlives its crash.
                "synchronous_commit": "on",
                # Should our machine vanish, the server lets go of our locks within a minute, not after two hours.
                "tcp_keepalives_idle": "30",
                "tcp_keepalives_interval": "10",
                "tcp_keepalives_count": "3",
            },
        },
    )
    event.listen(engine.sync_engine, "handle_error", driver_failed)
    event.listen(engine.sync_engine, "checkout", _still_open)
    return engine


def _still_open(connection: Any, _record: object, _proxy: object) -> None:
    """Let nobody have a connection whose server has gone: a restart costs nobody an error.

    Only what the socket has told is asked: the pool's own ping goes to the server three times for each transaction.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
