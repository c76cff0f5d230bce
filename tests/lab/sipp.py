"""SIPp, the independent SIP peer: plain phones and customers, also many at once. Rule: what starts here ends here."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ionas_phone.render import fill
from tests.lab import ports
from tests.lab.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.lab.asterisk import Asterisk

_SCENARIOS = Path(__file__).with_name("scenarios")
STOP_SECONDS = 5
SOUND = "sound.alaw"
A_LAW = bytes(0xD5 ^ (step * 7 % 64) for step in range(8000))  # a second of something that is not silence


@contextlib.asynccontextmanager
async def phone(port: int, *, ring: float, code: int = 200, sound: bool = False) -> AsyncIterator[None]:
    """A desk phone at ``port``: rings ``ring`` seconds, then answers (200), is busy (486) or declines (603).

    ``sound``: it speaks, in packets of 20 ms, for as long as the call lasts; else the line is silent.
    """
    scenario = fill(
        _source("phone" if code == 200 else "refusing"), ring_ms=int(ring * 1000), code=code, sound=sound and SOUND
    )
    with tempfile.TemporaryDirectory(prefix="ionas-sipp-") as folder:
        process = await _start(Path(folder), scenario, "-i", "127.0.0.1", "-p", str(port))
        await until(lambda: ports.taken_udp(port) or process.returncode is not None, "SIPp to listen")
        assert process.returncode is None, (Path(folder) / "screen").read_text("utf-8", "replace")[-4000:]
        try:
            yield
        finally:
            process.terminate()
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()


async def customers(
    pbx: Asterisk, number: str, *, calls: int, per_second: float, stay: float, sound: bool = False
) -> None:
    """Let ``calls`` customers ring, each staying ``stay`` seconds after the switchboard's answer; all must succeed."""
    trunk = pbx.plan.trunk
    assert trunk is not None
    host, port = pbx.sip
    scenario = fill(_source("customer"), number=number, stay_ms=int(stay * 1000), sound=sound and SOUND)
    where = ("-i", trunk.host, "-p", str(ports.free_udp(trunk.host)), "-s", pbx.plan.line, f"{host}:{port}")
    load = ("-m", str(calls), "-r", str(int(per_second * 10)), "-rp", "10000", "-l", str(calls))
    with tempfile.TemporaryDirectory(prefix="ionas-sipp-") as folder:
        process = await _start(
            Path(folder),
            scenario,
            *where,
            *load,
            "-timeout",
            f"{60 + calls / per_second + stay:.0f}s",
            "-timeout_error",
        )
        assert await process.wait() == 0, (Path(folder) / "screen").read_text("utf-8", "replace")[-4000:]


def _source(name: str) -> str:
    return (_SCENARIOS / f"{name}.xml").read_text("utf-8")


async def _start(folder: Path, scenario: str, *arguments: str) -> asyncio.subprocess.Process:
    """Start SIPp in ``folder``, where its logs go, without a terminal, out of reach of Ctrl-C."""
    (folder / "scenario.xml").write_text(scenario, "utf-8")
    (folder / SOUND).write_bytes(A_LAW)
    voices = ("-mp", str(ports.free_udp()))
    with (folder / "screen").open("wb") as screen:
        return await asyncio.create_subprocess_exec(
            *("sipp", "-sf", "scenario.xml", "-nostdin", *voices, *arguments),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=screen,
            stderr=screen,
            start_new_session=True,
        )
