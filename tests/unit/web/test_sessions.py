"""The record of a session: saving, choosing the customer, closing; everything may come twice."""

from __future__ import annotations

import pytest

from ionas_phone.runtime import clock
from ionas_phone.store import customers, sessions
from ionas_phone.support.customers import Customer, NewCustomer
from ionas_phone.support.sessions import Session, SessionState
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered

NUMBER = "+4961315550101"  # who rings in, unless a test says otherwise
HX = {"HX_Request": "true"}


async def customer(desk: DeskApp, name: str, *phones: str) -> Customer:
    async with desk.world.database.write() as connection:
        return await customers.create(connection, NewCustomer(name, phones=phones), clock.now(), "test")


async def stored(desk: DeskApp, session_id: int) -> Session:
    async with desk.world.database.read() as connection:
        session = await sessions.get(connection, session_id)
    assert session is not None
    return session


async def test_one_match_is_the_customer_and_the_reason_is_said(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
    assert "Erika Beispiel" in text
    assert f"Kd.-Nr. {erika.number}" in text
    assert "erkannt: diese Nummer steht in der Kundenakte" in text


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
        assert [match.name for match in await customers.matches(connection, NUMBER)] == ["Erika Beispiel"]


async def test_a_draft_is_saved_over_the_version_it_was_typed_on(desk: DeskApp) -> None:
    session = await answered(desk)
    before = await stored(desk, session)
    async with await desk.signed_in("anna") as anna:
        form = {"problem": "Drucker druckt nicht", "version": str(before.version)}
        part = await anna.post(f"/vorgaenge/{session}/problem", form, **HX)
        assert part.status == 200
        assert "Entwurf gespeichert" in await part.text()
        after = await stored(desk, session)
        assert after.problem == "Drucker druckt nicht"
        assert f'data-version="{after.version}"' in await part.text()
        again = await anna.post(f"/vorgaenge/{session}/problem", form, **HX)  # the answer was lost, it is sent again
        assert again.status == 200
        assert (await stored(desk, session)).version == after.version


async def test_two_texts_are_both_shown_and_none_is_lost(desk: DeskApp) -> None:
    session = await answered(desk)
    version = str((await stored(desk, session)).version)
    await desk.person("ben", name="Ben Çelik")
    async with await desk.signed_in("ben") as ben, await desk.signed_in("anna") as anna:
        await ben.post(f"/vorgaenge/{session}/problem", {"problem": "Toner <leer>", "version": version})
        mine = {"problem": "Kein Strom?", "version": version}
        for headers in (HX, {}):
            answer = await anna.post(f"/vorgaenge/{session}/problem", mine, **headers)
            text = await answer.text()
            assert answer.status == 409
            assert "Ben Çelik hat um" in text
            assert "Toner &lt;leer&gt;" in text
            assert "Kein Strom?" in text
        closing = await anna.post(f"/vorgaenge/{session}/abschliessen", mine)
        assert closing.status == 409
    after = await stored(desk, session)
    assert (after.problem, after.state) == ("Toner <leer>", SessionState.OPEN)


async def test_a_text_of_ones_own_other_window_is_called_so(desk: DeskApp) -> None:
    session = await answered(desk)
    version = str((await stored(desk, session)).version)
    async with await desk.signed_in("anna") as anna:
        await anna.post(f"/vorgaenge/{session}/problem", {"problem": "Toner", "version": version})
        answer = await anna.post(f"/vorgaenge/{session}/problem", {"problem": "Strom", "version": version}, **HX)
        text = await answer.text()
    assert answer.status == 409
    assert "In einem anderen Fenster von Ihnen wurde um" in text
    assert "Anna Berger" not in text


async def test_a_text_over_which_the_session_was_closed_is_still_there(desk: DeskApp) -> None:
    session = await answered(desk)
    version = (await stored(desk, session)).version
    await desk.person("ben", name="Ben Çelik")
    async with await desk.signed_in("ben") as ben, await desk.signed_in("anna") as anna:
        await ben.post(f"/vorgaenge/{session}/abschliessen", {"problem": "Bens Text", "version": str(version)})
        late = await anna.post(f"/vorgaenge/{session}/problem", {"problem": "Annas Text", "version": str(version)})
        text = await late.text()
    assert late.status == 409
    assert "abgeschlossen" in text
    assert ">\nAnnas Text</textarea>" in text
    assert "data-theirs>Bens Text<" in text


async def test_closing_saves_the_text_and_sent_twice_closes_once(desk: DeskApp) -> None:
    session = await answered(desk)
    form = {"problem": "Alles gut", "version": str((await stored(desk, session)).version)}
    async with await desk.signed_in("anna") as anna:
        for _ in range(2):
            answer = await anna.post(f"/vorgaenge/{session}/abschliessen", form)
            assert (answer.status, answer.headers["Location"]) == (303, f"/vorgaenge/{session}")
            closed = await stored(desk, session)
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
        assert "abgeschlossen" in text
        assert 'name="problem"' not in text
        first = closed.closed_at
        assert (closed.state, closed.problem, (await stored(desk, session)).closed_at) == ("closed", "Alles gut", first)
        await anna.post(f"/vorgaenge/{session}/oeffnen")
    assert (await stored(desk, session)).state is SessionState.OPEN


async def test_the_history_leaves_out_the_session_itself(desk: DeskApp) -> None:
    await customer(desk, "Erika Beispiel", NUMBER)
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
    assert "Dies ist der erste Vorgang dieses Kunden." in text


@pytest.mark.parametrize("form", [{}, {"problem": "x"}, {"problem": "x", "version": "new"}, {"version": "1"}], ids=str)
async def test_a_form_no_page_of_ours_sends_changes_nothing(desk: DeskApp, form: dict[str, str]) -> None:
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        answer = await anna.post(f"/vorgaenge/{session}/problem", form)
        assert answer.status == 422
        assert "laden Sie die Seite neu" in await answer.text()
    assert (await stored(desk, session)).problem == ""


async def test_what_is_not_there_is_said(anna: Visitor) -> None:
    for path in ("/vorgaenge/77", "/vorgaenge/77/akte"):
        assert (await anna.get(path)).status == 404
    for path in ("/vorgaenge/77/problem", "/vorgaenge/77/abschliessen"):
        assert (await anna.post(path, {"problem": "x", "version": "1"})).status == 404
    assert (await anna.post("/vorgaenge/77/kunde", {"customer": "1"})).status == 404
    assert (await anna.post("/vorgaenge/77/oeffnen")).status == 404
