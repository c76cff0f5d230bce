"""Merging two records in the browser: seen beforehand, done once, and every old address still leads somewhere."""

from __future__ import annotations

from re import findall

from ionas_phone.runtime import clock
from ionas_phone.store import customers, session_lists
from ionas_phone.support.customers import CustomerKind, NewCustomer
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered
from tests.unit.web.test_sessions import NUMBER, customer, stored


def hidden(form: str) -> dict[str, str]:
    return dict(findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[form.index('action="/kunden/') :]))


async def test_it_is_shown_done_and_led_on_from_then_on(desk: DeskApp) -> None:
    kept = await customer(desk, "Erika Beispiel")
    gone = await customer(desk, "E. Beispiel", NUMBER)
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        found = await (await anna.get(f"/kunden?zusammen={kept.number}&q=beispiel")).text()
        path = f"/kunden/{kept.number}/zusammenfuehren"
        assert f'href="{path}?mit={gone.number}"' in found
        assert f"mit={kept.number}" not in found
        text = await (await anna.get(f"{path}?mit={gone.number}")).text()
        for part in ("1 Vorgang, 1 davon offen", "1 Anruf", "1 Rufnummer", "Nichts wird gelöscht"):
            assert part in text, part
        for _ in range(2):  # a double click
            answer = await anna.post(path, hidden(text))
            assert (answer.status, answer.headers["Location"]) == (303, f"/kunden/{kept.number}")
        for old in ("", "/bearbeiten", "/art"):
            there = await anna.get(f"/kunden/{gone.number}{old}")
            assert there.status in {200, 303}
            assert kept.number in (there.headers.get("Location") or await there.text())
        assert "Erika Beispiel" in await (await anna.get(f"/vorgaenge/{session}")).text()
    assert (await stored(desk, session)).customer_id == kept.id
    (call,) = desk.world.live.desk("anna").calls
    assert call.customer is not None
    assert call.customer.customer_id == kept.id


async def test_what_forbids_it_is_said_and_there_is_no_button(desk: DeskApp, anna: Visitor) -> None:
    kept = await customer(desk, "Erika Beispiel")
    async with desk.world.database.write() as connection:
        new = NewCustomer("", "Beispiel GmbH", kind=CustomerKind.BUSINESS)
        gone = await customers.create(connection, new, clock.now(), "test")
    path = f"/kunden/{kept.number}/zusammenfuehren"
    text = await (await anna.get(f"{path}?mit={gone.number}")).text()
    assert "Einer ist Privatkunde, der andere Geschäftskunde" in text
    assert "überführen" not in text
    answer = await anna.post(path, hidden(text))
    assert answer.status == 409
    assert "Einer ist Privatkunde" in await answer.text()
    assert "ein und dieselbe" in await (await anna.get(f"{path}?mit={kept.number}")).text()


async def test_what_was_changed_after_it_was_shown_is_shown_again(desk: DeskApp, anna: Visitor) -> None:
    kept, gone = await customer(desk, "Erika Beispiel"), await customer(desk, "E. Beispiel", NUMBER)
    path = f"/kunden/{kept.number}/zusammenfuehren"
    text = await (await anna.get(f"{path}?mit={gone.number}")).text()
    async with desk.world.database.write() as connection:
        await customers.update(connection, gone.id, NewCustomer("E. Beispiel", city="Bingen"), 1, clock.now(), "ben")
    answer = await anna.post(path, hidden(text))
    text = await answer.text()
    assert answer.status == 409
    assert "inzwischen" in text
    assert "Bingen" in text
    assert (await anna.post(path, hidden(text))).status == 303
    async with desk.world.database.read() as connection:
        assert await session_lists.history(connection, kept.id) == ()


async def test_what_is_not_there_is_said(desk: DeskApp, anna: Visitor) -> None:
    kept = await customer(desk, "Erika Beispiel")
    path = f"/kunden/{kept.number}/zusammenfuehren"
    assert (await anna.get(path)).headers["Location"] == f"/kunden?zusammen={kept.number}"
    assert (await anna.get(f"{path}?mit=99999")).status == 404
    assert (await anna.post(path, {"mit": "99999"})).status == 404
    assert (await anna.post(path, {})).status == 422
    assert (await anna.get("/kunden/99999/zusammenfuehren")).status == 404
