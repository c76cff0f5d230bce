"""The guided tour: who has never seen the desk is led by the strip alone, from the ring to the session's end."""

from __future__ import annotations

from playwright.async_api import Page, expect

from ionas_phone.app import Service
from tests.browser import Complaints, NewBrowser, focused, sign_in
from tests.e2e.look import look
from tests.e2e.test_keyboard import tab_to
from tests.e2e.test_practice import service

__all__ = ["service"]


async def told(page: Page, step: str, number: str = "") -> None:
    """Wait until the strip asks for ``step``."""
    await expect(page.locator("#region-tour .tour-name")).to_have_text(step)
    if number:
        await expect(page.locator("#region-tour")).to_contain_text(f"Schritt {number}")


async def press(page: Page, name: str, within: str = "#region-tour") -> None:
    """Go to a button with Tab and press it."""
    await tab_to(page, page.locator(within).get_by_role("button", name=name))
    await page.keyboard.press("Enter")


async def begun(service: Service, profile: NewBrowser) -> Page:
    page = await sign_in(await profile(), service.url, "anna", "/uebung")
    await press(page, "Geführte Übung beginnen", "main")
    await page.wait_for_url(f"{service.url}/")
    await page.wait_for_selector("body[data-link=up]")
    return page


async def test_a_newcomer_comes_from_the_ring_to_the_end_by_keyboard_alone(
    service: Service, profile: NewBrowser
) -> None:
    page = await begun(service, profile)
    await told(page, "Das Telefon klingeln lassen", "1 von 13")
    await press(page, "Anrufen lassen")
    await expect(page.locator(".ring-card")).to_contain_text("Beispiel Elektrotechnik GmbH")
    await told(page, "Annehmen")
    await press(page, "Annehmen")
    await told(page, "Das Problem notieren")
    await expect(page.locator("#problem")).to_be_visible()  # it opened by itself
    await page.keyboard.press("F2")
    await expect(page.locator("#problem")).to_be_focused()
    await page.keyboard.type("Druckt nur noch leere Seiten")
    await told(page, "Die Fernwartungs-ID notieren")
    typed = await focused(page)  # the strip went on, and neither the words nor the caret moved
    assert (typed["id"], typed["value"], typed["start"]) == ("problem", "Druckt nur noch leere Seiten", 28)
    await page.reload()
    await told(page, "Die Fernwartungs-ID notieren", "4 von 13")
    await tab_to(page, page.locator("#remote-id"))
    await page.keyboard.type("123 456 789")
    await page.keyboard.press("Enter")
    await told(page, "Den Aufwand schätzen")
    remote = page.locator("#region-remote")
    await expect(remote).to_contain_text("Übung: TeamViewer wird nicht gestartet.")
    await expect(remote.locator("[href^=teamviewer]")).to_have_count(0)
    await _agree(page)
    await _work(page)
    await _end(page)


async def _agree(page: Page) -> None:
    await tab_to(page, page.get_by_role("link", name="Aufwand schätzen"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Vorgehensvorschlag")).to_be_focused()
    for typed in ("Ich erneuere den Treiber.", "10", "20"):
        await page.keyboard.type(typed)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await told(page, "Um Zustimmung fragen")
    await expect(page.get_by_role("heading", name="Bitte vorlesen")).to_be_focused()
    for consent in await page.locator("form[aria-labelledby=ask-title] input[type=checkbox]").all():
        await tab_to(page, consent)
        await page.keyboard.press("Space")
    for asked in ("Wer hat geantwortet", "Erkannt"):
        await page.get_by_label(asked).focus()
        await page.keyboard.press("ArrowDown")
    await press(page, "Kunde stimmt zu", "#work-form")
    await told(page, "Die Bestätigung übergeben")
    await press(page, "Kunde hat sie: festhalten", "#work-form")


async def _work(page: Page) -> None:
    await told(page, "Die Zeit starten")
    await expect(page.locator("#region-time [data-f8]")).to_be_visible()
    await page.keyboard.press("F8")
    await told(page, "Die Zeit stoppen")
    await press(page, "Zeit stoppen", "#region-timer")
    await told(page, "Die Fernwartung beenden")
    await press(page, "Fernwartung ist beendet", "#region-remote")


async def _end(page: Page) -> None:
    await told(page, "Auflegen")
    await press(page, "Auflegen")
    await told(page, "Zusammenfassen")
    await tab_to(page, page.locator("#summary"))
    await page.keyboard.type("Treiber erneuert.")
    await told(page, "Vorbeugung raten")
    await page.keyboard.press("Tab")
    await expect(page.locator("#prevention")).to_be_focused()
    await page.keyboard.type("Updates abends einspielen.")
    await told(page, "Den Vorgang abschließen")
    await page.keyboard.press("F9")  # nothing is asked: all is done
    await expect(page.locator("#region-ends")).to_contain_text("Vorgang abgeschlossen")
    await told(page, "Das war ein ganzer Vorgang")
    await press(page, "Übung verlassen")
    await expect(page.locator("#region-tour")).to_be_hidden()


async def test_the_strip_is_readable_for_everybody(
    service: Service, profile: NewBrowser, complaints: Complaints
) -> None:
    page = await begun(service, profile)
    await press(page, "Anrufen lassen")
    await told(page, "Annehmen")
    await look(page, "the guided tour")
    await press(page, "Übung verlassen")
    await expect(page.locator("#region-tour")).to_be_hidden()
