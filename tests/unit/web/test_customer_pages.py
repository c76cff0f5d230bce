"""The page of a customer: who it is, why a caller is taken for them, what there was."""

from __future__ import annotations

import re

from sqlalchemy import update

from ionas_phone.runtime import clock
from ionas_phone.store import customer_numbers
from ionas_phone.store import tables as t
from ionas_phone.support.work import Command
from tests.desk_app import DeskApp
from tests.e2e.calls import answered
from tests.timed import Timed
from tests.unit.web.test_sessions import NUMBER, customer


async def test_it_shows_sessions_calls_and_why_the_numbers_match(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel", NUMBER, "+491713920017", "+4961315552*")
    moritz = await customer(desk, "Moritz Muster", "+491713920017")
    session = await answered(desk)
    async with desk.world.database.write() as connection:
        await customer_numbers.attach(connection, erika.id, "+491713920018", clock.now(), "anna")
        await customer_numbers.detach(connection, erika.id, "+49613155520", clock.now(), "anna")
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get(f"/kunden/{erika.number}")).text()
    for part in (
        "06131 5550101",
        f'href="/vorgaenge/{session}"',
        "in die Akte eingetragen",
        "geteilt: Anrufer kann jeder von ihnen sein",
        f'href="/kunden/{moritz.number}">Moritz Muster',
        "Firma: erkannt wird jede Nummer, die so beginnt",
        "bei einem Anruf gemerkt",
        "1 Nummer, die nicht dazugehört",
        "hat den Kunden angelegt",
        '<span class="strong">Anna Berger</span>\n      <span>Telefonnummern</span>',
    ):
        assert part in text, part


async def test_what_was_worked_is_counted_without_practice(timed: Timed) -> None:
    await timed.do(Command.START, 120)
    await timed.do(Command.STOP, 60)
    async with await timed.desk.signed_in("anna") as anna:
        path = re.search(r'href="(/kunden/\d+)"', await (await anna.get(timed.path)).text())
        assert path
        assert "gearbeitete Zeit, alles zusammen: 00:01:00" in await (await anna.get(path[1])).text()
        async with timed.desk.world.database.write() as connection:
            await connection.execute(update(t.sessions).values(practice=True))
        assert "gearbeitete Zeit" not in await (await anna.get(path[1])).text()


async def test_a_number_that_is_not_theirs_may_be_allowed_again(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel", "+4961315550*")
    await answered(desk)
    async with await desk.signed_in("anna") as anna:
        page = await anna.post(f"/kunden/{erika.number}/loesen", {"phone": NUMBER})
        assert page.headers["Location"] == f"/kunden/{erika.number}"
        assert "nicht dazugehört" in await (await anna.get(f"/kunden/{erika.number}")).text()
        for _ in range(2):
            assert (await anna.post(f"/kunden/{erika.number}/erlauben", {"phone": NUMBER})).status == 303
        assert "nicht dazugehört" not in await (await anna.get(f"/kunden/{erika.number}")).text()


async def test_who_is_not_there_is_not_there(desk: DeskApp) -> None:
    await desk.person("anna")
    async with await desk.signed_in("anna") as anna:
        assert (await anna.get("/kunden/99999")).status == 404


async def test_from_the_page_of_a_call_its_number_is_attached_in_one_click(desk: DeskApp) -> None:
    erika = await customer(desk, "Erika Beispiel")
    await answered(desk)
    async with await desk.signed_in("anna") as anna:
        call = await (await anna.get("/anrufe/1")).text()
        assert 'href="/kunden?nummer=%2B4961315550101"' in call
        found = await (await anna.get("/kunden?nummer=%2B4961315550101&q=erika")).text()
        assert f'name="customer" value="{erika.id}"' in found
        assert "Wem gehört 06131 5550101?" in found
        answer = await anna.post("/kunden/anhaengen", {"customer": str(erika.id), "phone": NUMBER})
        assert (answer.status, answer.headers["Location"]) == (303, f"/kunden/{erika.number}")
        text = await (await anna.get(f"/kunden/{erika.number}")).text()
        assert 'href="/anrufe/1"' in text
        assert (await anna.post("/kunden/anhaengen", {"customer": "4711", "phone": NUMBER})).status == 404
        assert (await anna.post("/kunden/anhaengen", {"customer": str(erika.id), "phone": "12"})).status == 422
        new = await (await anna.get("/kunden/neu?nummer=%2B4961315550101")).text()
        assert 'value="06131 5550101"' in new
