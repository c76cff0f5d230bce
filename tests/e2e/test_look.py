"""How the pages look: readable for everybody, at every width, in both colour schemes, on paper; and their pictures.

In the pictures of this file it is always the same evening.
"""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from ionas_phone.live.nouns import MemberStatus
from ionas_phone.runtime import clock
from ionas_phone.store import customer_numbers, customers, session_texts, sessions
from ionas_phone.support.customers import NewCustomer
from ionas_phone.support.sessions import Ending, SessionText
from ionas_phone.support.users import Role
from ionas_phone.web.routes import routes
from tests.browser import Complaints, NewBrowser, sign_in
from tests.desk_app import DeskApp, desk_app
from tests.e2e.calls import ring, session_of
from tests.e2e.look import keep, look, look_at
from tests.e2e.test_failures_network import Removable
from tests.stories import ANNA, BEN

SCHAEFER = NewCustomer(
    "Dr. Petra Schäfer",
    "Praxis Dr. Schäfer",
    ("+4961315550140", "+491713920040"),
    "praxis@example.org",
    "Gaustraße 12",
    "55116",
    "Mainz",
    notes="Server steht im Keller; vormittags ist nur Frau Kern ansprechbar.",
)
# Every address that answers with a page, and one of that kind to look at.
PAGES = {
    "/": "/",
    "/anmelden": "/anmelden",
    "/anrufe": "/anrufe",
    "/anrufe/{id}": "/anrufe/1",
    "/konto": "/konto",
    "/kunden": "/kunden?q=mainz",
    "/kunden/einlesen": "/kunden/einlesen",
    "/kunden/neu": "/kunden/neu",
    "/kunden/{number}": "/kunden/10001",
    "/kunden/{number}/art": "/kunden/10001/art",
    "/kunden/{number}/bearbeiten": "/kunden/10001/bearbeiten",
    "/kunden/{number}/zusammenfuehren": "/kunden/10001/zusammenfuehren",
    "/leitung": "/leitung",
    "/leitung/zeiten": "/leitung/zeiten",
    "/verwaltung/benutzer": "/verwaltung/benutzer",
    "/verwaltung/benutzer/neu": "/verwaltung/benutzer/neu",
    "/verwaltung/benutzer/{id}": "/verwaltung/benutzer/1",
    "/verwaltung/oeffnung": "/verwaltung/oeffnung",
    "/verwaltung/protokoll": "/verwaltung/protokoll",
    "/verwaltung/tarife": "/verwaltung/tarife",
    "/verwaltung/texte": "/verwaltung/texte",
    "/verwaltung/texte/{kind}/{customer_kind}/{language}": "/verwaltung/texte/acceptance/consumer/de",
    "/verwaltung/wandtafeln": "/verwaltung/wandtafeln",
    "/verwaltung/warteschlangen": "/verwaltung/warteschlangen",
    "/verwaltung/warteschlangen/{queue}": "/verwaltung/warteschlangen/support",
    "/vorgaenge/{id}": "/vorgaenge/2",
    "/vorgaenge/{id}/schaetzung": "/vorgaenge/4/schaetzung",
    "/wandtafel/{queue}": "/wandtafel/support",
}
ELSEWHERE = {  # pages with a test of their own look, because something has to happen before they can be seen
    "/uebung",  # test_practice
    "/vorgaenge/{id}/bestaetigung",  # test_estimate
    "/vorgaenge/{id}/bestaetigung/druck",
    "/vorgaenge/{id}/korrektur",  # test_timer_look
    "/vorgaenge/{id}/pruefung/{mark}",
    "/vorgaenge/{id}/zustimmung",
}
NO_PAGES = {  # parts of pages, files, what programs ask for, and ways to somewhere else
    "/healthz",
    "/kunden/ausgabe.csv",
    "/kunden/suche",
    "/metrics",
    "/static/{digest}/{name}",
    "/strom",
    "/uhr",
    "/verwaltung",
    "/verwaltung/protokoll.csv",
    "/vorgaenge/{id}/akte",
    "/vorgaenge/{id}/bestaetigung.txt",
    "/vorgaenge/{id}/kunde",
    "/wandtafel/geraet/{token}",
}
HEAVIEST = 100_000  # bytes of a page with all it loads, packed
MUELLER = NewCustomer("Sabine Maier", "Müller Elektrotechnik GmbH", ("+4961315550123",), city="Ingelheim")
WEISS = NewCustomer("Jonas Weiß", "", ("+491713920018",), city="Mainz")
EARLIER = (
    "Fotos auf der USB-Festplatte nicht lesbar.",
    "Virenschutz abgelaufen: verlängert und geprüft.",
    "Scanner wird nach dem Neustart nicht gefunden; der Treiber liegt auf dem Server.",
)
PROBLEM = (
    "Der Drucker im Büro druckt seit heute Morgen nicht mehr, Fehler 0x0000011b nach dem Update. "
    "Der zweite Arbeitsplatz hat dasselbe, der Laptop im Flur druckt noch."
)


class Day:
    """An evening whose clock goes on only when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 9, 23, 17, 2, 0, 400_000, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
async def evening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[DeskApp, Day]]:
    """A desk in the middle of an evening: Anna talks, somebody rings her, two wait."""
    day = Day(monkeypatch)
    async with desk_app(tmp_path, now=lambda: day.now) as desk:
        await desk.person("anna", Role.SUPERVISOR, name="Anna Berger", extension="201")
        await desk.person("ben", name="Ben Çelik", extension="202")
        await _earlier(desk, day)
        yield desk, day


async def _earlier(desk: DeskApp, day: Day) -> None:
    """Write down the customers, and what was talked about on other days."""
    async with desk.world.database.write() as connection:
        for new in (SCHAEFER, MUELLER, WEISS):
            await customers.create(connection, new, clock.now(), "test")
    for number, problem in enumerate(EARLIER):
        await _talk(desk, f"earlier-{number}", "061315550140", problem, close=problem is not EARLIER[-1])
        day.later(days=20, minutes=-17 if number == 0 else 43)
    await _talk(desk, "weiss", "01713920018", "Outlook fragt bei jedem Start nach dem Kennwort.", close=False)
    day.later(minutes=34)


async def _talk(desk: DeskApp, uid: str, number: str, problem: str, *, close: bool) -> None:
    call = ring(desk, uid, number=number)
    desk.story.answers(call.caller, call.leg, ANNA)
    session = await session_of(desk)
    desk.story.hangs_up(call.caller, call.leg, call.caller, ANNA)
    async with desk.world.database.write() as connection:
        await session_texts.save(connection, session, SessionText.PROBLEM, 1, problem, clock.now(), "anna")
        if close:
            await sessions.end(connection, session, Ending.DONE, clock.now(), "anna")


async def _talking(desk: DeskApp, day: Day) -> int:
    """Let Anna talk to Dr. Schäfer, having written the problem down."""
    call = ring(desk, "now", number="061315550140")
    day.later(seconds=9)
    desk.story.answers(call.caller, call.leg, ANNA)
    session = await session_of(desk)
    day.later(minutes=3, seconds=50)
    async with desk.world.database.write() as connection:
        await session_texts.save(connection, session, SessionText.PROBLEM, 1, PROBLEM, clock.now(), "anna")
    return session


async def _busy(desk: DeskApp, day: Day) -> None:
    """Let others wait, and Anna's phone ring for one of them."""
    desk.story.member(BEN, MemberStatus.IDLE, paused=True, reason="Mittag")
    desk.story.joins(desk.story.rings_in("waits-1", number="01713920077"), position=2)
    day.later(seconds=55)
    desk.story.joins(desk.story.rings_in("waits-2", number=None, suppressed=True), position=3)
    ring(desk, "next", number="061315550123")
    day.later(seconds=4)


async def test_the_pictures_of_the_readme(evening: tuple[DeskApp, Day], profile: NewBrowser) -> None:
    desk, day = evening
    context = await profile(viewport={"width": 1440, "height": 960})
    await context.add_init_script("performance.now = () => 1000")  # the browser's clock stands still, too
    page = await context.new_page()
    await page.goto(desk.url)
    await keep(page, "login")
    page = await sign_in(context, desk.url, "anna")
    session = await _talking(desk, day)
    await page.goto(f"{desk.url}/vorgaenge/{session}")
    await expect(page.locator("body")).to_have_attribute("data-link", "up")
    await expect(page.locator("#region-history")).to_contain_text("Scanner")
    await keep(page, "desk")
    await _busy(desk, day)
    await page.reload()
    await expect(page.locator("body")).to_have_attribute("data-link", "up")
    await expect(page.locator(".ring-card")).to_contain_text("Müller Elektrotechnik GmbH")
    await keep(page, "ring")
    await page.emulate_media(color_scheme="dark")
    await keep(page, "ring-dark")
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 390, "height": 844})
    await keep(page, "ring-narrow")
    await page.set_viewport_size({"width": 1440, "height": 960})
    await page.goto(f"{desk.url}/leitung")
    await expect(page.locator("body")).to_have_attribute("data-link", "up")
    await keep(page, "board")


def test_no_page_is_left_out() -> None:
    app = web.Application()
    app.add_routes(routes())
    addresses = {one.resource.canonical for one in app.router.routes() if one.method == "GET" and one.resource}
    assert addresses == {*PAGES, *ELSEWHERE, *NO_PAGES}


async def test_every_page_is_accessible_light_and_fits_every_width(
    evening: tuple[DeskApp, Day], profile: NewBrowser
) -> None:
    desk, _ = evening
    await desk.person("petra", Role.ADMIN, name="Petra Kern")
    page = await sign_in(await profile(), desk.url, "petra", "/konto")
    for path in PAGES.values():
        await page.goto(desk.url + path)
        if await page.locator("body[data-page]").count():
            await page.wait_for_selector("body[data-link=up]")
        await look(page, path)
        assert await _weight(page) < HEAVIEST, path


async def test_a_busy_evening_is_accessible_and_fits_every_width(
    evening: tuple[DeskApp, Day], profile: NewBrowser
) -> None:
    desk, day = evening
    page = await sign_in(await profile(), desk.url, "anna")
    await look_at(page, desk.url, ["/"])
    session = await _talking(desk, day)
    await _busy(desk, day)
    await look_at(page, desk.url, [f"/vorgaenge/{session}", "/leitung"])


async def test_what_is_decided_about_queues_is_accessible_and_fits(
    evening: tuple[DeskApp, Day], profile: NewBrowser
) -> None:
    desk, _ = evening
    await desk.person("office", Role.ADMIN, name="Das Büro")
    page = await sign_in(await profile(), desk.url, "office", "/kunden")
    pages = ("warteschlangen", "warteschlangen/support", "wandtafeln", "oeffnung")
    await look_at(page, desk.url, [f"/verwaltung/{name}" for name in pages])
    await page.goto(f"{desk.url}/verwaltung/wandtafeln")
    await page.get_by_label("Wo er hängt").fill("Flur")
    await page.get_by_role("button", name="Verweis machen").click()
    await expect(page.locator("code")).to_contain_text("/wandtafel/geraet/")
    await look(page, "a new link")


async def test_every_state_of_a_record_is_accessible_and_fits(
    evening: tuple[DeskApp, Day], profile: NewBrowser, complaints: Complaints
) -> None:
    desk, _ = evening
    complaints.expected += ["status of 409", "status of 422"]
    async with desk.world.database.write() as connection:
        await customer_numbers.attach(connection, 2, "+491713920018", clock.now(), "test")  # two have it now
    states = {"unknown": "061315550177", "several": "01713920018", "suppressed": None}
    paths = [f"/vorgaenge/{await _answered(desk, uid, number)}" for uid, number in states.items()]
    page = await sign_in(await profile(), desk.url, "anna")
    await look_at(page, desk.url, paths)

    await page.locator("#problem").fill("Annas Text")  # of the suppressed caller, who stands there last
    async with desk.world.database.write() as connection:
        await session_texts.save(
            connection, int(paths[-1].rpartition("/")[2]), SessionText.PROBLEM, 1, "Bens Text", clock.now(), "ben"
        )
    await expect(page.locator(".conflict")).to_be_visible()
    await look(page, "a conflict")
    await page.get_by_role("button", name="Meinen behalten").click()
    await expect(page.locator(".conflict")).to_have_count(0)
    await page.get_by_role("link", name="Neuer Kunde").click()
    await page.get_by_label("E-Mail").fill("nirgends")
    await page.get_by_role("button", name="Kunde anlegen").click()
    await expect(page.locator("#email-error")).to_be_visible()
    await look(page, "a refused form")


async def test_choosing_somebody_else_is_accessible_and_fits(
    evening: tuple[DeskApp, Day], profile: NewBrowser, complaints: Complaints
) -> None:
    desk, day = evening
    complaints.expected.append("status of 409")
    session = await _talking(desk, day)
    page = await sign_in(await profile(), desk.url, "anna", f"/vorgaenge/{session}")
    await page.get_by_role("link", name="Es ist jemand anderes").click()
    await page.locator("#customer input[type=search]").fill("weiß")
    await expect(page.locator("#found button")).to_be_visible()
    await look(page, "the choice")
    async with desk.world.database.write() as connection:
        await sessions.set_customer(connection, session, 2, clock.now(), "ben")
    await page.locator("#found button").click()
    await expect(page.locator("#customer-form")).to_contain_text("Wessen Vorgang ist es?")
    await look(page, "two choices")
    await page.goto(f"{desk.url}/kunden/10001")
    await page.get_by_role("button", name="Gehört nicht dazu").first.click()
    await page.get_by_text("Nummer, die nicht dazugehört").click()
    await look(page, "a number that is not theirs")


async def test_what_cannot_be_shown_is_accessible_and_fits(
    evening: tuple[DeskApp, Day], profile: NewBrowser, complaints: Complaints, tmp_path: Path
) -> None:
    desk, day = evening
    complaints.expected.append("status of (404|503)")
    session = await _talking(desk, day)
    await _busy(desk, day)
    page = await sign_in(await profile(), desk.url, "anna")
    await look_at(page, desk.url, ["/nix"])
    database = Removable(desk, tmp_path)
    await database.take_away()
    await look_at(page, desk.url, [f"/vorgaenge/{session}"])
    database.put_back()


async def _answered(desk: DeskApp, uid: str, number: str | None) -> int:
    call = ring(desk, uid, number=number, suppressed=number is None)
    desk.story.answers(call.caller, call.leg, ANNA)
    session = await session_of(desk)
    desk.story.hangs_up(call.caller, call.leg, call.caller, ANNA)
    return session


async def _weight(page: Page) -> int:
    """Return how many bytes the page costs who opens it for the first time: itself and all it loads, packed."""
    loaded = await page.evaluate(
        "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.encodedBodySize, 0)"
    )
    return int(loaded) + len(gzip.compress((await page.content()).encode()))


async def test_who_wants_less_motion_gets_none(evening: tuple[DeskApp, Day], profile: NewBrowser) -> None:
    desk, day = evening
    page = await sign_in(await profile(reduced_motion="reduce"), desk.url, "anna")
    await _busy(desk, day)
    await expect(page.locator(".ring-card")).to_be_visible()
    moving = "document.getAnimations().filter((one) => one.animationName !== 'settle').length"
    assert await page.evaluate(moving) == 0


async def test_forced_colours_keep_every_border_that_tells_something(
    evening: tuple[DeskApp, Day], profile: NewBrowser
) -> None:
    desk, day = evening
    page = await sign_in(await profile(forced_colors="active"), desk.url, "anna")
    await _busy(desk, day)
    for part in (".ring-card", ".chip", ".conn"):
        await expect(page.locator(part).first).to_be_visible()
        width = await page.locator(part).first.evaluate("(one) => parseFloat(getComputedStyle(one).borderTopWidth)")
        assert width >= 1, part


async def test_on_paper_only_the_record_is_left(evening: tuple[DeskApp, Day], profile: NewBrowser) -> None:
    desk, day = evening
    page = await sign_in(await profile(), desk.url, "anna")
    await page.goto(f"{desk.url}/vorgaenge/{await _talking(desk, day)}")
    await page.emulate_media(media="print", color_scheme="dark")
    await expect(page.locator("#problem")).to_be_visible()
    await expect(page.locator(".customer h1")).to_be_visible()
    for part in ("header", ".side", "#record button", "summary", ".remote-form", "#problem-hint", "#summary"):
        await expect(page.locator(part).first).to_be_hidden()
    await expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
