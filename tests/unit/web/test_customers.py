"""Customers: searching, writing down, and what a refused form keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ionas_phone.runtime import clock
from ionas_phone.store import customers, sessions
from ionas_phone.support.customers import Customer
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered
from tests.unit.web.test_sessions import HX, NUMBER, customer, stored

GOOD = {
    "name": "Erika Beispiel",
    "phones": "06131 5550107; 0171 3920017",
    "email": "erika@example.org",
    "city": "Mainz",
}


async def everybody(desk: DeskApp) -> tuple[Customer, ...]:
    async with desk.world.database.read() as connection:
        return await customers.search(connection, "e")


async def test_a_customer_is_found_by_name_and_number(desk: DeskApp, anna: Visitor) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    for query in ("beisp", "06131 5550101", "+49 6131 5550101"):
        text = await (await anna.get(f"/kunden/suche?q={query.replace(' ', '%20').replace('+', '%2B')}")).text()
        assert f'href="/kunden/{erika.number}"' in text
    assert "Niemand gefunden für „Xaver“." in await (await anna.get("/kunden?q=Xaver")).text()
    straight = await anna.get(f"/kunden?q={erika.number}")
    assert (straight.status, straight.headers["Location"]) == (303, f"/kunden/{erika.number}")


async def test_a_customer_has_a_page(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/kunden/{erika.number}")).text()
        assert "06131 5550101" in text
        assert f'href="/vorgaenge/{session}"' in text
        assert (await anna.get("/kunden/99999")).status == 404


async def test_a_new_customer_gets_a_number_and_a_page(desk: DeskApp, anna: Visitor) -> None:
    answer = await anna.post("/kunden", GOOD)
    assert answer.status == 303
    (erika,) = await everybody(desk)
    assert answer.headers["Location"] == f"/kunden/{erika.number}"
    assert erika.phones == ("+4961315550107", "+491713920017")


async def test_all_that_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    desk: DeskApp, anna: Visitor
) -> None:
    typed = {"name": " ", "phones": "0171 3920017; 12", "email": "erika(at)example.org", "notes": "<b>laut</b>"}
    answer = await anna.post("/kunden", typed)
    text = await answer.text()
    assert answer.status == 422
    for field in ("name", "phones", "email"):
        assert f'id="{field}-error"' in text
        assert f'aria-describedby="{field}-error"' in text
    assert "„12“" in text
    assert 'value="0171 3920017; 12"' in text
    assert 'value="erika(at)example.org"' in text
    assert "&lt;b&gt;laut&lt;/b&gt;" in text
    assert await everybody(desk) == ()


async def test_where_a_new_customer_lives_is_chosen_and_its_postcode_fits(desk: DeskApp, anna: Visitor) -> None:
    assert '<option value="AT">Österreich</option>' in await (await anna.get("/kunden/neu")).text()
    text = await (await anna.post("/kunden", {**GOOD, "postcode": "1010"})).text()
    assert "Eine deutsche Postleitzahl hat fünf Ziffern" in text
    assert (await anna.post("/kunden", {**GOOD, "postcode": "1010", "country": "AT"})).status == 303
    (erika,) = await everybody(desk)
    assert (erika.postcode, erika.country) == ("1010", "AT")


async def test_from_a_session_the_number_is_there_already_and_the_session_gets_the_customer(desk: DeskApp) -> None:
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        form = await (await anna.get(f"/kunden/neu?vorgang={session}", **HX)).text()
        assert 'value="06131 5550101"' in form
        assert "<html" not in form
        sent = {"name": "Erika Beispiel", "phones": "06131 5550101", "vorgang": str(session), "instead_of": ""}
        for _ in range(2):  # a double click
            part = await (await anna.post("/kunden", sent, **HX)).text()
            assert "erkannt: diese Nummer" in part
    (erika,) = await everybody(desk)
    assert (await stored(desk, session)).customer_id == erika.id


async def test_a_number_that_another_has_is_written_down_only_after_that_was_said(desk: DeskApp) -> None:
    moritz = await customer(desk, "Moritz Muster", NUMBER)
    session = await answered(desk)
    sent = {"name": "Erika Beispiel", "phones": "06131 5550101; 0171 3920017"}
    async with await desk.signed_in("anna") as anna:
        for more in ({}, {"vorgang": str(session), "instead_of": str(moritz.id)}):
            answer = await anna.post("/kunden", sent | more, **(HX if more else {}))
            text = await answer.text()
            assert answer.status == 409
            assert "06131 5550101 gehört schon" in text
            assert f'href="/kunden/{moritz.number}"' in text
            assert 'value="06131 5550101; 0171 3920017"' in text
            assert f'name="shared" value="{NUMBER}"' in text
            assert "Trotzdem anlegen" in text
        assert await everybody(desk) == ()  # nobody whose name begins so
        more |= {"shared": NUMBER}
        for _ in range(2):  # a double click
            assert (await anna.post("/kunden", sent | more, **HX)).status == 200
    (erika,) = await everybody(desk)
    assert (await stored(desk, session)).customer_id == erika.id
    assert erika.phones == (NUMBER, "+491713920017")


async def test_a_new_customer_is_not_lost_because_a_colleague_chose_another_meanwhile(desk: DeskApp) -> None:
    moritz = await customer(desk, "Moritz Muster")
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        sent = {**GOOD, "vorgang": str(session), "instead_of": ""}
        async with desk.world.database.write() as connection:
            await sessions.set_customer(connection, session, moritz.id, clock.now(), "ben")
        answer = await anna.post("/kunden", sent, **HX)
        text = await answer.text()
        assert answer.status == 409
        assert "Moritz Muster wurde inzwischen für diesen Vorgang gewählt" in text
        assert 'value="Erika Beispiel"' in text
        assert 'value="06131 5550107; 0171 3920017"' in text
        assert f'name="instead_of" value="{moritz.id}"' in text
        assert (await stored(desk, session)).customer_id == moritz.id
        assert (await anna.post("/kunden", {**sent, "instead_of": str(moritz.id)}, **HX)).status == 200
    erika = next(one for one in await everybody(desk) if one.name == "Erika Beispiel")
    assert (await stored(desk, session)).customer_id == erika.id


async def test_a_refused_form_in_a_session_is_refused_in_its_place(desk: DeskApp) -> None:
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        answer = await anna.post("/kunden", {"name": "", "phones": "06131 5550101", "vorgang": str(session)}, **HX)
        text = await answer.text()
    assert answer.status == 422
    assert text.lstrip().startswith('<div id="new-customer"')  # beneath the customer, who may be redrawn meanwhile
    assert "HX-Retarget" not in answer.headers
    assert 'value="06131 5550101"' in text


async def test_looked_for_from_a_session_customers_are_buttons(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel")
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/kunden/suche?q=erika&vorgang={session}")).text()
        assert f'name="customer" value="{erika.id}"' in text
        assert "06131 5550101 bei diesem Kunden merken" in text
        page = await (await anna.get(f"/kunden?q={erika.number}&vorgang={session}")).text()
        assert f'name="customer" value="{erika.id}"' in page
        assert (await anna.get("/kunden?vorgang=77")).status == 404


async def test_with_the_database_away_a_typed_customer_stays_in_the_form(
    desk: DeskApp, anna: Visitor, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    assert (await anna.get("/kunden/neu")).status == 200
    await take_database_away()
    answer = await anna.post("/kunden", {**GOOD, "notes": "zwei Treppen hoch"})
    text = await answer.text()
    assert answer.status == 503
    assert "Die Datenbank ist gerade nicht erreichbar" in text
    for typed in ("Erika Beispiel", "06131 5550107; 0171 3920017", "zwei Treppen hoch"):
        assert typed in text
    await take_database_away()
    assert (await anna.post("/kunden", GOOD)).status == 303


async def test_line_ends_count_once_as_they_did_where_they_were_typed(desk: DeskApp, anna: Visitor) -> None:
    notes = "Zeile\n" * 1666 + "ende"
    answer = await anna.post("/kunden", {**GOOD, "notes": notes.replace("\n", "\r\n")})  # as browsers send it
    assert (answer.status, len(notes)) == (303, 10_000)
    (erika,) = await everybody(desk)
    assert erika.notes == notes
