"""What many see alike: painted once, given to each, and nobody is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ionas_phone.render import Renderer
from ionas_phone.runtime.metrics import Metrics
from ionas_phone.shipped import shipped
from ionas_phone.support.users import Role, User
from ionas_phone.web.broadcast import Broadcast, is_common
from ionas_phone.web.context import Times
from ionas_phone.web.painter import Painted, Painter
from ionas_phone.web.regions import REGIONS, SESSION_REGIONS, Region
from tests.desk_app import DeskApp, Visitor, desk_app

ANNA = User(1, "anna", "Anna Berger", Role.ASSISTANT, "201", "PJSIP/201", "de")
BEN = User(2, "ben", "Ben Çelik", Role.ASSISTANT, "202", "PJSIP/202", "de")
EVA = User(3, "eva", "Eva", Role.ASSISTANT, "", "", "en")
AT_ONCE = Times(soon=0.001, pace=0.001)


class Page:
    """Somebody's page, as far as the broadcast knows it."""

    def __init__(self) -> None:
        self.shown: Painted | None = None
        self.given: list[Painted] = []
        self.breaks = False

    def shows(self, _region: Region, painted: Painted) -> bool:
        return self.shown is not None and painted.says(self.shown.facts)

    async def offer(self, _region: Region, painted: Painted) -> None:
        if self.breaks:
            self.breaks = False
            raise ZeroDivisionError
        self.shown = painted
        self.given.append(painted)

    async def gets(self, count: int) -> Painted:
        """Wait until it was given so much."""
        await eventually(lambda: len(self.given) >= count)
        return self.given[-1]


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - there is no event: other tasks are waited for
            await asyncio.sleep(0)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskApp]:
    async with desk_app(tmp_path, AT_ONCE) as app:
        yield app


@pytest.fixture
def broadcast(desk: DeskApp) -> Broadcast:
    world = replace(desk.world, metrics=Metrics())
    return Broadcast(world, Painter(world, Renderer(shipped("webui"), world.timezone, lambda name: name)))


@asynccontextmanager
async def running(broadcast: Broadcast) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(broadcast.run())
        yield
        task.cancel()


def renders(broadcast: Broadcast, region: str) -> float:
    registry = broadcast._calm._painter._world.metrics.registry
    return registry.get_sample_value("ionas_region_renders_total", {"region": region}) or 0.0


def test_what_differs_from_person_to_person_or_record_to_record_is_not_common() -> None:
    assert {name for name, region in REGIONS.items() if is_common(region)} >= {"queues", "links", "missed-callers"}
    assert not any(is_common(REGIONS[name]) for name in ("ring", "my-calls", "status", "timer", "missed"))
    assert not any(is_common(region.of(1)) for region in SESSION_REGIONS.values())


async def test_a_change_is_painted_once_and_given_to_all_who_see_the_same(desk: DeskApp, broadcast: Broadcast) -> None:
    pages, evas = [Page() for _ in range(50)], Page()
    for number, page in enumerate(pages):
        broadcast.join(page, (ANNA, BEN)[number % 2], [REGIONS["queues"]])
    broadcast.join(evas, EVA, [REGIONS["queues"]])
    async with running(broadcast):
        desk.world.hub.mark("queues", 1.0)
        first = [await page.gets(1) for page in pages]
        assert len({id(painted) for painted in first}) == 1
        assert "Queue" in (await evas.gets(1)).html
    assert renders(broadcast, "queues") == 2  # one in each language


async def test_who_shows_the_same_facts_is_given_nothing(desk: DeskApp, broadcast: Broadcast) -> None:
    knows, newer = Page(), Page()
    broadcast.join(knows, ANNA, [REGIONS["queues"]])
    async with running(broadcast):
        desk.world.hub.mark("queues", 1.0)
        await knows.gets(1)
        broadcast.join(newer, BEN, [REGIONS["queues"]])
        desk.world.hub.mark("queues", 2.0)
        assert (await newer.gets(1)).says(knows.given[0].facts)
        assert len(knows.given) == 1
        desk.story.joins(desk.story.rings_in())
        assert not (await knows.gets(2)).says(knows.given[0].facts)


async def test_who_joins_is_given_only_what_changes_from_then_on_and_who_left_nothing(
    desk: DeskApp, broadcast: Broadcast
) -> None:
    stays, leaves = Page(), Page()
    async with running(broadcast):
        broadcast.join(stays, ANNA, [REGIONS["queues"], REGIONS["links"]])
        broadcast.join(leaves, ANNA, [REGIONS["queues"]])
        broadcast.leave(leaves, ANNA, [REGIONS["queues"]])
        desk.world.hub.mark("links", 1.0)
        await stays.gets(1)
        desk.world.hub.mark("queues", 2.0)
        await stays.gets(2)
        assert leaves.given == []
        broadcast.leave(stays, ANNA, [REGIONS["queues"], REGIONS["links"]])
        broadcast.leave(stays, ANNA, [REGIONS["queues"]])  # gone is gone
        assert not desk.world.hub.watching("queues")
        assert not desk.world.hub.watching("links")


async def test_after_a_failure_of_ours_everybody_is_told_again(desk: DeskApp, broadcast: Broadcast) -> None:
    breaks, waits = Page(), Page()
    breaks.breaks = True
    for page in (breaks, waits):
        broadcast.join(page, ANNA, [REGIONS["queues"]])
    desk.world.hub.mark("queues", 1.0)
    with pytest.raises(ExceptionGroup):
        await broadcast.run()
    assert waits.given == []
    async with running(broadcast):
        await breaks.gets(1)
        await waits.gets(1)


async def test_a_tab_gets_what_all_see_once_and_then_what_changes(desk: DeskApp, ben: Visitor) -> None:
    async with await ben.stream("board") as stream:
        seen: list[str] = []
        while "region-links" not in seen or "region-board-gaps" not in seen:
            message = await stream.receive_json()
            seen.append(message.get("id", ""))
        desk.world.hub.mark("links", 1.0)
        while seen.count("region-links") < 2:
            seen.append((await stream.receive_json()).get("id", ""))
        assert seen.count("region-board-queues") == 1
    await eventually(lambda: not desk.world.hub.watching("links"))
