"""Customers in a browser: found by the keyboard alone, edited in two windows, merged, read in from a file."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from ionas_phone.runtime import clock
from ionas_phone.store import customers
from ionas_phone.support.customers import Customer, NewCustomer
from ionas_phone.support.users import Role
from tests.browser import Complaints, NewBrowser, focused, sign_in
from tests.desk_app import DeskApp
from tests.e2e.calls import ring
from tests.e2e.look import look, look_at

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


async def test_who_was_found_in_the_header_is_opened_by_a_click_where_links_get_no_focus(
    desk: DeskApp, profile: NewBrowser
) -> None:
    await _written(desk)
    page = await _open(desk, profile, "/")
    await page.keyboard.press("/")
    await page.keyboard.type("5550140")
    await page.locator("#quick .hit").hover()
    await page.mouse.down()
    assert (await focused(page))["value"] == "5550140"  # so that nothing closes the list before the click is one
    await page.mouse.up()
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


# -- edited in two windows, merged, read in ----------------------------------------------------------------------------


async def test_an_edit_in_two_windows_shows_both_and_loses_nothing(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 409")
    await _written(desk)
    context = await profile()
    one = await sign_in(context, desk.url, "anna", "/kunden/10001/bearbeiten")
    two = await context.new_page()
    await two.goto(f"{desk.url}/kunden/10001/bearbeiten")
    await one.get_by_label("Ort").fill("Bingen")
    await one.get_by_label("Notizen").fill("Fenster eins")
    await one.get_by_role("button", name="Speichern").click()
    await one.wait_for_url(f"{desk.url}/kunden/10001")
    await two.get_by_label("Notizen").fill("Fenster zwei 😀")
    await two.get_by_label("Straße und Hausnummer").fill("Gaustraße 12")
    await two.get_by_role("button", name="Speichern").click()
    await expect(two.locator(".conflict")).to_contain_text("In einem anderen Fenster von dir")
    await expect(two.locator(".conflict")).to_be_focused()
    await expect(two.locator(".conflict")).to_contain_text("Fenster eins")
    await expect(two.get_by_label("Ort")).to_have_value("Bingen")
    await expect(two.get_by_label("Notizen")).to_have_value("Fenster zwei 😀")
    await look(two, "two edits of one customer")
    await two.get_by_role("button", name="So speichern").click()
    await two.wait_for_url(f"{desk.url}/kunden/10001")
    for said in ("Bingen", "Fenster zwei 😀", "Gaustraße 12"):
        await expect(two.locator("#centre")).to_contain_text(said)


async def test_two_records_are_merged_from_the_customer_s_page(desk: DeskApp, profile: NewBrowser) -> None:
    await _written(desk)
    page = await _open(desk, profile, "/kunden/10001")
    await page.get_by_role("link", name="Zusammenführen").click()
    await page.locator("#centre input[type=search]").fill("sabine")
    await expect(page.locator("#found .hit")).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("Zwei Akten eines Kunden zusammenführen")
    await expect(page.locator("table.merge strong")).to_contain_text("06131 5550124")
    await page.get_by_role("button", name="Nr. 10002 in Nr. 10001 überführen").click()
    await page.wait_for_url(f"{desk.url}/kunden/10001")
    await page.goto(f"{desk.url}/kunden/10002")
    assert page.url == f"{desk.url}/kunden/10001"


async def test_a_file_is_looked_at_and_read_in_and_a_huge_one_is_refused_in_words(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints, tmp_path: Path
) -> None:
    complaints.expected.append("status of 422")
    await _written(desk)
    page = await _open(desk, profile, "/kunden/einlesen")
    file, huge = tmp_path / "kunden.csv", tmp_path / "huge.csv"
    rows = ("Nummer;Name;Telefon", "10001;Anders Stein;06131 5550123", "A-1;Ümit Weiß;0171 3920019", "A-2;Böse;99")
    file.write_bytes("\r\n".join((*rows, "A-1;Doppelt;")).encode("cp1252"))
    huge.write_bytes(b"number;name\n" + b"1;Anna\n" * 1_500_000)
    await page.get_by_label("Datei").set_input_files(file)
    await page.get_by_role("button", name="Erst ansehen").click()
    report = page.locator("#report")
    await expect(report.locator("tbody tr")).to_have_count(4)
    await expect(report).to_contain_text("anderer Name: ist es derselbe Kunde?")
    await expect(report.locator("del")).to_have_text("Jörg Müller")
    await expect(report).to_contain_text("„99“ ist keine vollständige Rufnummer.")
    await expect(report).to_contain_text("Windows-1252")
    await look(page, "a file before it is read in")
    await report.get_by_role("button", name="2 Zeilen einlesen").click()
    await expect(report.locator("h2")).to_have_text("Eingelesen")
    async with desk.world.database.read() as connection:
        assert [one.name for one in await customers.search(connection, "ümit")] == ["Ümit Weiß"]
    await page.get_by_label("Datei").set_input_files(huge)
    await page.get_by_role("button", name="Erst ansehen").click()
    await expect(page.locator("#notice")).to_contain_text("Die Datei ist größer als 2 MB")


async def test_its_pages_are_accessible_and_fit_every_width(desk: DeskApp, profile: NewBrowser) -> None:
    await _written(desk)
    page = await _open(desk, profile, "/kunden")
    paths = ["/kunden/10001/bearbeiten", "/kunden/einlesen", "/kunden?nummer=%2B4961315550199&q=m"]
    await look_at(page, desk.url, [*paths, "/kunden/10001/zusammenfuehren?mit=10002", "/kunden/10003"])
    await page.keyboard.press("/")
    await page.keyboard.type("mü")
    await expect(page.locator("#quick .hit")).to_have_count(2)
    await look(page, "what the header finds")
