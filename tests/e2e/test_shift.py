"""A ringing phone is heard and told of once per browser, by who asked for it; the record opens as each likes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from ionas_phone.live.nouns import MemberStatus
from ionas_phone.runtime import clock
from ionas_phone.store import users
from ionas_phone.support.users import Opens, Taste
from tests.browser import PATIENCE, Complaints, NewBrowser, focused, places, sign_in, sign_out
from tests.desk_app import DeskApp
from tests.e2e.calls import ring, seated, session_of
from tests.e2e.look import keep, look
from tests.stories import ANNA, BEN
from tests.timed import Timed
from tests.unit.web.test_sessions import NUMBER, customer

# What a browser does with notifications and tones is not ours: it is written down instead.
WRITES_DOWN = """
window.told = [];
window.tones = 0;
window.Notification = class {
    static permission = "%(permission)s";
    static requestPermission = async () => "%(permission)s";
    constructor(title, { tag, body }) { this.one = { title, tag, body, open: true }; window.told.push(this.one); }
    close() { this.one.open = false; }
};
document.hasFocus = () => false;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
"""

SLOW_LOCKS = """if (navigator.locks) {
    const ask = navigator.locks.request.bind(navigator.locks), may = new Promise((go) => { window.letGo = go; });
    navigator.locks.request = async (name, hold) => {
        if (name !== "ionas-bell") return ask(name, hold);
        await may;
        return ask(name, () => { window.held = true; return hold(); });
    };
}"""


async def browser(profile: NewBrowser, permission: str = "granted") -> BrowserContext:
    context = await profile()
    await context.add_init_script(WRITES_DOWN % {"permission": permission})
    return context


async def tabs(context: BrowserContext, desk: DeskApp) -> tuple[Page, Page]:
    first = await sign_in(context, desk.url, "anna")
    second = await context.new_page()
    await second.goto(f"{desk.url}/kunden")
    await second.wait_for_selector("body[data-link=up]")
    return first, second


async def ends(page: Page) -> None:
    """End the shift; the click that silences what rings comes first, and ends nothing."""
    bell = page.locator("#shift")
    if await bell.text_content() == "Stumm schalten":
        await bell.click()
        await expect(bell).to_have_text("stumm")
    await bell.click()
    await expect(page.locator("#shift-menu")).to_contain_text("Ihr Telefon klingelt nach der Schicht weiter")
    await page.get_by_role("button", name="Schicht beenden").click()


async def told(*pages: Page) -> list[dict[str, Any]]:
    return [one for page in pages for one in await page.evaluate("window.told")]


async def heard(*pages: Page) -> list[bool]:
    return [await page.evaluate("window.tones > 0") for page in pages]


async def until(page: Page, expression: str) -> None:
    """Wait for what no element shows; playwright's own way would need eval."""
    async with asyncio.timeout(PATIENCE / 1000):
        while not await page.evaluate(expression):
            await page.evaluate("new Promise(requestAnimationFrame)")


async def likes(desk: DeskApp, opens: Opens = Opens.ANSWER, *, sounds: bool = True) -> None:
    async with desk.world.database.write() as connection:
        await users.set_taste(connection, "anna", Taste("de", opens, sounds), clock.now())


async def test_one_tab_rings_and_what_is_dismissed_is_dismissed_everywhere(desk: DeskApp, profile: NewBrowser) -> None:
    await customer(desk, "Erika Beispiel", NUMBER)
    await seated(desk)
    first, second = await tabs(await browser(profile), desk)
    quiet = await first.evaluate("document.querySelector('link[rel=icon]').href")
    await first.get_by_role("button", name="Schicht beginnen").click()
    await expect(second.get_by_role("button", name="Im Dienst")).to_be_visible()
    await second.locator("#centre input[type=search]").fill("Müll")
    before = await focused(second)

    ring(desk)
    for page in (first, second):
        await expect(page.locator(".ring-card")).to_be_visible()
        await expect(page).to_have_title("(1) ☎ Erika Beispiel – ionas")
        assert await page.evaluate("document.querySelector('link[rel=icon]').href") != quiet
    await until(first, "window.tones > 0")
    await until(first, "window.told.at(-1)?.title === '☎ Erika Beispiel'")
    everything = await told(first, second)
    assert (
        len({one["tag"] for one in everything}) == 1
    )  # by number until the name is known: one takes the other's place
    assert (everything[-1]["open"], everything[-1]["body"]) == (True, "Ihr Telefon klingelt")
    assert await heard(first, second) == [True, False]
    assert await focused(second) == before

    await second.keyboard.press("Escape")
    await expect(first.locator(".ring-card")).to_be_hidden()
    await until(first, "!window.told.at(-1).open")
    assert await first.evaluate("document.querySelector('link[rel=icon]').href") == quiet


async def test_when_the_ringing_tab_is_closed_another_one_takes_over(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    first, second = await tabs(await browser(profile), desk)
    await first.get_by_role("button", name="Schicht beginnen").click()
    await expect(second.locator("#shift")).to_have_text("Im Dienst")  # it has heard of it
    await second.locator("h1").click()  # a gesture here, too
    ring(desk)
    await until(first, "window.tones > 0")
    await first.close()
    await until(second, "window.tones > 0 && window.told.length > 0")


async def test_a_tab_that_was_first_by_chance_leaves_the_ringing_to_the_one_that_is_heard(
    desk: DeskApp, profile: NewBrowser
) -> None:
    await seated(desk)
    context = await browser(profile)
    await context.add_init_script(SLOW_LOCKS)
    first, second = await tabs(context, desk)
    await first.get_by_role("button", name="Schicht beginnen").click()
    await expect(first.locator("#notice")).to_contain_text("Ihre Schicht hat begonnen")
    await second.evaluate("letGo()")  # only now, and before the one that could be heard
    await until(second, "window.held === true")
    await first.evaluate("letGo()")
    for page in (first, second):
        await expect(page.locator("#shift")).to_have_text("Im Dienst")
    ring(desk)
    await until(first, "window.tones > 0")


async def test_a_page_just_opened_says_that_it_is_not_heard_and_is_one_click_from_it(
    desk: DeskApp, profile: NewBrowser
) -> None:
    await seated(desk)
    context = await browser(profile)
    first = await sign_in(context, desk.url, "anna")
    await first.get_by_role("button", name="Schicht beginnen").click()
    fresh = await context.new_page()
    await fresh.goto(f"{desk.url}/kunden")
    await expect(fresh.locator("#shift")).to_have_text("Im Dienst")  # the other tab can be heard
    await first.close()
    bell = fresh.get_by_role("button", name="Ton einschalten")
    await expect(bell).to_be_visible()
    before = await places(fresh, (".account", ".top .search"))
    ring(desk)
    await until(fresh, "window.told.length > 0")
    assert await heard(fresh) == [False]
    await bell.click()
    await until(fresh, "window.tones > 0")
    await expect(fresh.locator("#shift")).to_have_text("Stumm schalten")
    assert await places(fresh, tuple(before)) == before
    await ends(fresh)
    await expect(fresh.locator("#shift")).to_have_text("Schicht beginnen")


async def test_going_from_page_to_page_it_is_heard_on(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await browser(profile), desk.url, "anna")
    await page.get_by_role("button", name="Schicht beginnen").click()
    await page.get_by_role("link", name="Kunden", exact=True).click()
    await page.wait_for_url("**/kunden")
    ring(desk)
    await until(page, "window.tones > 0")
    await expect(page.locator("#shift")).to_have_text("Stumm schalten")


async def test_who_answers_elsewhere_ends_the_ringing(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    await desk.person("ben", name="Ben Çelik", extension="202")
    page = await sign_in(await browser(profile), desk.url, "anna")
    await page.get_by_role("button", name="Schicht beginnen").click()
    ringing = ring(desk)
    await until(page, "window.told.length > 0")
    desk.story.answers(ringing.caller, desk.story.calls(ringing.caller, BEN, "leg-ben"), BEN)
    await expect(page.locator(".ring-note")).to_contain_text("angenommen von Ben Çelik")
    await until(page, "!window.told.at(-1).open")


async def signed_out(desk: DeskApp, page: Page) -> None:
    other = await page.context.new_page()
    await other.goto(f"{desk.url}/kunden")
    await sign_out(other)


async def cut_off(desk: DeskApp, page: Page) -> None:
    await page.context.set_offline(offline=True)
    desk.world.hub.stop(1012)
    await page.wait_for_selector("body:not([data-link=up])")
    await page.clock.fast_forward(12_000)


@pytest.mark.parametrize(("loses", "state"), [(cut_off, "stale"), (signed_out, "out")], ids=["stale", "out"])
async def test_a_tab_that_hears_nothing_any_more_is_silent(
    desk: DeskApp,
    profile: NewBrowser,
    complaints: Complaints,
    loses: Callable[[DeskApp, Page], Awaitable[None]],
    state: str,
) -> None:
    complaints.expected.append("WebSocket|ERR_INTERNET_DISCONNECTED|net::|status of 401")
    await seated(desk)
    context = await browser(profile)
    await context.clock.install()
    page = await sign_in(context, desk.url, "anna")
    await page.get_by_role("button", name="Schicht beginnen").click()
    ring(desk)
    await until(page, "window.tones > 0")
    before = await page.evaluate("window.tones")
    await page.clock.run_for(5_000)
    assert await page.evaluate("window.tones") > before  # as long as it rings
    await loses(desk, page)
    await expect(page.locator("body")).to_have_attribute("data-link", state)
    before = await page.evaluate("window.tones")
    await page.clock.run_for(10_000)
    assert await page.evaluate("window.tones") == before
    await expect(page.locator(".ring-card")).to_be_visible()  # what was seen last stays to be seen


async def test_without_a_shift_nothing_is_heard_and_it_ends_by_the_button(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await browser(profile), desk.url, "anna")
    ringing = ring(desk)
    await expect(page.locator(".ring-card")).to_be_visible()
    assert (await told(page), await heard(page)) == ([], [False])
    shift, told_so = page.locator("#shift"), page.locator("#notice")
    await expect(shift).to_have_attribute("title", "Schicht beginnen: Klingelton und Hinweise in diesem Browser")
    await page.get_by_role("button", name="Schicht beginnen").click()
    await until(page, "window.tones > 0")
    await expect(told_so).to_contain_text("Ihre Schicht hat begonnen: Klingelt Ihr Telefon, klingelt auch")
    await ends(page)
    await until(page, "!window.told.at(-1).open")
    await expect(told_so).to_contain_text("Ihre Schicht ist zu Ende: Dieser Browser klingelt nicht mehr.")
    desk.story.gives_up(ringing.caller)
    await page.reload()
    await expect(page.get_by_role("button", name="Schicht beginnen")).to_be_visible()


async def test_one_click_silences_this_ring_in_every_tab_and_ends_no_shift(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    context = await browser(profile)
    await context.clock.install()
    first, second = await tabs(context, desk)
    await first.get_by_role("button", name="Schicht beginnen").click()
    ringing = ring(desk)
    await until(first, "window.tones > 0")
    await keep(second, "pages/the-bell-rings")
    await second.get_by_role("button", name="Stumm schalten").click()
    await expect(second.locator("#notice")).to_have_text("Für dieses Klingeln stumm. Ihr Telefon klingelt weiter.")
    for page in (first, second):
        await expect(page.locator("#shift")).to_have_text("stumm")
        await expect(page.locator(".ring-card")).to_be_visible()
    before = await first.evaluate("window.tones")
    await first.clock.run_for(10_000)
    assert await first.evaluate("window.tones") == before
    desk.story.gives_up(ringing.caller)
    await expect(first.locator(".ring-card")).to_be_hidden()
    await expect(first.locator("#shift")).to_have_text("Im Dienst")
    ring(desk, "next")
    await until(first, f"window.tones > {before}")  # only that ring was meant


@pytest.mark.parametrize(("by", "said"), [("Stumm schalten", "stumm"), ("Ausblenden", "Im Dienst")])
async def test_a_tab_opened_later_rings_for_nothing_that_was_hushed_or_hidden(
    desk: DeskApp, profile: NewBrowser, by: str, said: str
) -> None:
    await seated(desk)
    context = await browser(profile)
    await context.clock.install()
    first = await sign_in(context, desk.url, "anna")
    await first.get_by_role("button", name="Schicht beginnen").click()
    ring(desk)
    await until(first, "window.tones > 0")
    await first.get_by_role("button", name=by).click()
    await expect(first.locator("#shift")).to_have_text(said)
    later = await context.new_page()
    await later.goto(f"{desk.url}/kunden")
    await expect(later.locator(".ring-card")).to_be_visible()
    await expect(later.locator("#shift")).to_have_text("stumm")
    await later.locator("h1").click()  # a gesture: it can be heard from now on
    await first.close()
    await until(later, "navigator.locks.query().then(({ held, pending }) => held.length > 0 && !pending.length)")
    await later.clock.run_for(5_000)
    await expect(later.locator("#shift")).to_have_text("stumm")
    assert await heard(later) == [False]


async def test_escape_takes_away_what_the_bell_says_and_no_ring_card(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await browser(profile), desk.url, "anna")
    await page.get_by_role("button", name="Schicht beginnen").click()
    ring(desk)
    card, said = page.locator(".ring-card"), page.locator(".shift-said")
    await page.get_by_role("button", name="Stumm schalten").click()
    await expect(said).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(said).to_be_hidden()
    await expect(card).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(card).to_be_hidden()


async def test_the_bell_is_there_before_the_service_says_anything(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    context = await browser(profile)
    page = await sign_in(context, desk.url, "anna")
    await context.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.waits = document.getElementById('shift').hidden; })"
    )
    await context.route_web_socket("**/strom*", lambda _: None)  # a stream that never speaks
    await page.reload()
    assert await page.evaluate("window.waits") is False
    await expect(page.locator("body")).to_have_attribute("data-link", "connecting")
    await expect(page.locator("#shift")).to_have_text("Schicht beginnen")


async def test_the_shift_ends_by_its_menu_alone_by_keyboard_too(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await browser(profile), desk.url, "anna")
    bell, menu = page.locator("#shift"), page.locator("#shift-menu")
    await bell.focus()
    await page.keyboard.press("Enter")
    await expect(bell).to_have_text("Im Dienst")
    await expect(bell.locator("span")).to_be_visible()
    await expect(menu).to_be_hidden()
    await bell.dblclick()  # opens the menu and closes it
    await expect(bell).to_have_text("Im Dienst")
    await bell.press("Enter")
    await expect(menu).to_contain_text("klingelt auch dieser Browser")
    await look(page, "the bell and its menu")
    await page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await bell.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(bell).to_have_text("Schicht beginnen")
    await expect(menu).to_be_hidden()
    await expect(page.locator("#notice")).to_contain_text("Ihre Schicht ist zu Ende")


@pytest.mark.parametrize("width", [1440, 1024, 390])
async def test_what_the_bell_says_lies_over_no_text_and_goes_by_itself_or_by_a_key(
    timed: Timed, profile: NewBrowser, width: int
) -> None:
    await timed.worked(60)
    context = await browser(profile)
    await context.clock.install()
    page = await sign_in(context, timed.desk.url, "anna", timed.path)
    await page.set_viewport_size({"width": width, "height": 900})
    said = page.locator(".shift-said")
    await page.locator("#shift").click()
    await expect(said).to_contain_text("Ihre Schicht hat begonnen")
    await page.locator("#region-ring").scroll_into_view_if_needed()
    toast, slot = await said.bounding_box(), await page.locator("#region-ring").bounding_box()
    assert toast
    assert slot
    assert (round(toast["x"]), round(toast["y"])) == (round(slot["x"]), round(slot["y"]))
    assert (toast["width"] <= slot["width"], toast["height"] <= slot["height"]) == (True, True)
    if width == 1440:
        await keep(page, "pages/what-the-bell-says")
    assert await focused(page) == {"tag": "BUTTON", "id": "shift", "value": "", "start": None, "end": None}
    await page.clock.run_for(15_100)
    await expect(said).to_be_hidden()
    await page.locator("#shift").click()
    await page.get_by_role("button", name="Schicht beenden").click()
    await expect(said).to_contain_text("Ihre Schicht ist zu Ende")
    await page.keyboard.press("Escape")
    await expect(said).to_be_hidden()


async def test_a_browser_that_allows_no_notifications_is_told_of_in_words(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    page = await sign_in(await browser(profile, "denied"), desk.url, "anna")
    await page.get_by_role("button", name="Schicht beginnen").click()
    await expect(page.locator("#notice")).to_contain_text("erlaubt dieser Seite keine Benachrichtigungen")
    ring(desk)
    await until(page, "window.tones > 0")  # it is heard all the same
    assert await told(page) == []


async def test_who_wants_no_sound_is_told_without(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    await likes(desk, sounds=False)
    page = await sign_in(await browser(profile), desk.url, "anna")
    await page.get_by_role("button", name="Schicht beginnen").click()
    ring(desk)
    await until(page, "window.told.length > 0")
    assert await heard(page) == [False]


async def test_a_record_that_never_opens_by_itself_waits_for_a_key(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    await likes(desk, Opens.NEVER)
    page = await sign_in(await browser(profile), desk.url, "anna", "/kunden")
    ringing = ring(desk)
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    session = await session_of(desk)
    await expect(page.locator("[data-my-calling] [data-open]")).to_be_visible()
    assert page.url == f"{desk.url}/kunden"
    await page.keyboard.press("F2")
    await page.wait_for_url(f"{desk.url}/vorgaenge/{session}")


@pytest.mark.parametrize("typed", ["", "Müll"], ids=["nobody types", "somebody types"])
async def test_on_the_ring_the_customer_is_shown_but_to_nobody_who_types(
    desk: DeskApp, profile: NewBrowser, typed: str
) -> None:
    number = (await customer(desk, "Erika Beispiel", NUMBER)).number
    await seated(desk)
    await likes(desk, Opens.RING)
    page = await sign_in(await browser(profile), desk.url, "anna", "/kunden")
    await page.locator("#centre input[type=search]").fill(typed)
    before = await focused(page)
    ring(desk)
    if typed:
        await expect(page.locator(".ring-card")).to_be_visible()
        assert (await focused(page), page.url) == (before, f"{desk.url}/kunden")
    else:
        await page.wait_for_url(f"{desk.url}/kunden/{number}")
        await expect(page.locator(".ring-card")).to_contain_text("Erika Beispiel")


async def test_a_customer_who_comes_late_takes_no_record_away(desk: DeskApp, profile: NewBrowser) -> None:
    number = (await customer(desk, "Erika Beispiel", NUMBER)).number
    await seated(desk)
    await likes(desk, Opens.RING)
    page = await sign_in(await browser(profile), desk.url, "anna", "/kunden")
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        asked.set()
        await go_on.wait()
        await route.continue_()

    await page.route(f"**/kunden/{number}", late)
    ringing = ring(desk)
    await asyncio.wait_for(asked.wait(), PATIENCE / 1000)
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    record = f"{desk.url}/vorgaenge/{await session_of(desk)}"
    await page.wait_for_url(record)
    async with page.expect_response(f"**/kunden/{number}") as coming:
        go_on.set()
    await (await coming.value).finished()
    await page.evaluate("async () => (await fetch('/kunden')).text()")  # whatever it does is done when this is there
    await expect(page.locator("#problem")).to_be_visible()
    assert page.url == record


async def test_what_opens_on_the_ring_rings_on_and_fetches_nobody_back(desk: DeskApp, profile: NewBrowser) -> None:
    number = (await customer(desk, "Erika Beispiel", NUMBER)).number
    await seated(desk)
    await likes(desk, Opens.RING)
    page = await sign_in(await browser(profile), desk.url, "anna", "/kunden")
    await page.get_by_role("button", name="Schicht beginnen").click()
    ring(desk)
    await page.wait_for_url(f"{desk.url}/kunden/{number}")
    await expect(page.locator("#centre h1")).to_contain_text("Erika Beispiel")
    before = await page.evaluate("window.tones")
    await until(page, f"window.tones > {before}")
    await page.get_by_role("link", name="Anrufe", exact=True).click()
    await page.wait_for_selector("body[data-link=up]")
    await expect(page.locator(".ring-card")).to_be_visible()
    await page.locator("nav a[href='/kunden']").first.click()
    await page.wait_for_selector("body[data-link=up]")
    await expect(page.locator(".ring-card")).to_be_visible()
    desk.world.hub.mark("desk/anna", desk.world.monotonic())
    desk.story.member(ANNA, MemberStatus.RINGING)
    await expect(page.locator("#centre h1")).to_have_text("Kunden")
    assert page.url == f"{desk.url}/kunden"
