"""The wire: one recorded stream read by our link and by other clients, each in a process of its own.

They read the same bytes from a loopback socket as fast as they can. Ours does what it does in the service (frames,
guard, mend, facts); the others deliver their own event objects to an empty callback and believe everything.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.stream import BEGIN, END, Manager, events, marker, repeated
from tests.bench.table import Table

ROOT = Path(__file__).parents[2]
BENCH_PYTHON = ROOT / ".cache" / "bench-venv" / "bin" / "python"
REPETITIONS = 30
ROUNDS = 3
PATIENCE = 60  # seconds for one client


@dataclass(frozen=True)
class Client:
    """Who reads. ``into_loop``: delivers into asyncio, as ours does."""

    name: str
    module: str
    into_loop: bool
    more: tuple[str, ...] = ()
    python: str = sys.executable


OURS = Client("**ionas_phone**, all defences, facts", "ours", into_loop=True)
OTHERS = (
    Client("asterisk-ami 0.1.7, its own thread", "asterisk_ami", into_loop=False),
    Client("asterisk-ami 0.1.7, into the asyncio loop", "asterisk_ami", into_loop=True, more=("loop",)),
    Client("panoramisk 1.4", "panoramisk_client", into_loop=True, python=str(BENCH_PYTHON)),
    Client("pyami-asterisk 1.5.2", "pyami_client", into_loop=True, python=str(BENCH_PYTHON)),
)


@dataclass(frozen=True)
class Run:
    """One client's reading: seconds, and how many events came out."""

    cpu: float
    wall: float
    delivered: int
    refused: int = 0


async def run() -> Table:
    """Let each client read, in turn, and that ``ROUNDS`` times; the median counts."""
    blocks = events()
    count = len(blocks) * REPETITIONS
    runs: dict[Client, list[Run]] = {client: [] for client in (OURS, *OTHERS)}
    for _ in range(ROUNDS):
        for client, done in runs.items():
            warm_up, *parts = repeated(blocks, REPETITIONS + 1)
            done.append(await read(client, [warm_up, marker(BEGIN), *parts, marker(END)]))
    table = Table(
        "Wire: one stream, five readers", ("client", "µs CPU per event", "events/s", "delivered", "against ours")
    )
    size = sum(map(len, parts)) / count
    table.say(
        f"{count:,} events ({size:.0f} bytes each) of `tests/scenarios/lab22`, {REPETITIONS} times with ids of their "
        "own, over loopback, as fast as the reader takes them, each reader in a process of its own; the median of "
        f"{ROUNDS} rounds in turn. “delivered” counts what reached the callback: facts, in our case (an "
        "OriginateResponse is none); none was refused. The others deliver their event objects and believe everything."
    )
    own = middle(runs[OURS])
    for client, done in runs.items():
        one = middle(done)
        assert one.delivered >= count * 0.99, (client.name, one)
        assert one.refused == 0, one
        times = "" if client is OURS else f"{one.cpu / own.cpu:.1f} × the CPU, {one.wall / own.wall:.1f} × the time"
        cost, speed = one.cpu / count * 1e6, count / one.wall
        table.row(client.name, f"{cost:.1f}", f"{speed:,.0f}", f"{one.delivered:,}", times)
    into_loop = [middle(done).cpu / own.cpu for client, done in runs.items() if client.into_loop and client is not OURS]
    table.goal("faster than each", all(middle(done).cpu > own.cpu for c, done in runs.items() if c is not OURS))
    table.goal("≥ 2 × those that deliver into asyncio", min(into_loop) >= 2)
    return table


def middle(runs: list[Run]) -> Run:
    """Return the run whose processor time is the median one."""
    cpu = median(run.cpu for run in runs)
    return next(run for run in runs if run.cpu == cpu)


async def read(client: Client, stream: list[bytes]) -> Run:
    """Let one client read the stream in a process of its own."""
    manager = Manager(stream)
    async with manager.serving():
        process = await asyncio.create_subprocess_exec(
            *(client.python, "-m", f"tests.bench.peers.{client.module}", str(manager.port), *client.more),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},  # noqa: TID251
        )
        try:
            async with asyncio.timeout(PATIENCE):
                said, complained = await process.communicate()
        except TimeoutError:
            process.kill()
            raise
    if not said:
        raise RuntimeError(complained.decode())
    return Run(**json.loads(said))
