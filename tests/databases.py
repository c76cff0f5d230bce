"""Databases for tests: every test that asks for ``database`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from ionas_phone.store.database import Database
from ionas_phone.store.migrate import migrate
from tests.postgres import PostgreSQL

BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    return str(request.param)


@pytest.fixture
async def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    if kind == "sqlite":
        (tmp_path / "empty.db").touch()
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = await server.new()
    yield server.url(name)
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a migrated, empty database."""
    if kind == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "ionas.db")
        yield f"sqlite+aiosqlite:///{file}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = await server.new("migrated")
    yield server.url(name)
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database."""
    opened = Database(database_url)
    yield opened
    await opened.close()


async def ping(database: Database) -> None:
    """Ask for a sign of life. Raises StoreAway."""
    async with database.read() as connection:
        await connection.execute(text("SELECT 1"))


@pytest.fixture
async def on_a_server(postgresql: PostgreSQL) -> AsyncIterator[Database]:
    """A migrated, empty database where only PostgreSQL can do what the test is about."""
    name = await postgresql.new("migrated")
    opened = Database(postgresql.url(name))
    yield opened
    await opened.close()
    await postgresql.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def gives_way_once(database: Database, table: str, times: int = 1) -> None:
    """Have the next who writes to ``table`` be the one whom the server gives up in a deadlock (PostgreSQL)."""
    give_up = "RAISE 'gives way' USING ERRCODE = 'deadlock_detected'"
    once = f"IF nextval('tries') <= {times} THEN {give_up}; END IF; RETURN NEW;"
    async with database.write() as connection:
        for statement in (
            "CREATE SEQUENCE tries",
            f"CREATE FUNCTION give_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {once} END $$",
            f"CREATE TRIGGER give_way BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION give_way()",
        ):
            await connection.execute(text(statement))
