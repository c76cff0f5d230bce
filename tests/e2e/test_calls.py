"""Calls in a real browser: found, read and called back by keyboard alone; the list of the missed moves by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from ionas_phone.live.board import MISSED
from ionas_phone.live.nouns import CallKey
from ionas_phone.store import call_lists
from ionas_phone.store.call_lists import CallFilter
from tests.browser import Complaints, NewBrowser, focused, places, sign_in, untouched
from tests.desk_app import DeskApp, desk_app
from tests.e2e.calls import busy_line, others_call, ring, session_of
from tests.e2e.look import look, look_at
from tests.steered import steered
from tests.stories import ANNA
from tests.unit.web.test_calls import ANSWERED, JOURNEY, write

NUMBER = "061315550140"
ROWS = "#region-calls-list tbody tr"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskApp]:
    async with desk_app(tmp_path) as app:
        await app.person("anna", name="Anna Berger", extension="201")
        await app.person("ben", name="Ben Çelik", extension="202")
        yield app


async def gives_up(desk: DeskApp, uid: str = "c1", number: str = NUMBER) -> None:
    caller = desk.story.rings_in(uid, number=number)
    desk.story.joins(caller)
    desk.story.gives_up(caller)  # now, by the clock that says when somebody is settled, too


async def press_on(page: Page, words: str) -> None:
    """Go through the page by Tab until a button of these words has the focus, and press it."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.trim()") == words:
            return await page.keyboard.press("Enter")
    raise AssertionError(f"Tab does not lead to “{words}”")


async def test_a_call_answered_over_a_list_stands_there_and_f2_opens_its_record(
    desk: DeskApp, profile: NewBrowser
) -> None:
    page = await sign_in(await profile(), desk.url, "anna", "/anrufe")
    await page.fill("#field-wer", "Müll")
    call = ring(desk)
    desk.story.answers(call.caller, call.leg, ANNA)
    session_id = await session_of(desk)
    await expect(page.locator("#region-my-calls")).to_contain_text("Akte öffnen")
    assert (await focused(page))["value"] == "Müll"
    await page.keyboard.press("F2")
    await expect(page).to_have_url(f"{desk.url}/vorgaenge/{session_id}#problem")
    await expect(page.locator("#problem")).to_be_focused()


async def test_who_gives_up_appears_is_taken_by_keyboard_and_goes_when_they_get_through(
    desk: DeskApp, profile: NewBrowser
) -> None:
    anna = await sign_in(await profile(), desk.url, "anna", "/anrufe")
    ben = await sign_in(await profile(), desk.url, "ben", "/anrufe")
    await anna.fill("#field-wer", "Müll")
    await gives_up(desk)
    for page in (anna, ben):
        await expect(page.locator("#region-missed")).to_contain_text("06131 5550140")
    assert (await focused(anna))["value"] == "Müll"  # what is typed stays, and where
    await press_on(anna, "Ich rufe zurück")
    await expect(anna.locator("#region-missed")).to_contain_text("Sie rufen zurück")
    await expect(ben.locator("#region-missed")).to_contain_text("Anna Berger ruft zurück")
    await expect(ben.locator("#region-missed button")).to_have_count(0)
    call = ring(desk, "again", number=NUMBER)
    desk.story.answers(call.caller, call.leg, ANNA)
    for page in (anna, ben):
        await expect(page.locator("#region-missed")).to_contain_text("Alle wurden angenommen")


async def test_an_open_menu_settles_whom_it_was_opened_for_though_a_newer_caller_came(
    desk: DeskApp, profile: NewBrowser
) -> None:
    page = await sign_in(await profile(), desk.url, "anna", "/anrufe")
    await gives_up(desk)
    await page.get_by_role("button", name="Erledigt …").click()
    await gives_up(desk, "c2", "061315550141")
    await expect(page.locator("#region-missed")).to_contain_text("06131 5550141")
    await page.get_by_role("button", name="falsch verbunden").click()  # the one menu that is open
    await expect(page.locator("#region-missed")).not_to_contain_text("06131 5550140")
    await expect(page.locator("#region-missed")).to_contain_text("06131 5550141")


async def test_calling_back_by_keyboard_says_what_happens_and_a_call_abroad_asks_first(
    desk: DeskApp, profile: NewBrowser
) -> None:
    async with steered(desk) as pbx:
        page = await sign_in(await profile(), desk.url, "anna", "/anrufe")
        await gives_up(desk)
        await expect(page.locator("#region-missed")).to_contain_text("06131 5550140")
        await press_on(page, "Zurückrufen")
        await expect(page.locator("#notice")).to_contain_text("Ihr Telefon klingelt")
        await expect(page.locator("#region-missed")).to_contain_text("Sie rufen zurück")
        [asked] = [action.keys for action in pbx.actions if action.name == "Originate"]
        assert asked["Exten"] == "+4961315550140"
        desk.world.steering._dialling.clear()
        await press_on(page, "Erledigt …")
        await press_on(page, "falsch verbunden")
        await expect(page.locator("#region-missed")).to_contain_text("Alle wurden angenommen")
        await gives_up(desk, "c2", "+41446681800")
        await expect(page.locator("#region-missed")).to_contain_text("+41 44 668 18 00")
        await press_on(page, "Zurückrufen")
        await expect(page.locator("#notice")).to_contain_text("Schweiz")
        await page.keyboard.press("Enter")  # the question has the focus
        await expect(page.locator("#notice")).to_contain_text("Ihr Telefon klingelt")
        assert pbx.got.count("Originate") == 2


async def test_the_pause_by_keyboard(desk: DeskApp, profile: NewBrowser) -> None:
    async with steered(desk) as pbx:
        page = await sign_in(await profile(), desk.url, "anna")
        await press_on(page, "Pause …")
        async with page.expect_response("**/status") as answer:  # the PBX is not gone before it has said so
            await press_on(page, "Essen")
        assert (await answer.value).ok
        assert [action.keys["Reason"] for action in pbx.actions if action.name == "QueuePause"] == ["Meal"]


async def test_every_page_of_calls_is_readable(desk: DeskApp, profile: NewBrowser, complaints: Complaints) -> None:
    [call, *_] = await write(desk, replace(ANSWERED, stretches=JOURNEY))
    await gives_up(desk)
    desk.world.hub.mark(MISSED, 0.0)
    complaints.expected.append("422")
    page = await sign_in(await profile(), desk.url, "anna", "/anrufe")
    await look(page, "calls and who was missed")
    await look_at(page, desk.url, [f"/anrufe/{call}", "/anrufe?wer=Niemand"])
    await page.goto(f"{desk.url}/anrufe?von=x")
    await look(page, "calls of no day")


async def test_the_filter_is_an_address_that_can_be_sent_to_a_colleague(desk: DeskApp, profile: NewBrowser) -> None:
    await write(desk, ANSWERED)
    page = await sign_in(await profile(), desk.url, "anna", "/anrufe")
    await page.select_option("#field-ausgang", "missed")
    await page.focus("#field-wer")
    await page.keyboard.type("Beispiel")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/anrufe?*ausgang=missed*")
    assert "wer=Beispiel" in page.url
    async with desk.world.database.read() as connection:
        assert len((await call_lists.page(connection, CallFilter())).lines) == 1


async def test_calls_come_into_the_list_by_themselves_while_one_types(desk: DeskApp, profile: NewBrowser) -> None:
    page = await sign_in(await profile(), desk.url, "anna", "/anrufe")
    await expect(page.locator("#region-calls-list")).to_contain_text("Es ist noch kein Anruf gekommen")
    await page.fill("#field-wer", "Müll")
    await page.select_option("#field-ausgang", "missed")  # chosen, not asked for yet
    await page.focus("#field-wer")
    async with busy_line(desk), untouched(page):
        await expect(page.locator(ROWS).nth(3)).to_be_visible()
        await expect(page.locator("#region-calls-list")).to_contain_text("aufgelegt")
    assert await page.input_value("#field-ausgang") == "missed"


async def test_nothing_moves_under_the_hand_and_what_is_new_is_counted(desk: DeskApp, profile: NewBrowser) -> None:
    await write(desk, ANSWERED)
    page = await sign_in(await profile(), desk.url, "anna", "/anrufe")
    caller = desk.story.rings_in("goes-on", number="061315550150")
    desk.story.joins(caller)
    await expect(page.locator(ROWS)).to_have_count(2)
    await page.locator(f"{ROWS} .when a").last.focus()
    was, where = await focused(page), await places(page, (f"{ROWS} >> nth=1", "#region-calls-list"))
    news = page.locator("#calls-news a")
    await gives_up(desk)
    await expect(news).to_have_text("1 neuer Anruf – anzeigen")
    await gives_up(desk, "c2", "061315550141")
    await expect(news).to_have_text("2 neue Anrufe – anzeigen")
    desk.story.gives_up(caller)  # what is in the list already ends where it stands
    await expect(page.locator(ROWS).first).to_contain_text("wartend aufgelegt")
    await expect(page.locator(ROWS)).to_have_count(2)
    assert (await focused(page), await places(page, (f"{ROWS} >> nth=1", "#region-calls-list"))) == (was, where)
    await page.locator("#field-wer").focus()  # done with the list: it catches up
    await expect(page.locator(ROWS)).to_have_count(4)
    await expect(news).to_be_hidden()
    assert (await places(page, ("#region-calls-list",)))["#region-calls-list"] == where["#region-calls-list"]
    await page.locator(ROWS).last.hover()
    await gives_up(desk, "c3", "061315550142")
    await expect(news).to_be_visible()
    await expect(page.locator(ROWS)).to_have_count(4)
    await news.click()
    await expect(page.locator(ROWS)).to_have_count(5)
    await page.locator(f"{ROWS} .when a").first.focus()
    await page.mouse.move(0, 0)
    await gives_up(desk, "c4", "061315550143")
    await expect(news).to_be_visible()
    for _ in range(2):  # past the list's own place in the order of Tab
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(ROWS)).to_have_count(6)
    await expect(page.locator("#region-calls-list .scroll")).to_be_focused()


async def test_who_reads_on_further_down_stays_there_until_they_want_to_see_what_is_new(
    desk: DeskApp, profile: NewBrowser
) -> None:
    await write(desk, *(replace(ANSWERED, call=CallKey("mainz", f"old-{number}")) for number in range(60)))
    page = await sign_in(await profile(), desk.url, "anna", "/anrufe")
    await page.locator(ROWS).nth(40).scroll_into_view_if_needed()
    place = (f"{ROWS} >> nth=40",)
    where = await places(page, place)
    await gives_up(desk)
    news = page.locator("#calls-news a")
    await expect(news).to_be_in_viewport()
    assert await places(page, place) == where
    await news.click()
    await expect(page.locator(ROWS).first).to_contain_text("06131 5550140")
    await expect(page.locator(ROWS).first).to_be_in_viewport()
    await page.mouse.move(0, 0)
    await gives_up(desk, "later", "061315550141")  # from now on it follows again
    await expect(page.locator(ROWS).first).to_contain_text("06131 5550141")
    await page.get_by_role("link", name="Ältere Anrufe").click()
    await page.wait_for_selector("body[data-link=up]")
    async with others_call(desk):  # a page of older calls stays as it is
        await expect(news).to_contain_text("anzeigen")
        await expect(page.locator("main tbody tr")).to_have_count(12)
    await news.click()
    await expect(page).to_have_url(f"{desk.url}/anrufe")
