"""Writing into a record: drafts, conflicts, choosing and creating the customer, closing; also without scripts."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, Route, expect

from ionas_phone.runtime import clock
from ionas_phone.store import customer_numbers, session_texts
from ionas_phone.support.sessions import SessionText
from tests.browser import Complaints, NewBrowser, focused, sign_in
from tests.desk_app import DeskApp
from tests.e2e.calls import answered
from tests.unit.web.test_customers import everybody
from tests.unit.web.test_sessions import NUMBER, customer, stored


async def written_by_ben(desk: DeskApp, session: int, text: str) -> None:
    await desk.person("ben", name="Ben Çelik")
    version = (await stored(desk, session)).version
    async with desk.world.database.write() as connection:
        await session_texts.save(connection, session, SessionText.PROBLEM, version, text, clock.now(), "ben")


async def open_record(desk: DeskApp, profile: NewBrowser, session: int, **options: object) -> Page:
    return await sign_in(await profile(**options), desk.url, "anna", f"/vorgaenge/{session}")


# -- drafts ------------------------------------------------------------------------------------------------------------


async def test_a_pause_in_typing_saves_and_says_when(desk: DeskApp, profile: NewBrowser) -> None:
    session = await answered(desk)
    page = await open_record(desk, profile, session)
    await page.locator("#problem").click()
    await page.keyboard.type("Zeile 1\n  „Umlaute äöü ß“ <b>&amp;")
    await expect(page.locator("#problem-state")).to_contain_text("bleibt änderbar")
    at = (await stored(desk, session)).saved_at
    assert at is not None
    clock_time = at.astimezone(desk.world.timezone).strftime("%H:%M:%S")
    await expect(page.locator("#problem-state")).to_have_text(f"Gespeichert {clock_time}, bleibt änderbar")
    await expect(page.locator("#problem")).to_be_focused()
    await page.reload()
    await expect(page.locator("#problem")).to_have_value("Zeile 1\n  „Umlaute äöü ß“ <b>&amp;")


async def test_leaving_the_field_or_the_page_saves_at_once(desk: DeskApp, profile: NewBrowser) -> None:
    session = await answered(desk)
    page = await open_record(desk, profile, session)
    await page.locator("#problem").click()
    await page.keyboard.type("gerade erst getippt")
    await page.get_by_role("link", name="Kunden", exact=True).click()
    await page.wait_for_url("**/kunden")
    async with asyncio.timeout(20):
        while (await stored(desk, session)).problem != "gerade erst getippt":
            await page.evaluate("1")  # let it come


async def test_what_cannot_be_saved_says_so_and_is_tried_again(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("ERR_FAILED")
    session = await answered(desk)
    page = await open_record(desk, profile, session)

    async def cut(route: Route) -> None:
        await route.abort()

    await page.route("**/problem", cut)
    await page.locator("#problem").click()
    await page.keyboard.type("bleibt stehen")
    await expect(page.locator("#problem-state")).to_have_text("Nicht gespeichert – neuer Versuch in 5 s")
    await expect(page.locator("#problem-state")).to_have_text("Nicht gespeichert – neuer Versuch in 4 s")
    await page.unroute("**/problem")
    await expect(page.locator("#problem-state")).to_contain_text("bleibt änderbar", timeout=8000)
    assert (await stored(desk, session)).problem == "bleibt stehen"


# -- conflicts ---------------------------------------------------------------------------------------------------------


async def _conflict(desk: DeskApp, profile: NewBrowser, complaints: Complaints) -> tuple[int, Page]:
    complaints.expected.append("status of 409")
    session = await answered(desk)
    page = await open_record(desk, profile, session)
    await written_by_ben(desk, session, "Bens Text")
    await page.locator("#problem").click()
    await page.keyboard.type("Annas Text")
    conflict = page.locator(".conflict")
    await expect(conflict).to_contain_text("Ben Çelik hat um")
    await expect(conflict.locator("[data-mine]")).to_have_text("Annas Text")
    await expect(conflict.locator("[data-theirs]")).to_have_text("Bens Text")
    await expect(page.locator("#problem")).to_have_value("Annas Text")
    await expect(page.locator("#problem-state")).to_have_text("Nicht gespeichert – bitte einen der beiden Texte wählen")
    assert (await stored(desk, session)).problem == "Bens Text"
    return session, page


async def test_of_two_texts_mine_can_be_kept(desk: DeskApp, profile: NewBrowser, complaints: Complaints) -> None:
    session, page = await _conflict(desk, profile, complaints)
    await page.get_by_role("button", name="Meinen behalten").click()
    await expect(page.locator("#problem-state")).to_contain_text("bleibt änderbar")
    await expect(page.locator(".conflict")).to_have_count(0)
    assert (await stored(desk, session)).problem == "Annas Text"


async def test_of_two_texts_the_other_can_be_taken(desk: DeskApp, profile: NewBrowser, complaints: Complaints) -> None:
    session, page = await _conflict(desk, profile, complaints)
    await page.get_by_role("button", name="Anderen übernehmen").click()
    await expect(page.locator("#problem")).to_have_value("Bens Text")
    await page.locator("#problem").press("End")
    await page.keyboard.type("!")
    await expect(page.locator("#problem-state")).to_contain_text("bleibt änderbar")
    assert (await stored(desk, session)).problem == "Bens Text!"


async def test_two_texts_can_be_put_together(desk: DeskApp, profile: NewBrowser, complaints: Complaints) -> None:
    session, page = await _conflict(desk, profile, complaints)
    await page.get_by_role("button", name="Erledigt").click()  # not before one is chosen
    await expect(page.locator(".conflict")).to_be_visible()
    await page.get_by_role("button", name="Beide zusammenfügen").click()
    await expect(page.locator("#problem-state")).to_contain_text("bleibt änderbar")
    assert (await stored(desk, session)).problem == "Annas Text\n\nBens Text"


# -- the customer ------------------------------------------------------------------------------------------------------


async def test_an_unknown_caller_is_looked_for_and_remembered(desk: DeskApp, profile: NewBrowser) -> None:
    erika = await customer(desk, "Erika Beispiel")
    session = await answered(desk)
    page = await open_record(desk, profile, session)
    await page.locator("#problem").fill("Drucker")
    await page.locator("#customer input[type=search]").click()
    await page.keyboard.type("beisp")
    await expect(page.locator("#found")).to_contain_text("Erika Beispiel")
    await expect(page.get_by_label("06131 5550101 bei diesem Kunden merken")).to_be_checked()
    await page.locator("#found button").dblclick()
    await expect(page.locator("#customer h1")).to_contain_text("Erika Beispiel")
    await expect(page.locator("#region-history")).to_contain_text("Dies ist der erste Vorgang dieses Kunden.")
    await expect(page.locator("#region-history")).to_have_count(1)
    await expect(page.locator(".call .who")).to_have_text("Erika Beispiel")
    await expect(page.locator("#problem")).to_have_value("Drucker")
    assert (await stored(desk, session)).customer_id == erika.id
    async with desk.world.database.read() as connection:
        assert [match.name for match in await customer_numbers.matches(connection, NUMBER)] == ["Erika Beispiel"]


async def test_of_several_one_is_chosen_and_it_can_be_corrected(desk: DeskApp, profile: NewBrowser) -> None:
    for name in ("Erika Beispiel", "Moritz Muster"):
        await customer(desk, name, NUMBER)
    page = await open_record(desk, profile, await answered(desk))
    await page.get_by_role("button", name="Moritz Muster").click()
    await expect(page.locator("#customer h1")).to_contain_text("Moritz Muster")
    await expect(page.locator("#customer-form > *")).to_have_count(0)  # the answer is here, too, not only the push
    await page.get_by_text("Es ist jemand anderes").click()
    await page.get_by_role("button", name="Erika Beispiel").click()
    await expect(page.locator("#customer h1")).to_contain_text("Erika Beispiel")


async def test_a_new_customer_is_written_down_beside_the_text_one_types(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    page = await open_record(desk, profile, await answered(desk))
    await page.locator("#problem").fill("Drucker")
    await page.get_by_role("link", name="Neuer Kunde").click()
    await expect(page.get_by_label("Telefonnummern")).to_have_value("06131 5550101")
    await page.get_by_label("E-Mail").fill("erika(at)example.org")
    await page.get_by_role("button", name="Kunde anlegen").click()
    await expect(page.locator("#name-error")).to_be_visible()
    await expect(page.locator("#email-error")).to_be_visible()
    await expect(page.get_by_label("E-Mail")).to_have_value("erika(at)example.org")
    await page.get_by_label("E-Mail").fill("erika@example.org")
    await page.get_by_label("Name", exact=True).fill("Erika Beispiel")
    await page.get_by_role("button", name="Kunde anlegen").dblclick()
    await expect(page.locator("#customer h1")).to_contain_text("Erika Beispiel")
    await expect(page.locator("#problem")).to_have_value("Drucker")
    assert [found.name for found in await everybody(desk)] == ["Erika Beispiel"]


async def test_a_new_customer_without_a_call_is_written_down_once(desk: DeskApp, profile: NewBrowser) -> None:
    await desk.person("anna")
    page = await sign_in(await profile(), desk.url, "anna", "/kunden/neu")
    await page.get_by_label("Name", exact=True).fill("Erika Beispiel")
    await page.get_by_role("button", name="Kunde anlegen").dblclick()
    await expect(page.locator("h1")).to_contain_text("Erika Beispiel")
    assert len(await everybody(desk)) == 1
    await page.go_back()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("")


# -- the remote session ------------------------------------------------------------------------------------------------


async def test_a_refused_id_stays_with_its_sentence_whatever_is_redrawn(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    session = await answered(desk)
    page = await open_record(desk, profile, session)
    field, wrong = page.locator("#remote-id"), page.locator("#remote_id-error")
    await field.click()
    await page.keyboard.type("123 45")
    await page.keyboard.press("Enter")
    await expect(wrong).to_contain_text("9 oder 10 Ziffern")
    before = await focused(page)
    await redrawn(desk, page, session)
    await expect(wrong).to_contain_text("9 oder 10 Ziffern")
    assert await focused(page) == before == {"tag": "INPUT", "id": "remote-id", "value": "123 45", "start": 6, "end": 6}
    await page.keyboard.type("6 789")
    await page.keyboard.press("Enter")
    await expect(page.locator("#region-remote")).to_contain_text("123 456 789")
    await expect(field).to_be_hidden()
    await page.get_by_role("button", name="Fernwartung ist beendet").click()
    await expect(field).to_have_value("")
    await expect(wrong).to_have_count(0)


async def redrawn(desk: DeskApp, page: Page, session: int) -> None:
    """Let every region of the record be redrawn, and wait until the one of the remote session was."""
    await page.evaluate("""() => void (window.redrawn = new Promise((done) => document.addEventListener("region",
        ({ detail }) => detail.id === "region-remote" && done())))""")
    desk.world.changed(session, "anna")
    await page.evaluate("window.redrawn")


# -- closing -----------------------------------------------------------------------------------------------------------


async def test_closing_takes_the_last_letters_along_and_can_be_undone(desk: DeskApp, profile: NewBrowser) -> None:
    session = await answered(desk)
    page = await open_record(desk, profile, session)
    await page.locator("#problem").click()
    await page.keyboard.type("Alles gut")
    for button in ("Erledigt", "Abschließen: erledigt"):  # the call is still going on: it asks
        await page.get_by_role("button", name=button).dblclick()
    await expect(page.locator("#record")).to_contain_text("abgeschlossen")
    await expect(page.locator("#record")).to_contain_text("Alles gut")
    assert (await stored(desk, session)).problem == "Alles gut"
    await page.get_by_role("button", name="Wieder öffnen").click()
    await expect(page.locator("#problem")).to_have_value("Alles gut")


async def test_without_scripts_the_record_can_be_written_too(desk: DeskApp, profile: NewBrowser) -> None:
    erika = await customer(desk, "Erika Beispiel")
    session = await answered(desk)
    page = await (await profile(java_script_enabled=False)).new_page()
    await page.goto(f"{desk.url}/vorgaenge/{session}")
    await page.fill("[name=name]", "anna")
    await page.fill("[name=passwort]", "dreizehn blaue Enten")
    await page.click("form.log-in button")
    await page.locator("#customer input[type=search]").fill("Erika")
    await page.locator("#customer input[type=search]").press("Enter")
    await page.locator("#found button").click()
    await page.locator("#problem").fill("Drucker")
    await page.get_by_role("button", name="Speichern").first.click()
    await expect(page.locator("#problem")).to_have_value("Drucker")
    await page.get_by_role("button", name="Erledigt").click()
    await page.get_by_role("button", name="Abschließen: erledigt").click()
    await expect(page.locator("#record")).to_contain_text("abgeschlossen")
    after = await stored(desk, session)
    assert (after.customer_id, after.problem) == (erika.id, "Drucker")
    assert (await focused(page))["tag"] == "BODY"
