"""The pages of the administration in a real browser: a new price, a new wording, and what a customer is then told."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Page, expect

from ionas_phone.runtime import clock
from ionas_phone.support.tariffs import day_of
from ionas_phone.support.users import Role
from tests.browser import Complaints, NewBrowser, focused, sign_in
from tests.desk_app import DeskApp
from tests.e2e.look import look
from tests.talks import erika, talking


async def office(desk: DeskApp, profile: NewBrowser, path: str) -> Page:
    await desk.person("office", Role.ADMIN, name="Das Büro")
    return await sign_in(await profile(), desk.url, "office", path)


async def test_a_price_from_today_on_is_what_the_next_customer_is_told(desk: DeskApp, profile: NewBrowser) -> None:
    page = await office(desk, profile, "/kunden")
    await page.get_by_role("link", name="Verwaltung").click()
    await page.get_by_role("link", name="Tarife").click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.get_by_label("Euro je Minute mit Umsatzsteuer")).to_have_value("1,19")
    await page.get_by_label("gültig ab").fill(day_of(clock.now()).isoformat())
    await page.get_by_label("Euro je Minute mit Umsatzsteuer").fill("2,38")
    await page.get_by_label("Euro je Minute ohne Umsatzsteuer").fill("2")
    await page.get_by_role("button", name="Version festschreiben").click()
    await expect(page.locator("tbody tr").first).to_contain_text("2,38\xa0€")
    await expect(page.locator("tbody tr").first).to_contain_text("gilt heute")
    await expect(page.locator("tbody tr").last).to_contain_text("vorbei")
    async with talking(desk, await erika(desk)) as talk:
        assert "höchstens 71,40\xa0€" in await talk.get("/schaetzung")


async def test_a_coming_price_is_asked_about_and_can_be_withdrawn(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    page = await office(desk, profile, "/verwaltung/tarife")
    await page.get_by_label("gültig ab").fill("2076-01-01")
    await page.get_by_role("button", name="Version festschreiben").click()
    await expect(page.locator("#valid_from-error")).to_contain_text("mehr als ein Jahr")
    await look(page, "a tariff of the far future")
    await page.get_by_label("in mehr als einem Jahr").check()
    await page.get_by_role("button", name="Version festschreiben").click()
    await expect(page.locator("tbody tr").first).to_contain_text("01.01.2076")
    await look(page, "a tariff to come")
    await page.get_by_role("button", name="Version vom 01.01.2076 zurücknehmen").click()
    await expect(page.locator("tbody tr").first).to_contain_text("zurückgenommen")
    await expect(page.locator("tbody tr").last).to_contain_text("gilt heute")


async def test_a_price_that_cannot_be_read_keeps_all_that_was_typed(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    page = await office(desk, profile, "/verwaltung/tarife")
    tomorrow = (day_of(clock.now()) + timedelta(days=1)).isoformat()
    await page.get_by_label("Name", exact=True).fill("Winter")
    await page.get_by_label("Euro je Minute mit Umsatzsteuer").fill("1.234")
    await page.get_by_label("Euro je Minute mit Umsatzsteuer").press("Enter")
    await expect(page.locator("#gross-error")).to_contain_text("etwa 23,80")
    assert (await focused(page))["value"] == "1.234"
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Winter")
    await expect(page.get_by_label("gültig ab")).to_have_value(tomorrow)
    await look(page, "a refused tariff")


async def test_a_text_is_seen_with_values_while_it_is_typed(desk: DeskApp, profile: NewBrowser) -> None:
    page = await office(desk, profile, "/verwaltung/texte")
    await look(page, "texts")
    await page.get_by_role("link", name="Frage, ob der Kunde zustimmt Deutsch").first.click()
    text = page.get_by_label("Text", exact=True)
    await expect(page.locator("#preview")).to_contain_text("höchstens 35,70\xa0€")
    await text.fill("Kurz: {procedure} Bis {minutes_to} Minuten für höchstens {price}.")
    await expect(page.locator("#preview")).to_contain_text("Bis 30 Minuten für höchstens 35,70\xa0€.")
    await text.press("End")
    await page.keyboard.type(" {unsinn}")
    await expect(page.locator("#preview")).to_contain_text("Für {unsinn} kann nichts eingesetzt werden.")
    await expect(text).to_be_focused()
    await text.fill("Kurz: {procedure} Bis {minutes_to} Minuten für höchstens {price}. Ja?")
    await page.get_by_role("button", name="Als Version 3 speichern").click()
    await expect(page.get_by_role("button", name="Als Version 4 speichern")).to_be_visible()
    await page.get_by_text("Version 2", exact=True).click()
    await expect(page.get_by_text("Minuten insgesamt höchstens {price}")).to_be_visible()
    await look(page, "a text with several versions")
    async with talking(desk, await erika(desk)) as talk:
        await talk.propose()
        assert "Kurz: Ich erneuere den Treiber. Bis 20 Minuten für höchstens 23,80\xa0€. Ja?" in await talk.get(
            "/zustimmung"
        )
