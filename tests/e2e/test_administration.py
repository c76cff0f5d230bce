"""Users, account and audit log in a real browser: readable for everybody at every width, and by the keyboard alone."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from ionas_phone.support.users import Role
from tests.browser import Complaints, NewBrowser, sign_in
from tests.desk_app import PASSWORD, DeskApp


async def at_the_office(desk: DeskApp, profile: NewBrowser, path: str) -> Page:
    await desk.person("office", Role.ADMIN, name="Das Büro")
    await desk.person("anna", name="Anna Berger", extension="201")
    return await sign_in(await profile(), desk.url, "office", path)


async def test_somebody_new_is_let_in_by_keyboard_and_signs_in(desk: DeskApp, profile: NewBrowser) -> None:
    page = await at_the_office(desk, profile, "/verwaltung/benutzer")
    await page.get_by_role("link", name="Neuer Benutzer").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Anmeldename").focus()
    for typed in ("dora", "Dora Lang", None, "204", "PJSIP/204"):
        if typed:
            await page.keyboard.type(typed)
        await page.keyboard.press("Tab")
    await page.get_by_role("button", name="Anlegen").focus()
    await page.keyboard.press("Enter")
    password = await page.locator(".secret").inner_text()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", password)
    other = await (await profile()).new_page()
    await other.goto(f"{desk.url}/anmelden")
    await other.fill("[name=name]", "dora")
    await other.fill("[name=passwort]", password)
    await other.keyboard.press("Enter")
    await other.wait_for_url(f"{desk.url}/")
    await expect(other.locator("body")).to_contain_text("Dora Lang")


async def test_who_is_kept_out_sees_it_at_once_and_keeps_what_was_typed(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 401")
    page = await at_the_office(desk, profile, "/verwaltung/benutzer/2")
    annas = await sign_in(await profile(), desk.url, "anna", "/kunden/neu")
    await annas.get_by_label("Name", exact=True).first.fill("Erika Beispiel")
    await page.get_by_role("button", name="Sperren").click()
    await expect(page.get_by_role("status").filter(has_text="gesperrt")).to_be_visible()
    await expect(annas.locator("#overlay")).to_contain_text("Sie sind abgemeldet")
    await expect(annas.get_by_label("Name", exact=True).first).to_have_value("Erika Beispiel")


async def test_a_new_password_by_keyboard(desk: DeskApp, profile: NewBrowser, complaints: Complaints) -> None:
    complaints.expected.append("status of 422")
    page = await at_the_office(desk, profile, "/konto")
    await page.get_by_label("Bisheriges Passwort").focus()
    for typed in ("falsch geraten", "vierzehn rote Gänse", "vierzehn rote Gänse"):
        await page.keyboard.type(typed)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#old-error")).to_contain_text("nicht das bisherige Passwort")
    await expect(page.get_by_label("Bisheriges Passwort")).to_be_focused()
    for typed in (PASSWORD, "vierzehn rote Gänse", "vierzehn rote Gänse"):
        await page.keyboard.type(typed)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="Das neue Passwort gilt")).to_be_visible()


async def test_on_paper_the_audit_log_is_a_list_of_deeds(desk: DeskApp, profile: NewBrowser) -> None:
    page = await at_the_office(desk, profile, "/verwaltung/protokoll")
    await page.emulate_media(media="print")
    await expect(page.locator(".deeds")).to_contain_text("hat sich angemeldet.")
    for hidden in ("form", ".top", ".side", "nav"):
        assert not [one for one in await page.locator(hidden).all() if await one.is_visible()], hidden
