"""How far somebody has come on the guided tour: read off what really happened on the practice line."""

from __future__ import annotations

import re

from ionas_phone.app import Service
from ionas_phone.live.board import sessions_topic
from ionas_phone.runtime import clock
from ionas_phone.store import customers, remote, session_texts, sessions
from ionas_phone.support.sessions import Ending, SessionText
from ionas_phone.support.work import Command
from tests import agreed
from tests.desk_app import Visitor
from tests.lab.waiting import until
from tests.unit.web.test_practice import anna, service
from tests.unit.web.test_sessions import HX

__all__ = ["anna", "service"]


async def at(service: Service, visitor: Visitor) -> tuple[str, str]:
    """Return the step the strip names, and which of how many it is."""
    service.hub.mark(sessions_topic("anna"), clock.monotonic())  # a page that writes says so; a test does not
    text = await (await visitor.get("/kunden")).text()
    name = re.search(r'class="tour-name">([^<]+)<', text)
    place = re.search(r"Schritt (\d+ von \d+)", text)
    assert name
    return name[1], place[1] if place else ""


async def write(service: Service, session_id: int, which: SessionText) -> None:
    async with service.database.write() as connection:
        session = await sessions.get(connection, session_id)
        assert session
        await session_texts.save(connection, session_id, which, session.version, "Drucker", clock.now(), "anna")


async def talks(service: Service, anna: Visitor, kind: str = "known") -> int:
    live = service.engine.live
    await anna.post("/uebung/klingeln", {"kind": kind}, **HX)
    await until(lambda: live.desk("anna").rings, "the ring card")
    return await picked_up(service, anna)


async def picked_up(service: Service, anna: Visitor) -> int:
    live = service.engine.live
    await anna.post("/uebung/annehmen", **HX)
    await until(lambda: live.desk("anna").calls and live.desk("anna").calls[0].session_id, "the session")
    session_id = live.desk("anna").calls[0].session_id
    assert session_id
    return session_id


async def test_every_step_ticks_itself_off_when_it_has_happened(service: Service, anna: Visitor) -> None:
    await anna.post("/uebung/tour")
    assert await at(service, anna) == ("Das Telefon klingeln lassen", "1 von 13")
    await anna.post("/uebung/klingeln", {"kind": "known"}, **HX)
    live = service.engine.live
    await until(lambda: live.desk("anna").rings, "the ring card")
    assert await at(service, anna) == ("Annehmen", "2 von 13")
    session_id = await picked_up(service, anna)
    assert await at(service, anna) == ("Das Problem notieren", "3 von 13")
    await write(service, session_id, SessionText.PROBLEM)
    assert await at(service, anna) == ("Die Fernwartungs-ID notieren", "4 von 13")
    async with service.database.write() as connection:
        await remote.start(connection, session_id, "123456789", clock.now(), "anna")
    assert await at(service, anna) == ("Den Aufwand schätzen", "5 von 13")
    doing = agreed.Desk(service.database, session_id)
    await doing.propose()
    assert await at(service, anna) == ("Um Zustimmung fragen", "6 von 13")
    accepted = await doing.answer()
    assert await at(service, anna) == ("Die Bestätigung übergeben", "7 von 14")
    await doing.confirm(accepted)
    assert await at(service, anna) == ("Die Zeit starten", "8 von 14")
    await doing.do(Command.START)
    assert await at(service, anna) == ("Die Zeit stoppen", "9 von 14")
    await doing.do(Command.STOP, 60)
    assert await at(service, anna) == ("Die Fernwartung beenden", "10 von 14")
    async with service.database.write() as connection:
        await remote.end(connection, session_id, clock.now(), "anna", broken_off=False)
    assert await at(service, anna) == ("Auflegen", "11 von 14")
    await anna.post("/uebung/auflegen", **HX)
    await until(lambda: not live.desk("anna").calls, "the end of the call")
    assert await at(service, anna) == ("Zusammenfassen", "12 von 14")
    await write(service, session_id, SessionText.SUMMARY)
    assert await at(service, anna) == ("Vorbeugung raten", "13 von 14")
    await write(service, session_id, SessionText.PREVENTION)
    assert await at(service, anna) == ("Den Vorgang abschließen", "14 von 14")
    async with service.database.write() as connection:
        await sessions.end(connection, session_id, Ending.DONE, clock.now(), "anna")
    assert await at(service, anna) == ("Das war ein ganzer Vorgang", "")


async def test_of_an_unknown_caller_it_is_asked_whose_session_it_is(service: Service, anna: Visitor) -> None:
    await anna.post("/uebung/tour")
    session_id = await talks(service, anna, "unknown")
    assert await at(service, anna) == ("Den Kunden zuordnen", "3 von 14")
    async with service.database.write() as connection:
        erika = await customers.by_number(connection, "10001")
        assert erika
        await sessions.set_customer(connection, session_id, erika.id, clock.now(), "anna")
    assert await at(service, anna) == ("Das Problem notieren", "3 von 13")


async def test_a_call_that_was_passed_on_was_not_hung_up_and_the_tour_offers_to_begin_anew(
    service: Service, anna: Visitor
) -> None:
    await anna.post("/uebung/tour")
    await talks(service, anna)
    await anna.post("/uebung/kollege", {"colleague": "ben", "how": "ask"}, **HX)
    await until(lambda: service.practice and service.practice.state("anna").state == "consulting", "Ben to pick up")
    await anna.post("/uebung/uebergeben", **HX)
    live = service.engine.live
    await until(lambda: not live.desk("anna").calls and live.desk("ben").calls, "the caller with Ben alone")
    assert (await at(service, anna))[0] == "Der Anrufer ist beim Kollegen"
    strip = (await (await anna.get("/kunden")).text()).partition('id="region-tour"')[2].partition("</section>")[0]
    assert "Neu beginnen" in strip
    assert 'aria-current="step"' not in strip
    assert "Auflegen</span><span" not in strip  # it is not ticked off
    for done in ("Das Telefon klingeln lassen", "Annehmen"):  # what was done before stays so
        assert f'{done}</span><span class="unseen">' in strip
    await anna.post("/uebung/tour")
    assert await at(service, anna) == ("Das Telefon klingeln lassen", "1 von 13")


async def test_begun_anew_it_waits_for_another_call(service: Service, anna: Visitor) -> None:
    await anna.post("/uebung/tour")
    await talks(service, anna)
    await anna.post("/uebung/auflegen", **HX)
    await until(lambda: not service.engine.live.desk("anna").calls, "the end of the call")
    assert (await at(service, anna))[0] == "Das Problem notieren"
    await anna.post("/uebung/tour")
    assert await at(service, anna) == ("Das Telefon klingeln lassen", "1 von 13")
