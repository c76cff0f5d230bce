"""The board follows the telephones by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playwright.async_api import expect

from ionas_phone.live.events import BridgeEntered, CallHeld, ChannelSeen, LinkChanged, SnapshotTaken
from ionas_phone.live.nouns import ChannelState, LinkState, MemberStatus, SeenQueue
from ionas_phone.runtime import clock
from ionas_phone.support.users import Role
from ionas_phone.support.work import Command
from tests.browser import NewBrowser, places, sign_in
from tests.desk_app import DeskApp
from tests.e2e.calls import ring, seated
from tests.e2e.look import look
from tests.stories import ANNA, BEN, asks, channel
from tests.timed import timed_desk


async def test_it_follows_a_call_from_the_queue_to_the_session(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    await desk.person("sophie", Role.SUPERVISOR, name="Sophie Kern")
    page = await sign_in(await profile(), desk.url, "sophie", "/leitung")
    queues, waiting = page.locator("#region-board-queues"), page.locator("#region-board-waiting")
    members, talking = page.locator("#region-board-members"), page.locator("#region-board-talking")
    await expect(queues).to_contain_text("niemand wartet")

    caller = desk.story.rings_in("caller-1", number="061315550102")
    desk.story.joins(caller)
    await expect(waiting).to_contain_text("06131 5550102")
    await expect(waiting.locator(".after")).to_have_text("–")
    clock = waiting.locator(".tick")
    first = await clock.inner_text()
    await expect(clock).not_to_have_text(first)  # it ticks

    leg = desk.story.calls(caller, ANNA, "leg-1")
    await expect(waiting).to_contain_text("Anna Berger")
    await expect(members.get_by_role("row", name="Anna Berger")).to_contain_text("klingelt")
    desk.story.answers(caller, leg, ANNA)
    await expect(waiting).to_contain_text("Niemand wartet")
    await expect(members.get_by_role("row", name="Anna Berger")).to_contain_text("im Gespräch")
    await expect(talking.get_by_role("link")).to_have_text("Vorgang 1")
    desk.story.member(BEN, MemberStatus.IDLE, paused=True, reason="Mittag")
    await expect(members.get_by_role("row", name="Ben")).to_contain_text("Mittag")

    await talking.get_by_role("link").click()
    await expect(page.locator("#record")).to_contain_text("Anna Berger")


async def test_a_supervisor_with_a_phone_is_rung_on_the_board(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna", Role.SUPERVISOR, name="Anna Berger", extension="201")
    page = await sign_in(await profile(), desk.url, "anna", "/leitung")
    ringing = ring(desk, number="061315550102")
    await expect(page.locator(".ring-card")).to_contain_text("06131 5550102")
    await expect(page).to_have_title("(1) ☎ 06131 5550102 – ionas")
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    await expect(page.locator(".ring-card")).to_have_count(0)
    await page.get_by_role("link", name="Arbeitsplatz").click()
    await expect(page.locator("#problem")).to_be_visible()


PARTS = (
    *("#region-board-members", ".person:last-child", "#region-board-talking", ".live", ".today"),
    *(".today > .hint:last-child", "#connection", ".top .search"),
)


async def test_nothing_moves_when_a_call_comes_and_is_answered(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna", Role.SUPERVISOR, name="Anna Berger", extension="201")
    page = await sign_in(await profile(), desk.url, "anna", "/leitung")
    parts = (*PARTS, "#region-my-calls")
    before = await places(page, parts)
    ringing = ring(desk, number=None, suppressed=True)
    await expect(page.locator(".ring-card")).to_be_visible()
    await expect(page.locator(".today")).to_contain_text("1 Anrufer wartet noch")
    assert await places(page, parts) == before
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    await expect(page.locator(".call [data-open]")).to_be_visible()
    assert await places(page, parts) == before


async def test_nothing_moves_when_a_timer_starts(tmp_path: Path, profile: NewBrowser) -> None:
    async with timed_desk(tmp_path) as timed:
        page = await sign_in(await profile(), timed.desk.url, "sophie", "/leitung")
        before = await places(page, PARTS)
        await timed.do(Command.START)
        await expect(page.locator(".timing")).to_be_visible()
        assert await places(page, PARTS) == before


async def test_a_time_that_nobody_saw_is_said_with_the_calls_missed_in_it(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("sophie", Role.SUPERVISOR, name="Sophie Kern")
    page = await sign_in(await profile(), desk.url, "sophie", "/leitung")
    gaps = page.locator("#region-board-gaps")
    seen = SnapshotTaken(at=clock.now(), pbx="mainz", queues=(SeenQueue("support", 5, 0),))
    desk.story.tell(seen)
    await expect(gaps).to_have_text("")
    desk.story.tell(LinkChanged(at=clock.now(), pbx="mainz", state=LinkState.LOST, reason=""))
    await expect(gaps).to_contain_text("dauert an")
    desk.story.tell(replace(seen, queues=(SeenQueue("support", 6, 1),)))
    await expect(gaps.get_by_role("row", name="mainz").locator("strong")).to_have_text("2")
    await look(page, "calls that nobody saw")


async def test_who_asks_a_colleague_while_a_caller_waits_is_seen(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    await desk.person("ben", name=BEN.name, extension="202")
    await desk.person("sophie", Role.SUPERVISOR, name="Sophie Kern")
    page = await sign_in(await profile(), desk.url, "sophie", "/leitung")
    members, talking = page.locator("#region-board-members"), page.locator("#region-board-talking")
    held = ring(desk, number="061315550102")
    desk.story.answers(held.caller, held.leg, ANNA)
    desk.story.tell(CallHeld(**desk.story.base(), unique_id=held.leg.unique_id))
    asked = asks(desk.story)
    await expect(talking).to_contain_text("ruft Ben Çelik an")
    up = replace(asked, state=ChannelState.UP)
    desk.story.tell(ChannelSeen(**desk.story.base(), channel=up))
    desk.story.tell(BridgeEntered(**desk.story.base(), bridge="b2", channel=channel("own-1", ANNA.interface)))
    desk.story.tell(BridgeEntered(**desk.story.base(), bridge="b2", channel=up))
    desk.story.member(BEN, MemberStatus.IN_USE)
    await expect(talking).to_contain_text("fragt Ben Çelik um Rat")
    await expect(members.get_by_role("row", name="Anna Berger").first).to_contain_text("Rückfrage")
    await expect(page.locator("#region-board-queues")).to_contain_text("niemand von 2")
    await look(page, "a question to a colleague")
