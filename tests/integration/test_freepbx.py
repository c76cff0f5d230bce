"""The whole service on a dial plan of FreePBX's shape: the pop at the right desk, its session, a break, a call back."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from ionas_phone.app import Service
from ionas_phone.live.board import AssistantState, RingState
from ionas_phone.runtime.steering import REASONS
from tests.lab import freepbx
from tests.lab.asterisk import Asterisk
from tests.lab.legs import Leg
from tests.lab.phones import Customers, Phone
from tests.lab.tree import MAJORS
from tests.lab.waiting import until
from tests.service import linked, people_and_a_customer, settings

NUMBER = "061315550101"
MOBILE = "+491713920002"


@asynccontextmanager
async def house(major: int, folder: Path, url: str) -> AsyncIterator[tuple[Service, Phone, Customers]]:
    """Run everything, with Anna's phone signed in alone, so that every caller comes to her."""
    async with AsyncExitStack() as stack:
        pbx = await stack.enter_async_context(Asterisk.running(major, like_freepbx=True, wait_seconds=30))
        anna = await stack.enter_async_context(Phone.registered(pbx, "201"))
        outside = await stack.enter_async_context(Customers.of(pbx))
        chosen = settings(
            *(folder, url, pbx),
            IONAS_LINES=f"{freepbx.LINE} {pbx.plan.line}",
            IONAS_QUEUES=freepbx.QUEUE,
            IONAS_DIAL_CONTEXT=freepbx.DESK,
        )
        service = await stack.enter_async_context(linked(chosen))
        live = service.engine.live
        await until(lambda: any(p.state == "available" for p in live.phones("anna")), "the phone to be there")
        yield service, anna, outside


async def session_with(service: Service, number: str) -> int:
    """Wait until Anna talks to ``number`` and the session stands open; return which."""
    live = service.engine.live
    await until(lambda: any(call.session_id for call in live.desk("anna").calls), "the session")
    [talk] = live.desk("anna").calls
    assert talk.caller.number == number
    return talk.session_id or 0


@pytest.mark.parametrize("major", MAJORS)
async def test_a_caller_and_a_call_back(major: int, migrated_file: Path, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    erika = await people_and_a_customer(url)
    async with house(major, tmp_path, url) as (service, anna, outside):
        live = service.engine.live
        caller = outside.call(NUMBER, to=freepbx.LINE)  # without a name: FreePBX gives them their number for one
        ring: Leg = await anna.next_call()
        ring.ring()
        await until(lambda: [card.state for card in live.desk("anna").rings] == [RingState.RINGING], "the ring card")
        assert [seat.name for seat in live.board().members if seat.login == "anna"] == ["Anna Berger"]
        ring.answer()
        first = await session_with(service, "+4961315550101")
        [talk] = live.desk("anna").calls
        assert (talk.caller.name, talk.queue) == ("", freepbx.QUEUE)
        assert talk.customer
        assert talk.customer.number == erika.number
        await caller.hang_up()
        await until(lambda: not live.desk("anna").calls, "the end")

        await service.steering.pause("anna", REASONS[0])
        await until(lambda: live.desk("anna").state is AssistantState.PAUSED, "the break")
        await service.steering.pause("anna", None)
        await until(lambda: live.desk("anna").state is AssistantState.AVAILABLE, "the break's end")

        await service.steering.call("anna", MOBILE)
        own: Leg = await anna.next_call()
        own.ring()
        own.answer()
        there = await outside.next_call()
        there.ring()
        there.answer()
        assert await session_with(service, MOBILE) != first
        await there.hang_up()
        await until(lambda: not live.desk("anna").calls, "the end")
