"""A wallboard in a real browser: read from afar at every size, without a log-in, honest when it is out of date."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Page, expect

from ionas_phone.live.events import LinkChanged
from ionas_phone.live.nouns import Assistant, LinkState, MemberStatus
from ionas_phone.runtime import clock
from ionas_phone.store import wallboards
from ionas_phone.support.users import Role
from ionas_phone.support.wallboards import NewWallboard
from ionas_phone.web.access import hash_of
from tests.browser import Complaints, NewBrowser, accessibility, sign_in
from tests.desk_app import DeskApp
from tests.e2e.calls import ring, seated
from tests.e2e.look import keep
from tests.stories import ANNA

SIZES = ((1920, 1080), (1280, 720), (1080, 1920))
COLLEAGUES = (
    *("Dora Engel", "Friederike Wasserburg", "Ines Maier", "Jo Li", "Katharina Hohenfels", "Maximilian Oberbauer"),
    *("Sebastian Vandenberg", "Tina Tal", "Ute Ulm", "Zoe Zahn"),
)
TOKEN = "sechzehn-graue-Elstern"
ONE_LINE = "(words) => words.getBoundingClientRect().height < 2 * parseFloat(getComputedStyle(words).fontSize)"
READABLE = 1 / 45  # of the screen's shorter side: what is to be read from five metres is no smaller
SHORTEST = "() => Math.min(innerWidth, innerHeight)"


async def screen(desk: DeskApp, profile: NewBrowser) -> Page:
    """Let a screen in by its link; nobody signs in."""
    async with desk.world.database.write() as connection:
        new = NewWallboard("support", "Flur")
        await wallboards.add(connection, new, hash_of(TOKEN), clock.now(), "office")
    page = await (await profile()).new_page()
    await page.goto(f"{desk.url}/wandtafel/geraet/{TOKEN}")
    await expect(page).to_have_url(f"{desk.url}/wandtafel/support")
    await page.wait_for_selector("body[data-link=up]")
    return page


async def busy(desk: DeskApp) -> None:
    """Let Anna talk, one wait for too long and six others for a while."""
    await seated(desk)
    one = ring(desk, "t1", number="061315550102")
    desk.story.answers(one.caller, one.leg, ANNA)
    desk.story.skipped = timedelta(seconds=-157)
    for number in range(7):
        desk.story.joins(desk.story.rings_in(f"w{number}", number=f"06131555011{number}"), position=number + 1)
        desk.story.skipped += timedelta(seconds=20)
    desk.story.skipped = timedelta()


async def test_it_follows_the_queue_and_is_read_at_every_size(desk: DeskApp, profile: NewBrowser) -> None:
    page = await screen(desk, profile)
    await expect(page.locator("#region-wall-waiting")).to_contain_text("Niemand wartet")
    await busy(desk)
    for number, name in enumerate(COLLEAGUES):  # beside Anna and Ben
        status = MemberStatus.BUSY if name == "Ute Ulm" else MemberStatus.IDLE
        desk.story.member(Assistant("", name, f"PJSIP/3{number}", ""), status)
    tiles = page.locator(".wall-tile")
    await expect(tiles).to_have_count(6)
    await expect(tiles.nth(0)).to_contain_text("7")
    await expect(tiles.nth(1)).to_contain_text("Ziel verfehlt")
    await expect(page.locator(".wall-row.is-longest")).to_contain_text("Nummer mit Ende 110")
    await expect(page.locator("#region-wall-waiting")).to_contain_text("und 3 weitere")
    await expect(page.locator("#region-wall-people")).to_contain_text("im Gespräch")
    await expect(page.locator("#region-wall-people")).to_contain_text("und 4 weitere: 3 bereit 1 am Telefon")
    await expect(page.locator("#region-wall-people")).to_contain_text("Maximilian O.")
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        assert await accessibility(page, "dark") == [], width
        assert await _spilling(page) == [], width
        assert await _too_small(page) == [], width
        assert await _cut(page) == [], width
        assert await page.locator("h1").evaluate(ONE_LINE), width


async def _spilling(page: Page) -> list[str]:
    """Return what does not fit into its box, or lies outside of the screen."""
    found: list[str] = await page.evaluate("""() => {
        const all = [...document.querySelectorAll(".wall-head, .wall-tile, .wall-tile dd, .wall-list, .wall-row")];
        const over = (one) => one.scrollWidth > one.clientWidth + 1
            || (one.matches(".wall-tile, .wall-list") && one.scrollHeight > one.clientHeight + 1);
        const outside = (one) => { const box = one.getBoundingClientRect();
            return box.right > innerWidth + 1 || box.bottom > innerHeight + 1; };
        return all.filter((one) => over(one) || outside(one)).map((one) => `${one.className}: ${one.textContent}`);
    }""")
    return found


async def _cut(page: Page) -> list[str]:
    """Return the names of colleagues that are not seen whole."""
    found: list[str] = await page.evaluate("""() => [...document.querySelectorAll("#region-wall-people .wall-name")]
        .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)""")
    return found


async def _too_small(page: Page) -> list[str]:
    """Return texts that nobody could read from the other end of the room."""
    least = READABLE * await page.evaluate(SHORTEST)
    found: list[str] = await page.evaluate(
        """(least) => [...document.querySelectorAll(".wall-tile dt, .wall-tile dd, .wall-target, .wall-row .wall-name,"
            + " .wall-since, .wall-note .chip, .wall-more, .wall-head h1, .wall-time")]
            .filter((one) => parseFloat(getComputedStyle(one).fontSize) < least)
            .map((one) => one.className + ": " + one.textContent.trim())""",
        least,
    )
    return found


async def test_it_says_across_the_screen_when_it_is_out_of_date_and_comes_back(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("WebSocket|ERR_INTERNET_DISCONNECTED|net::")
    page = await screen(desk, profile)
    await page.context.set_offline(offline=True)
    desk.world.hub.stop(1012)
    await expect(page.locator("#connection")).to_contain_text("Verbindung unterbrochen")
    await expect(page.locator("body")).to_have_attribute("data-link", "stale")
    await expect(page.locator("#connection")).to_contain_text("Keine Verbindung – Stand von vor 1")
    box = await page.locator("#connection").bounding_box()
    assert box
    assert box["width"] > 0.8 * await page.evaluate("innerWidth")
    await keep(page, "pages/wallboard-out-of-date")
    await page.context.set_offline(offline=False)
    await expect(page.locator("body")).to_have_attribute("data-link", "up")
    await expect(page.locator("#connection")).to_have_text("verbunden")


async def test_it_takes_a_new_version_after_a_short_restart(desk: DeskApp, profile: NewBrowser) -> None:
    page = await screen(desk, profile)
    await page.evaluate("document.body.dataset.version = 'older'")
    desk.world.hub.stop(1012)  # it is back before anything is said of it
    await expect(page.locator("body")).not_to_have_attribute("data-version", "older")
    await expect(page.locator("body")).to_have_attribute("data-link", "up")


async def test_calls_that_are_not_seen_are_said_to_be_so(desk: DeskApp, profile: NewBrowser) -> None:
    page = await screen(desk, profile)
    desk.story.tell(LinkChanged(at=clock.now(), pbx="mainz", state=LinkState.LOST, reason=""))
    await expect(page.locator(".wall-blind")).to_contain_text("Anrufe werden nicht gesehen")


async def test_a_screen_that_is_signed_off_says_so_by_itself(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 403")
    page = await screen(desk, profile)
    await desk.person("office", Role.ADMIN, name="Das Büro")
    office = await sign_in(await profile(), desk.url, "office", "/verwaltung/wandtafeln")
    await office.get_by_role("button", name="Flur abmelden").click()
    await expect(page.locator("h1")).to_have_text("Wandtafel abgemeldet")
    assert await accessibility(page, "dark") == []
    await keep(page, "pages/wallboard-signed-off")


async def test_what_is_pushed_leaves_the_focus_where_it_is(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("sophie", Role.SUPERVISOR, name="Sophie Kern")
    page = await sign_in(await profile(), desk.url, "sophie", "/leitung")
    search = page.get_by_role("searchbox")
    await search.fill("Schä")
    first = page.locator("#region-board-waiting tbody tr").first
    await busy(desk)
    await expect(first).to_contain_text("wartet am längsten")
    await expect(first).to_contain_text("06131 5550110")
    await expect(page.locator("#region-board-queues [data-limit]")).to_have_attribute("data-my-over", "")
    for place in (page.locator("#region-board-queues"), first):  # the figure and the row of who waits say the same
        await expect(place.locator(".when-over")).to_be_visible()
        await expect(place.locator(".when-over")).to_contain_text("über 02:00")
        await expect(place.locator(".when-near")).to_contain_text("bald über 02:00")
    await expect(first.locator(".when-over")).to_contain_text("wartet am längsten")  # not only while all is well
    await expect(search).to_be_focused()
    await expect(search).to_have_value("Schä")
