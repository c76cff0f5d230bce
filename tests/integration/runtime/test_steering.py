"""Calling back and pausing on real switchboards, of the newest version and of the oldest."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from ionas_phone.app import Service
from ionas_phone.errors import NotSteered
from ionas_phone.live.nouns import Direction
from ionas_phone.store import call_lists, sessions
from ionas_phone.store.call_lists import CallFilter
from tests.lab.asterisk import Asterisk
from tests.lab.legs import Leg
from tests.lab.phones import Customers, Phone
from tests.lab.tree import MAJORS
from tests.lab.waiting import until
from tests.service import linked, people_and_a_customer, settings

NUMBER = "+491713920002"


@pytest.fixture(params=MAJORS, scope="session")
async def switchboard(request: pytest.FixtureRequest) -> AsyncIterator[Asterisk]:
    async with Asterisk.running(major=request.param, ring_seconds=3, wait_seconds=30) as running:
        yield running


@pytest.fixture
async def service(switchboard: Asterisk, migrated_file: Path, tmp_path: Path) -> AsyncIterator[Service]:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    await people_and_a_customer(url)
    async with linked(settings(tmp_path, url, switchboard)) as running:
        yield running


async def test_ones_own_phone_rings_first_then_the_customer_and_a_session_opens(
    switchboard: Asterisk, service: Service
) -> None:
    live = service.engine.live
    async with AsyncExitStack() as stack:
        anna = await stack.enter_async_context(Phone.registered(switchboard, "201"))
        outside = await stack.enter_async_context(Customers.of(switchboard))
        await until(lambda: any(phone.state == "available" for phone in live.phones("anna")), "the phone to be there")
        await service.steering.call("anna", NUMBER)
        await service.steering.call("anna", NUMBER)  # a double click
        own: Leg = await anna.next_call()
        own.ring()
        assert service.steering.dialling("anna")
        own.answer()
        there = await outside.next_call()  # only now
        await until(lambda: service.steering.dialling("anna") is None, "the phone to be taken off")
        there.ring()
        there.answer()
        await until(lambda: any(call.session_id for call in live.desk("anna").calls), "the session")
        [talk] = live.desk("anna").calls
        assert talk.caller.number == NUMBER
        await there.hang_up()
        await until(lambda: not live.desk("anna").calls, "the end")
        await service.writer.drained()
        async with service.database.read() as connection:
            [call] = (await call_lists.page(connection, CallFilter())).lines
            session = await sessions.get(connection, talk.session_id or 0)
    assert (call.direction, call.number, call.answered_by) == (Direction.OUT, NUMBER, "anna")
    assert [one.kind.value for one in call.stretches][-1] == "talking"
    assert session
    assert (session.number, session.assistant) == (NUMBER, "anna")


async def test_why_nobody_was_called_is_said(switchboard: Asterisk, service: Service) -> None:
    live = service.engine.live
    with pytest.raises(NotSteered, match="does not reach your phone"):
        await service.steering.call("anna", NUMBER)  # nobody has registered it
    async with Phone.registered(switchboard, "201") as anna:
        await until(lambda: any(phone.state == "available" for phone in live.phones("anna")), "the phone to be there")
        with pytest.raises(NotSteered, match="dial plan"):
            await service.steering.call("anna", "+41446681800", sure=True)
        await service.steering.call("anna", NUMBER)
        leg = await anna.next_call()
        leg.reject(486)
        await until(lambda: bool((told := service.steering.dialling("anna")) and told.failed), "the refusal")
        assert not live.desk("anna").calls


async def test_a_pause_is_in_every_queue_with_its_reason_and_ends(switchboard: Asterisk, service: Service) -> None:
    live = service.engine.live
    async with Phone.registered(switchboard, "201"):
        await service.steering.pause("anna", "Meal")
        await until(lambda: [phone.reason for phone in live.phones("anna")] == ["Meal"], "the pause")
        assert live.phones("anna")[0].paused
        assert "Meal" in await switchboard.cli("queue show support")
        await service.steering.pause("anna", None)
        await until(lambda: not live.phones("anna")[0].paused, "the end of the pause")


async def test_an_account_that_may_only_watch_is_said(
    switchboard: Asterisk, migrated_file: Path, tmp_path: Path
) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    await people_and_a_customer(url)
    conf = switchboard.folder / "etc/manager.conf"
    written = conf.read_text()
    try:
        conf.write_text(written.replace("write = reporting,originate,agent", "write = reporting"))
        await switchboard.cli("manager reload")
        async with linked(settings(tmp_path, url, switchboard)) as service, Phone.registered(switchboard, "201"):
            live = service.engine.live
            await until(lambda: any(phone.state == "available" for phone in live.phones("anna")), "the phone")
            for asked in (service.steering.pause("anna", None), service.steering.call("anna", NUMBER)):
                with pytest.raises(NotSteered, match="write = reporting,originate,agent"):
                    await asked
    finally:
        conf.write_text(written)
        await switchboard.cli("manager reload")
