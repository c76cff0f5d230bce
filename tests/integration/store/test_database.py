from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
from pathlib import Path

import pytest
from sqlalchemy import delete, event, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import RowRefused, StoreAway
from ionas_phone.store.database import Database, upsert
from ionas_phone.store.tables import counters, customers
from tests.databases import ping
from tests.people import AT
from tests.postgres import PostgreSQL

GIVE_UP = 0.3  # seconds of patience, where running out of it is what is tested


async def _count(connection: AsyncConnection) -> int:
    return int((await connection.execute(select(counters.c.next).where(counters.c.name == "n"))).scalar_one())


async def _begin_counting(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(counters).values(name="n", next=0))


async def test_a_sign_of_life(database: Database) -> None:
    await ping(database)


async def test_a_block_is_one_transaction(database: Database) -> None:
    await _begin_counting(database)

    async def write_and_fail() -> None:
        async with database.write() as connection:
            await connection.execute(text("UPDATE counters SET next = 1"))
            raise LookupError

    with pytest.raises(LookupError):
        await write_and_fail()

    async with database.read() as connection:
        assert await _count(connection) == 0


async def test_four_writers_who_read_then_write_lose_nothing(database: Database) -> None:
    await _begin_counting(database)

    async def count_up() -> None:
        for _ in range(25):
            async with database.write() as connection:
                rows = select(counters.c.next).where(counters.c.name == "n").with_for_update()
                number = (await connection.execute(rows)).scalar_one()
                await connection.execute(
                    text("UPDATE counters SET next = :next WHERE name = 'n'"), {"next": number + 1}
                )

    await asyncio.gather(*(count_up() for _ in range(4)))

    async with database.read() as connection:
        assert await _count(connection) == 100


async def test_a_reader_sees_one_moment_and_waits_for_no_writer(database: Database) -> None:
    await _begin_counting(database)

    async with database.read() as reader:
        assert await _count(reader) == 0
        async with database.write() as writer:
            await writer.execute(text("UPDATE counters SET next = 1 WHERE name = 'n'"))
        assert await _count(reader) == 0

    async with database.read() as reader:
        assert await _count(reader) == 1


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read.?only"):
        async with database.read() as connection:
            await connection.execute(insert(counters).values(name="n", next=0))


async def test_a_cancelled_writer_leaves_nothing_behind(database: Database) -> None:
    await _begin_counting(database)
    begun = asyncio.Event()

    async def write_for_ever() -> None:
        async with database.write() as connection:
            await connection.execute(text("UPDATE counters SET next = 1 WHERE name = 'n'"))
            begun.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(write_for_ever())
        await begun.wait()
        task.cancel()

    async with database.write() as connection:  # the writer's only connection on SQLite: it must be free again
        assert await _count(connection) == 0


async def test_a_writer_cancelled_while_it_waits_for_the_lock_does_not_get_it_later(database_url: str) -> None:
    ours, theirs = Database(database_url), Database(database_url)
    await _begin_counting(ours)
    begun = asyncio.Event()
    event.listen(ours._writer.sync_engine, "before_cursor_execute", lambda *_: begun.set())

    async def wait_for_the_lock() -> None:
        async with ours.write() as connection:
            await connection.execute(text("UPDATE counters SET next = 1 WHERE name = 'n'"))

    async with asyncio.TaskGroup() as tasks, theirs.write() as holder:
        await holder.execute(text("UPDATE counters SET next = 7 WHERE name = 'n'"))
        task = tasks.create_task(wait_for_the_lock())
        await begun.wait()
        task.cancel()

    async with theirs.write() as connection:
        assert await _count(connection) == 7
    async with ours.write() as connection:
        assert await _count(connection) == 7
    await ours.close()
    await theirs.close()


async def test_a_row_that_breaks_a_rule_is_refused_by_the_rules_name_alone(database: Database) -> None:
    await _begin_counting(database)

    with pytest.raises(RowRefused, match=r"refuses this row for good \((pk_counters|counters.name)\)") as refused:
        async with database.write() as connection:
            await connection.execute(insert(counters).values(name="n", next=4711))

    assert refused.value.__suppress_context__  # the driver's text may quote the row


@pytest.mark.parametrize("column", ["practice", "search"])
async def test_a_missing_value_is_refused(database: Database, column: str) -> None:
    values = dict.fromkeys(
        ("number", "name", "company", "email", "street", "postcode", "city", "country", "notes", "search"), "x"
    ) | {"practice": False, "version": 1, "created_at": AT, "updated_at": AT}

    with pytest.raises(RowRefused):
        async with database.write() as connection:
            await connection.execute(insert(customers).values(**values | {column: None}))


async def test_a_naive_datetime_is_our_mistake_and_no_refusal(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"):
        async with database.write() as connection:
            await connection.execute(select(customers).where(customers.c.created_at > AT.replace(tzinfo=None)))


async def test_a_wrong_statement_is_our_mistake_and_no_refusal(database: Database) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        async with database.write() as connection:
            await connection.execute(text("SELECT * FROM nowhere"))


async def test_values_stand_in_no_error(database: Database) -> None:
    with pytest.raises(DBAPIError) as error:
        async with database.write() as connection:
            await connection.execute(text("SELECT * FROM nowhere WHERE number = :number"), {"number": "+49613155501"})

    assert "5501" not in str(error.value)


async def test_an_upsert_knows_the_words_of_its_database(database: Database) -> None:
    for number in (1, 2):
        async with database.write() as connection:
            statement = upsert(connection, counters).values(name="n", next=number)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_={"next": statement.excluded.next})
            )

    async with database.read() as connection:
        assert await _count(connection) == 2


async def test_a_lock_held_by_somebody_else_is_worth_another_try(database_url: str) -> None:
    ours, theirs = Database(database_url, patience=GIVE_UP), Database(database_url)
    try:
        await _begin_counting(ours)
        async with theirs.write() as holder:
            await holder.execute(text("UPDATE counters SET next = 7 WHERE name = 'n'"))
            with pytest.raises(StoreAway, match="busy"):
                async with ours.write() as connection:
                    await connection.execute(text("UPDATE counters SET next = next + 1 WHERE name = 'n'"))
        async with ours.write() as connection:
            await connection.execute(text("UPDATE counters SET next = next + 1 WHERE name = 'n'"))
            assert await _count(connection) == 8
    finally:
        await ours.close()
        await theirs.close()


# -- SQLite alone ------------------------------------------------------------------------------------------------------


@pytest.fixture
def embedded(migrated_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_file, tmp_path / "ionas.db"))


async def test_a_full_disk_is_said_and_forgotten_once_there_is_room(embedded: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{embedded}")
    try:
        async with database.write() as connection:
            pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(StoreAway, match="disk is full"):
            async with database.write() as connection:
                await connection.execute(insert(counters).values(name="x" * 100_000, next=1))
        await ping(database)
        async with database.write() as connection:
            await connection.execute(text("PRAGMA max_page_count = 1000000"))
            await connection.execute(insert(counters).values(name="x" * 100_000, next=1))
    finally:
        await database.close()


async def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "ionas.db"
    file.write_bytes(b"no database at all " * 500)
    database = Database(f"sqlite+aiosqlite:///{file}")
    try:
        with pytest.raises(StoreAway, match="damaged"):
            await ping(database)
    finally:
        await database.close()


async def test_sqlite_keeps_what_it_has_confirmed(embedded: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{embedded}")
    try:
        async with database.write() as connection:
            found = [(await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in _PRAGMAS]
    finally:
        await database.close()

    assert dict(zip(_PRAGMAS, found, strict=True)) == _PRAGMAS


_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


# -- PostgreSQL alone --------------------------------------------------------------------------------------------------


async def test_nobody_listening_is_worth_another_try() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, but not listening: nobody else gets this port
        database = Database(f"postgresql+asyncpg://ionas@127.0.0.1:{unused.getsockname()[1]}/ionas")
        with pytest.raises(StoreAway, match="can't be reached"):
            await ping(database)
        await database.close()


async def test_no_such_database_and_no_such_user_are_worth_another_try(postgresql: PostgreSQL) -> None:
    for url in (postgresql.url("nothing"), postgresql.url("migrated").replace("postgres@", "nobody@")):
        database = Database(url)
        with pytest.raises(StoreAway, match="can't be reached"):
            await ping(database)
        await database.close()


async def test_a_server_that_restarts_costs_one_error_at_most(postgresql: PostgreSQL) -> None:
    name = await postgresql.new("migrated")
    database = Database(postgresql.url(name))

    async def write_through_a_crash() -> None:
        async with database.write() as connection:
            await _begin(connection)
            postgresql.stop(signal.SIGQUIT)
            await _begin(connection)

    try:
        with pytest.raises(StoreAway):
            await write_through_a_crash()
        with pytest.raises(StoreAway, match="can't be reached"):
            await ping(database)
        postgresql.start()
        await ping(database)
        async with database.write() as connection:
            await _begin(connection)  # what was not committed is not there
    finally:
        await database.close()


async def test_postgresql_keeps_what_it_has_confirmed(postgresql: PostgreSQL) -> None:
    """Also on a server that is set to lose a little, as the one of these tests."""
    name = await postgresql.new("migrated")
    database = Database(postgresql.url(name))
    try:
        for _ in range(3):
            async with database.write() as connection:
                await connection.execute(delete(counters))
                await _begin(connection)
        postgresql.stop(signal.SIGQUIT)
        postgresql.start()
        async with database.read() as connection:
            assert await _count(connection) == 0
            assert (await connection.execute(text("SHOW synchronous_commit"))).scalar_one() == "on"
    finally:
        await database.close()


async def _begin(connection: AsyncConnection) -> None:
    await connection.execute(insert(counters).values(name="n", next=0))


async def test_a_server_that_falls_silent_is_given_up(postgresql: PostgreSQL) -> None:
    name = await postgresql.new("migrated")
    database = Database(postgresql.url(name), patience=GIVE_UP)
    silent: list[int] = []

    async def write_into_silence() -> None:
        async with database.write() as connection:
            silent.append((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())
            os.kill(silent[0], signal.SIGSTOP)
            await connection.execute(text("SELECT 1"))

    try:
        with pytest.raises(StoreAway, match="can't be reached"):
            await write_into_silence()
        os.kill(silent[0], signal.SIGCONT)
        async with database.write() as connection:
            await _begin(connection)
    finally:
        await database.close()


async def test_a_statement_that_takes_too_long_is_given_up(postgresql: PostgreSQL) -> None:
    database = Database(postgresql.url("migrated"), patience=GIVE_UP)
    with pytest.raises(StoreAway, match="busy"):
        async with database.write() as connection:
            await connection.execute(text("SELECT pg_sleep(30)"))
    await database.close()
