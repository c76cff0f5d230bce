"""The record of a session, and choosing its customer; everything may come twice."""

from __future__ import annotations

from ionas_phone.runtime import clock
from ionas_phone.store import customer_numbers, customers
from ionas_phone.support.customers import Customer, NewCustomer
from ionas_phone.support.sessions import Session
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered
from tests.opened import read_session

NUMBER = "+4961315550101"  # who rings in, unless a test says otherwise
HX = {"HX_Request": "true"}


async def customer(desk: DeskApp, name: str, *phones: str) -> Customer:
    async with desk.world.database.write() as connection:
        return await customers.create(connection, NewCustomer(name, phones=phones), clock.now(), "test")


async def stored(desk: DeskApp, session_id: int) -> Session:
    return await read_session(desk.world.database, session_id)


async def test_one_match_is_the_customer_and_the_reason_is_said(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
    assert "Erika Beispiel" in text
    assert f"Kd.-Nr. {erika.number}" in text
    assert "erkannt: diese Nummer steht in der Kundenakte" in text


async def test_a_record_keeps_why_its_caller_was_recognised_when_another_gets_the_number(desk: DeskApp) -> None:
    await customer(desk, "Erika Beispiel", NUMBER)
    session = await answered(desk)
    await customer(desk, "Moritz Muster", NUMBER)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
    assert "erkannt: diese Nummer steht in der Kundenakte; inzwischen haben mehrere Kunden diese Nummer" in text


async def test_several_matches_are_a_choice_never_a_guess(desk: DeskApp) -> None:
    erika, moritz = await customer(desk, "Erika Beispiel", NUMBER), await customer(desk, "Moritz Muster", NUMBER)
    session = await answered(desk)
    assert (await stored(desk, session)).customer_id is None
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
        assert "Mehrere Kunden haben diese Nummer" in text
        assert f'value="{erika.id}"' in text
        assert f'value="{moritz.id}"' in text
        answer = await anna.post(f"/vorgaenge/{session}/kunde", {"customer": str(moritz.id)})
        assert answer.status == 303
        assert "Moritz Muster" in await (await anna.get(f"/vorgaenge/{session}/akte")).text()
    assert (await stored(desk, session)).customer_id == moritz.id
    (call,) = desk.world.live.desk("anna").calls
    assert call.customer is not None
    assert call.customer.name == "Moritz Muster"


async def test_a_suppressed_number_is_said_and_nothing_is_remembered(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel")
    session = await answered(desk, number=None, suppressed=True)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
        assert "Rufnummer unterdrückt. Es ist keine Nummer gespeichert" in text
        await anna.post(f"/vorgaenge/{session}/kunde", {"customer": str(erika.id), "remember": "1"})
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
    assert "von Hand zugeordnet" in text
    async with desk.world.database.read() as connection:
        again = await customers.get(connection, erika.id)
    assert again is not None
    assert again.phones == ()


async def test_a_chosen_customer_can_be_remembered_for_the_number(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel")
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        for _ in range(2):  # a double click
            part = await anna.post(f"/vorgaenge/{session}/kunde", {"customer": str(erika.id), "remember": "1"}, **HX)
            text = await part.text()
    assert 'id="customer"' in text
    assert 'id="problem"' not in text  # what is typed there is not touched
    async with desk.world.database.read() as connection:
        assert [match.name for match in await customer_numbers.matches(connection, NUMBER)] == ["Erika Beispiel"]


async def test_the_number_that_calls_stays_to_be_seen_when_it_is_none_of_the_customers(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel", "+4961315550199")
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        await anna.post(f"/vorgaenge/{session}/kunde", {"customer": str(erika.id)})
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
        assert "Anruf von 06131 5550101" in text
        assert "diese Nummer steht nicht in der Kundenakte" in text
        await anna.post(f"/vorgaenge/{session}/kunde", {"customer": str(erika.id), "remember": "1"})
        assert "Anruf von" not in await (await anna.get(f"/vorgaenge/{session}")).text()


async def test_the_history_leaves_out_the_session_itself(desk: DeskApp) -> None:
    await customer(desk, "Erika Beispiel", NUMBER)
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
    assert "Dies ist der erste Vorgang dieses Kunden." in text


async def test_what_is_not_there_is_said(anna: Visitor) -> None:
    for path in ("/vorgaenge/77", "/vorgaenge/77/akte"):
        assert (await anna.get(path)).status == 404
    assert (await anna.post("/vorgaenge/77/kunde", {"customer": "1"})).status == 404
