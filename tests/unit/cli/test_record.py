from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.lab.waiting import until
from tests.unit.ami.fake_pbx import FakePbx

from .conftest import Run

ANSWERED = (Path(__file__).parents[2] / "scenarios/lab22/answered.ami").read_bytes()
SECRET_NAME = "k3Hq77Zpw2mXc1"


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    async with FakePbx() as server:
        server.system_name = SECRET_NAME
        yield server


class Recorder:
    """A running ``record``, in a folder of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self) -> str:
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            return (await self.process.stdout.readline()).decode()

    async def ended(self) -> tuple[int, str]:
        """Wait for its end; return exit code and complaints."""
        async with asyncio.timeout(20):
            _, err = await self.process.communicate()
        return self.process.returncode or 0, err.decode()


@asynccontextmanager
async def recording(pbx: FakePbx, folder: Path, *words: str, limit: int | None = None) -> AsyncIterator[Recorder]:
    """Run ``record calls.ami``; no file of its may become longer than ``limit`` bytes."""
    (folder / "secret").write_text("s3cret\n")
    environ = {
        "PATH": os.defpath,
        "PYTHONDONTWRITEBYTECODE": "1",
        "IONAS_LANGUAGE": "en",
        "IONAS_PBX_URLS": f"ami://ionas@127.0.0.1:{pbx.port}#mainz",
        "IONAS_PBX_SECRET_FILE": str(folder / "secret"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ionas_phone", "record", "calls.ami", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env=environ,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None,
    )
    try:
        yield Recorder(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def genuine(name: str = SECRET_NAME) -> bytes:
    """A recorded call as that PBX would have told it."""
    return ANSWERED.replace(b"SystemName: lab\r\n", f"SystemName: {name}\r\n".encode()).replace(
        b"id: lab-", f"id: {name}-".encode()
    )


def whole(file: Path) -> bool:
    """Tell whether the recorded call is written down; an answer to the link's own question may follow."""
    last = ANSWERED.count(b"Wrapuptime: 0\r\n\r\n")
    return file.read_bytes().count(b"Wrapuptime: 0\r\n\r\n") == last


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_a_call_is_written_down_until_somebody_ends_it(
    pbx: FakePbx, tmp_path: Path, run: Run, ending: signal.Signals
) -> None:
    file = tmp_path / "calls.ami"
    async with recording(pbx, tmp_path) as recorder:
        assert await recorder.line() == "What mainz says is written down; Ctrl-C ends it.\n"
        pbx.say(genuine())
        await until(lambda: whole(file), "the call to be written down")
        recorder.process.send_signal(ending)
        events = ANSWERED.count(b"Event: ")
        assert await recorder.line() == f"{events} events are written into calls.ami.\n"
        assert await recorder.ended() == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    assert ANSWERED.replace(b" lab\r\n", b" pbx\r\n").replace(b"id: lab-", b"id: pbx-") in file.read_bytes()
    assert SECRET_NAME.encode() not in file.read_bytes()
    assert b"FullyBooted" not in file.read_bytes()
    assert run("replay", str(file), "--json").out.count('"outcome": "answered"') == 2  # the ring and the call


async def test_phone_numbers_are_masked_on_request(pbx: FakePbx, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "calls.ami"
    async with recording(pbx, tmp_path, "--mask", "--seconds", "600") as recorder:
        await recorder.line()
        pbx.say(genuine())
        await until(lambda: whole(file), "the call to be written down")
        recorder.process.send_signal(signal.SIGINT)
        assert (await recorder.ended())[0] == 0
    (call,) = json.loads(run("replay", str(file), "--json", "--line", "+496131327070").out)
    assert call["caller_number"].startswith("+496131")
    assert call["caller_number"] != "+4961315550101"
    assert b"5550101" not in file.read_bytes()


async def test_it_ends_by_itself(pbx: FakePbx, tmp_path: Path) -> None:
    async with recording(pbx, tmp_path, "--seconds", "0.2") as recorder:
        assert (await recorder.ended())[0] == 0


async def test_a_link_that_is_lost_is_told_and_comes_back(pbx: FakePbx, tmp_path: Path) -> None:
    async with recording(pbx, tmp_path) as recorder:
        up = await recorder.line()
        for line in pbx.lines:
            line.transport.abort()
        assert await recorder.line() == up
        recorder.process.send_signal(signal.SIGINT)
        code, err = await recorder.ended()
        assert (code, err) == (0, "ionas-phone: The switchboard closed the connection. The service keeps trying.\n")


async def test_a_log_in_that_is_refused_leaves_no_file(pbx: FakePbx, tmp_path: Path) -> None:
    pbx.errors["Login"] = "Authentication failed"
    async with recording(pbx, tmp_path) as recorder:
        assert recorder.process.stderr is not None
        async with asyncio.timeout(20):
            first = await recorder.process.stderr.readline()
        assert first.startswith(b"ionas-phone: The switchboard refuses the log-in.")
        recorder.process.send_signal(signal.SIGINT)
        assert await recorder.ended() == (
            *(1, "ionas-phone: Nothing was written down: mainz never answered as it should.\n"),
        )
    assert not (tmp_path / "calls.ami").exists()


async def test_a_disk_that_is_full_ends_it_in_words(pbx: FakePbx, tmp_path: Path) -> None:
    async with recording(pbx, tmp_path, limit=4_000) as recorder:
        await recorder.line()
        pbx.say(genuine())
        assert await recorder.ended() == (1, "ionas-phone: calls.ami can't be written (File too large).\n")
    assert (tmp_path / "calls.ami").stat().st_size == 4_000


def test_no_file_is_written_over(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("a\nb\n")
    monkeypatch.setenv("IONAS_PBX_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("IONAS_PBX_URLS", "ami://ionas@127.0.0.1:9#mainz ami://ionas@127.0.0.1:9#trier")
    said = run("record", str(tmp_path / "new.ami"))
    assert (said.code, said.err) == (2, "ionas-phone: Say which PBX with --pbx: mainz, trier.\n")
    assert run("record", str(tmp_path / "new.ami"), "--pbx", "köln").code == 2
    said = run("record", str(tmp_path / "secret"), "--pbx", "trier")
    assert said.code == 1
    assert said.err.endswith("secret is there already; name another file.\n")
    assert (tmp_path / "secret").read_text() == "a\nb\n"
    said = run("record", str(tmp_path / "no folder/new.ami"), "--pbx", "trier")
    assert said.err.endswith("new.ami can't be written (No such file or directory).\n")
    assert not (tmp_path / "new.ami").exists()


def test_without_a_pbx_there_is_nothing_to_listen_to(run: Run, tmp_path: Path) -> None:
    said = run("record", str(tmp_path / "new.ami"))
    assert (said.code, said.err) == (2, "ionas-phone: IONAS_PBX_URLS names no PBX to listen to.\n")


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_that_is_none(run: Run, tmp_path: Path, seconds: str) -> None:
    said = run("record", str(tmp_path / "new.ami"), f"--seconds={seconds}")
    assert (said.code, said.err.count("\n")) == (2, 1)
