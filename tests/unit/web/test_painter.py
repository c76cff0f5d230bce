"""Painting: once for all who see the same, never old, and never the end of a page."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ionas_phone.live.board import QUEUES
from ionas_phone.live.nouns import tag
from ionas_phone.render import Renderer
from ionas_phone.runtime.metrics import Metrics
from ionas_phone.shipped import shipped
from ionas_phone.store.database import Database
from ionas_phone.support.users import Role, User
from ionas_phone.web.context import Context
from ionas_phone.web.painter import KEPT, REMEMBERED, Painter
from ionas_phone.web.regions import REGIONS, Values, regions_of_session
from tests.desk_app import DeskApp
from tests.stories import ANNA

ANNA_USER = User(1, "anna", "Anna Berger", Role.ASSISTANT, "201", "PJSIP/201", "de")
BEN_USER = User(2, "ben", "Ben Çelik", Role.ASSISTANT, "202", "PJSIP/202", "de")
EVA_USER = User(3, "eva", "Eva", Role.ASSISTANT, "", "", "en")


class Clock:
    """A second that passes when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def painter(desk: DeskApp, clock: Clock) -> Painter:
    world = replace(desk.world, monotonic=clock, metrics=Metrics())
    return Painter(world, Renderer(shipped("webui"), world.timezone, lambda name: name))


def renders(painter: Painter, region: str) -> float | None:
    metrics = painter._world.metrics
    return metrics.registry.get_sample_value("ionas_region_renders_total", {"region": region})


async def test_fifty_tabs_at_once_are_one_painting(painter: Painter) -> None:
    painted = await asyncio.gather(*(painter.paint(REGIONS["queues"], ANNA_USER) for _ in range(50)))
    assert len({one.html for one in painted}) == 1
    assert renders(painter, "queues") == 1
    await painter.paint(REGIONS["queues"], BEN_USER)  # the same role and language: the same picture
    assert renders(painter, "queues") == 1
    english = await painter.paint(REGIONS["queues"], EVA_USER)
    assert "Queue" in english.html
    assert renders(painter, "queues") == 2


async def test_what_is_somebodys_own_is_painted_for_them_only(desk: DeskApp, painter: Painter) -> None:
    caller = desk.story.rings_in()
    desk.story.joins(caller)
    desk.story.calls(caller, ANNA, "leg-1")
    annas, bens = await painter.paint(REGIONS["ring"], ANNA_USER), await painter.paint(REGIONS["ring"], BEN_USER)
    assert annas.pops == (tag("mainz", "leg-1"),)
    assert bens.pops == ()
    assert f'data-pop="{tag("mainz", "leg-1")}"' in annas.html
    assert f'data-pop="{tag("mainz", "leg-1")}"' not in bens.html


async def test_a_change_is_painted_anew_and_so_is_what_has_aged(desk: DeskApp, painter: Painter, clock: Clock) -> None:
    await painter.paint(REGIONS["links"], ANNA_USER)
    desk.world.hub.mark("links", 1.0)
    await painter.paint(REGIONS["links"], ANNA_USER)
    assert renders(painter, "links") == 2
    clock.now += KEPT / 2
    await painter.paint(REGIONS["links"], ANNA_USER)
    assert renders(painter, "links") == 2
    clock.now += KEPT / 2
    await painter.paint(REGIONS["links"], ANNA_USER)
    assert renders(painter, "links") == 3


async def test_a_change_of_nothing_that_is_shown_is_painted_for_nobody_who_shows_it(
    desk: DeskApp, painter: Painter, clock: Clock
) -> None:
    region = REGIONS["queues"]
    first = await painter.paint(region, ANNA_USER)
    desk.world.hub.mark("queues", 1.0)
    assert await painter.paint(region, ANNA_USER, first.facts) is first
    clock.now += KEPT
    desk.world.hub.mark("queues", 2.0)
    assert await painter.paint(region, ANNA_USER, first.facts) is first  # its clocks tick in the browser
    assert renders(painter, "queues") == 1
    second = await painter.paint(region, ANNA_USER)  # a new tab needs them as they are
    assert second is not first
    assert second.facts == first.facts
    desk.story.joins(desk.story.rings_in())
    third = await painter.paint(region, ANNA_USER, second.facts)
    assert not third.says(second.facts)


def test_what_changes_with_every_call_is_told_by_its_facts() -> None:
    assert {region.name for region in REGIONS.values() if region.facts} >= {"ring", "status", "my-calls", "queues"}


async def test_a_tab_that_closes_while_painting_leaves_the_others_their_picture(painter: Painter) -> None:
    first = asyncio.ensure_future(painter.paint(REGIONS["open-sessions"], ANNA_USER))  # noqa: TID251 - a tab's own task
    second = asyncio.ensure_future(painter.paint(REGIONS["open-sessions"], ANNA_USER))  # noqa: TID251 - a tab's own task
    await asyncio.sleep(0)
    first.cancel()
    assert 'id="region-open-sessions"' in (await second).html
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_painting_that_was_cancelled_leaves_nothing_old_behind_under_the_new_version(
    desk: DeskApp, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, may_end = asyncio.Event(), asyncio.Event()

    async def load(_world: Context, _user: User) -> Values:
        reading.set()
        await may_end.wait()
        return {"queues": desk.world.live.queues()}

    monkeypatch.setitem(REGIONS, "queues", replace(REGIONS["queues"], load=load, facts=False))
    may_end.set()
    await painter.paint(REGIONS["queues"], ANNA_USER)
    desk.world.hub.mark(QUEUES, 1.0)
    may_end.clear()
    reading.clear()
    first = asyncio.ensure_future(painter.paint(REGIONS["queues"], ANNA_USER))  # noqa: TID251 - a tab's own task
    await reading.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    may_end.set()
    reading.clear()
    await painter.paint(REGIONS["queues"], ANNA_USER)
    assert reading.is_set()
    assert renders(painter, "queues") == 2


async def test_what_regions_of_a_record_share_is_read_once_for_all_of_them(desk: DeskApp, painter: Painter) -> None:
    reads: list[str] = []

    async def load(_world: Context, user: User) -> Values:
        reads.append(user.login)
        return {"queues": desk.world.live.queues()}

    one, other = (replace(REGIONS["queues"], name=name, load=load, share="record") for name in ("head", "history"))
    for region in (one, other):
        await painter.paint(region, ANNA_USER)
    await painter.paint(one, EVA_USER)  # in English
    assert reads == ["anna"]
    desk.world.hub.mark(QUEUES, 1.0)
    await asyncio.gather(*(painter.paint(region, BEN_USER) for region in (one, other)))
    assert reads == ["anna", "ben"]
    await painter.paint(replace(one, session_id=2), ANNA_USER)
    assert reads == ["anna", "ben", "anna"]


def test_four_regions_of_a_record_are_painted_from_one_read() -> None:
    shared = [region.name for region in regions_of_session(1, ANNA_USER) if region.share == "record"]
    assert shared == ["texts", "head", "customer", "history"]


async def test_without_the_database_a_region_says_so_and_the_ring_goes_on(desk: DeskApp, painter: Painter) -> None:
    away = replace(painter._world, database=Database("postgresql+asyncpg://nobody@127.0.0.1:1/none"))
    lonely = Painter(away, painter._renderer)
    calls = await lonely.paint(REGIONS["open-sessions"], ANNA_USER)
    assert 'id="region-open-sessions"' in calls.html
    assert "Offene Vorgänge lassen sich im Moment nicht lesen." in calls.html
    known = await lonely.paint(REGIONS["my-calls"], ANNA_USER)
    assert "Zurzeit kein Gespräch" in known.html  # what the picture knows is there all the same
    (history,) = (region for region in regions_of_session(1, ANNA_USER) if region.name == "history")
    unread = await lonely.paint(history, ANNA_USER)
    assert "Die Datenbank ist gerade nicht erreichbar" in unread.html
    assert "data-unread" in unread.html  # the browser leaves there what it had
    assert "127.0.0.1" not in unread.html  # what a machine said is for the log
    assert 'class="ring-slot' in (await lonely.paint(REGIONS["ring"], ANNA_USER)).html
    await away.database.close()


async def test_a_bug_in_one_region_takes_no_other_away(
    desk: DeskApp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(shipped("webui"), tmp_path / "webui")
    (tmp_path / "webui" / "templates" / "desk" / "_queues.html").write_text("{{ no.such.thing }}")
    painter = Painter(desk.world, Renderer(tmp_path / "webui", desk.world.timezone, lambda name: name))
    queues = await painter.paint(REGIONS["queues"], ANNA_USER)
    assert 'id="region-queues"' in queues.html
    assert "Dieser Teil lässt sich im Moment nicht anzeigen." in queues.html
    assert 'class="ring-slot' in (await painter.paint(REGIONS["ring"], ANNA_USER)).html
    assert "region_failed" in capsys.readouterr().out


async def test_pictures_of_people_long_gone_are_forgotten(painter: Painter) -> None:
    for number in range(REMEMBERED + 5):
        await painter.paint(REGIONS["ring"], replace(ANNA_USER, login=f"user-{number}"))
    assert len(painter._slots) == REMEMBERED
