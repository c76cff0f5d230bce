"""A whole call without a mouse: from the log-in over ring, problem, remote session, estimate and timer to the end."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from ionas_phone.runtime import clock
from ionas_phone.store import remote, work
from ionas_phone.support.sessions import Ending
from ionas_phone.support.work import WorkState
from tests.browser import NewBrowser
from tests.desk_app import PASSWORD, DeskApp
from tests.e2e.calls import ring, seated, session_of
from tests.stories import ANNA
from tests.talks import erika
from tests.unit.web.test_sessions import stored

# What opens such an address is not ours, and not on this machine: a browser without it takes no keys afterwards.
NO_TEAMVIEWER = """document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link?.protocol === "teamviewer10:") event.preventDefault(), window.opened = link.href;
})"""
FAR = 80  # times Tab; further away nobody finds anything


async def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until ``target`` has the focus."""
    await expect(target).to_be_visible()
    for _ in range(FAR):
        await page.keyboard.press("Tab")
        if await target.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {target}")


async def test_a_call_from_the_ring_to_the_summary_by_the_keyboard_alone(desk: DeskApp, profile: NewBrowser) -> None:
    await seated(desk)
    await erika(desk, framework=True)  # nothing is to be handed over
    context = await profile(permissions=["clipboard-read", "clipboard-write"])
    await context.add_init_script(NO_TEAMVIEWER)
    page = await context.new_page()
    await _signs_in(page, desk)
    ringing = ring(desk)
    await expect(page.locator(".ring-card")).to_contain_text("Erika Beispiel")
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    session = await session_of(desk)
    await page.wait_for_url(f"{desk.url}/vorgaenge/{session}")
    await page.keyboard.press("F2")
    await expect(page.locator("#problem")).to_be_focused()
    await page.keyboard.type("Der Drucker druckt nicht.")
    await _looks_into_the_computer(page)
    await _agrees(page)
    await _works(page)
    desk.story.hangs_up(ringing.caller, ringing.leg, ringing.caller, ANNA)
    await _finishes(page)

    done = await stored(desk, session)
    assert (done.problem, done.summary) == ("Der Drucker druckt nicht.", "Treiber erneuert.")
    assert (done.prevention, done.outcome) == ("Updates abends einspielen.", Ending.DONE)
    async with desk.world.database.read() as connection:
        (look,) = await remote.of_session(connection, session)
        assert (await work.load(connection, session, clock.now())).state is WorkState.STOPPED
    assert look.ended_at is not None


async def _signs_in(page: Page, desk: DeskApp) -> None:
    await page.goto(desk.url)
    await expect(page.locator("[name=name]")).to_be_focused()
    await page.keyboard.type("anna")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("body[data-link=up]")


async def _looks_into_the_computer(page: Page) -> None:
    await tab_to(page, page.locator("#remote-id"))
    await page.keyboard.type("123456789")
    await page.keyboard.press("Enter")
    await expect(page.locator("#region-remote")).to_contain_text("123 456 789")
    assert await page.evaluate("window.opened") == "teamviewer10://control?device=123456789"
    await expect(page.locator("[data-copies]")).to_be_focused()
    await page.keyboard.press("F4")
    await expect(page.locator("[data-copies] .is-yes")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "123456789"


async def _agrees(page: Page) -> None:
    await tab_to(page, page.get_by_role("link", name="Aufwand schätzen"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Vorgehensvorschlag")).to_be_focused()
    for typed in ("Ich erneuere den Treiber.", "10", "20"):
        await page.keyboard.type(typed)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # in the last field
    await expect(page.get_by_role("heading", name="Bitte vorlesen")).to_be_focused()
    for consent in await page.locator("form[aria-labelledby=ask-title] input[type=checkbox]").all():
        await tab_to(page, consent)
        await page.keyboard.press("Space")
    for asked in ("Wer hat geantwortet", "Erkannt"):
        await tab_to(page, page.get_by_label(asked))
        await page.keyboard.press("ArrowDown")
    await tab_to(page, page.get_by_role("button", name="Kunde stimmt zu"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#region-work")).to_contain_text("zugestimmt")


async def _works(page: Page) -> None:
    await expect(page.locator("#region-time [data-f8]")).to_be_visible()
    await page.keyboard.press("F8")
    await expect(page.locator("#region-timer")).to_contain_text("läuft")
    await page.keyboard.press("F8")
    await expect(page.locator("#region-timer")).to_contain_text("pausiert")


async def _finishes(page: Page) -> None:
    await tab_to(page, page.locator("#summary"))
    await page.keyboard.type("Treiber erneuert.")
    await page.keyboard.press("Tab")
    await expect(page.locator("#prevention")).to_be_focused()
    await page.keyboard.type("Updates abends einspielen.")
    await expect(page.locator("#region-my-calls")).to_contain_text("Zurzeit kein Gespräch")
    await page.keyboard.press("F9")
    await expect(page.get_by_role("heading", name="Die Fernwartung ist noch offen")).to_be_visible()
    await tab_to(page, page.get_by_role("button", name="Abschließen: erledigt"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#region-ends")).to_contain_text("Vorgang abgeschlossen")
