"""Editing a record: nothing typed is lost, nothing of somebody else's is overwritten unseen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from html import unescape
from re import findall

from sqlalchemy import update

from ionas_phone.runtime import clock
from ionas_phone.store import customers
from ionas_phone.store.tables import customers as table
from ionas_phone.support.customers import Customer, CustomerKind, NewCustomer
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered
from tests.unit.web.test_sessions import NUMBER, customer


def sent(form: str) -> dict[str, str]:
    """Return what a browser sends of the form of a record: its text fields and what is hidden in it."""
    main = form[form.index("/bearbeiten") :]
    found = dict(findall(r'<input [^>]*name="(\w+)"[^>]*? value="([^"]*)"', main))
    found |= dict(findall(r'<textarea [^>]*name="(\w+)"[^>]*>\n?([^<]*)<', main))
    found |= dict(findall(r'(?s)<select [^>]*name="(\w+)".*?<option value="(\w+)" selected', main))
    found.pop("framework_contract", None)
    return {name: unescape(value) for name, value in found.items()}


async def stored(desk: DeskApp, number: str) -> Customer:
    async with desk.world.database.read() as connection:
        found = await customers.by_number(connection, number)
    assert found is not None
    return found


async def colleague(desk: DeskApp, number: str, **changes: object) -> None:
    """Ben changes the record meanwhile."""
    old = await stored(desk, number)
    kept = {field.name: getattr(old, field.name) for field in fields(NewCustomer)}
    async with desk.world.database.write() as connection:
        new = NewCustomer(**kept | changes)
        await customers.update(connection, old.id, new, old.version, clock.now(), "ben")


async def test_every_fact_can_be_changed(desk: DeskApp, anna: Visitor) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    path = f"/kunden/{erika.number}/bearbeiten"
    form = sent(await (await anna.get(path)).text())
    new = {"name": "Erika Muster", "company": "Muster & Co.", "phones": "0171 3920017; 06131 5552-*", "country": "AT"}
    new |= {"email": "e@example.org", "street": "Weg 1", "postcode": "1010", "city": "Wien", "notes": "😀 שלום"}
    for _ in range(2):  # a double click
        answer = await anna.post(path, form | new | {"kind": "business", "framework_contract": "1"})
        assert (answer.status, answer.headers["Location"]) == (303, f"/kunden/{erika.number}")
    now = await stored(desk, erika.number)
    assert (now.name, now.company, now.city, now.country, now.notes) == (
        *("Erika Muster", "Muster & Co.", "Wien", "AT"),
        "😀 שלום",
    )
    assert (now.phones, now.kind, now.framework_contract) == (
        *(("+491713920017", "+4961315552*"), CustomerKind.BUSINESS),
        True,
    )
    assert now.version == 2


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(desk: DeskApp, anna: Visitor) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    path = f"/kunden/{erika.number}/bearbeiten"
    form = sent(await (await anna.get(path)).text())
    answer = await anna.post(path, form | {"phones": "06131 5550101; 12; 😀", "email": "x", "country": "XXX"})
    text = await answer.text()
    assert answer.status == 422
    for field in ("phones", "email", "country"):
        assert f'id="{field}-error"' in text
    assert 'value="06131 5550101; 12; 😀"' in text
    assert (await stored(desk, erika.number)).version == 1


async def test_what_was_wrong_before_there_was_a_rule_hinders_nobody_who_changes_something_else(
    desk: DeskApp, anna: Visitor
) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    async with desk.world.database.write() as connection:
        await connection.execute(update(table).values(postcode="?", country="XX"))
    path = f"/kunden/{erika.number}/bearbeiten"
    form = sent(await (await anna.get(path)).text())
    assert (await anna.post(path, form | {"city": "Mainz"})).status == 303
    form = sent(await (await anna.get(path)).text())
    text = await (await anna.post(path, form | {"country": "DE"})).text()
    assert "Eine deutsche Postleitzahl hat fünf Ziffern" in text
    assert (await anna.post(path, form | {"country": "DE", "postcode": "55116"})).status == 303


async def test_two_who_edit_at_once_see_both_and_lose_nothing(desk: DeskApp, anna: Visitor) -> None:
    await desk.person("ben", name="Ben Çelik", extension="202")
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    path = f"/kunden/{erika.number}/bearbeiten"
    form = sent(await (await anna.get(path)).text())
    await colleague(desk, erika.number, city="Bingen", notes="Bens Notiz")
    answer = await anna.post(path, form | {"notes": "Annas Notiz", "street": "Weg 1"})
    text = await answer.text()
    assert answer.status == 409
    for part in ("Ben Çelik hat diese Akte um", "Bens Notiz", "Annas Notiz", "Bingen", "von dir nicht geändert"):
        assert part in text
    again = sent(text)
    assert (again["city"], again["notes"], again["street"]) == ("Bingen", "Annas Notiz", "Weg 1")
    assert (await stored(desk, erika.number)).notes == "Bens Notiz"
    assert (await anna.post(path, again)).status == 303
    now = await stored(desk, erika.number)
    assert (now.city, now.notes, now.street) == ("Bingen", "Annas Notiz", "Weg 1")


async def test_another_window_of_ones_own_is_called_so(desk: DeskApp, anna: Visitor) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    path = f"/kunden/{erika.number}/bearbeiten"
    form = sent(await (await anna.get(path)).text())
    assert (await anna.post(path, form | {"city": "Mainz"})).status == 303
    text = await (await anna.post(path, form | {"city": "Bingen"})).text()
    assert "In einem anderen Fenster von dir" in text


async def test_open_records_show_the_new_name_at_once(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        path = f"/kunden/{erika.number}/bearbeiten"
        form = sent(await (await anna.get(path)).text())
        stream = await anna.stream()
        await stream.send_json({"t": "shows", "session": session})
        await anna.post(path, form | {"name": "Erika Muster"})
        while True:
            said = await stream.receive_json(timeout=20)
            if said.get("id") == "region-customer" and "Erika Muster" in said["html"]:
                break
        await stream.close()


async def test_without_the_database_what_was_typed_stays(
    desk: DeskApp, anna: Visitor, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER)
    path = f"/kunden/{erika.number}/bearbeiten"
    form = sent(await (await anna.get(path)).text())
    await take_database_away()
    assert (await anna.post(path, form | {"notes": "zwei Treppen hoch"})).status == 503


async def test_what_is_not_there_is_said(anna: Visitor) -> None:
    assert (await anna.get("/kunden/99999/bearbeiten")).status == 404
    assert (await anna.post("/kunden/99999/bearbeiten", {"name": "x"})).status == 404
