"""Asterisk itself ends under running calls and comes back: it is said, and the picture is right again at once."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from ionas_phone.live.effects import Outcome
from tests.failures.reckoning import ledger
from tests.failures.scene import Scene, switchboard
from tests.lab.fixtures import ALL_WANTED, MISSING
from tests.lab.manager import Manager
from tests.lab.tree import MAJORS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from tests.lab.asterisk import Asterisk

AT_ONCE = 4  # customers at each
STOPPING = "Telefonanlage mainz: Die Telefonanlage hält an, sobald das letzte Gespräch zu Ende ist"
LOST = "Keine Verbindung zur Telefonanlage mainz seit"


@pytest.fixture(scope="module")
async def scenes(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[Scene]]:
    """A busy line on every version of Asterisk that is installed: all are hurt at the same time."""
    async with AsyncExitStack() as stack:
        found = []
        for major in MAJORS:
            if major in MISSING and not ALL_WANTED:
                continue  # the last line of the run says so
            folder = tmp_path_factory.mktemp(f"asterisk{major}")
            url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, folder / 'ionas.db')}"
            pbx = await stack.enter_async_context(switchboard(major))
            found.append(await stack.enter_async_context(Scene.set(pbx, url, folder, AT_ONCE)))
        yield found


async def everywhere(scenes: list[Scene], happens: Callable[[Scene], Awaitable[None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for scene in scenes:
            group.create_task(happens(scene))  # type: ignore[arg-type]


async def comes_back(scene: Scene) -> None:
    """Asterisk starts, telephones sign in again, customers call again: the service must have noticed by itself."""
    await scene.pbx.start()
    await scene.sight.linked()
    await scene.line.begin()
    await scene.picture_is_right()
    await scene.is_busy()
    await scene.picture_is_right()


async def crashes(pbx: Asterisk) -> None:
    """The process dies."""
    await pbx.kill()


async def stops_at_once(pbx: Asterisk) -> None:
    """It is told at its console to stop now; it hangs up on everybody."""
    await pbx.cli("core stop now")
    await pbx.stopped()


async def starts_anew(pbx: Asterisk) -> None:
    """It is told by a manager to start anew: everybody is cut off without a word, the manager, too."""
    async with Manager.acting(pbx) as manager:

        async def told() -> None:
            manager.ask("Command", "Command: core restart now", action_id="restart")
            await manager.cut_off()

        await pbx.starts_anew(told())


@pytest.mark.parametrize("end", [crashes, stops_at_once, starts_anew])
async def test_an_end_without_warning_leaves_a_gap_in_which_nobody_was_missed(
    scenes: list[Scene], end: Callable[[Asterisk], Awaitable[None]]
) -> None:
    async def happens(scene: Scene) -> None:
        await scene.is_busy()
        known = len(scene.service.engine.live.health().gaps)
        await end(scene.pbx)
        await scene.line.drop()
        await scene.shows(LOST)
        await comes_back(scene)
        assert [gap.missed for gap in scene.service.engine.live.health().gaps[known:]] == [0]
        await scene.reckoned()

    await everywhere(scenes, happens)


async def test_while_it_stops_gracefully_every_call_is_seen_to_its_end(scenes: list[Scene]) -> None:
    async def happens(scene: Scene) -> None:
        await scene.is_busy()
        async with asyncio.TaskGroup() as group:
            group.create_task(scene.line.rest())
            stopping = group.create_task(scene.pbx.cli("core stop gracefully"))
            await scene.shows(STOPPING)
            await scene.pbx.stopped()
            stopping.cancel()
        await scene.shows(LOST)
        unseen = [call for call in (await ledger(scene.service.database)).calls if call.record.outcome is Outcome.OPEN]
        assert not unseen
        await scene.line.drop()
        await comes_back(scene)
        await scene.reckoned()

    await everywhere(scenes, happens)
