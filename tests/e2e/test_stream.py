"""What happens at the telephone reaches the screen, and leaves alone what a person is doing there."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

from playwright.async_api import Page, expect

from ionas_phone.live.events import LinkChanged
from ionas_phone.live.nouns import LinkState, tag
from ionas_phone.runtime import clock
from ionas_phone.shipped import shipped
from ionas_phone.store import users
from ionas_phone.support.users import Role
from ionas_phone.web.context import Times
from tests.browser import Complaints, NewBrowser, focused, places, sign_in
from tests.desk_app import DeskApp, desk_app
from tests.e2e.calls import answered, ring, seated
from tests.lab.waiting import until


def value(desk: DeskApp, name: str, **labels: str) -> float:
    return desk.world.metrics.registry.get_sample_value(name, labels) or 0.0


async def link(page: Page, state: str) -> None:
    await expect(page.locator("body")).to_have_attribute("data-link", state)


# -- never steal focus, keys or text -----------------------------------------------------------------------------------


async def test_a_ring_shows_and_the_typing_goes_on(desk: DeskApp, profile: NewBrowser) -> None:
    session = await answered(desk)
    page = await sign_in(await profile(), desk.url, "anna", f"/vorgaenge/{session}")
    await expect(page).to_have_title("Vorgang 1 – ionas")
    await page.locator("textarea").first.click()
    await page.keyboard.type("Der Drucker druckt nicht")
    for _ in range(5):
        await page.keyboard.press("ArrowLeft")
    before = await focused(page)

    ringing = ring(desk, "2", number="061315550102")
    await expect(page.locator("#region-ring [data-pop]")).to_have_attribute("data-pop", tag("mainz", "leg-2"))
    await expect(page).to_have_title("(1) ☎ 06131 5550102 – ionas")
    assert await focused(page) == before
    await page.keyboard.type("immer ")
    await expect(page.locator("textarea").first).to_have_value("Der Drucker druckt immer nicht")

    desk.story.gives_up(ringing.caller)
    await expect(page).to_have_title("Vorgang 1 – ionas")
    await expect(page.locator("textarea").first).to_be_focused()


async def test_the_calls_of_others_change_the_desk_and_nothing_under_the_hands(
    desk: DeskApp, profile: NewBrowser
) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    await page.locator("[data-search]").first.click()
    await page.keyboard.type("Schäf")
    await page.keyboard.press("Home")
    before = await focused(page)
    for number in range(5):
        ringing = ring(desk, str(number))
        await expect(page.locator(f"[data-pop='{tag('mainz', f'leg-{number}')}']")).to_be_visible()
        desk.story.gives_up(ringing.caller)
        assert await focused(page) == before


async def test_what_is_typed_inside_a_region_survives_its_redrawing(
    tmp_path: Path, profile: NewBrowser, complaints: Complaints
) -> None:
    shutil.copytree(shipped("webui"), tmp_path / "webui")
    (tmp_path / "webui" / "templates" / "desk" / "_queues.html").write_text(
        '<section id="region-queues"><p>{{ queues[0].waiting }}</p><form><input id="note" aria-label="x" value="old">'
        '<textarea id="text" aria-label="x">old</textarea><p>{{ queues[0].waiting }}</p></form></section>'
    )
    async with desk_app(tmp_path, webui=tmp_path / "webui") as desk:
        await seated(desk)
        page = await sign_in(await profile(), desk.url, "anna")
        for field in ("note", "text"):
            await page.locator(f"#{field}").fill("typed by hand")
            await page.evaluate(f"document.getElementById('{field}').setSelectionRange(2, 5)")
            before = await focused(page)
            waiting = await page.locator("#region-queues p").first.inner_text()
            desk.story.joins(desk.story.rings_in(f"caller-{field}"))
            await expect(page.locator("#region-queues p").first).not_to_have_text(waiting)
            assert (
                await focused(page) == before == {**before, "id": field, "value": "typed by hand", "start": 2, "end": 5}
            )
        await expect(page.locator("#note")).to_have_value("typed by hand")  # not in the field any more: still there


# -- pops --------------------------------------------------------------------------------------------------------------


async def test_a_painted_pop_is_acknowledged_once_for_all_tabs(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    context = await profile()
    first = await sign_in(context, desk.url, "anna")
    second = await context.new_page()
    await second.goto(desk.url)
    await link(second, "up")
    ring(desk)
    for page in (first, second):
        await page.bring_to_front()
        await expect(page.locator(f"[data-pop='{tag('mainz', 'leg-1')}']")).to_be_visible()
    await until(lambda: value(desk, "ionas_pops_painted_total") == 1, "the browser's word that it has painted")
    assert value(desk, "ionas_pops_sent_total") == 1
    assert value(desk, "ionas_pop_latency_seconds_count") == 1
    assert value(desk, "ionas_pop_latency_seconds_sum") < 1


async def test_a_card_that_was_there_before_the_page_counts_as_painted_but_has_no_latency(
    desk: DeskApp, profile: NewBrowser
) -> None:
    await seated(desk)
    ring(desk)
    await sign_in(await profile(), desk.url, "anna")
    await until(lambda: value(desk, "ionas_pops_painted_total") == 1, "the browser's word that it has painted")
    assert value(desk, "ionas_pop_latency_seconds_count") == 0


async def test_a_tab_in_the_background_says_so_in_its_title(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await profile(), desk.url, "anna")
    await page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    ring(desk)
    await expect(page).to_have_title("(1) ☎ 06131 5550101 – ionas")
    assert value(desk, "ionas_pops_painted_total") == 0  # a background tab paints nothing, and is not believed to
    await page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    await until(lambda: value(desk, "ionas_pops_painted_total") == 1, "the tab to be looked at")


async def test_a_ring_that_a_browser_says_nothing_of_is_missed(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    context = await profile()
    page = await sign_in(context, desk.url, "anna")
    painted = ring(desk)
    await until(lambda: value(desk, "ionas_pops_painted_total") == 1, "the first card")
    desk.story.after(2).gives_up(painted.caller)
    assert (value(desk, "ionas_pops_due_total"), value(desk, "ionas_pops_missed_total")) == (1, 0)

    debugger = await context.new_cdp_session(page)
    async with asyncio.timeout(20):
        stopped = asyncio.Event()
        debugger.once("Debugger.paused", lambda _: stopped.set())
        await debugger.send("Debugger.enable")
        await debugger.send("Debugger.pause")  # a browser that hangs: its connection stands, its scripts do not run
        await stopped.wait()
    unseen = ring(desk, "2")
    desk.story.after(2).gives_up(unseen.caller)
    assert (value(desk, "ionas_pops_due_total"), value(desk, "ionas_pops_missed_total")) == (2, 1)
    await debugger.send("Debugger.resume")
    await debugger.detach()


# -- clocks ------------------------------------------------------------------------------------------------------------


async def test_times_go_on_between_two_pushes(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    context = await profile()
    page = await sign_in(context, desk.url, "anna")
    await page.clock.install()
    await page.reload()
    await link(page, "up")
    ring(desk)
    ticking = page.locator("#region-ring .tick").first
    await expect(ticking).to_have_text(re.compile("00:0[1-9]"))  # 00:00 is the server's: the page has begun to count
    await page.clock.fast_forward(95_000)
    await expect(ticking).to_have_text(re.compile("01:[34].|01:5."))
    ring(desk, "2")  # the slot is painted anew: what the server says counts
    await expect(ticking).to_have_text(re.compile("00:0."))


# -- the connection, in words ------------------------------------------------------------------------------------------


async def test_a_lost_connection_is_said_in_words_and_found_again(
    tmp_path: Path, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("WebSocket connection to|ERR_CONNECTION_REFUSED")
    async with desk_app(tmp_path) as desk:
        await seated(desk)
        page = await sign_in(await profile(), desk.url, "anna")
        await page.clock.install()
        await page.reload()
        await link(page, "up")
        words = page.locator("#connection")
        await expect(words).to_have_text("verbunden")
        await page.locator("[data-search]").first.fill("Schäf")
        before = await focused(page)
        port = int(desk.url.rpartition(":")[2])
        await page.clock.fast_forward(12_000)  # nothing has happened for a while, and that was true
        await expect(words).to_have_text("verbunden")
    await page.clock.fast_forward(2_500)
    await expect(words).to_contain_text("Verbindung unterbrochen")
    await page.clock.fast_forward(8_000)
    await expect(words).to_contain_text(re.compile(r"Keine Verbindung – Stand von vor 1\d s"))
    await link(page, "stale")
    async with desk_app(tmp_path, port=port) as desk:
        ring(desk)  # while nobody was connected
        await page.clock.fast_forward(9_000)
        await expect(words).to_have_text("verbunden")
        await expect(page.locator(f"[data-pop='{tag('mainz', 'leg-1')}']")).to_be_visible()
        assert await focused(page) == before


async def test_a_lost_connection_moves_nothing_in_the_head_and_fits(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("WebSocket|ERR_INTERNET_DISCONNECTED|net::")
    await desk.person("office", Role.ADMIN, name="Anna Berger", extension="201")  # has the longest head
    context = await profile()
    await context.clock.install()
    page = await sign_in(context, desk.url, "office")
    before = {}
    for width in (1440, 1024, 768, 390):
        await page.set_viewport_size({"width": width, "height": 900})
        before[width] = await places(page, (".brand", ".account", "#shift", "main"))
    await page.context.set_offline(offline=True)
    desk.world.hub.stop(1012)
    await page.wait_for_selector("body:not([data-link=up])")
    await page.clock.fast_forward(12_000)
    await link(page, "stale")
    for width, were in before.items():
        await page.set_viewport_size({"width": width, "height": 900})
        assert await places(page, tuple(were)) == were
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        words = await page.locator(".conn-words").bounding_box()
        assert words
        assert words["x"] >= 0
        assert words["x"] + words["width"] <= width


async def test_silence_is_not_taken_for_peace(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna")
    page = await sign_in(await profile(), desk.url, "anna")
    await page.clock.install()
    await page.reload()
    await link(page, "up")
    async with page.expect_websocket():
        await page.clock.fast_forward(46_000)
    await link(page, "up")


async def test_a_machine_that_slept_asks_for_everything_anew(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna")
    page = await sign_in(await profile(), desk.url, "anna")
    async with page.expect_websocket():
        await page.evaluate("const now = Date.now; Date.now = () => now() + 60_000")
    await link(page, "up")


async def test_a_restart_brings_every_tab_back(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna")
    page = await sign_in(await profile(), desk.url, "anna")
    async with page.expect_websocket():
        desk.world.hub.stop(1012)
    await link(page, "up")
    await expect(page.locator("#overlay")).to_be_hidden()


async def test_a_log_in_revoked_by_the_administrator_asks_for_a_new_one(tmp_path: Path, profile: NewBrowser) -> None:
    async with desk_app(tmp_path, Times(beat=0.1)) as desk:
        await desk.person("anna")
        page = await sign_in(await profile(), desk.url, "anna")
        async with desk.world.database.write() as connection:
            await users.disable(connection, "anna", clock.now(), "test")
        await expect(page.locator("#overlay")).to_be_visible()
        await link(page, "out")
        await expect(page.locator("#connection")).to_contain_text("abgemeldet")


async def test_a_page_of_an_older_version_says_so(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna")
    page = await sign_in(await profile(), desk.url, "anna")
    await expect(page.locator("#outdated")).to_be_hidden()
    await page.evaluate("document.body.dataset.version = 'older'")
    desk.world.hub.stop(1012)
    await expect(page.locator("#outdated")).to_be_visible()


async def test_what_the_pbx_and_the_database_are_up_to_is_said(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna")
    page = await sign_in(await profile(), desk.url, "anna")
    await expect(page.locator("#region-links p")).to_have_count(0)
    desk.story.tell(LinkChanged(at=clock.now(), pbx="mainz", state=LinkState.LOST))
    await expect(page.locator("#region-links")).to_contain_text("Keine Verbindung zur Telefonanlage mainz")
    desk.story.tell(LinkChanged(at=clock.now(), pbx="mainz", state=LinkState.UP))
    await expect(page.locator("#region-links p")).to_have_count(0)
