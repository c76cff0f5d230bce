"""The timer in a browser: it runs on through everything that happens to a page, and every page says the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, Route, expect

from ionas_phone.runtime import clock
from ionas_phone.store import customers, sessions
from ionas_phone.support.customers import NewCustomer
from ionas_phone.support.sessions import Ending
from ionas_phone.support.work import Command, WorkState
from tests import agreed
from tests.browser import Complaints, NewBrowser, go_offline, sign_in, untouched
from tests.desk_app import DeskApp
from tests.e2e.calls import busy_line, ring, seated, session_of
from tests.people import AT
from tests.stories import ANNA
from tests.timed import Timed

BAR, RECORD = "#region-timer", "#region-time"
UNREACHED = "Nicht ausgeführt: Der Dienst ist nicht erreichbar."


@pytest.fixture
async def busy(timed: Timed) -> AsyncIterator[None]:
    """Meanwhile others' calls come and go, and Anna's phone rings again and again."""
    async with busy_line(timed.desk):
        yield


async def seconds(page: Page, place: str = BAR) -> int:
    """Return what the clock shows."""
    text = await page.locator(f"{place} .timer-clock").inner_text()
    hours, minutes, rest = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + rest


async def open_record(timed: Timed, profile: NewBrowser, login: str = "anna", **options: object) -> Page:
    return await sign_in(await profile(**options), timed.desk.url, login, timed.path)


async def press(page: Page, name: str, place: str = RECORD) -> None:
    await page.locator(place).get_by_role("button", name=name).click()


# -- it runs on --------------------------------------------------------------------------------------------------------


async def test_started_on_the_record_it_runs_on_every_page_and_after_a_reload(
    timed: Timed, profile: NewBrowser
) -> None:
    page = await open_record(timed, profile)
    await expect(page.locator(BAR)).to_be_empty()
    await page.locator(RECORD).get_by_role("button", name="Start").dblclick()
    await expect(page.locator(BAR)).to_contain_text("läuft")
    await expect(page.locator(RECORD)).to_contain_text("Anna Berger, seit")
    await expect(page).to_have_title(re.compile(r"▶ 00:00:\d\d · Vorgang 1 – ionas"))
    before = await seconds(page)
    await expect(page.locator(f"{BAR} .timer-clock")).not_to_have_text(f"00:00:{before:02}")  # it ticks
    await page.reload()
    assert await seconds(page) >= before
    for link in ("Kunden", "Arbeitsplatz"):
        await page.get_by_role("link", name=link, exact=True).click()
        await expect(page.locator(BAR)).to_contain_text("läuft")
        await expect(page.locator(BAR)).to_contain_text("Erika Beispiel")
    await page.locator(BAR).get_by_role("link", name="Erika Beispiel").click()
    await expect(page.locator(RECORD)).to_contain_text("läuft")
    assert len((await timed.work()).entries) == 1


async def test_hanging_up_does_not_stop_it(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    call = ring(desk)
    desk.story.answers(call.caller, call.leg, ANNA)
    here = agreed.Desk(desk.world.database, await session_of(desk))
    async with desk.world.database.write() as connection:
        erika = await customers.create(connection, NewCustomer("Erika Beispiel"), clock.now(), "anna")
        await sessions.set_customer(connection, here.session_id, erika.id, clock.now(), "anna")
    await here.agree()
    page = await sign_in(await profile(), desk.url, "anna", "/kunden")
    await expect(page.locator(BAR)).to_contain_text("startbereit")  # offered during the call, wherever one is
    await page.keyboard.press("F8")
    await expect(page.locator(BAR)).to_contain_text("läuft")
    desk.story.hangs_up(call.caller, call.leg, call.caller, ANNA)
    await expect(page.locator("#region-my-calls")).to_contain_text("Zurzeit kein Gespräch")
    await expect(page.locator(BAR)).to_contain_text("läuft")
    assert (await here.work((clock.now() - AT).total_seconds())).state is WorkState.RUNNING


async def test_what_is_pressed_in_one_window_stands_in_the_other_and_at_the_colleagues(
    timed: Timed, profile: NewBrowser
) -> None:
    context = await profile()
    one = await sign_in(context, timed.desk.url, "anna", timed.path)
    two = await context.new_page()
    await two.goto(f"{timed.desk.url}/kunden")
    ben = await open_record(timed, profile, "ben")
    await press(one, "Start")
    await expect(two.locator(BAR)).to_contain_text("läuft")
    await expect(ben.locator(RECORD)).to_contain_text("Anna Berger, seit")
    await expect(ben.locator(BAR)).to_be_empty()  # it is not his
    await press(two, "Pause", BAR)
    await expect(one.locator(RECORD)).to_contain_text("pausiert")
    await press(ben, "Fortsetzen")
    await expect(ben.locator(BAR)).to_contain_text("läuft")
    await expect(one.locator(RECORD)).to_contain_text("Ben Çelik, seit")
    await press(one, "Zeit stoppen")
    await expect(ben.locator(RECORD)).to_contain_text("gestoppt")
    await expect(ben.locator(BAR)).to_be_empty()


async def test_a_tab_that_was_frozen_shows_the_right_time_at_once(timed: Timed, profile: NewBrowser) -> None:
    await timed.do(Command.START, 100)
    page = await open_record(timed, profile)
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    timed.later(10)
    await timed.do(Command.PAUSE, 2)  # somebody else did, while it slept
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})
    for place in (BAR, RECORD):
        await expect(page.locator(place)).to_contain_text("pausiert")
        assert await seconds(page, place) == (await timed.work()).used_seconds


async def test_a_window_that_comes_to_the_front_asks_even_without_a_stream(timed: Timed, profile: NewBrowser) -> None:
    await timed.do(Command.START, 100)
    page = await (await profile()).new_page()
    await page.route_web_socket("**/strom**", lambda _: None)  # nothing ever comes
    await page.goto(f"{timed.desk.url}{timed.path}")
    await page.fill("[name=name]", "anna")
    await page.fill("[name=passwort]", "dreizehn blaue Enten")
    await page.click("form.log-in button")
    await expect(page.locator(BAR)).to_contain_text("läuft")
    await timed.do(Command.PAUSE, 40)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.locator(BAR)).to_contain_text("pausiert")
    await expect(page.locator(RECORD)).to_contain_text("pausiert")
    assert await seconds(page) == (await timed.work()).used_seconds


async def test_the_minutes_and_the_price_follow_while_it_runs(timed: Timed, profile: NewBrowser) -> None:
    context = await profile()
    await context.clock.install()
    page = await sign_in(context, timed.desk.url, "anna", timed.path)
    await timed.do(Command.START, 106.5)
    await expect(page.locator(RECORD)).to_contain_text("bisher 1,19\xa0€ inkl. USt. für 1 min")
    timed.later(14)
    await context.clock.fast_forward(14_000)
    await expect(page.locator(RECORD)).to_contain_text("bisher 2,38\xa0€ inkl. USt. für 2 min")


# -- the limit ---------------------------------------------------------------------------------------------------------


async def painted(page: Page) -> list[str]:
    """Return ground and edge of the bar, as they are seen."""
    styles = "(bar) => { const s = getComputedStyle(bar); return [s.backgroundColor, s.borderBlockStartColor]; }"
    return list(await page.locator(BAR).evaluate(styles))


async def test_at_80_percent_bar_and_record_warn_in_words_and_colour(timed: Timed, profile: NewBrowser) -> None:
    context = await profile()
    page = await sign_in(context, timed.desk.url, "anna", "/kunden")
    record = await context.new_page()
    await record.goto(f"{timed.desk.url}{timed.path}")
    await timed.do(Command.START, 946.5)
    await expect(page.locator(BAR)).to_contain_text("läuft")
    await expect(page.locator(BAR)).not_to_have_class(re.compile("is-"))
    before = await painted(page)
    timed.later(14)
    for tab in (page, record):
        await expect(tab.locator(BAR)).to_contain_text("80 % verbraucht: jetzt dem Kunden sagen")
        await expect(tab.locator(BAR)).to_have_class("timer is-amber")
        assert not set(before) & set(await painted(tab))
    await expect(record.locator(RECORD)).to_contain_text(
        "80 % der vereinbarten Zeit sind verbraucht: jetzt dem Kunden sagen."
    )
    await expect(record.locator(f"{RECORD} progress")).to_have_class("is-amber")
    await expect(record.locator(BAR).get_by_role("button", name="Pause")).to_be_enabled()  # it goes on
    assert (await timed.work()).state is WorkState.RUNNING


async def test_at_100_percent_it_is_paused_until_more_is_agreed(timed: Timed, profile: NewBrowser) -> None:
    await timed.do(Command.START, 1186.5)
    page = await open_record(timed, profile)
    timed.later(14)
    for place in (BAR, RECORD):
        await expect(page.locator(place)).to_contain_text("Vereinbarte Zeit aufgebraucht – mehr vereinbaren")
        await expect(page.locator(place)).to_contain_text("pausiert")
        assert await seconds(page, place) == 1200
        await expect(page.locator(place).get_by_role("button", name="Fortsetzen")).to_have_count(0)
    await expect(page).to_have_title(re.compile("^⚠ 00:20:00"))
    await expect(page.locator(f"{RECORD} progress")).to_have_class("is-red")
    red = await painted(page)
    await page.keyboard.press("F8")
    assert (await timed.work()).state is WorkState.PAUSED
    await page.locator(BAR).get_by_role("link", name="mehr vereinbaren").click()
    await page.wait_for_url(f"**{timed.path}/schaetzung")
    await timed.here.agree(40, seconds=timed.seconds(0))
    timed.desk.world.changed(timed.id, "anna")
    await press(page, "Fortsetzen", BAR)
    await expect(page.locator(BAR)).to_contain_text("von 40 min")
    await expect(page.locator(BAR)).to_contain_text("läuft")
    await expect(page.locator(BAR)).not_to_have_class(re.compile("is-"))
    assert not set(red) & set(await painted(page))
    assert (await timed.work()).state is WorkState.RUNNING


@pytest.mark.parametrize("width", [1366, 1024, 390])
async def test_a_start_moves_nothing_beneath_it(timed: Timed, profile: NewBrowser, width: int) -> None:
    page = await open_record(timed, profile, viewport={"width": width, "height": 768})
    summary = page.locator("#summary")
    await summary.focus()
    before = await summary.bounding_box()
    for state in ("läuft", "pausiert", "läuft"):
        await page.keyboard.press("F8")
        await expect(page.locator(RECORD)).to_contain_text(state)
        await expect(summary).to_be_focused()
        assert await summary.bounding_box() == before


# -- what fails --------------------------------------------------------------------------------------------------------


async def test_offline_a_button_says_so_and_stands_as_before(
    timed: Timed, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected += ["ERR_INTERNET_DISCONNECTED", "WebSocket"]
    page = await open_record(timed, profile)
    await go_offline(page)
    await press(page, "Start")
    said = page.locator("#timer-said")
    await expect(said).to_have_text(f"{UNREACHED} Die Zeit läuft nicht; bitte noch einmal versuchen.")
    await expect(page.locator(RECORD)).to_contain_text("startbereit")
    await expect(page.locator("[data-my-doing]")).to_have_count(0)
    assert (await timed.work()).state is WorkState.ACCEPTED
    await page.context.set_offline(False)
    await expect(said).to_be_empty()  # it can be reached again
    await press(page, "Start")
    await expect(page.locator(BAR)).to_contain_text("läuft")
    for key, state in (("Pause", "läuft unverändert weiter"), ("Fortsetzen", "bleibt pausiert")):
        await go_offline(page)
        await press(page, key)
        await expect(said).to_have_text(f"{UNREACHED} Die Zeit {state}; bitte noch einmal versuchen.")
        await page.context.set_offline(False)
        await expect(said).to_be_empty()
        await press(page, key)
        await expect(said).to_be_empty()
        await expect(page.locator(RECORD).get_by_role("button", name=key)).to_have_count(0)


async def test_a_lost_answer_is_asked_for_again_and_starts_nothing_twice(
    timed: Timed, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("ERR_FAILED")
    page = await open_record(timed, profile)
    held = asyncio.Event()

    async def lose(route: Route) -> None:
        await route.fetch()  # it arrives, but the answer does not
        await held.wait()
        await route.abort()

    await page.route("**/zeit/start", lose, times=1)
    await press(page, "Start")
    await expect(page.locator("[data-my-doing]")).to_have_attribute("data-my-doing", "wird gestartet …")
    held.set()
    await expect(page.locator(RECORD)).to_contain_text("läuft")  # what is true is shown
    await expect(page.locator("#timer-said")).to_be_empty()  # and it was done
    assert len((await timed.work()).entries) == 1


async def test_a_timer_elsewhere_is_said_with_the_way_there(timed: Timed, profile: NewBrowser) -> None:
    other = await timed.another()
    page = await open_record(timed, profile)
    await expect(page.locator(RECORD).get_by_role("button", name="Start")).to_be_visible()
    await timed.do(Command.START, 5, here=other)
    await expect(page.locator(RECORD)).to_contain_text("Ihre Zeiterfassung läuft in einem anderen Vorgang")
    await page.locator(RECORD).get_by_role("link", name=f"Zum Vorgang {other.session_id}").click()
    await expect(page.locator(RECORD)).to_contain_text("läuft")


# -- ends --------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("button", "outcome", "state"),
    [
        ("Erledigt", Ending.DONE, WorkState.STOPPED),
        ("Kunde macht es selbst", Ending.CUSTOMER_ALONE, WorkState.STOPPED),
        ("Kunde lehnt ab", Ending.DECLINED, WorkState.STOPPED),
        ("Unterbrechen", Ending.INTERRUPTED, WorkState.ACCEPTED),
    ],
)
async def test_each_end_takes_all_three_texts_along(
    timed: Timed, profile: NewBrowser, button: str, outcome: Ending, state: WorkState
) -> None:
    page = await open_record(timed, profile)
    for field in ("problem", "summary", "prevention"):
        await page.locator(f"#{field}").fill(f"{field} <noch nicht gespeichert>")
    async with untouched(page):
        pass
    await page.get_by_role("button", name=button).click()
    await expect(page.locator("#region-ends .notice, #region-ends .chip")).to_be_visible()
    session = await timed.session()
    assert (session.outcome, (await timed.work()).state) == (outcome, state)
    texts = (session.problem, session.summary, session.prevention)
    assert texts == tuple(f"{field} <noch nicht gespeichert>" for field in ("problem", "summary", "prevention"))


async def test_interrupted_it_goes_on_another_day(timed: Timed, profile: NewBrowser) -> None:
    await timed.do(Command.START, 100)
    page = await open_record(timed, profile)
    await expect(page.locator("#region-ends")).to_contain_text("Die Zeit läuft: „Unterbrechen“ pausiert sie")
    await page.get_by_role("button", name="Unterbrechen").click()
    await expect(page.locator("#region-head")).to_contain_text("unterbrochen")
    await expect(page.locator(BAR)).to_be_empty()
    used = (await timed.work()).used_seconds
    await page.goto(timed.desk.url)
    await page.locator("#region-open-sessions").get_by_role("link", name="Erika Beispiel").click()
    await press(page, "Fortsetzen")
    await expect(page.locator("#region-head")).to_contain_text("offen")
    assert await seconds(page) >= used
    await page.get_by_role("button", name="Erledigt").click()
    await expect(page.locator("#region-ends")).to_contain_text("Vorgang abgeschlossen")
    assert len((await timed.work()).entries) == 2


# -- by hand -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("busy")
async def test_the_whole_way_by_keyboard_alone(timed: Timed, profile: NewBrowser) -> None:
    page = await open_record(timed, profile)
    await page.locator("#problem").focus()
    await page.keyboard.type("Drucker druckt nicht")
    async with untouched(page):
        await page.keyboard.press("F8")
        await expect(page.locator(BAR)).to_contain_text("läuft")
    await page.keyboard.press("F8")
    await expect(page.locator(BAR)).to_contain_text("pausiert")
    await page.keyboard.press("F8")
    await expect(page.locator(BAR)).to_contain_text("läuft")
    for field in ("summary", "prevention"):
        await _tab_to(page, f"#{field}")
        await page.keyboard.type(field)
    async with untouched(page):
        pass
    await _tab_to(page, "#region-ends button[value=done]")
    await page.keyboard.press("Enter")
    await expect(page.locator("#region-ends")).to_contain_text("Vorgang abgeschlossen")
    session = await timed.session()
    assert (session.problem, session.summary, session.prevention) == ("Drucker druckt nicht", "summary", "prevention")


@pytest.mark.parametrize("behind", ["region-time", "region-timer"])
async def test_the_key_means_the_newer_of_two_looks(timed: Timed, profile: NewBrowser, behind: str) -> None:
    """Bar and record are pushed one after the other; between them one of the two still shows the state before."""
    await timed.do(Command.START, 100)
    page = await open_record(timed, profile)
    before = await page.evaluate("(id) => document.getElementById(id).outerHTML", behind)
    await page.keyboard.press("F8")
    for place in (BAR, RECORD):
        await expect(page.locator(place)).to_contain_text("pausiert")
    await page.evaluate("([id, html]) => { document.getElementById(id).outerHTML = html; }", [behind, before])
    await page.keyboard.press("F8")
    for place in (BAR, RECORD):
        await expect(page.locator(place)).to_contain_text("läuft")


@pytest.mark.usefixtures("busy")
async def test_time_is_corrected_without_leaving_the_record(
    timed: Timed, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    await timed.worked(600)
    page = await open_record(timed, profile)
    await page.locator("#problem").fill("steht noch da")
    await page.get_by_role("link", name="Korrigieren").click()
    await page.get_by_label("Minuten").fill("viel")
    await page.get_by_label("Minuten").press("Enter")
    await expect(page.locator("#minutes-error")).to_be_visible()
    await page.get_by_label("Minuten").fill("2:30")
    await page.get_by_label("Grund").fill("Kaffee")
    async with untouched(page):
        await expect(page.get_by_label("Minuten")).to_have_value("2:30")
    await page.get_by_role("button", name="Korrektur eintragen").dblclick()
    await expect(page.locator(RECORD)).to_contain_text("1 Korrektur")
    await expect(page.locator("#time-form > *")).to_have_count(0)
    assert await seconds(page, RECORD) == 450
    await expect(page.locator("#problem")).to_have_value("steht noch da")


@pytest.mark.usefixtures("busy")
async def test_time_in_doubt_is_reviewed_by_the_supervisor_while_the_assistant_looks_on(
    timed: Timed, profile: NewBrowser
) -> None:
    await timed.worked(600)
    await timed.doubt(600, 300)
    anna = await open_record(timed, profile)
    await expect(anna.locator(RECORD)).to_contain_text("(05:00 min): Die Zeit lief weiter")
    sophie = await sign_in(await profile(), timed.desk.url, "sophie", "/leitung")
    await sophie.get_by_role("link", name="1 Zeit zu prüfen").click()
    await sophie.get_by_role("link", name="Erika Beispiel").click()
    await sophie.get_by_label("so viele Minuten abziehen").check()
    await sophie.get_by_label("Minuten", exact=True).fill("3")
    await sophie.get_by_label("Grund").fill("Strom war weg")
    await sophie.get_by_role("button", name="Entscheiden").click()
    await expect(anna.locator(RECORD)).not_to_contain_text("Die Zeit lief weiter")
    assert await seconds(anna, RECORD) == 420


async def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")
