"""The whole service as a process and as parts: it starts without a PBX, says so, and goes down in order."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import WSCloseCode

from ionas_phone.app import Service, running
from ionas_phone.errors import SettingWrong
from ionas_phone.live.effects import CallRecord, Outcome, RecordCall
from ionas_phone.live.events import DirectoryRead
from ionas_phone.live.nouns import CallKey, LinkState
from ionas_phone.runtime import clock
from ionas_phone.store import calls, sole, users
from ionas_phone.store.database import Database
from ionas_phone.store.tables import counters
from ionas_phone.support.users import NewUser, Role
from tests.desk_app import Visitor, password_hash
from tests.lab.asterisk import Asterisk
from tests.lab.ports import free_tcp
from tests.lab.waiting import until
from tests.service import settings

IONAS_PHONE = (sys.executable, "-m", "ionas_phone")


def record(number: int) -> CallRecord:
    at = clock.now()
    return CallRecord(
        call=CallKey("mainz", f"c{number}"),
        line="+496131327070",
        queue="support",
        number="+4961315550101",
        caller_name="",
        suppressed=False,
        offered_at=at,
        answered_at=None,
        answered_by=None,
        answered_interface=None,
        ended_at=at,
        outcome=Outcome.ABANDONED_WAITING,
        ended_by="caller",
    )


@pytest.fixture
def sqlite(tmp_path: Path, migrated_file: Path) -> str:
    file = tmp_path / "ionas.db"
    file.write_bytes(migrated_file.read_bytes())
    return f"sqlite+aiosqlite:///{file}"


async def test_sigterm_says_goodbye_to_every_tab_and_ends_the_process(tmp_path: Path) -> None:
    environ = {
        "IONAS_DATA": str(tmp_path),
        "IONAS_HTTP": f"127.0.0.1:{free_tcp()}",
        "IONAS_PRACTICE": "1",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    for command in ("migrate", "example"):
        made = await asyncio.create_subprocess_exec(
            *IONAS_PHONE, command, env=environ, stdout=asyncio.subprocess.DEVNULL
        )
        assert await made.wait() == 0
    password = next(line.split()[1] for line in (tmp_path / "log-ins.txt").read_text().splitlines() if "anna" in line)
    process = await asyncio.create_subprocess_exec(*IONAS_PHONE, "serve", env=environ, stderr=asyncio.subprocess.PIPE)
    assert process.stderr
    async with asyncio.timeout(30):
        while b"serving" not in (line := await process.stderr.readline()):
            assert line, "the service ended before it served"
    host, _, port = environ["IONAS_HTTP"].partition(":")
    _, idle = await asyncio.open_connection(host, int(port))  # a browser's spare connection
    async with Visitor(f"http://{environ['IONAS_HTTP']}") as visitor:
        assert (await visitor.post("/anmelden", {"name": "anna", "passwort": password})).status == 303
        async with await visitor.stream() as tab:
            await tab.receive(30)
            process.send_signal(signal.SIGTERM)
            async for _ in tab:
                pass
            assert tab.close_code == WSCloseCode.SERVICE_RESTART
    assert await asyncio.wait_for(process.wait(), 30) == 0
    idle.close()


async def test_what_is_pending_is_written_before_the_end(tmp_path: Path, sqlite: str) -> None:
    async with running(settings(tmp_path, sqlite)) as service:
        for number in range(3):
            service.writer.order(RecordCall(record(number)))
    assert await recorded(sqlite) == 3


async def test_what_the_database_does_not_take_in_time_is_written_by_the_next_start(
    tmp_path: Path, sqlite: str
) -> None:
    holder = Database(sqlite)
    async with running(settings(tmp_path, sqlite)) as service, holder.write() as connection:
        await connection.execute(counters.update().values(next=counters.c.next))
        for number in range(3):
            service.writer.order(RecordCall(record(number)))
        await service.stop()
        assert service.writer.pending() == 3
    await holder.close()
    assert await recorded(sqlite) == 0
    async with running(settings(tmp_path, sqlite)) as service:
        assert await recorded(sqlite) == 3
    assert "pending" not in " ".join(names(tmp_path))


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def recorded(url: str) -> int:
    database = Database(url)
    async with database.read() as connection:
        found = await calls.recent(connection, 500)
    await database.close()
    return len(found)


async def test_a_second_service_on_the_same_database_is_refused(
    tmp_path: Path, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sole, "_WAIT", 0)
    async with running(settings(tmp_path, sqlite)):
        with pytest.raises(ExceptionGroup) as refused:
            async with running(settings(tmp_path, sqlite)):
                pass
    [error] = refused.value.exceptions
    assert str(error) == "Another ionas-phone serves this database already; stop that one first."


async def test_a_pbx_that_is_not_there_is_said_and_the_desk_runs(tmp_path: Path, sqlite: str) -> None:
    chosen = settings(tmp_path, sqlite)
    (tmp_path / "secret").write_text("nobody\n")
    environ = {
        "IONAS_DATABASE_URL": sqlite,
        "IONAS_HTTP": "127.0.0.1:0",
        "IONAS_PBX_URLS": f"ami://ionas@127.0.0.1:{free_tcp()}#mainz",
        "IONAS_PBX_SECRET_FILE": str(tmp_path / "secret"),
    }
    chosen = type(chosen).from_env(environ)
    async with running(chosen) as service:
        await until(lambda: bool(service.engine.live.health().links[0].reason), "the reason")
        [link] = service.engine.live.health().links
        assert (link.pbx, link.state) == ("mainz", LinkState.LOST)
        assert service.url.startswith("http://127.0.0.1:")


async def test_a_refused_log_in_is_said(tmp_path: Path, sqlite: str, pbx: Asterisk) -> None:
    secret = tmp_path / "wrong"
    secret.write_text("not the secret\n")
    chosen = settings(tmp_path, sqlite, pbx, IONAS_PBX_SECRET_FILE=str(secret))
    async with running(chosen) as service:
        await until(lambda: service.engine.live.health().links[0].state is LinkState.REFUSED, "the refusal")


async def test_somebody_added_by_the_command_line_is_known_without_a_restart(tmp_path: Path, sqlite: str) -> None:
    async with running(settings(tmp_path, sqlite)) as service:
        database = Database(sqlite)
        async with database.write() as connection:
            new = NewUser("dora", "Dora", Role.ASSISTANT, "204", "PJSIP/204")
            await users.add(connection, new, password_hash(), clock.now(), "test")
        await database.close()
        await until(lambda: service.engine.live.picture.directory.of("dora"), "Dora")


async def test_who_has_no_phone_does_not_disturb(tmp_path: Path, sqlite: str) -> None:
    async with running(settings(tmp_path, sqlite)) as service:
        service.engine.post(DirectoryRead(at=clock.now(), assistants=()))
        service.engine.work()
        assert service.engine.live.desk("nobody").calls == ()


@pytest.mark.parametrize("urls", ["ami://i@127.0.0.1:5038#a ami://i@127.0.0.1:5039#a", "ami://i@127.0.0.1#practice"])
def test_a_pbx_name_that_is_taken_is_refused(tmp_path: Path, sqlite: str, urls: str) -> None:
    secrets = tmp_path / "secrets"
    secrets.write_text("one\ntwo\n" if " " in urls else "one\n")
    environ = {"IONAS_DATABASE_URL": sqlite, "IONAS_PBX_URLS": urls, "IONAS_PBX_SECRET_FILE": str(secrets)}
    chosen = type(settings(tmp_path, sqlite)).from_env(environ)
    with pytest.raises(SettingWrong, match="is taken"):
        Service(chosen)
