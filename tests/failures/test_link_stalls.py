"""A service that reads nothing is cut off by Asterisk's own write time-out: it is back soon, and says since when."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

from tests.failures.reckoning import ledger
from tests.failures.scene import Scene, switchboard
from tests.lab.altered import Change
from tests.lab.manager import Manager
from tests.people import ANNA

if TYPE_CHECKING:
    from pathlib import Path

IMPATIENT = Change("manager.conf", "writetimeout", "writetimeout = 100")  # milliseconds; the product writes 5000
PATIENCE = 10  # seconds; after twelve the service itself would give up
AT_A_TIME = 40  # messages, beside those of the calls, that fill what the wire keeps
CUT_OFF = "Die Telefonanlage hat die Verbindung beendet."


async def test_who_reads_nothing_is_cut_off_and_all_of_that_time_is_a_gap(migrated_file: Path, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    async with (
        switchboard(None, IMPATIENT) as pbx,
        Scene.set(pbx, url, tmp_path, small=True) as scene,
        Manager.acting(pbx) as manager,
    ):
        await scene.is_busy()
        scene.relay.stall()
        async with asyncio.timeout(PATIENCE):
            while (await pbx.cli("manager show connected")).count(f"{pbx.plan.ami_user} ") > 1:
                # the service's connection, and that of whoever takes a fresh look
                for _ in range(AT_A_TIME):
                    await manager.act("QueuePenalty", Interface=f"PJSIP/{ANNA.extension}", Penalty="0")
        scene.relay.flow()
        await scene.shows(CUT_OFF)
        await scene.picture_is_right()
        await scene.reckoned()
        [gap] = (await ledger(scene.service.database)).gaps
        assert gap.missed is not None
