"""Agreeing on work in a real browser: a consumer, a business, a no, and more when the minutes are used up."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from ionas_phone.runtime import clock
from ionas_phone.store import timers
from ionas_phone.support.customers import Customer, CustomerKind
from ionas_phone.support.sessions import Ending, SessionState
from ionas_phone.support.work import Deed
from tests.browser import Complaints, NewBrowser, focused, go_offline, sign_in, untouched
from tests.desk_app import PASSWORD, DeskApp, desk_app
from tests.e2e.calls import busy_line
from tests.e2e.look import keep, look
from tests.talks import HX, OFFER, SAID, YES, Talk, erika, hidden, talking

PROCEDURE = "Ich erneuere den Druckertreiber und drucke eine Testseite."


@asynccontextmanager
async def at_the_record(
    desk: DeskApp, profile: NewBrowser, customer: Customer | None, *, busy: bool = False
) -> AsyncIterator[tuple[Talk, Page]]:
    """Let the customer ring in, and Anna look at the record; ``busy``: others call, and her phone rings."""
    async with talking(desk, customer) as talk, busy_line(desk) if busy else nullcontext():
        yield talk, await sign_in(await profile(), desk.url, "anna", talk.path)


async def propose(page: Page) -> None:
    await page.get_by_role("link", name="Aufwand schätzen").click()
    await expect(page.get_by_label("Vorgehensvorschlag")).to_be_focused()
    await page.keyboard.type(PROCEDURE)
    await page.get_by_role("button", name="Vorschlagen").click()
    await expect(page.get_by_role("heading", name="Bitte vorlesen")).to_be_focused()


async def say_yes(page: Page) -> None:
    for consent in await page.locator("form[aria-labelledby=ask-title] input[type=checkbox]").all():
        await consent.check()
    await page.get_by_label("Wer hat geantwortet").select_option("self")
    await page.get_by_label("Erkannt").select_option("details")
    await page.get_by_role("button", name="Kunde stimmt zu").click()


# -- the four stories --------------------------------------------------------------------------------------------------


async def test_a_consumer_from_the_estimate_to_the_timer_by_the_keyboard_alone(
    desk: DeskApp, profile: NewBrowser
) -> None:
    async with at_the_record(desk, profile, await erika(desk), busy=True) as (talk, page):
        await page.get_by_role("link", name="Aufwand schätzen").focus()
        await _press(page, "Enter")
        await expect(page.get_by_label("Vorgehensvorschlag")).to_be_focused()
        for typed in (PROCEDURE, "10", "20"):
            await page.keyboard.type(typed)
            await _press(page, "Tab")
        await expect(page.locator("#estimate-price")).to_contain_text("höchstens 23,80\xa0€ inkl. 19 % USt.")
        async with untouched(page):
            await expect(page.get_by_label("Vorgehensvorschlag")).to_have_value(PROCEDURE)
            await expect(page.get_by_label("Minuten bis")).to_have_value("20")
        await _press(page, "Enter")
        await _asked_by_keys(talk, page)
        await _confirmed_by_keys(talk, page)
        await expect(page.locator("#work-form [role=status]")).to_have_text(
            "Die Bestätigung ist festgehalten. Die Zeit darf laufen."
        )
        await expect(page.locator("#region-work")).to_contain_text("per E-Mail: erika@example.org")
        await expect(page.locator("#region-time").get_by_role("button", name="Start")).to_be_visible()
        work = await talk.work()
        assert (work.needs, work.accepted_minutes) == ((), 20)
        await _press(page, "F8")
        await expect(page.locator("#region-timer")).to_contain_text("läuft")
        await expect(page.locator("#work-form")).to_have_text("Die Bestätigung ist festgehalten.")  # it may: it does


async def _asked_by_keys(talk: Talk, page: Page) -> None:
    await expect(page.get_by_role("heading", name="Bitte vorlesen")).to_be_focused()
    await expect(page.locator(".to-read").first).to_contain_text(f"Ich schlage vor: {PROCEDURE}")
    await expect(page.locator("#region-work")).to_contain_text("wartet auf Antwort")
    await _press(page, "Enter", "Tab", "Tab", "Space", "Tab", "Space", "Tab")  # Enter came twice, by accident
    assert (await focused(page))["value"] == "Erika Beispiel"
    async with untouched(page):
        await expect(page.locator("form[aria-labelledby=ask-title] input[type=checkbox]:checked")).to_have_count(2)
    await _press(page, "Enter")  # in a field: nothing is agreed to
    assert (await talk.work()).answer is None
    await _press(page, "Tab", "ArrowDown", "Tab", "ArrowDown", "Tab", "Tab", "Enter")  # who it is, and how we know


async def _confirmed_by_keys(talk: Talk, page: Page) -> None:
    await expect(page.get_by_role("heading", name="Bestätigung für den Kunden")).to_be_focused()
    await expect(page.locator("#region-work")).to_contain_text("Ein Verbraucher muss zuerst die Bestätigung haben")
    await expect(page.locator("#region-time")).to_contain_text("noch nicht startbereit")
    assert (await talk.work()).needs
    await expect(page.locator("#work-form")).to_contain_text("Dieses Programm verschickt nichts")
    await _press(page, "Tab", "Tab", "Enter")  # the text, and its copy
    await expect(page.locator("[data-copies-of] .is-yes")).to_be_visible()
    await page.context.grant_permissions(["clipboard-read"])
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == await page.locator("#confirmation-text").text_content()
    assert copied.startswith("Bestätigung Ihres Auftrags vom")
    await _press(page, "Tab", "Tab", "Tab", "Tab", "Tab")  # a mail, the file, the print view, how, where to
    assert (await focused(page))["value"] == "erika@example.org"
    await _press(page, "Enter")
    assert (await talk.work()).confirmation is None
    await _press(page, "Tab", "Enter")


async def _press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_a_business_with_no_consents_and_a_double_click(desk: DeskApp, profile: NewBrowser) -> None:
    async with at_the_record(desk, profile, await erika(desk, CustomerKind.BUSINESS)) as (talk, page):
        await propose(page)
        await expect(page.locator(".to-read")).to_contain_text("30,00\xa0€, mit Umsatzsteuer 35,70\xa0€")
        await expect(page.locator("#work-form input[type=checkbox]")).to_have_count(0)
        await page.get_by_label("Wer hat geantwortet").select_option("employee")
        await page.get_by_label("Erkannt").select_option("unchecked")
        await page.get_by_role("button", name="Kunde stimmt zu").dblclick()
        await expect(page.locator("#work-form [role=status]")).to_contain_text("Die Zeit darf laufen.")
        await expect(page.locator("#region-work")).to_contain_text("30,00\xa0€ zzgl. 19 % USt.")
        await expect(page.locator("#region-work")).to_contain_text("nicht geprüft")
        assert (await talk.work()).needs == ()


async def test_a_no_closes_the_session_free_of_charge_and_keeps_what_was_typed(
    desk: DeskApp, profile: NewBrowser
) -> None:
    async with at_the_record(desk, profile, await erika(desk), busy=True) as (talk, page):
        await propose(page)
        await page.locator("#problem").fill("Drucker druckt nicht")
        async with untouched(page):
            await expect(page.locator("#problem-state")).to_contain_text("gespeichert")
        await expect(page.locator("#work-form")).to_contain_text("wird der Vorgang kostenlos abgeschlossen")
        await page.locator("#work-form").get_by_role("button", name="Kunde lehnt ab").click()
        await expect(page.locator("#region-ends")).to_contain_text("Vorgang abgeschlossen")
        await expect(page.locator("#region-work")).to_contain_text("der Vorgang ist kostenlos abgeschlossen")
        await expect(page.locator("#record")).to_contain_text("Drucker druckt nicht")
        session = await talk.session()
        assert (session.state, session.outcome) == (SessionState.CLOSED, Ending.DECLINED)


async def test_when_the_minutes_are_used_up_more_is_agreed(tmp_path: Path, profile: NewBrowser) -> None:
    begun = now = clock.now()
    async with (
        desk_app(tmp_path, now=lambda: now) as desk,
        at_the_record(desk, profile, await erika(desk, CustomerKind.BUSINESS)) as (talk, page),
    ):
        await talk.propose()
        await talk.answer({"decision": "accepted"})
        async with desk.world.database.write() as connection:
            await timers.start(connection, talk.session_id, Deed("start", begun, "anna"))
        now = begun + timedelta(minutes=25)
        desk.world.changed(talk.session_id)
        await expect(page.locator("#region-work")).to_contain_text("Minuten aufgebraucht")
        await page.locator("#region-work").get_by_role("link", name="Mehr vereinbaren").click()
        await expect(page.locator("#work-form")).to_contain_text("20 sind verbraucht, 20 waren vereinbart")
        await expect(page.get_by_label("Minuten bis")).to_be_focused()
        await expect(page.get_by_label("Minuten bis")).to_have_value("35")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Erkannt")).to_have_value("")  # it was checked then, not now
        await say_yes(page)
        await expect(page.locator("#work-form [role=status]")).to_contain_text("Die Zeit darf laufen.")
        work = await talk.work()
        assert (work.accepted_minutes, work.used_seconds, work.needs) == (35, 1200, ())


# -- what may go wrong -------------------------------------------------------------------------------------------------


async def test_what_is_wrong_has_the_focus_and_nothing_typed_is_lost(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    async with at_the_record(desk, profile, await erika(desk), busy=True) as (_, page):
        await page.get_by_role("link", name="Aufwand schätzen").click()
        await page.get_by_label("Vorgehensvorschlag").fill(PROCEDURE)
        await page.get_by_label("Minuten bis").fill("zwanzig")
        await expect(page.locator("#estimate-price")).to_contain_text("Der Preis steht hier, sobald")
        await page.get_by_role("button", name="Vorschlagen").click()
        await expect(page.locator("#minutes_to-error")).to_contain_text("eine ganze Zahl")
        await expect(page.get_by_label("Minuten bis")).to_be_focused()
        await expect(page.get_by_label("Minuten bis")).to_have_value("zwanzig")
        async with untouched(page):
            await expect(page.locator("#minutes_to-error")).to_be_visible()
        await expect(page.get_by_label("Vorgehensvorschlag")).to_have_value(PROCEDURE)


async def test_a_mistake_that_is_put_right_is_called_one_no_longer(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    async with at_the_record(desk, profile, await erika(desk), busy=True) as (_, page):
        to, cap = page.get_by_label("Minuten bis"), page.get_by_label("Obergrenze in Euro")
        await page.get_by_role("link", name="Aufwand schätzen").click()
        await page.get_by_label("Vorgehensvorschlag").fill(PROCEDURE)
        await to.fill("1")
        await cap.fill("wenig")
        await page.get_by_role("button", name="Vorschlagen").click()
        await expect(page.locator("#cap-error")).to_be_visible()
        await to.fill("30")
        await expect(page.locator("#minutes_to-error")).to_have_count(0)
        await expect(to).not_to_have_attribute("aria-invalid", "true")
        await expect(cap).to_have_attribute("aria-invalid", "true")  # nobody has put that right
        await cap.fill("20")
        await expect(page.locator("#cap-error")).to_have_count(0)
        await expect(cap).not_to_have_attribute("aria-invalid", "true")
        await expect(cap).to_have_attribute("aria-describedby", "cap-hint")
        await expect(cap).to_be_focused()
        await expect(page.locator("#estimate-price")).to_contain_text("höchstens 20,00\xa0€")


async def test_a_colleague_s_answer_shows_at_once_and_mine_is_refused_with_words(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 409")
    async with at_the_record(desk, profile, await erika(desk), busy=True) as (talk, page):
        await propose(page)
        await page.get_by_label("Wer entscheidet").fill("Erika B")
        await desk.person("ben", name="Ben Çelik")
        async with await desk.signed_in("ben") as ben:
            shown = hidden(await (await ben.get(f"{talk.path}/zustimmung", **HX)).text())
            await ben.post(f"{talk.path}/zustimmung", {**shown, **SAID, **YES})
        await expect(page.locator("#region-work")).to_contain_text("festgehalten von Ben Çelik")
        async with untouched(page):  # the form beneath is left alone
            await expect(page.get_by_label("Wer entscheidet")).to_have_value("Erika B")
            await expect(page.get_by_label("Wer entscheidet")).to_be_focused()
        await say_yes(page)
        await expect(page.locator("#work-form [role=alert]")).to_contain_text("wurde schon geantwortet")
        await page.get_by_role("link", name="Schließen").click()
        await expect(page.locator("#work-form > *")).to_have_count(0)
        await expect(page.get_by_role("link", name="Bestätigung übergeben")).to_be_visible()


async def test_without_a_connection_the_form_stays_and_sent_again_counts_once(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected += ["ERR_INTERNET_DISCONNECTED", "Failed to fetch", "WebSocket"]
    async with at_the_record(desk, profile, await erika(desk)) as (talk, page):
        await propose(page)
        await go_offline(page)
        await say_yes(page)
        await expect(page.locator("#notice")).to_contain_text("Nicht gesendet: Der Dienst ist nicht erreichbar.")
        await expect(page.locator("#work-form input[type=checkbox]").first).to_be_checked()
        await page.context.set_offline(False)
        await page.get_by_role("button", name="Kunde stimmt zu").click()
        await expect(page.get_by_role("heading", name="Bestätigung für den Kunden")).to_be_visible()
        await expect(page.locator("#notice")).to_be_empty()
        assert (await talk.work()).acceptance is None  # not before the confirmation


async def test_leaving_a_form_changes_nothing(desk: DeskApp, profile: NewBrowser) -> None:
    async with at_the_record(desk, profile, await erika(desk)) as (talk, page):
        await page.get_by_role("link", name="Aufwand schätzen").click()
        await page.get_by_role("link", name="Abbrechen").click()
        await expect(page.locator("#work-form > *")).to_have_count(0)
        await talk.propose()
        await page.get_by_role("link", name="Kunden fragen").click()
        await page.get_by_role("link", name="noch offen").click()
        await expect(page.locator("#work-form > *")).to_have_count(0)
        await expect(page.locator("#region-work")).to_contain_text("wartet auf Antwort")


async def test_a_consumer_who_is_a_business_is_changed_on_the_spot(desk: DeskApp, profile: NewBrowser) -> None:
    async with at_the_record(desk, profile, await erika(desk)) as (_, page):
        await page.locator("#region-work").get_by_role("link", name="ändern").click()
        await page.get_by_label("Der Kunde ist").select_option("business")
        await page.get_by_role("button", name="Speichern").click()
        await expect(page.locator("#region-work")).to_contain_text("Geschäftskunde")
        await propose(page)
        await expect(page.locator("#region-work")).to_contain_text("30,00\xa0€ zzgl. 19 % USt.")


async def test_without_scripts_every_form_is_a_page(desk: DeskApp, profile: NewBrowser) -> None:
    async with talking(desk, await erika(desk)) as talk:
        page = await (await profile(java_script_enabled=False)).new_page()
        await page.goto(f"{desk.url}{talk.path}")
        await page.fill("[name=name]", "anna")
        await page.fill("[name=passwort]", PASSWORD)
        await page.click("form.log-in button")
        await page.get_by_role("link", name="Aufwand schätzen").click()
        await page.get_by_label("Vorgehensvorschlag").fill(PROCEDURE)
        await page.get_by_role("button", name="Vorschlagen").click()
        await page.get_by_role("link", name="auf Englisch").click()
        await expect(page.locator(".to-read").first).to_contain_text("This is what I propose")
        await say_yes(page)
        async with page.expect_download() as downloading:
            await page.get_by_role("link", name="Als Datei herunterladen").click()
        file = await (await downloading.value).path()
        shown = hashlib.sha256(file.read_bytes()).hexdigest()
        await expect(page.locator(".hash")).to_have_text(f"SHA-256 {shown}")
        await page.get_by_role("button", name="Kunde hat sie: festhalten").click()
        await page.wait_for_url(f"**{talk.path}")
        assert (await talk.work()).needs == ()


# -- how it looks ------------------------------------------------------------------------------------------------------


async def test_every_form_is_accessible_in_both_colour_schemes(
    desk: DeskApp, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected.append("status of 422")
    async with at_the_record(desk, profile, await erika(desk)) as (_, page):
        await page.get_by_role("link", name="Aufwand schätzen").click()
        await page.get_by_role("button", name="Vorschlagen").click()
        await expect(page.locator("#procedure-error")).to_be_visible()
        await look(page, "a refused estimate")
        await page.keyboard.type(PROCEDURE)
        await page.get_by_role("button", name="Vorschlagen").click()
        await page.get_by_role("button", name="Kunde stimmt zu").click()
        for asked in ("early_start", "relation", "identified"):
            await expect(page.locator(f"#{asked}-error")).to_be_visible()
        await look(page, "an answer that lacks something")
        await say_yes(page)
        await expect(page.get_by_role("heading", name="Bestätigung für den Kunden")).to_be_visible()
        await look(page, "a confirmation")
        await page.get_by_role("button", name="Kunde hat sie: festhalten").click()
        await expect(page.locator("#work-form .notice")).to_be_visible()
        await look(page, "an estimate that was accepted")


async def test_on_paper_the_confirmation_stands_alone(desk: DeskApp, profile: NewBrowser) -> None:
    async with at_the_record(desk, profile, await erika(desk)) as (talk, page):
        await talk.propose(procedure=OFFER["procedure"])
        await talk.answer(YES)
        await page.goto(f"{desk.url}{talk.path}/bestaetigung/druck")
        await page.emulate_media(media="print")
        await expect(page.locator(".document")).to_contain_text("Bestätigung Ihres Auftrags")
        await expect(page.locator(".hash")).to_be_visible()
        for part in ("header", ".side", ".no-print"):
            await expect(page.locator(part).first).to_be_hidden()
        await keep(page, "pages/a-confirmation-on-paper")
