"""SQLite is locked by somebody else, refuses rows, has no room, is damaged or read-only, while the line is busy."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, text

from ionas_phone.app import running
from ionas_phone.errors import StoreAway
from ionas_phone.runtime import clock, lookout, timers
from ionas_phone.runtime.orders import Order
from ionas_phone.runtime.spool import Spool
from ionas_phone.store import logins, users
from ionas_phone.store.database import Database
from ionas_phone.store.refusals import BUSY, READ_ONLY
from ionas_phone.web.access import hash_of
from tests.desk_app import Visitor
from tests.failures.disk import SmallDisk
from tests.failures.process import CHECKOUT, Serving
from tests.failures.reckoning import ledger, reckon
from tests.failures.scene import Scene, ours
from tests.lab.waiting import until
from tests.service import environment, people_and_a_customer, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOLD = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""
# Every tenth customer of the busy line has such a number, and always another one.
REFUSE = """
CREATE TRIGGER refuse BEFORE INSERT ON calls WHEN new.number LIKE '%5'
BEGIN SELECT RAISE(ABORT, 'nobody may have this number'); END
"""
FULL = "Die Festplatte der Datenbank ist voll; bitte Platz schaffen"
DAMAGED = "Die Datei der Datenbank ist beschädigt; bitte den Dienst anhalten und die letzte Sicherung zurückspielen."
TOKEN = "of-a-supervisor"


@asynccontextmanager
async def locked(file: str) -> AsyncIterator[None]:
    """Have another process hold the file's lock."""
    pipe = asyncio.subprocess.PIPE
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, file, stdin=pipe, stdout=pipe)
    assert holder.stdout
    async with asyncio.timeout(10):
        assert await holder.stdout.readline() == b"locked\n"
    try:
        yield
    finally:
        assert holder.stdin
        holder.stdin.close()
        await holder.wait()


async def is_said(scene: Scene, *, up: bool) -> str:
    health = scene.service.engine.live.health
    await until(lambda: health().database_up is up, f"the database to be {up=}")
    return health().database_reason


async def test_locked_by_another_process_for_longer_than_we_wait(scene: Scene) -> None:
    async with locked(scene.service.database.where.partition(":///")[2]):
        assert await is_said(scene, up=False) == BUSY
        await scene.line.until_over()
        await scene.picture_is_right()
    await is_said(scene, up=True)
    assert (await scene.reckoned()).passages > 3


async def test_what_is_refused_for_good_is_put_aside_and_holds_up_nothing(scene: Scene, tmp_path: Path) -> None:
    service = scene.service
    health = service.engine.live.health
    async with service.database.write() as connection:
        await connection.execute(text(REFUSE))
    try:
        await until(lambda: len(health().set_aside) > 2, "writes to be set aside", 60)
        await scene.line.until_over()
        assert health().database_up
    finally:
        async with service.database.write() as connection:
            await connection.execute(text("DROP TRIGGER refuse"))
    for order in put_aside(service.settings.data, tmp_path, service.database.where):
        await service.records.carry_out([order])
    await scene.reckoned()


def put_aside(data: Path, folder: Path, database: str) -> tuple[Order, ...]:
    """Do what the manual says: what was put aside is appended to what is pending, and the next start takes it up."""
    (aside,) = data.glob("pending-*.aside")
    with (folder / f"{aside.stem}.jsonl").open("ab") as pending:
        pending.write(aside.read_bytes())
    aside.unlink()
    spool = Spool(folder, database)
    found = spool.open()
    spool.close()
    assert {type(order).__name__ for order in found} >= {"RecordCall"}
    return found


# -- a process of its own, with a small disk ---------------------------------------------------------------------------


async def a_supervisor(url: str) -> None:
    """Have Sophie signed in."""
    database = Database(url)
    async with database.write() as connection:
        sophie = await users.by_login(connection, "sophie")
        assert sophie
        await logins.open(connection, sophie.id, hash_of(TOKEN), clock.now())
    await database.close()


async def board(serving: Serving) -> str:
    async with Visitor(serving.url) as sophie:
        sophie.cookie = TOKEN
        return await (await sophie.get("/leitung")).text()


async def test_without_room_on_the_disk(scene: Scene, migrated_file: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    seed.mkdir()
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, seed / 'ionas.db')}"
    await people_and_a_customer(url)
    await a_supervisor(url)
    disk = SmallDisk(tmp_path / "disk", seed, megabytes=8)
    environ = environment(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'disk' / 'ionas.db'}", scene.pbx)
    environ |= ours(scene.pbx) | {"IONAS_DATA": str(tmp_path / "disk")}
    async with Serving.running(tmp_path, environ, disk.within) as serving:
        assert serving.process
        process, since = serving.process.pid, clock.now().timestamp() + 1
        await scene.line.until_over()
        disk.fill(process)
        async with asyncio.timeout(30):
            while FULL not in await board(serving):
                pass
        await scene.line.until_over()
        disk.empty(process)
        async with asyncio.timeout(30):
            while FULL in await board(serving):
                pass
        await nothing_is_missing(scene, disk.inside(process), process, tmp_path, since)
    assert "pending writes can't be kept in a file" in serving.said


async def nothing_is_missing(scene: Scene, disk: Path, process: int, folder: Path, since: float) -> None:
    """Compare what lies on the disk with queue_log, until they agree."""
    async with asyncio.timeout(20):
        while True:
            edge = clock.now().timestamp() - 2
            database = Database(copied(disk, process, folder / "copy"))
            rows = [row for row in scene.pbx.queue_log() if row.at >= since]
            found = reckon(rows, await ledger(database), until=edge)
            await database.close()
            if found.passages > 3 and not found.differences:
                return


def copied(disk: Path, process: int, folder: Path) -> str:
    """Copy the database while the service stands still."""
    folder.mkdir(exist_ok=True)
    os.kill(process, signal.SIGSTOP)
    try:
        for name in ("ionas.db", "ionas.db-wal"):
            shutil.copy(disk / name, folder / name)
    finally:
        os.kill(process, signal.SIGCONT)
    (folder / "ionas.db-shm").unlink(missing_ok=True)
    return f"sqlite+aiosqlite:///{folder / 'ionas.db'}"


# -- without calls: a service that can't even start --------------------------------------------------------------------


@pytest.fixture
def file(migrated_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_file, tmp_path / "ionas.db"))


async def serve(file: Path, *within: str) -> tuple[int | None, str]:
    """Try to serve; return the exit code and what was said."""
    environ = {
        "PATH": os.defpath,
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "IONAS_DATABASE_URL": f"sqlite+aiosqlite:///{file}",
        "IONAS_DATA": str(file.parent / "data"),
        "IONAS_PRACTICE": "1",
        "IONAS_HTTP": "127.0.0.1:0",
    }
    process = await asyncio.create_subprocess_exec(
        *(*within, sys.executable, "-m", "ionas_phone", "serve"), env=environ, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        _, said = await process.communicate()
    return process.returncode, said.decode()


async def test_a_damaged_page_is_said_and_nothing_is_served(file: Path) -> None:
    await people_and_a_customer(f"sqlite+aiosqlite:///{file}")
    spoil(file)
    code, said = await serve(file)
    assert code == 1
    assert f"ionas-phone: {DAMAGED}" in said
    assert "Traceback" not in said


def spoil(file: Path) -> None:
    """Write nonsense over the page where the users are."""
    with sqlite3.connect(file) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'users'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with file.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(b"\xa5" * size)


def read_only(file: Path) -> None:
    """Let everybody read it, and nobody but root write."""
    file.chmod(0o444)
    for folder in list(file.parents)[:4]:
        folder.chmod(folder.stat().st_mode | 0o055)


async def test_a_file_that_is_read_only_is_said(file: Path) -> None:
    read_only(file)
    nobody = ("setpriv", "--reuid=nobody", "--clear-groups") if os.geteuid() == 0 else ()
    code, said = await serve(file, *nobody)
    assert code == 2
    assert said == f"ionas-phone: Die Datenbank {file} lässt sich nicht öffnen (Permission denied).\n"


async def test_read_only_while_it_runs_it_is_said_and_forgotten(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "PAUSE", 0.1)
    monkeypatch.setattr(timers, "BEAT", 0.1)
    async with running(settings(tmp_path, f"sqlite+aiosqlite:///{file}")) as service:
        health = service.engine.live.health
        await let_write(service.database, allowed=False)
        with pytest.raises(StoreAway, match="read-only"):
            async with service.database.write():
                pass
        await until(lambda: health().database_reason == READ_ONLY, "the board to say so")
        await let_write(service.database, allowed=True)
        await until(lambda: health().database_up, "the board to be content again")


async def let_write(database: Database, *, allowed: bool) -> None:
    """Have SQLite refuse every write, as on a disk that has become read-only, or take them again."""

    def set_(connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        assert raw
        raw.cursor().execute(f"PRAGMA query_only = {'OFF' if allowed else 'ON'}")

    async with database._writer.connect() as connection:
        await connection.run_sync(set_)
