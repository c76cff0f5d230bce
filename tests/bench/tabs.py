"""The service with many tabs open: memory, and from the button of the practice phone to the card at the last tab.

The service is a process of its own with SQLite and the practice line;
the tabs are WebSockets that read everything, each for itself, as browsers do.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import psutil

from tests.desk_app import Visitor
from tests.lab.ports import free_tcp

CALLS = 20
MIB = 1024 * 1024


@dataclass
class Tab:
    """One open tab: the seconds at which its ring slot showed another leg."""

    cards: asyncio.Queue[float] = field(default_factory=asyncio.Queue)

    async def read(self, visitor: Visitor) -> None:
        shown = ""
        async with await visitor.stream() as stream:
            async for message in stream:
                region = json.loads(message.data)
                if region.get("id") != "region-ring":
                    continue
                leg = region["html"].partition('data-ring="')[2].partition('"')[0]
                if leg and leg != shown:
                    self.cards.put_nowait(time.monotonic())
                shown = leg


async def run(tabs: int = 50) -> list[tuple[str, str]]:
    """Return rows: what was measured, and the figure with its unit."""
    with tempfile.TemporaryDirectory(prefix="ionas-bench-") as folder:
        environ = {
            "IONAS_DATA": folder,
            "IONAS_HTTP": f"127.0.0.1:{free_tcp()}",
            "IONAS_PRACTICE": "1",
            "IONAS_LOG_LEVEL": "error",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        for command in ("migrate", "example"):
            made = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "ionas_phone", command, env=environ, stdout=asyncio.subprocess.DEVNULL
            )
            assert await made.wait() == 0
        service = await asyncio.create_subprocess_exec(sys.executable, "-m", "ionas_phone", "serve", env=environ)
        try:
            return await measure(f"http://{environ['IONAS_HTTP']}", Path(folder), psutil.Process(service.pid), tabs)
        finally:
            service.terminate()
            await service.wait()


async def measure(url: str, folder: Path, process: psutil.Process, tabs: int) -> list[tuple[str, str]]:
    password = next(line.split()[1] for line in (folder / "log-ins.txt").read_text().splitlines() if "anna" in line)
    async with Visitor(url) as visitor:
        await served(visitor)
        assert (await visitor.post("/anmelden", {"name": "anna", "passwort": password})).status == 303
        idle = process.memory_info().rss
        open_tabs = [Tab() for _ in range(tabs)]
        async with asyncio.TaskGroup() as group:
            readers = [group.create_task(tab.read(visitor)) for tab in open_tabs]
            with_tabs, waits = await ring(visitor, open_tabs, process)
            for reader in readers:
                reader.cancel()
    cuts = quantiles(waits, n=100)
    return [
        ("memory (RSS) before the first tab", f"{idle / MIB:.0f} MiB"),
        (f"memory (RSS) with {tabs} tabs, after {CALLS} calls", f"{with_tabs / MIB:.0f} MiB"),
        (f"one card at {tabs} tabs: last tab after the first, p50", f"{cuts[49] * 1000:.0f} ms"),
        (f"one card at {tabs} tabs: last tab after the first, p99", f"{cuts[98] * 1000:.0f} ms"),
    ]


async def ring(visitor: Visitor, tabs: list[Tab], process: psutil.Process) -> tuple[int, list[float]]:
    """Let callers ring in; return RSS and, per call and tab, the seconds after the first tab's card."""
    waits: list[float] = []
    for _ in range(CALLS):
        assert (await visitor.post("/uebung/klingeln", {"kind": "known"})).status < 400
        shown = [await asyncio.wait_for(tab.cards.get(), 20) for tab in tabs]
        waits += [at - min(shown) for at in shown]
        assert (await visitor.post("/uebung/aufgeben")).status < 400
        await asyncio.sleep(0.3)
    return process.memory_info().rss, waits


async def served(visitor: Visitor) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await visitor.get("/healthz")).status == 200:
                    return
            except OSError:
                await asyncio.sleep(0.05)
