"""Customers in a browser: found by the keyboard alone, edited in two windows, merged, read in from a file."""

from __future__ import annotations

from playwright.async_api import Page, expect

from ionas_phone.runtime import clock
from ionas_phone.store import customers
from ionas_phone.support.customers import Customer, NewCustomer
from ionas_phone.support.users import Role
from tests.browser import NewBrowser, focused, sign_in
from tests.desk_app import DeskApp
from tests.e2e.calls import ring

SHOP = NewCustomer("Désirée Özgür", "Bäckerei Süß", ("+4961315550140",), "laden@example.org", city="Wiesbaden")
PEOPLE = (
    NewCustomer("Jörg Müller", "", ("+4961315550123", "+491713920017"), city="Mainz"),
    NewCustomer("Sabine Müller-Süß", "", ("+4961315550124",), city="Mainz"),
    SHOP,
)


async def _written(desk: DeskApp) -> list[Customer]:
    await desk.person("anna", Role.SUPERVISOR, name="Anna Berger", extension="201")
    async with desk.world.database.write() as connection:
        return [await customers.create(connection, new, clock.now(), "test") for new in PEOPLE]


async def _open(desk: DeskApp, profile: NewBrowser, path: str) -> Page:
    return await sign_in(await profile(), desk.url, "anna", path)


# -- finding -----------------------------------------------------------------------------------------------------------


async def test_a_customer_is_found_and_opened_by_the_keyboard_alone(desk: DeskApp, profile: NewBrowser) -> None:
    await _written(desk)
    page = await _open(desk, profile, "/")
    await page.keyboard.press("/")
    await page.keyboard.type("mü")
    hits = page.locator("#quick .hit")
    await expect(hits).to_have_count(2)
    await expect(hits.first.locator("mark")).to_have_text("Mü")
    await expect(page.locator("header [data-said]")).to_have_text("2 Kunden gefunden")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(hits.nth(1)).to_be_focused()
    await page.keyboard.type("l")  # typing goes on in the field
    assert (await focused(page))["value"] == "mül"
    await expect(hits).to_have_count(2)
    await page.keyboard.press("ArrowUp")
    await expect(hits.nth(1)).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{desk.url}/kunden/10002")
    await expect(page.locator("h1")).to_contain_text("Sabine Müller-Süß")


async def test_escape_closes_the_list_and_no_ring(desk: DeskApp, profile: NewBrowser) -> None:
    await _written(desk)
    page = await _open(desk, profile, "/")
    ring(desk)
    await expect(page.locator(".ring-card")).to_be_visible()
    await page.keyboard.press("/")
    await page.keyboard.type("5550140")
    await expect(page.locator("#quick mark")).to_have_text("5550140")
    await page.keyboard.press("Escape")
    await expect(page.locator("#quick .hit")).to_have_count(0)
    await expect(page.locator(".ring-card")).to_be_visible()
    assert (await focused(page))["value"] == "5550140"
    await page.keyboard.press("Enter")  # there is but one
    await page.wait_for_url(f"{desk.url}/kunden/10003")


async def test_the_page_lists_whom_was_looked_for_while_one_types(desk: DeskApp, profile: NewBrowser) -> None:
    await _written(desk)
    page = await _open(desk, profile, "/kunden")
    assert (await focused(page))["tag"] == "INPUT"
    for typed, found in {
        "süss": 2,
        "laden@ex": 1,
        "0171/39": 1,
        "10002": 1,
        "mainz jörg": 1,
        "😀": 0,
        "يوسف": 0,
    }.items():
        await page.locator("#centre input[type=search]").fill(typed)
        await expect(page.locator("#found .hit")).to_have_count(found)
        if not found:
            await expect(page.locator("#found")).to_contain_text(f"Niemand gefunden für „{typed}“")
