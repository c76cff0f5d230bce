"""How soon the picture is right again once the PBX can be reached. Rule: under running calls, against a fresh look."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from ionas_phone.store.migrate import migrate
from tests.bench.table import Table
from tests.failures.breaks import BREAKS, LOST, suffer
from tests.failures.scene import Scene, switchboard

TIMES = {"cut": 3, "reset": 3, "half-open": 1, "slow": 1}
SAID = {
    "cut": "wire closed in order (FIN), away for some calls",
    "reset": "wire reset (RST), away for some calls",
    "half-open": "wire swallows everything, noticed by silence",
    "slow": "wire lets 6 kB a second through, noticed by late answers",
}
GOAL = 2.0  # seconds


async def run() -> Table:
    """Break the wire in every way, then Asterisk itself; measure from the moment it can be reached again."""
    table = Table("From the link's return to a right picture", ("what happened", "times", "longest"))
    table.say(
        "A busy line (five customers at a time, every kind of call) on a real Asterisk; the service reaches it "
        "through a relay that is broken and mended. Right: board and desks show what somebody sees who looks for the "
        "first time."
    )
    with tempfile.TemporaryDirectory(prefix="ionas-bench-") as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'ionas.db'}"
        await asyncio.to_thread(migrate, url)
        async with switchboard() as pbx, Scene.set(pbx, url, folder) as scene:
            for what, times in TIMES.items():
                _row(table, SAID[what], [await suffer(scene, BREAKS[what]) for _ in range(times)])
            _row(table, "Asterisk killed and started (from fully booted)", [await killed(scene) for _ in range(2)])
    return table


async def killed(scene: Scene) -> float:
    """Kill Asterisk under running calls and start it; return the seconds from its start to a right picture."""
    await scene.is_busy()
    await scene.pbx.kill()
    await scene.line.drop()
    await scene.shows(LOST)
    await scene.pbx.start()
    seconds = await scene.picture_is_right()
    await scene.line.begin()
    return seconds


def _row(table: Table, what: str, seconds: list[float]) -> None:
    table.row(what, str(len(seconds)), f"{max(seconds):.2f} s")
    table.goal(f"{what}: right within {GOAL:.0f} s", max(seconds) < GOAL)
