"""The wire to the PBX breaks under running calls: it is said, what was missed is counted, and the picture is right."""

from __future__ import annotations

import asyncio
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from tests.failures.breaks import BREAKS, suffer
from tests.failures.reckoning import ledger

if TYPE_CHECKING:
    from pathlib import Path

    from ionas_phone.live.nouns import Gap
    from tests.failures.scene import Scene


BLOCKED = 6  # seconds: so late that the clocks are compared before anything is believed


async def gaps(scene: Scene) -> list[Gap]:
    await scene.service.writer.drained()
    return list((await ledger(scene.service.database)).gaps)


async def test_a_line_in_order_is_kept_in_order(scene: Scene) -> None:
    await scene.line.until_done()
    await scene.picture_is_right()
    found = await scene.reckoned()
    assert found.passages > len(scene.line.kinds) - 3
    assert found.missed == 0


@pytest.mark.parametrize("name", ["cut", "reset"])
async def test_a_wire_that_is_cut_leaves_one_gap_with_the_calls_missed_in_it(scene: Scene, name: str) -> None:
    before = await gaps(scene)
    await suffer(scene, BREAKS[name])
    [gap] = (await gaps(scene))[len(before) :]
    assert gap.missed
    assert (await scene.reckoned()).missed
    await scene.shows(f"Darin verpasste Anrufe {gap.pbx}")


async def test_a_service_that_was_busy_with_itself_catches_up_and_has_missed_nothing(scene: Scene) -> None:
    before = await gaps(scene)
    await scene.is_busy()
    time.sleep(BLOCKED)  # noqa: ASYNC251 - nothing at all is done meanwhile: that is what is tried
    await scene.picture_is_right()
    await scene.calls_pass(1)
    assert await gaps(scene) == before
    await scene.reckoned()


async def test_a_wire_on_which_nothing_comes_and_one_on_which_all_comes_too_late(
    scene: Scene, migrated_file: Path, tmp_path: Path
) -> None:
    """At the same time, at two services: both take a while to be noticed."""
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    async with scene.another(url, tmp_path) as other, asyncio.TaskGroup() as group:
        group.create_task(suffer(scene, BREAKS["half-open"]))
        group.create_task(suffer(other, BREAKS["slow"]))
    await scene.reckoned()
