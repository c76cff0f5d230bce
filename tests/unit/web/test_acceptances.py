"""Asking the customer: only what was read out from the page counts, two people at once, and a no that costs nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from ionas_phone.runtime import clock
from ionas_phone.store import customers, scripts
from ionas_phone.support.acceptances import Acceptance, Channel, Decision, Identified, Relation
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import NewScript, ScriptKind
from ionas_phone.support.sessions import Ending, SessionState
from tests.desk_app import DeskApp
from tests.talks import HX, NO, SAID, YES, Talk, erika, hidden, talking


@pytest.fixture
async def talk(desk: DeskApp) -> AsyncIterator[Talk]:
    """Erika has been told an estimate."""
    async with talking(desk, await erika(desk)) as talk:
        await talk.propose()
        yield talk


async def answer_of(talk: Talk) -> Acceptance:
    answer = (await talk.work()).answer
    assert answer is not None
    return answer


async def test_what_is_read_out_stands_there_with_its_values_and_two_consents_apart(talk: Talk) -> None:
    form = await talk.get("/zustimmung")
    assert "Ich schlage vor: Ich erneuere den Treiber." in form
    assert "bis zu 20 Minuten insgesamt höchstens 23,80\xa0€." in form
    for consent in ("early_start", "withdrawal_known"):
        assert f'type="checkbox" name="{consent}" value="1" ' in form
    assert " checked" not in form
    assert 'name="who" type="text" value="Erika Beispiel"' in form
    chosen = re.findall(r'<option value="(\w*)" selected', form)
    assert chosen == ["spoken"]  # neither who decides nor how they were identified
    assert "Lehnt der Kunde ab, wird der Vorgang kostenlos abgeschlossen." in form


async def test_what_a_yes_needs_is_said_before_one_is_refused(talk: Talk) -> None:
    form = await talk.get("/zustimmung")
    assert form.count("(für ein Ja nötig)") == 2  # beside both consents
    for field, hint in (
        ("who", "Name der Person, die Ja oder Nein sagt; für ein Ja nötig"),
        ("relation", "Was diese Person für den Kunden ist; für ein Ja nötig"),
        ("identified", "für ein Ja nötig"),
    ):
        assert f'aria-describedby="{field}-hint"' in form
        assert f'id="{field}-hint">{hint}</p>' in form


async def test_who_says_no_to_an_estimate_is_asked_for_before_the_session_ends(talk: Talk) -> None:
    assert 'value="declined"' not in await talk.get()
    await talk.answer(YES)
    assert 'value="declined"' in await talk.get()  # nothing was worked yet


async def test_in_english_the_english_texts_are_read_and_recorded(talk: Talk) -> None:
    form = await talk.get("/zustimmung?sprache=en")
    assert "This is what I propose" in form
    assert "auf Deutsch" in form
    await talk.post("/zustimmung?sprache=en", {**hidden(form), **SAID, **YES})
    answer = await answer_of(talk)
    assert answer.language == "en"
    assert answer.scripts[0] == "acceptance/consumer/en/2"


async def test_a_yes_is_recorded_with_all_that_was_said_and_leads_to_the_confirmation(talk: Talk) -> None:
    said = {**YES, "who": "Max Beispiel", "relation": "household", "identified": "called_back"}
    answer = await talk.answer(said)
    assert (answer.status, answer.headers["Location"]) == (303, f"{talk.path}/bestaetigung")
    made = await answer_of(talk)
    assert (made.decision, made.who, made.by) == (Decision.ACCEPTED, "Max Beispiel", "anna")
    assert (made.relation, made.identified, made.channel) == (
        Relation.HOUSEHOLD,
        Identified.CALLED_BACK,
        Channel.SPOKEN,
    )
    assert (made.early_start, made.withdrawal_known) == (True, True)
    record = await talk.get()
    assert "Bestätigung fehlt" in record
    assert "Max Beispiel, aus dem Haushalt" in record
    assert "festgehalten von Anna Berger" in record
    assert "Ein Verbraucher muss zuerst die Bestätigung haben" in record


async def test_with_a_script_the_confirmation_takes_the_place_of_the_question(talk: Talk) -> None:
    part = await (await talk.answer(YES, **HX)).text()
    assert "<html" not in part
    assert "Bestätigung für den Kunden" in part


async def test_without_the_consents_a_consumer_s_yes_does_not_count(talk: Talk) -> None:
    said = {"decision": "accepted", "who": "Erika <b>", "relation": "other", "identified": ""}
    answer = await talk.answer(said, **HX)
    text = await answer.text()
    assert answer.status == 422
    assert 'id="early_start-error"' in text
    assert 'id="withdrawal_known-error"' in text
    assert 'value="Erika &lt;b&gt;"' in text
    assert '<option value="other" selected>' in text
    assert 'id="relation-error"' not in text
    assert 'id="identified-error"' in text
    one = await talk.answer({"decision": "accepted", "early_start": "1", "who": " "}, **HX)
    text = await one.text()
    assert 'name="early_start" value="1" checked' in text
    assert 'id="early_start-error"' not in text
    assert 'id="who-error"' in text
    assert (await talk.work()).answer is None


async def test_a_no_closes_the_session_free_of_charge(talk: Talk) -> None:
    sent = {**hidden(await talk.get("/zustimmung")), **NO}
    for _ in range(2):  # a double click
        answer = await talk.post("/zustimmung", {**sent, "key": "the same"})
        assert (answer.status, answer.headers["Location"]) == (303, talk.path)
    session, work = await talk.session(), await talk.work()
    assert (session.state, session.outcome) == (SessionState.CLOSED, Ending.DECLINED)
    assert (work.price_cents, work.billable_minutes, work.acceptance) == (0, 0, None)
    record = await talk.get()
    assert "abgelehnt" in record
    assert "Kunden fragen" not in record


async def test_with_a_script_a_no_leads_to_the_record_as_it_is_now(talk: Talk) -> None:
    answer = await talk.answer(NO, **HX)
    assert (answer.status, answer.headers["HX-Redirect"]) == (204, talk.path)


async def test_a_double_click_is_one_answer(talk: Talk) -> None:
    sent = {**hidden(await talk.get("/zustimmung")), **SAID, **YES, "key": "the same"}
    first, second = await talk.post("/zustimmung", sent, **HX), await talk.post("/zustimmung", sent, **HX)
    assert (first.status, second.status) == (200, 200)
    assert "Bestätigung für den Kunden" in await second.text()


async def test_of_two_people_at_once_the_second_is_told(talk: Talk) -> None:
    sent = {**hidden(await talk.get("/zustimmung")), **SAID}
    await talk.post("/zustimmung", {**sent, **YES, "key": "anna's"})
    await talk.desk.person("ben", name="Ben Çelik")
    async with await talk.desk.signed_in("ben") as ben:
        answer = await ben.post(f"{talk.path}/zustimmung", {**sent, **NO, "key": "ben's"}, **HX)
        assert answer.status == 409
        assert "wurde schon geantwortet" in await answer.text()
    assert (await answer_of(talk)).accepted


async def test_what_is_read_out_anew_is_agreed_to_anew(talk: Talk) -> None:
    shown = {**hidden(await talk.get("/zustimmung")), **SAID, "decision": "accepted", "early_start": "1"}
    english = await (await talk.post("/zustimmung?sprache=en", shown, **HX)).text()
    assert " checked" not in english
    await talk.propose(minutes_to="40")
    answer = await talk.post("/zustimmung", shown, **HX)
    text = await answer.text()
    assert answer.status == 409
    assert "Es gibt eine neuere Schätzung" in text
    assert " checked" not in text


async def test_what_was_not_read_out_from_the_page_is_refused(talk: Talk) -> None:
    shown = {**hidden(await talk.get("/zustimmung")), **SAID, **YES}
    for scripts_sent in ("1", "1,2", "999"):
        answer = await talk.post("/zustimmung", {**shown, "scripts": scripts_sent}, **HX)
        assert answer.status == 422
        assert "lesen Sie sie noch einmal vor" in await answer.text()
    assert (await talk.work()).answer is None


async def test_a_new_wording_does_not_change_what_is_being_read_out(talk: Talk) -> None:
    shown = {**hidden(await talk.get("/zustimmung")), **SAID, **YES}
    new = NewScript(
        ScriptKind.ACCEPTANCE, CustomerKind.CONSUMER, "de", "Neu: {procedure} {minutes_to} {price}. Einverstanden?"
    )
    async with talk.desk.world.database.write() as connection:
        await scripts.add(connection, new, clock.now(), "office")
    await talk.post("/zustimmung", shown)
    answer = await answer_of(talk)
    assert answer.scripts[0] == "acceptance/consumer/de/2"
    assert answer.wording.startswith("Ich schlage vor")


async def test_a_business_is_asked_for_no_consents_and_needs_no_confirmation(desk: DeskApp) -> None:
    async with talking(desk, await erika(desk, CustomerKind.BUSINESS)) as talk:
        await talk.propose()
        form = await talk.get("/zustimmung")
        assert "early_start" not in form
        part = await (await talk.answer({"decision": "accepted"}, **HX)).text()
        assert "Das Ja ist festgehalten." in part
        assert "Die Zeit darf laufen." in part
        assert (await talk.work()).needs == ()
        assert "zugestimmt" in await talk.get()


async def test_a_framework_contract_needs_no_confirmation(desk: DeskApp) -> None:
    async with talking(desk, await erika(desk, framework=True)) as talk:
        await talk.propose()
        answer = await talk.answer(YES)
        assert (answer.status, answer.headers["Location"]) == (303, talk.path)
        assert (await talk.work()).needs == ()


async def test_before_anybody_knows_whose_session_it_is_there_is_no_yes(desk: DeskApp) -> None:
    async with talking(desk, None) as talk:
        await talk.propose()
        form = await talk.get("/zustimmung")
        assert 'value="accepted" disabled' in form
        answer = await talk.answer({**YES, "who": "Erika Beispiel"}, **HX)
        text = await answer.text()
        assert answer.status == 409
        assert "wählen Sie den Kunden" in text
        assert 'value="Erika Beispiel"' in text
        assert text.count(" checked") == 2  # it is still the same text


async def test_for_a_customer_of_another_kind_it_is_proposed_anew(talk: Talk) -> None:
    sent = {**hidden(await talk.get("/zustimmung")), **SAID, **YES}
    assert talk.customer is not None
    changed = {"kind": "business", "version": str(talk.customer.version)}
    await talk.anna.post(f"/kunden/{talk.customer.number}/art", changed)
    answer = await talk.post("/zustimmung", sent, **HX)
    assert answer.status == 409
    assert "für eine andere Art von Kunden" in await answer.text()
    record = await talk.get()
    assert "Neu schätzen" in record
    assert "Kunden fragen" not in record
    async with talk.desk.world.database.read() as connection:
        assert (await customers.get(connection, talk.customer.id)).kind is CustomerKind.BUSINESS  # type: ignore[union-attr]


async def test_a_no_to_more_leaves_what_was_agreed(talk: Talk) -> None:
    await talk.answer(YES)
    await talk.confirm()
    await talk.propose(minutes_to="60")
    assert "gilt weiter, was vorher vereinbart wurde" in await talk.get("/zustimmung")
    part = await (await talk.answer(NO, **HX)).text()
    assert "Das Nein ist festgehalten; was vorher vereinbart wurde, gilt weiter." in part
    assert "Die Zeit darf laufen." in part
    work = await talk.work()
    assert (work.accepted_minutes, work.needs) == (20, ())
    assert (await talk.session()).state is SessionState.OPEN


async def test_where_nothing_waits_for_an_answer_that_is_said(talk: Talk) -> None:
    await talk.answer(YES)
    answer = await talk.anna.get(f"{talk.path}/zustimmung")
    assert answer.status == 409
    assert "keine Schätzung, die auf eine Antwort wartet" in await answer.text()


async def test_what_no_form_of_ours_sends_is_refused(talk: Talk) -> None:
    shown = {**hidden(await talk.get("/zustimmung")), **SAID, **YES}
    for changed in ({"estimate": "x"}, {"decision": "perhaps"}, {"scripts": "a,b"}, {"relation": "cat"}, {"key": ""}):
        assert (await talk.post("/zustimmung", {**shown, **changed})).status == 422
    assert (await talk.post("/zustimmung", {**shown, "estimate": "99"})).status == 404
    assert (await talk.work()).answer is None


async def test_nobody_from_outside_answers(desk: DeskApp, talk: Talk) -> None:
    sent = {**hidden(await talk.get("/zustimmung")), **SAID, **YES}
    async with desk.visitor() as stranger:
        assert (await stranger.post(f"{talk.path}/zustimmung", sent)).status == 401
    assert (await talk.work()).answer is None


async def test_without_the_database_it_is_said_and_the_form_stays(
    talk: Talk, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    sent = {**hidden(await talk.get("/zustimmung")), **SAID, **YES}
    await take_database_away()
    answer = await talk.post("/zustimmung", sent, **HX)
    assert (answer.status, answer.headers["HX-Retarget"]) == (503, "#notice")
