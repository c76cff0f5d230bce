"""What people do to a page: sign out elsewhere, go back, click twice, write far too much. Nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Dialog, Page, expect
from sqlalchemy import func, select, update

from ionas_phone.runtime import clock
from ionas_phone.store import tables
from ionas_phone.web.access import COOKIE
from tests.browser import Complaints, NewBrowser, focused, sign_in, sign_out
from tests.desk_app import PASSWORD, DeskApp, desk_app
from tests.e2e.calls import answered, ring
from tests.e2e.look import keep
from tests.lab.waiting import until
from tests.unit.web.test_customers import everybody
from tests.unit.web.test_sessions import NUMBER, customer, stored

STATE = "#problem-state"
LONGEST = 10_000
TEXT = ("Grüße aus Mainz – „Fehler 0x0000011b“ 🖨️\n" * 300)[: LONGEST - 1] + "."


async def open_record(desk: DeskApp, profile: NewBrowser, **options: object) -> tuple[int, Page]:
    session = await answered(desk)
    return session, await sign_in(await profile(**options), desk.url, "anna", f"/vorgaenge/{session}")


# -- signed out --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("column", ["idle_until", "revoked_at"])
async def test_a_log_in_that_ends_while_somebody_types_costs_no_letter(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints, column: str
) -> None:
    complaints.expected.append("status of 401")
    session, page = await open_record(desk, profile)
    async with desk.world.database.write() as connection:
        await connection.execute(update(tables.logins).values({column: clock.now()}))
    await page.locator("#problem").click()
    await page.keyboard.type("Drucker druckt")
    overlay = page.locator("#overlay")
    await expect(overlay).to_contain_text("Sie sind abgemeldet.")
    await page.keyboard.type(" nicht")  # still in the text, not in the password
    assert (await focused(page))["value"] == "Drucker druckt nicht"
    await expect(page.locator(STATE)).to_contain_text("Nicht gespeichert")
    await keep(page, "pages/signed-out")
    await overlay.get_by_label("Passwort").fill(PASSWORD)
    await overlay.get_by_role("button", name="Anmelden").click()
    await expect(overlay).to_be_hidden()
    await expect(page.locator(STATE)).to_contain_text("bleibt änderbar")
    assert (await stored(desk, session)).problem == "Drucker druckt nicht"


async def _ben_signs_in_over_it(page: Page) -> None:
    overlay = page.locator("#overlay")
    await overlay.get_by_label("Name").fill("ben")
    await overlay.get_by_label("Passwort").fill(PASSWORD)
    await overlay.get_by_role("button", name="Anmelden").click()


@pytest.mark.usefixtures("busy")
async def test_somebody_else_who_signs_in_over_an_unsaved_text_is_asked_and_saves_nothing_as_theirs(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 401")
    session, page = await open_record(desk, profile)
    await desk.person("ben", name="Ben Çelik")
    async with desk.world.database.write() as connection:
        await connection.execute(update(tables.logins).values(revoked_at=clock.now()))
    await page.locator("#problem").click()
    await page.keyboard.type("Annas Text")
    await expect(page.locator("#overlay")).to_be_visible()
    asked: list[str] = []

    async def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    page.on("dialog", leave)
    await _ben_signs_in_over_it(page)
    await page.wait_for_url(f"{desk.url}/")
    await expect(page.locator(".account")).to_contain_text("Ben Çelik")
    assert asked == ["beforeunload"]
    assert (await stored(desk, session)).problem == ""  # left on purpose; and not written down as Ben's words


@pytest.mark.usefixtures("busy")
async def test_who_signed_in_over_another_in_a_second_window_writes_nothing_as_them(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 401")
    session, page = await open_record(desk, profile)
    await desk.person("ben", name="Ben Çelik")
    other = await page.context.new_page()
    await other.goto(f"{desk.url}/kunden")
    await sign_out(other)
    await other.fill("[name=name]", "ben")
    await other.fill("[name=passwort]", PASSWORD)
    await other.click("form.log-in button")
    await other.wait_for_selector("body[data-link=up]")
    await page.locator("#problem").fill("Annas Text")
    await expect(page.locator(STATE)).to_contain_text("Nicht gespeichert")
    await expect(page.locator("#overlay")).to_be_visible()
    assert (await stored(desk, session)).problem == ""
    async with page.expect_response("**/kunden/neu*") as answer:  # whatever is under the overlay, nothing is done there
        await page.evaluate("document.querySelector('[hx-get*=\"/kunden/neu\"]').click()")
    assert (await answer.value).status == 401
    await page.locator("#overlay").get_by_label("Passwort").fill(PASSWORD)  # Anna again
    await page.locator("#overlay").get_by_role("button", name="Anmelden").click()
    await expect(page.locator(STATE)).to_contain_text("bleibt änderbar")
    assert (await stored(desk, session)).problem == "Annas Text"
    await expect(other.locator("#overlay")).to_be_visible()  # Ben's window is signed out now


@pytest.mark.usefixtures("busy")
async def test_a_form_without_a_script_is_not_sent_in_the_name_of_who_signed_in_since(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 401")
    for name in ("anna", "ben"):
        await desk.person(name)
    page = await sign_in(await profile(), desk.url, "anna", "/kunden/neu")
    await page.get_by_label("Name", exact=True).fill("Erika Beispiel")
    async with await desk.signed_in("ben") as ben:  # this page has not been told yet
        await page.context.add_cookies(
            [{"name": COOKIE, "value": ben.cookie, "url": desk.url.replace("http:", "https:"), "secure": True}]
        )
    async with page.expect_navigation() as sent:
        await page.get_by_role("button", name="Kunde anlegen").click()
    assert (await sent.value).status == 401
    assert await everybody(desk) == ()


@pytest.mark.usefixtures("busy")
async def test_under_the_overlay_no_form_is_sent_by_the_keyboard_either(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna")
    page = await sign_in(await profile(), desk.url, "anna", "/kunden/neu")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    await page.locator("#new-name").fill("Erika Beispiel")
    desk.world.hub.stop(4401)
    password = page.locator("#overlay").get_by_label("Passwort")
    await expect(password).to_be_visible()
    await page.locator("#new-name").press("Enter")
    await expect(password).to_be_focused()
    await expect(page.locator("#new-name")).to_have_value("Erika Beispiel")
    assert "POST" not in sent


# -- back and forth ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("busy")
async def test_the_back_button_keeps_what_was_typed_and_shows_what_is_so_now(
    desk: DeskApp, profile: NewBrowser
) -> None:
    session, page = await open_record(desk, profile)
    await page.locator("#problem").click()
    await page.keyboard.type("gerade getippt")
    await page.get_by_role("link", name="Kunden", exact=True).click()
    await page.wait_for_url("**/kunden")
    ringing = ring(desk, "2", number="061315550102")
    await page.go_back()
    await expect(page.locator("#problem")).to_have_value("gerade getippt")
    await expect(page.locator("#region-ring [data-ring]")).to_be_visible()
    desk.story.gives_up(ringing.caller)
    await page.go_forward()
    await expect(page.locator("#region-ring [data-ring]")).to_have_count(0)
    assert (await stored(desk, session)).problem == "gerade getippt"


@pytest.mark.usefixtures("busy")
async def test_a_page_out_of_the_browsers_cache_is_loaded_anew(desk: DeskApp, profile: NewBrowser) -> None:
    _, page = await open_record(desk, profile)
    await page.evaluate("document.title = 'as it was an hour ago'")
    async with page.expect_navigation():
        await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    await expect(page).to_have_title("Vorgang 1 – ionas")


@pytest.mark.usefixtures("busy")
async def test_who_leaves_with_a_text_that_could_not_be_saved_is_asked(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    session, page = await open_record(desk, profile)
    await page.locator("#problem").fill(TEXT + "x")
    await expect(page.locator(STATE)).to_contain_text("länger als 10000 Zeichen")
    answers = iter([False, True])
    asked: list[str] = []

    async def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await (dialog.accept() if next(answers) else dialog.dismiss())

    page.on("dialog", answer)
    await sign_out(page)
    await until(lambda: asked == ["beforeunload"], "the question")
    await expect(page.locator("#problem")).to_have_value(TEXT + "x")  # stayed
    await page.locator("#problem").fill(TEXT)
    await expect(page.locator(STATE)).to_contain_text("bleibt änderbar")
    assert (await stored(desk, session)).problem == TEXT


# -- far too much ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("busy")
async def test_ten_thousand_characters_are_saved_and_one_more_is_said_and_kept(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    session, page = await open_record(desk, profile)
    await page.locator("#problem").fill(TEXT)
    await expect(page.locator(STATE)).to_contain_text("bleibt änderbar")
    assert (await stored(desk, session)).problem == TEXT
    await page.reload()
    await expect(page.locator("#problem")).to_have_value(TEXT)
    await page.locator("#problem").press("Control+End")
    await page.keyboard.type("x")
    await expect(page.locator(STATE)).to_contain_text("länger als 10000 Zeichen")
    await page.get_by_role("button", name="Erledigt").click()  # not over a text that is not saved
    await expect(page.locator("#problem")).to_be_focused()
    await expect(page.locator("#problem")).to_have_value(TEXT + "x")
    assert (await stored(desk, session)).closed_at is None
    await page.keyboard.press("Backspace")
    for button in ("Erledigt", "Abschließen: erledigt"):  # the call is still going on: it asks
        await page.get_by_role("button", name=button).click()
    await expect(page.locator("#record")).to_contain_text("abgeschlossen")
    assert (await stored(desk, session)).problem == TEXT


@pytest.mark.usefixtures("busy")
async def test_notes_of_a_customer_take_as_much_and_say_it_at_the_field(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    await desk.person("anna")
    page = await sign_in(await profile(), desk.url, "anna", "/kunden/neu")
    await page.get_by_label("Name", exact=True).fill("Erika Beispiel")
    await page.get_by_label("Notizen").fill(TEXT + "x")
    await page.get_by_role("button", name="Kunde anlegen").click()
    await expect(page.locator("#notes-error")).to_contain_text("länger als 10000 Zeichen")
    await expect(page.get_by_label("Notizen")).to_have_value(TEXT + "x")
    await page.get_by_label("Notizen").fill(TEXT)
    await page.get_by_role("button", name="Kunde anlegen").click()
    await expect(page.locator("h1")).to_contain_text("Erika Beispiel")
    (erika,) = await everybody(desk)
    assert erika.notes == TEXT


# -- every button twice ------------------------------------------------------------------------------------------------


async def done(desk: DeskApp) -> dict[str, int]:
    """Count what was done to each thing, as the audit log has it; log-ins aside."""
    audit = tables.audit.c
    what = select(audit.noun + "/" + audit.action, func.count()).where(audit.noun != "login").group_by("noun", "action")
    async with desk.world.database.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(what)}


async def _press_all(desk: DeskApp, context: BrowserContext, path: str) -> dict[str, dict[str, int]]:
    """Press each button of a page twice, each time on the page anew; return what each of them did how often."""
    log: dict[str, dict[str, int]] = {}
    while True:
        page = await context.new_page()
        await page.goto(desk.url + path)
        await page.wait_for_selector("body[data-link=up]")
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        buttons = page.locator("main button:visible")
        names = await buttons.all_inner_texts()  # what was pressed before may have changed the page
        name = next((name for name in names if name not in log), None)
        if name is None:
            return log
        before = await done(desk)
        await buttons.nth(names.index(name)).dblclick()
        await page.wait_for_load_state("networkidle")
        await expect(page.locator("body")).to_have_attribute("data-link", "up")
        log[name] = {what: times - before.get(what, 0) for what, times in (await done(desk)).items()}
        await page.close()


async def test_every_button_pressed_twice_does_what_it_says_once(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")  # an empty form
    for name in ("Erika Beispiel", "Moritz Muster"):
        await customer(desk, name, NUMBER)
    session = await answered(desk)
    context = await profile()
    await (await sign_in(context, desk.url, "anna")).close()
    for path, least in ((f"/vorgaenge/{session}", 3), ("/kunden/10001", 1), ("/kunden/neu", 1)):
        log = await _press_all(desk, context, path)
        assert len(log) >= least
        assert {name: counts for name, counts in log.items() if max(counts.values()) > 1} == {}, path
    assert desk.world.metrics.registry.get_sample_value("ionas_http_errors_total") == 0


async def test_a_restart_and_a_second_press_close_once(
    tmp_path: Path, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("ERR_|WebSocket connection to")
    async with desk_app(tmp_path) as desk:
        port = int(desk.url.rpartition(":")[2])
        session, page = await open_record(desk, profile)
        await page.locator("#problem").click()
        await page.keyboard.type("Alles gut")
    await page.get_by_role("button", name="Erledigt").dblclick()
    await expect(page.locator(STATE)).to_contain_text("Nicht gespeichert")
    await expect(page.locator("#problem")).to_have_value("Alles gut")
    async with desk_app(tmp_path, port=port) as desk:
        await expect(page.locator(STATE)).to_contain_text("bleibt änderbar", timeout=15_000)
        await page.get_by_role("button", name="Erledigt").dblclick()
        await expect(page.locator("#record")).to_contain_text("abgeschlossen")
        assert (await stored(desk, session)).problem == "Alles gut"
        assert (await done(desk))["session/close"] == 1
        await page.context.close()
