from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from ionas_phone.errors import SettingWrong, StoreAway
from ionas_phone.store import engines
from ionas_phone.store.database import Database
from ionas_phone.store.migrate import MIGRATIONS, migrate, pending, steps
from ionas_phone.store.tables_tariffs import metadata
from tests.postgres import PostgreSQL

STEPS = tuple(f"{step:04}" for step in range(1, 16))


def test_the_steps_are_one_chain_numbered_by_their_files() -> None:
    """What is pending is told by the numbers alone; alembic, which does the steps, must see them in the same order."""
    chain = reversed([*ScriptDirectory(str(MIGRATIONS)).walk_revisions()])
    assert tuple(step.revision for step in chain) == steps() == STEPS


def test_a_service_that_runs_never_loads_what_does_the_steps() -> None:
    program = "import sys, ionas_phone.cli, ionas_phone.app; sys.exit(bool({'alembic', 'holidays'} & {*sys.modules}))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


async def test_an_empty_database_gets_all_tables_and_once_is_enough(empty_url: str) -> None:
    assert pending(empty_url) == STEPS  # called within a running loop, all of these
    assert migrate(empty_url) == STEPS
    assert (pending(empty_url), migrate(empty_url)) == ((), ())

    database = Database(empty_url)
    async with database.read() as connection:
        for table in metadata.tables.values():
            await connection.execute(table.select())
    await database.close()


def test_it_needs_no_running_loop(tmp_path: Path) -> None:
    assert migrate(f"sqlite+aiosqlite:///{tmp_path / '100 % ionas.db'}") == STEPS


async def test_four_who_migrate_at_once_do_it_once(empty_url: str) -> None:
    with ThreadPoolExecutor(max_workers=4) as executor:
        done = list(executor.map(migrate, [empty_url] * 4))

    assert sorted(done) == [(), (), (), STEPS]


async def test_migrations_and_models_say_the_same(database_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    engine = engines.migrator(engines.parsed(database_url))
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []


async def test_migrations_and_models_agree_on_every_rule(
    kind: str, empty_url: str, database_url: str, request: pytest.FixtureRequest
) -> None:
    """Alembic compares neither CHECKs nor partial indexes: so compare what both made of an empty database."""
    engine = engines.migrator(engines.parsed(empty_url))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()

    if kind == "sqlite":
        assert _sqlite_definitions(empty_url) == _sqlite_definitions(database_url)
    else:
        server = request.getfixturevalue("postgresql")
        assert _postgresql_definitions(server, empty_url) == _postgresql_definitions(server, database_url)


async def test_a_database_from_the_future_is_refused_in_words(database_url: str) -> None:
    database = Database(database_url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()

    for work in (pending, migrate):
        with pytest.raises(SettingWrong, match=r"newer version of this program \(9999\)"):
            work(database_url)


async def test_a_migration_that_fails_leaves_nothing_half_done(empty_url: str) -> None:
    engine = engines.migrator(engines.parsed(empty_url))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE sessions (in_the_way INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        migrate(empty_url)

    async with engine.begin() as connection:
        with pytest.raises(Exception, match="customers"):
            await connection.execute(text("SELECT * FROM customers"))
    await engine.dispose()


async def test_an_unreachable_database_is_worth_another_try(postgresql: PostgreSQL) -> None:
    for work in (pending, migrate):
        with pytest.raises(StoreAway, match="can't be reached"):
            await asyncio.to_thread(work, postgresql.url("nothing"))


def _sqlite_definitions(url: str) -> list[str]:
    connection = sqlite3.connect(urlsplit(url).path)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE type <> 'trigger' AND name NOT LIKE '%alembic%'")
    found = _in_order(sql for (sql,) in rows if sql)
    connection.close()
    return found


def _postgresql_definitions(server: PostgreSQL, url: str) -> list[str]:
    sql = server.dump(urlsplit(url).path.strip("/"))
    sql = re.sub(
        r"CREATE FUNCTION.*?\$\$;", "", sql, flags=re.DOTALL
    )  # functions and triggers are the migrations' alone
    sql = re.sub(r"^(--|SET |SELECT |CREATE TRIGGER |\\).*$", "", sql, flags=re.MULTILINE)
    return _in_order(one for one in sql.split(";\n") if "alembic" not in one)


def _in_order(statements: Iterable[str]) -> list[str]:
    """Columns and rules do the same in any order, and so do the quotes that SQLite sets when it renames a table."""
    plain = [one.strip().replace('CREATE TABLE "', "CREATE TABLE ").replace('" (', " (") for one in statements]
    return sorted("\n".join(sorted(re.split(r",?\s*\n\s*", one))) for one in plain if one)
