"""How time looks in every state: readable for everybody, at every width, in both colour schemes."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from ionas_phone.store import timers
from ionas_phone.support.work import Command
from tests import agreed
from tests.browser import Complaints, NewBrowser, sign_in
from tests.e2e.look import look
from tests.timed import Timed


async def look_through(page: Page, what: str) -> None:
    """Look at all of it at once: what has scrolled half beneath the bar would count as too small to press."""
    await page.set_viewport_size({"width": 1440, "height": 3000})
    await look(page, what)


async def test_every_state_of_a_timer_is_accessible_and_fits(
    timed: Timed, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    page = await sign_in(await profile(), timed.desk.url, "anna", timed.path)
    await look_through(page, "agreed")
    await timed.do(Command.START, 965)
    await timed.doubt(600, 300)
    async with timed.desk.world.database.write() as connection:
        await timers.correct(connection, timed.id, 100, "Anruf kam dazwischen", agreed.deed(by="sophie"))
    timed.desk.world.changed(timed.id, "anna")
    await expect(page.locator("#region-time")).to_contain_text("1 Korrektur")
    await page.locator("#region-time summary").click()
    await page.get_by_role("link", name="Korrigieren").click()
    await page.get_by_role("button", name="Korrektur eintragen").click()
    await expect(page.locator("#minutes-error")).to_be_visible()
    await look_through(page, "80 % used, with a refused correction")
    await timed.do(Command.PAUSE, 0)
    async with timed.desk.world.database.write() as connection:
        await timers.correct(connection, timed.id, 1200 - (await timed.work()).used_seconds, "x", agreed.deed())
    timed.desk.world.changed(timed.id, "anna")
    await expect(page.locator("#region-timer")).to_contain_text("aufgebraucht")
    await look_through(page, "used up")
    await page.get_by_role("button", name="Unterbrechen").click()
    await expect(page.locator("#region-ends")).to_contain_text("Unterbrochen")
    await look_through(page, "interrupted")
    await page.get_by_role("button", name="Erledigt").click()
    await expect(page.locator("#region-ends")).to_contain_text("abgeschlossen")
    await look_through(page, "closed")


@pytest.mark.parametrize(("width", "height"), [(768, 1024), (390, 844)])
async def test_what_waits_is_in_view_beside_the_running_timer(
    timed: Timed, profile: NewBrowser, width: int, height: int
) -> None:
    await timed.do(Command.START, 60)
    page = await sign_in(await profile(viewport={"width": width, "height": height}), timed.desk.url, "anna")
    waiting, bar = page.locator("#region-open-sessions a.item").first, page.locator("#region-timer")
    await expect(waiting).to_contain_text("Erika Beispiel")
    first, foot = await waiting.bounding_box(), await bar.bounding_box()
    assert first
    assert foot
    assert first["y"] + first["height"] <= foot["y"]


async def test_what_supervisors_review_is_accessible_and_fits(timed: Timed, profile: NewBrowser) -> None:
    await timed.do(Command.START, 965)
    await timed.doubt(600, 300)
    page = await sign_in(await profile(), timed.desk.url, "sophie", "/leitung/zeiten")
    await look_through(page, "marks")
    await page.get_by_role("link", name="Erika Beispiel").click()
    await expect(page.get_by_role("button", name="Entscheiden")).to_be_visible()
    await look_through(page, "a review")
