"""One service per database: a second one is refused in words, and whatever ends the first lets the next one in."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from ionas_phone.errors import Conflict, SettingWrong, StoreAway
from ionas_phone.store.database import Database
from ionas_phone.store.sole import Sole
from tests.postgres import PostgreSQL

CUT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()
"""
HOLDER = """
import asyncio, sys
from ionas_phone.store.sole import Sole

async def main():
    await Sole(sys.argv[1]).take()
    print("taken", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_the_second_is_refused_until_the_first_has_gone(database_url: str) -> None:
    first, second = Sole(database_url), Sole(database_url, wait=0)
    await first.take()
    with pytest.raises(Conflict, match="serves this database already"):
        await second.take()
    await first.keep()

    await first.release()
    await second.take()
    await second.release()


async def test_killed_it_holds_nothing_any_more(database_url: str) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, database_url, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert holder.stdout
    async with asyncio.timeout(30):
        assert await holder.stdout.readline() == b"taken\n"
    with pytest.raises(Conflict):
        await Sole(database_url, wait=0).take()
    holder.kill()
    await holder.wait()

    next_one = Sole(database_url)
    await next_one.take()
    await next_one.release()


async def test_a_lock_file_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingWrong, match="can't be opened"):
        await Sole(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'ionas.db'}").take()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_lost_with_its_connection_it_is_taken_again(kind: str, database: Database, database_url: str) -> None:
    sole, other = Sole(database_url), Sole(database_url, wait=0)
    await sole.take()
    await _cut(database)
    await sole.keep()
    with pytest.raises(Conflict):
        await other.take()

    await _cut(database)
    await other.take()
    for _ in range(2):
        with pytest.raises(Conflict, match="has taken over"):
            await sole.keep()
    await other.release()
    await sole.keep()
    await sole.release()


async def _cut(database: Database) -> None:
    """Let the server end all connections but ours, as it does when it is restarted."""
    async with database.write() as connection:
        await connection.execute(text(CUT))


async def test_a_server_that_is_away_may_come_back(postgresql: PostgreSQL) -> None:
    sole = Sole(postgresql.url("migrated"))
    await sole.take()
    await asyncio.to_thread(postgresql.stop)
    try:
        with pytest.raises(StoreAway):
            await sole.keep()
        with pytest.raises(StoreAway):
            await sole.keep()
    finally:
        await asyncio.to_thread(postgresql.start)
    await sole.keep()
    await sole.release()
