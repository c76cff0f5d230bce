"""Signing in and out, as a person sees it."""

from __future__ import annotations

from playwright.async_api import expect

from ionas_phone.support.users import Role
from tests.browser import Complaints, NewBrowser, accessibility, focused, sign_in, sign_out
from tests.desk_app import PASSWORD, DeskApp
from tests.e2e.calls import answered


async def test_signing_in_leads_to_the_desk_and_the_cookie_is_out_of_reach(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna", name="Anna Berger")
    context = await profile()
    page = await sign_in(context, desk.url, "anna")
    await expect(page.locator(".account")).to_contain_text("Anna Berger")
    assert await page.evaluate("document.cookie") == ""
    (cookie,) = await context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["secure"]) == ("__Host-ionas", True, True)


async def test_a_wrong_password_keeps_the_name(desk: DeskApp, profile: NewBrowser, complaints: Complaints) -> None:
    complaints.expected.append("status of 422")
    page = await (await profile()).new_page()
    await page.goto(desk.url)
    await page.fill("[name=name]", "anna")
    await page.fill("[name=passwort]", "wrong")
    await page.press("[name=passwort]", "Enter")
    await expect(page.get_by_role("alert").filter(has_text="falsch")).to_have_text("Name oder Passwort ist falsch.")
    await expect(page.get_by_label("Name")).to_have_value("anna")
    await expect(page.get_by_label("Passwort")).to_have_value("")


async def test_the_pages_before_the_log_in_are_accessible(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 404")
    page = await (await profile()).new_page()
    for path in ("/anmelden", "/anmelden?sprache=en", "/nix"):
        await page.goto(desk.url + path)
        assert await accessibility(page, "light") == []
        assert await accessibility(page, "dark") == []


async def test_the_skip_link_is_the_first_thing_the_keyboard_finds(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna")
    page = await sign_in(await profile(), desk.url, "anna")
    await page.keyboard.press("Tab")
    await expect(page.locator(":focus")).to_have_text("Zum Inhalt springen")
    await page.keyboard.press("Enter")
    assert (await focused(page))["id"] == "main"


async def test_signed_out_elsewhere_the_overlay_keeps_what_was_typed(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 401")  # the draft that could not be saved meanwhile
    session = await answered(desk)
    context = await profile()
    page = await sign_in(context, desk.url, "anna", f"/vorgaenge/{session}")
    await page.locator("textarea").first.click()
    await page.keyboard.type("Drucker druckt ni")
    other = await context.new_page()
    await other.goto(desk.url)
    await sign_out(other)
    await other.wait_for_url("**/anmelden")

    overlay = page.locator("#overlay")
    await expect(overlay).to_be_visible()
    await expect(overlay).to_contain_text("Sie sind abgemeldet.")
    await expect(page.locator("#connection")).to_contain_text("abgemeldet")
    assert (await focused(page))["tag"] == "TEXTAREA"  # nobody's keys go into the password field by surprise
    await page.keyboard.type("cht")
    await overlay.get_by_label("Passwort").fill("wrong")
    complaints.expected.append("status of 422")
    await overlay.get_by_role("button", name="Anmelden").click()
    await expect(overlay).to_contain_text("Name oder Passwort ist falsch.")
    await expect(overlay.get_by_label("Name")).to_have_value("anna")
    await overlay.get_by_label("Passwort").fill(PASSWORD)
    await overlay.get_by_role("button", name="Anmelden").click()

    await expect(overlay).to_be_hidden()
    await expect(page.locator("body")).to_have_attribute("data-link", "up")
    await expect(page.locator("textarea").first).to_have_value("Drucker druckt nicht")
    assert page.url.endswith(f"/vorgaenge/{session}")


async def test_signing_in_again_in_another_tab_is_enough(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna")
    context = await profile()
    page = await sign_in(context, desk.url, "anna")
    other = await context.new_page()
    await other.goto(desk.url)
    await sign_out(other)
    await expect(page.locator("#overlay")).to_be_visible()
    await other.close()
    await sign_in(context, desk.url, "anna")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # somebody looks at it again
    await expect(page.locator("#overlay")).to_be_hidden()
    await expect(page.locator("body")).to_have_attribute("data-link", "up")


async def test_somebody_else_in_the_overlay_sees_nothing_of_the_page_under_it(
    desk: DeskApp, profile: NewBrowser
) -> None:
    await desk.person("anna", name="Anna Berger")
    await desk.person("ben", Role.SUPERVISOR, name="Ben Çelik")
    context = await profile()
    page = await sign_in(context, desk.url, "anna", "/kunden")
    desk.world.hub.stop(4401)
    overlay = page.locator("#overlay")
    await overlay.get_by_label("Name").fill("ben")
    await overlay.get_by_label("Passwort").fill(PASSWORD)
    await overlay.get_by_role("button", name="Anmelden").click()
    await page.wait_for_url(f"{desk.url}/")
    await expect(page.locator(".account")).to_contain_text("Ben Çelik")
    await expect(page.get_by_text("Anna Berger")).to_have_count(0)


async def test_after_signing_out_the_back_button_shows_nothing(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna", name="Anna Berger")
    page = await sign_in(await profile(), desk.url, "anna")
    await sign_out(page)
    await page.wait_for_url("**/anmelden")
    await page.go_back()
    await page.wait_for_url("**/anmelden**")
    await expect(page.locator(".account")).to_have_count(0)
