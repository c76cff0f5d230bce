"""Whose session it is: nobody's choice wins silently, and what was chosen by mistake can be taken back."""

from __future__ import annotations

from ionas_phone.store import audit, customer_numbers, customers
from ionas_phone.support.customers import MatchReason
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered
from tests.unit.web.test_sessions import HX, NUMBER, customer, stored


async def _choose(
    visitor: Visitor, session: int, whom: int, instead_of: object = "", **headers: str
) -> tuple[int, str]:
    form = {"customer": str(whom), "instead_of": str(instead_of)}
    answer = await visitor.post(f"/vorgaenge/{session}/kunde", form, **headers)
    return answer.status, await answer.text()


async def test_of_two_who_choose_at_once_the_second_is_asked(desk: DeskApp) -> None:
    erika, moritz = await customer(desk, "Erika Beispiel"), await customer(desk, "Moritz Muster")
    session = await answered(desk)
    await desk.person("ben", name="Ben Çelik")
    async with await desk.signed_in("anna") as anna, await desk.signed_in("ben") as ben:
        assert (await _choose(ben, session, moritz.id, **HX))[0] == 200
        for headers in (HX, {}):
            status, text = await _choose(anna, session, erika.id, **headers)
            assert status == 409
            assert "Moritz Muster wurde inzwischen für diesen Vorgang gewählt" in text
            assert "Erika Beispiel nehmen" in text
            assert f'name="instead_of" value="{moritz.id}"' in text
        assert (await stored(desk, session)).customer_id == moritz.id
        assert (await _choose(anna, session, erika.id, moritz.id, **HX))[0] == 200
        assert (await stored(desk, session)).customer_id == erika.id


async def test_of_two_who_choose_the_same_nobody_is_asked(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel")
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        for _ in range(2):
            status, text = await _choose(anna, session, erika.id, **HX)
            assert (status, "Erika Beispiel" in text, "Wessen Vorgang" in text) == (200, True, False)


async def test_the_choice_says_over_whom_it_is_made(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        choice = await (await anna.get(f"/vorgaenge/{session}/kunde", **HX)).text()
        assert f'data-instead-of="{erika.id}"' in choice
        assert f'/kunden/neu?vorgang={session}&amp;instead_of={erika.id}"' in choice
        found = await (await anna.get(f"/kunden/suche?q=erika&vorgang={session}&instead_of={erika.id}")).text()
        assert f'name="instead_of" value="{erika.id}"' in found
        new = await (await anna.get(f"/kunden/neu?vorgang={session}&instead_of={erika.id}", **HX)).text()
        assert f'name="instead_of" value="{erika.id}"' in new
        plain = await anna.get(f"/vorgaenge/{session}/kunde")
        assert plain.headers["Location"] == f"/kunden?vorgang={session}&instead_of={erika.id}"
        assert (await anna.get("/vorgaenge/77/kunde", **HX)).status == 404


async def test_who_shows_the_session_sees_the_choice(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel")
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        stream = await anna.stream()
        await stream.send_json({"t": "shows", "session": session})
        await _choose(anna, session, erika.id)
        while True:
            said = await stream.receive_json(timeout=20)
            if said.get("id") == "region-customer" and "Erika Beispiel" in said["html"]:
                break
        assert said["session"] == session
        await stream.close()


async def test_a_number_can_be_detached_and_is_recognised_no_more(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER, "+491713920017")
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        choice = await (await anna.get(f"/vorgaenge/{session}/kunde", **HX)).text()
        assert "Nummer von diesem Kunden lösen" in choice
        for _ in range(2):  # a double click
            form = {"phone": NUMBER, "vorgang": str(session)}
            answer = await anna.post(f"/kunden/{erika.number}/loesen", form, **HX)
            text = await answer.text()
            assert answer.status == 200
            assert "von Hand zugeordnet" in text  # still this customer's session, until somebody else is chosen
            assert "Wer ist es wirklich?" in text
            assert "Nummer von diesem Kunden lösen" not in text
    async with desk.world.database.read() as connection:
        after = await customers.get(connection, erika.id)
        assert await customer_numbers.matches(connection, NUMBER) == ()
        log = await audit.about(connection, "customer", erika.id)
    assert after is not None
    assert after.phones == ("+491713920017",)
    assert [(entry.by, entry.fields) for entry in log[:-1]] == [("anna", ("phones",))]
    (call,) = desk.world.live.desk("anna").calls
    assert call.customer is not None
    assert call.customer.reason is MatchReason.CHOSEN


async def test_a_number_can_be_detached_on_the_customers_page(desk: DeskApp, anna: Visitor) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    detach = f'/kunden/{erika.number}/loesen">'
    assert detach in await (await anna.get(f"/kunden/{erika.number}")).text()
    answer = await anna.post(f"/kunden/{erika.number}/loesen", {"phone": NUMBER})
    assert (answer.status, answer.headers["Location"]) == (303, f"/kunden/{erika.number}")
    assert detach not in await (await anna.get(f"/kunden/{erika.number}")).text()


async def test_a_wrong_match_is_corrected_so_that_it_sticks(desk: DeskApp) -> None:
    await customer(desk, "Praxis Schäfer", "+4961315550*")
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/vorgaenge/{session}")).text()
        assert "die Nummer beginnt wie die der Firma" in text
        choice = await (await anna.get(f"/vorgaenge/{session}/kunde", **HX)).text()
        assert "Nummer von diesem Kunden lösen" in choice
        await anna.post("/kunden/10001/loesen", {"phone": NUMBER, "vorgang": str(session)}, **HX)
    async with desk.world.database.read() as connection:
        assert await customer_numbers.matches(connection, NUMBER) == ()
        assert len(await customer_numbers.matches(connection, "+4961315550102")) == 1
