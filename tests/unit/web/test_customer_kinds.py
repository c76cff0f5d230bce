"""Consumer or business: changed where it matters, over the record as it was shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ionas_phone.runtime import clock
from ionas_phone.store import customers
from ionas_phone.support.customers import Customer, CustomerKind, NewCustomer
from tests.desk_app import DeskApp
from tests.talks import ERIKA, HX, erika, hidden, talking


async def of_store(desk: DeskApp, customer: Customer) -> Customer:
    async with desk.world.database.read() as connection:
        found = await customers.get(connection, customer.id)
    assert found is not None
    return found


async def test_from_a_session_it_is_changed_and_the_record_says_so(desk: DeskApp) -> None:
    customer = await erika(desk)
    async with talking(desk, customer) as talk:
        path = f"/kunden/{customer.number}/art"
        assert "Privatkunde ohne Rahmenvertrag" in await talk.get()
        form = await (await talk.anna.get(f"{path}?vorgang={talk.session_id}", **HX)).text()
        sent = {**hidden(form), "kind": "business", "framework_contract": "1"}
        for _ in range(2):  # a double click
            answer = await talk.anna.post(path, sent, **HX)
            assert "In die Kundenakte eingetragen." in await answer.text()
        now_there = await of_store(desk, customer)
        assert (now_there.kind, now_there.framework_contract, now_there.version) == (CustomerKind.BUSINESS, True, 2)
        assert (now_there.name, now_there.phones, now_there.email) == (ERIKA.name, ERIKA.phones, ERIKA.email)
        assert "Geschäftskunde · mit Rahmenvertrag" in await talk.get()
        answer = await talk.anna.post(path, {**sent, "version": "2", "kind": "consumer"})
        assert (answer.status, answer.headers["Location"]) == (303, talk.path)


async def test_from_the_customer_s_page_it_leads_back_there(desk: DeskApp) -> None:
    customer = await erika(desk)
    async with talking(desk, customer) as talk:
        page = await (await talk.anna.get(f"/kunden/{customer.number}")).text()
        assert f'href="/kunden/{customer.number}/art"' in page
        form = await (await talk.anna.get(f"/kunden/{customer.number}/art")).text()
        answer = await talk.anna.post(f"/kunden/{customer.number}/art", {**hidden(form), "kind": "business"})
        assert (answer.status, answer.headers["Location"]) == (303, f"/kunden/{customer.number}")


async def test_over_a_record_that_somebody_changed_meanwhile_nothing_is_written(desk: DeskApp) -> None:
    customer = await erika(desk)
    async with talking(desk, customer) as talk:
        path = f"/kunden/{customer.number}/art"
        form = await (await talk.anna.get(f"{path}?vorgang={talk.session_id}", **HX)).text()
        moved = NewCustomer("Erika Beispiel", phones=ERIKA.phones, city="Mainz")
        async with desk.world.database.write() as connection:
            await customers.update(connection, customer.id, moved, customer.version, clock.now(), "ben")
        answer = await talk.anna.post(path, {**hidden(form), "kind": "business"}, **HX)
        text = await answer.text()
        assert answer.status == 409
        assert "inzwischen" in text
        assert '<option value="business" selected>' in text
        assert (await of_store(desk, customer)).kind is CustomerKind.CONSUMER
        assert (await talk.anna.post(path, {**hidden(text), "kind": "business"}, **HX)).status == 200
    now_there = await of_store(desk, customer)
    assert (now_there.kind, now_there.city) == (CustomerKind.BUSINESS, "Mainz")


async def test_a_new_customer_is_what_the_form_says(desk: DeskApp) -> None:
    async with talking(desk, None) as talk:
        sent = {"name": "Firma", "kind": "business", "framework_contract": "1", "vorgang": str(talk.session_id)}
        await talk.anna.post("/kunden", sent)
        assert "Geschäftskunde · mit Rahmenvertrag" in await talk.get()
        assert (await talk.anna.post("/kunden", {"name": "Firma", "kind": "friend"})).status == 422


async def test_what_is_not_there_or_not_allowed_is_said(desk: DeskApp) -> None:
    customer = await erika(desk)
    async with talking(desk, customer) as talk, desk.visitor() as stranger:
        assert (await talk.anna.get("/kunden/99999/art")).status == 404
        assert (await talk.anna.post("/kunden/99999/art", {"kind": "business"})).status == 404
        assert (await talk.anna.post(f"/kunden/{customer.number}/art", {"kind": "friend"})).status == 422
        assert (await stranger.post(f"/kunden/{customer.number}/art", {"kind": "business"})).status == 401
    assert (await of_store(desk, customer)).kind is CustomerKind.CONSUMER


async def test_without_the_database_it_is_said(
    desk: DeskApp, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    customer = await erika(desk)
    async with talking(desk, customer) as talk:
        await talk.get()
        await take_database_away()
        assert (await talk.anna.post(f"/kunden/{customer.number}/art", {"kind": "business"}, **HX)).status == 503
