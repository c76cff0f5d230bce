"""The confirmation: what is recorded is what was handed over, byte for byte, and only then the timer may run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from ionas_phone.runtime import clock
from ionas_phone.store import customers
from ionas_phone.support.acceptances import Handed
from ionas_phone.support.customers import CustomerKind, NewCustomer
from tests.desk_app import DeskApp
from tests.talks import HX, YES, Talk, erika, hidden, talking


@pytest.fixture
async def talk(desk: DeskApp) -> AsyncIterator[Talk]:
    """Erika has agreed, and has nothing to keep yet."""
    async with talking(desk, await erika(desk)) as talk:
        await talk.propose()
        await talk.answer(YES)
        yield talk


async def test_the_file_the_paper_and_the_record_are_one_text(talk: Talk) -> None:
    form = await talk.get("/bestaetigung")
    shown = hidden(form)["sha256"]
    file = await talk.anna.get(f"{talk.path}/bestaetigung.txt")
    assert "attachment" in file.headers["Content-Disposition"]
    assert hashlib.sha256(await file.read()).hexdigest() == shown
    assert "An: Erika Beispiel" in await file.text()
    assert "Widerrufsrecht:" in await file.text()
    assert shown in await talk.get("/bestaetigung/druck")
    await talk.confirm()
    confirmed = (await talk.work()).confirmation
    assert confirmed is not None
    assert (confirmed.sha256, confirmed.text) == (shown, await file.text())
    assert (confirmed.handed, confirmed.address, confirmed.by) == (Handed.MAIL, "erika@example.org", "anna")


async def test_who_sends_it_is_said_and_a_mail_to_the_customer_is_begun(talk: Talk) -> None:
    form = await talk.get("/bestaetigung")
    assert "Dieses Programm verschickt nichts" in form
    assert 'data-copies-of="confirmation-text"' in form
    assert 'href="mailto:erika@example.org?subject=Best%C3%A4tigung%20Ihres%20Auftrags%20vom%20' in form


async def test_the_timer_may_run_only_afterwards(talk: Talk) -> None:
    assert (await talk.work()).needs
    part = await (await talk.post("/bestaetigung", _sent(await talk.get("/bestaetigung")), **HX)).text()
    assert "Die Bestätigung ist festgehalten." in part
    assert "Die Zeit darf laufen." in part
    assert (await talk.work()).needs == ()
    record = (await talk.get()).replace("<wbr>", "")
    assert "per E-Mail: erika@example.org" in record
    assert "zugestimmt" in record


async def test_the_address_is_there_already_or_asked_for(talk: Talk) -> None:
    form = await talk.get("/bestaetigung")
    assert '<option value="mail" selected>' in form
    assert 'name="address" type="text" value="erika@example.org"' in form
    answer = await talk.post("/bestaetigung", {**_sent(form), "handed": "fax", "address": " "}, **HX)
    text = await answer.text()
    assert answer.status == 422
    assert 'id="address-error"' in text
    assert '<option value="fax" selected>' in text
    assert (await talk.work()).confirmation is None


async def test_what_is_handed_over_goes_to_no_address(talk: Talk) -> None:
    await talk.confirm(handed="remote")
    confirmed = (await talk.work()).confirmation
    assert confirmed is not None
    assert (confirmed.handed, confirmed.address) == (Handed.REMOTE, "")


async def test_a_double_click_records_it_once(talk: Talk) -> None:
    sent = {**_sent(await talk.get("/bestaetigung")), "key": "the same"}
    answers = [await talk.post("/bestaetigung", sent) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert {answer.headers["Location"] for answer in answers} == {talk.path}
    assert "Die Übergabe ist festgehalten" in await talk.get("/bestaetigung")


async def test_a_text_that_changed_meanwhile_is_handed_over_anew(talk: Talk) -> None:
    sent = _sent(await talk.get("/bestaetigung"))
    assert talk.customer is not None
    new = NewCustomer("Erika Muster", phones=talk.customer.phones)
    async with talk.desk.world.database.write() as connection:
        await customers.update(connection, talk.customer.id, new, talk.customer.version, clock.now(), "ben")
    answer = await talk.post("/bestaetigung", sent, **HX)
    text = await answer.text()
    assert answer.status == 409
    assert "Der Text hat sich inzwischen geändert" in text
    assert "An: Erika Muster" in text
    assert hidden(text)["sha256"] != sent["sha256"]
    assert (await talk.work()).confirmation is None
    assert (await talk.post("/bestaetigung", {**sent, "sha256": hidden(text)["sha256"]})).status == 303


async def test_of_two_yeses_the_newest_is_confirmed(talk: Talk) -> None:
    sent = _sent(await talk.get("/bestaetigung"))
    await talk.propose(minutes_to="40")
    await talk.answer(YES)
    answer = await talk.post("/bestaetigung", sent, **HX)
    assert answer.status == 409
    assert "Inzwischen wurde mehr vereinbart" in await answer.text()
    await talk.confirm()
    assert (await talk.work()).accepted_minutes == 40


async def test_a_business_may_have_one_too(desk: DeskApp) -> None:
    async with talking(desk, await erika(desk, CustomerKind.BUSINESS)) as talk:
        await talk.propose()
        await talk.answer({"decision": "accepted"})
        assert f'href="{talk.path}/bestaetigung"' in await talk.get()
        form = await talk.get("/bestaetigung")
        assert "zuzüglich 19 % Umsatzsteuer" in form
        assert "bevor die Zeit laufen darf" not in form
        await talk.confirm(handed="printed")
        assert "auf Papier, persönlich" in await talk.get()


async def test_without_a_yes_there_is_nothing_to_confirm(desk: DeskApp) -> None:
    async with talking(desk, await erika(desk)) as talk:
        await talk.propose()
        for form in ("/bestaetigung", "/bestaetigung/druck", "/bestaetigung.txt"):
            assert (await talk.anna.get(f"{talk.path}{form}")).status == 409
        assert (await talk.anna.get("/vorgaenge/77/bestaetigung.txt")).status == 404


async def test_nobody_from_outside_reads_or_confirms(desk: DeskApp, talk: Talk) -> None:
    sent = _sent(await talk.get("/bestaetigung"))
    async with desk.visitor() as stranger:
        assert (await stranger.post(f"{talk.path}/bestaetigung", sent)).status == 401
        assert (await stranger.get(f"{talk.path}/bestaetigung.txt")).status == 303
    assert (await talk.work()).confirmation is None


async def test_what_no_form_of_ours_sends_is_refused(talk: Talk) -> None:
    sent = _sent(await talk.get("/bestaetigung"))
    for changed in ({"script": "x"}, {"handed": "pigeon"}, {"acceptance": ""}, {"script": "1"}, {"key": ""}):
        assert (await talk.post("/bestaetigung", {**sent, **changed})).status == 422
    assert (await talk.work()).confirmation is None


async def test_without_the_database_it_is_said_and_the_form_stays(
    talk: Talk, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    sent = _sent(await talk.get("/bestaetigung"))
    await take_database_away()
    answer = await talk.post("/bestaetigung", sent, **HX)
    assert (answer.status, answer.headers["HX-Retarget"]) == (503, "#notice")


def _sent(form: str) -> dict[str, str]:
    """What the form sends as it is shown."""
    found = re.search(r'name="address" type="text" value="([^"]*)"', form)
    return {**hidden(form), "handed": "mail", "address": found[1] if found else ""}
