"""Network, server and machine fail while somebody types and calls go on. Nothing typed is lost, nothing untrue said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from ionas_phone.errors import StoreAway
from ionas_phone.live.events import DatabaseSeen
from ionas_phone.live.nouns import tag
from ionas_phone.runtime import clock
from ionas_phone.store import session_texts
from ionas_phone.support.sessions import SessionText
from tests.browser import Complaints, NewBrowser, focused, go_offline, sign_in
from tests.desk_app import DeskApp, desk_app
from tests.e2e.calls import answered, ring
from tests.e2e.look import keep
from tests.unit.web.test_sessions import stored

pytestmark = pytest.mark.usefixtures("busy")

CUT = "ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|WebSocket connection to"
STATE = "#problem-state"
AGAIN = "Nicht gespeichert – neuer Versuch in 5 s"


async def typing(desk: DeskApp, profile: NewBrowser, text: str = "Der Drucker") -> tuple[int, Page]:
    """Let Anna type into the record of the call she is talking on."""
    session = await answered(desk)
    page = await sign_in(await profile(), desk.url, "anna", f"/vorgaenge/{session}")
    await page.locator("#problem").click()
    await page.keyboard.type(text)
    await expect(page.locator(STATE)).to_contain_text("bleibt änderbar")
    return session, page


async def saved(desk: DeskApp, page: Page, session: int, text: str) -> None:
    await expect(page.locator(STATE)).to_contain_text("bleibt änderbar", timeout=15_000)
    await expect(page.locator("#problem")).to_have_value(text)
    assert (await stored(desk, session)).problem == text


# -- offline -----------------------------------------------------------------------------------------------------------


async def test_offline_the_typing_goes_on_and_all_of_it_is_saved_afterwards(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append(CUT)
    session, page = await typing(desk, profile)
    await go_offline(page)
    await page.keyboard.type(" druckt nicht")
    await expect(page.locator(STATE)).to_have_text(AGAIN)
    await expect(page.locator("#connection")).to_contain_text("Verbindung unterbrochen")
    before = await focused(page)
    assert before["value"] == "Der Drucker druckt nicht"
    ring(desk, "2", number="061315550102")  # meanwhile
    await keep(page, "pages/offline")
    await page.context.set_offline(False)
    await expect(page.locator("#connection")).to_contain_text("verbunden")
    await expect(page.locator(f"[data-pop='{tag('mainz', 'leg-2')}']")).to_be_visible()
    await saved(desk, page, session, "Der Drucker druckt nicht")
    assert await focused(page) == before


async def test_offline_another_writes_too_and_both_texts_are_shown(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected += [CUT, "status of 409"]
    session, page = await typing(desk, profile)
    await desk.person("ben", name="Ben Çelik")
    await go_offline(page)
    await page.keyboard.type(" druckt nicht")
    await expect(page.locator(STATE)).to_have_text(AGAIN)
    async with desk.world.database.write() as connection:
        version = (await stored(desk, session)).version
        await session_texts.save(connection, session, SessionText.PROBLEM, version, "Bens Text", clock.now(), "ben")
    desk.world.changed(session)
    await page.context.set_offline(False)
    await expect(page.locator(".conflict")).to_contain_text("Ben Çelik hat um", timeout=15_000)
    await expect(page.locator(".conflict [data-mine]")).to_have_text("Der Drucker druckt nicht")
    await expect(page.locator(".conflict [data-theirs]")).to_have_text("Bens Text")
    await expect(page.locator("#problem")).to_have_value("Der Drucker druckt nicht")


async def test_a_lost_answer_is_no_conflict_with_oneself(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected += ["ERR_FAILED", "status of 409"]
    session, page = await typing(desk, profile)

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()  # it arrives and is saved …
        await route.abort()  # … but the browser never learns of it

    await page.route("**/problem", lose_the_answer)
    await page.keyboard.type(" druckt")
    await expect(page.locator(STATE)).to_have_text(AGAIN)
    await page.unroute("**/problem")
    await page.keyboard.type(" nicht")
    await saved(desk, page, session, "Der Drucker druckt nicht")
    await expect(page.locator(".conflict")).to_have_count(0)


async def test_an_answer_that_never_comes_is_not_waited_for_for_ever(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("ERR_FAILED|ERR_ABORTED")
    session = await answered(desk)
    page = await (await profile()).new_page()
    await page.add_init_script("AbortSignal.timeout = ((whole) => (ms) => whole(ms / 10))(AbortSignal.timeout)")
    await page.goto(f"{desk.url}/vorgaenge/{session}")
    await page.fill("[name=name]", "anna")
    await page.fill("[name=passwort]", "dreizehn blaue Enten")
    await page.click("form.log-in button")
    await page.wait_for_selector("body[data-link=up]")
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/problem", hold)
    await page.locator("#problem").click()
    await page.keyboard.type("Drucker")
    await expect(page.locator(STATE)).to_contain_text("Nicht gespeichert – neuer Versuch in")
    await page.unroute("**/problem")
    await saved(desk, page, session, "Drucker")
    assert held


# -- the server --------------------------------------------------------------------------------------------------------


async def test_the_server_restarts_under_somebody_who_types(
    tmp_path: Path, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append(CUT)
    async with desk_app(tmp_path) as desk:
        port = int(desk.url.rpartition(":")[2])
        session, page = await typing(desk, profile)
    await page.keyboard.type(" druckt nicht")
    await expect(page.locator(STATE)).to_have_text(AGAIN)
    await expect(page.locator("#connection")).to_contain_text("Verbindung unterbrochen")
    before = await focused(page)
    async with desk_app(tmp_path, port=port) as desk:
        ring(desk, "2", number="061315550102")
        await expect(page.locator("#connection")).to_contain_text("verbunden", timeout=15_000)
        await expect(page.locator(f"[data-pop='{tag('mainz', 'leg-2')}']")).to_be_visible()
        await saved(desk, page, session, "Der Drucker druckt nicht")
        assert await focused(page) == before
        await page.context.close()


class Removable:
    """The database's file of a running desk, which can be taken away and put back."""

    def __init__(self, desk: DeskApp, folder: Path) -> None:
        self.desk, self.file, self.aside = desk, folder / "ionas.db", folder / "aside.db"

    async def take_away(self) -> None:
        self.file.rename(self.aside)
        self.file.mkdir()
        await self.desk.world.database.close()  # what is open still has the file
        self.desk.story.tell(DatabaseSeen(at=clock.now(), up=False, reason=StoreAway().message))

    def put_back(self) -> None:
        self.file.rmdir()
        self.aside.rename(self.file)
        self.desk.story.tell(DatabaseSeen(at=clock.now(), up=True))


async def test_the_database_goes_away_under_somebody_who_types(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints, tmp_path: Path
) -> None:
    complaints.expected.append("status of 503")
    session, page = await typing(desk, profile)
    database = Removable(desk, tmp_path)
    await database.take_away()
    await page.keyboard.type(" druckt nicht")
    await expect(page.locator(STATE)).to_have_text(AGAIN)
    await expect(page.locator("#region-links")).to_contain_text("Getipptes bleibt erhalten und wird später gespeichert")
    ring(desk, "2", number="061315550102")
    await expect(page.locator(f"[data-pop='{tag('mainz', 'leg-2')}']")).to_be_visible()  # calls go on all the same
    await expect(page.locator(".call")).to_contain_text("06131 5550101")
    await expect(page.locator("#customer")).to_contain_text("Wer ruft an?")  # what was read before stays
    database.put_back()
    await saved(desk, page, session, "Der Drucker druckt nicht")
    await expect(page.locator("#region-links p")).to_have_count(0)


async def test_a_page_that_could_not_be_read_comes_by_itself_when_the_database_is_back(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints, tmp_path: Path
) -> None:
    complaints.expected.append("status of 503")
    _, page = await typing(desk, profile)
    await page.locator("#problem").blur()
    database = Removable(desk, tmp_path)
    await database.take_away()
    await page.reload()
    await expect(page.locator("h1")).to_have_text("Diese Seite lässt sich im Moment nicht anzeigen")
    ring(desk, "2", number="061315550102")
    await expect(page.locator(f"[data-pop='{tag('mainz', 'leg-2')}']")).to_be_visible()
    database.put_back()
    await expect(page.locator("#problem")).to_have_value("Der Drucker")


# -- the machine -------------------------------------------------------------------------------------------------------


async def test_a_laptop_that_slept_shows_the_truth_as_soon_as_it_wakes(desk: DeskApp, profile: NewBrowser) -> None:
    session, page = await typing(desk, profile)
    first = ring(desk, "2", number="061315550102")
    await expect(page.locator(f"[data-pop='{tag('mainz', 'leg-2')}']")).to_be_visible()
    machine = await page.context.new_cdp_session(page)
    await machine.send("Page.setWebLifecycleState", {"state": "frozen"})
    desk.story.gives_up(first.caller)
    ring(desk, "3", number="061315550103")
    await machine.send("Page.setWebLifecycleState", {"state": "active"})
    await expect(page.locator(f"[data-ring='{tag('mainz', 'leg-3')}']")).to_be_visible()
    await expect(page.locator(f"[data-ring='{tag('mainz', 'leg-2')}']")).to_have_count(0)
    await expect(page.locator("#connection")).to_have_text("verbunden")
    await saved(desk, page, session, "Der Drucker")


async def test_a_browser_whose_clock_is_wrong_shows_the_right_times(desk: DeskApp, profile: NewBrowser) -> None:
    session = await answered(desk)
    context = await profile(timezone_id="Pacific/Auckland")
    await context.add_init_script("const now = Date.now; Date.now = () => now() - 86400e3 * 400")
    page = await sign_in(context, desk.url, "anna", f"/vorgaenge/{session}")
    await page.locator("#problem").click()
    await page.keyboard.type("Drucker")
    await expect(page.locator(STATE)).to_contain_text("bleibt änderbar")
    at = (await stored(desk, session)).saved_at
    assert at is not None
    at = at.astimezone(desk.world.timezone)
    await expect(page.locator(STATE)).to_have_text(f"Gespeichert {at:%H:%M:%S}, bleibt änderbar")
    ring(desk, "2")
    await expect(page.locator("#region-ring .tick").first).to_have_text(re.compile(r"00:0\d"))
    await expect(page.locator("#region-my-calls .tick").first).to_have_text(re.compile(r"00:[0-2]\d"))
    await expect(page.locator("#connection")).to_have_text("verbunden")


async def test_a_browser_whose_clock_is_set_while_it_runs_asks_for_everything_and_goes_on(
    desk: DeskApp, profile: NewBrowser
) -> None:
    session, page = await typing(desk, profile)
    for hours in (3, -5):
        async with page.expect_websocket():
            await page.evaluate(f"((now) => {{ Date.now = () => now() + {hours} * 3600e3 }})(Date.now)")
        await page.wait_for_selector("body[data-link=up]")
    await page.keyboard.type("!")
    await expect(page.locator("#problem")).to_have_value("Der Drucker!")
    await expect(page.locator(STATE)).to_contain_text("bleibt änderbar")
    await page.locator("#problem").blur()
    await saved(desk, page, session, "Der Drucker!")
