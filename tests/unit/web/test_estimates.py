"""Proposing: the price is the server's, what is wrong stays as typed, and a double click is one proposal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from ionas_phone.runtime import clock
from ionas_phone.store import sessions, work
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.estimates import Estimate
from ionas_phone.support.sessions import Ending
from tests.desk_app import DeskApp
from tests.talks import HX, NO, OFFER, YES, Talk, erika, hidden, talking


@pytest.fixture
async def talk(desk: DeskApp) -> AsyncIterator[Talk]:
    async with talking(desk, await erika(desk)) as talk:
        yield talk


async def proposed(talk: Talk) -> tuple[Estimate, ...]:
    async with talk.desk.world.database.read() as connection:
        return await work.estimates(connection, talk.session_id)


async def test_a_proposal_is_written_down_with_the_price_and_leads_to_the_question(talk: Talk) -> None:
    assert "noch nicht geschätzt" in await talk.get()
    answer = await talk.propose()
    assert (answer.status, answer.headers["Location"]) == (303, f"{talk.path}/zustimmung")
    (estimate,) = await proposed(talk)
    assert (estimate.procedure, estimate.minutes_from, estimate.minutes_to) == (OFFER["procedure"], 10, 20)
    assert (estimate.price_cents, estimate.by) == (2380, "anna")
    record = await talk.get()
    assert "wartet auf Antwort" in record
    assert "23,80\xa0€ inkl. 19 % USt." in record
    assert f'href="{talk.path}/zustimmung"' in record


async def test_with_a_script_the_next_form_takes_the_place_of_this_one(talk: Talk) -> None:
    form = await talk.get("/schaetzung", **HX)
    assert "<html" not in form
    assert f'hx-post="{talk.path}/schaetzung"' in form
    answer = await talk.post("/schaetzung", {**OFFER, "key": hidden(form)["key"]}, **HX)
    assert answer.status == 200
    assert "Bitte vorlesen" in await answer.text()


async def test_a_double_click_is_one_proposal(talk: Talk) -> None:
    sent = {**OFFER, "key": "the same"}
    first, second = await talk.post("/schaetzung", sent), await talk.post("/schaetzung", sent)
    assert (first.status, second.status) == (303, 303)
    assert len(await proposed(talk)) == 1


async def test_two_people_at_once_make_two_versions_and_the_newest_is_asked(talk: Talk) -> None:
    await talk.propose(minutes_to="20")
    stale = hidden(await talk.get("/zustimmung"))
    await talk.desk.person("ben", name="Ben Çelik")
    async with await talk.desk.signed_in("ben") as ben:
        await ben.post(f"{talk.path}/schaetzung", {**OFFER, "key": "ben's", "minutes_to": "40"})
    newest, oldest = await proposed(talk)
    assert (newest.minutes_to, newest.by, oldest.minutes_to) == (40, "ben", 20)
    answer = await talk.post("/zustimmung", {**stale, "who": "Erika Beispiel", **YES})
    assert answer.status == 409
    assert "bis zu 40 Minuten" in await answer.text()
    assert (await talk.work()).answer is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"procedure": "  "}, "Sagen Sie, was Sie vorschlagen"),
        ({"minutes_from": "zehn"}, "eine ganze Zahl"),
        ({"minutes_to": "5"}, "„Minuten bis“"),
        ({"cap": "1.234"}, "etwa 23,80"),
        ({"cap": "0"}, "Eine Obergrenze"),
        ({"cap": "23,80"}, "Teurer wird die Arbeit ohnehin nicht"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    talk: Talk, wrong: dict[str, str], sentence: str
) -> None:
    answer = await talk.post("/schaetzung", {**OFFER, "procedure": "Ich <b>prüfe</b> alles.", **wrong}, **HX)
    text = await answer.text()
    assert answer.status == 422
    (field,) = wrong
    assert f'id="{field}-error"' in text
    assert sentence in text
    assert "Ich &lt;b&gt;prüfe&lt;/b&gt; alles." in text or field == "procedure"
    assert f'value="{wrong[field]}"' in text or field == "procedure"
    assert await proposed(talk) == ()


async def test_the_price_comes_while_one_types_and_nothing_is_written(talk: Talk) -> None:
    async def price(**changes: str) -> str:
        return await (await talk.post("/schaetzung/preis", {**OFFER, "procedure": "", **changes}, **HX)).text()

    assert "höchstens 23,80\xa0€ inkl. 19 % USt." in await price()
    assert "20 Minuten zu je 1,19\xa0€" in await price()
    capped = await price(cap="12")
    assert "höchstens 12,00\xa0€" in capped
    assert "20 Minuten zu je 1,19\xa0€ wären 23,80\xa0€" in capped
    idle = await price(cap="1000,50")
    assert "höchstens 23,80\xa0€" in idle
    assert "ohnehin nicht mehr als die Obergrenze" in idle
    assert "Der Preis steht hier, sobald" in await price(minutes_to="")
    assert await proposed(talk) == ()


async def test_the_price_says_which_fields_are_right_by_now(talk: Talk) -> None:
    async def right(**changes: str) -> str:
        text = await (await talk.post("/schaetzung/preis", {**OFFER, "procedure": "", **changes}, **HX)).text()
        return text.partition('data-right="')[2].partition('"')[0]

    assert await right() == "minutes_from minutes_to cap"
    assert await right(minutes_to="5", cap="12") == "minutes_from cap"
    assert await right(minutes_from="zehn") == "minutes_to cap"
    assert await right(cap="1.234") == await right(cap="1000,50") == "minutes_from minutes_to"


async def test_businesses_are_told_prices_before_vat(desk: DeskApp) -> None:
    async with talking(desk, await erika(desk, CustomerKind.BUSINESS)) as talk:
        assert "Geschäftskunde" in await talk.get()
        assert "höchstens 30,00\xa0€ zzgl. 19 % USt." in await talk.get("/schaetzung")
        await talk.propose(cap="15,50")
        (estimate,) = await proposed(talk)
        assert (estimate.price_cents, estimate.cap_cents) == (1550, 1550)
        assert "15,50\xa0€ zzgl. 19 % USt." in await talk.get()


async def test_a_caller_nobody_knows_is_told_a_consumer_s_price(desk: DeskApp) -> None:
    async with talking(desk, None) as talk:
        assert "Kunde noch nicht bekannt" in await talk.get()
        await talk.propose()
        assert "23,80\xa0€ inkl. 19 % USt." in await talk.get()


async def test_more_begins_beyond_what_was_accepted(talk: Talk) -> None:
    await talk.agree()
    form = await talk.get("/schaetzung")
    assert "0 sind verbraucht, 20 waren vereinbart" in form
    assert OFFER["procedure"] in form
    assert 'name="minutes_from" type="text" value="25"' in form
    assert 'name="minutes_to" type="text" value="35"' in form
    await talk.propose(minutes_to="45")
    record = await talk.get()
    assert "In Kraft: 10 bis 20 Minuten, höchstens 23,80\xa0€ inkl. 19 % USt.<" in record
    assert "wartet auf Antwort" in record


async def test_in_a_closed_session_nothing_is_proposed(talk: Talk) -> None:
    await talk.propose()
    await talk.answer(NO)
    answer = await talk.propose()
    assert answer.status == 409
    text = await answer.text()
    assert "Dieser Vorgang ist abgeschlossen" in text
    assert OFFER["procedure"] in text
    assert "/schaetzung" not in await talk.get()


async def test_what_was_never_answered_is_called_so_once_the_session_is_closed(talk: Talk) -> None:
    assert "noch nicht geschätzt" in await talk.get()
    await talk.propose()
    async with talk.desk.world.database.write() as connection:
        await sessions.end(connection, talk.session_id, Ending.DONE, clock.now(), "anna")
    talk.desk.world.changed(talk.session_id)
    record = await talk.get()
    assert "nie beantwortet" in record
    assert "wartet auf Antwort" not in record
    async with talk.desk.world.database.write() as connection:
        await sessions.end(connection, talk.session_id, Ending.DECLINED, clock.now(), "anna")
    talk.desk.world.changed(talk.session_id)
    record = await talk.get()
    assert "nie beantwortet" not in record
    assert "Der Kunde hat abgelehnt: der Vorgang ist kostenlos abgeschlossen." in record


async def test_what_no_form_of_ours_sends_is_refused(talk: Talk) -> None:
    assert (await talk.anna.post(f"{talk.path}/schaetzung", OFFER)).status == 422  # no key
    assert (await talk.post("/schaetzung", {**OFFER, "key": "x" * 200})).status == 422
    assert await proposed(talk) == ()


async def test_what_is_not_there_is_said(talk: Talk) -> None:
    assert (await talk.anna.get("/vorgaenge/77/schaetzung")).status == 404
    assert (await talk.anna.post("/vorgaenge/77/schaetzung", {**OFFER, "key": "k"})).status == 404


async def test_nobody_from_outside_proposes(desk: DeskApp, talk: Talk) -> None:
    async with desk.visitor() as stranger:
        assert (await stranger.post(f"{talk.path}/schaetzung", {**OFFER, "key": "k"})).status == 401
    assert await proposed(talk) == ()


async def test_without_the_database_it_is_said_and_the_form_stays(
    talk: Talk, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    await talk.get()
    await take_database_away()
    answer = await talk.post("/schaetzung", OFFER, **HX)
    assert (answer.status, answer.headers["HX-Retarget"]) == (503, "#notice")
