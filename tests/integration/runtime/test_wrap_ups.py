"""Wrapping up on a real switchboard: nothing rings meanwhile, private queues are left alone, and it ends."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ionas_phone.app import Service
from ionas_phone.live.board import AssistantState
from ionas_phone.live.effects import BeginWrapUp
from ionas_phone.live.wrap_up import REASON, WrapUp
from ionas_phone.runtime import clock
from ionas_phone.runtime.steering import SETTLED
from ionas_phone.store import queue_targets
from ionas_phone.support.queue_targets import QueueTargets
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Customers, Phone
from tests.lab.tree import MAJORS
from tests.lab.waiting import until
from tests.service import linked, people_and_a_customer, settings
from tests.timed import Clocks

PRIVATE = "lab-other"  # Anna sits in it, too, and it is none of the service's


@pytest.fixture(params=MAJORS, scope="module")
async def switchboard(request: pytest.FixtureRequest) -> AsyncIterator[Asterisk]:
    async with Asterisk.running(major=request.param, more={"other"}, ring_seconds=3, wait_seconds=30) as running:
        yield running


@asynccontextmanager
async def with_a_wrap_up_of(
    seconds: int, switchboard: Asterisk, migrated_file: Path, folder: Path, now: Callable[[], datetime] = clock.now
) -> AsyncIterator[Service]:
    """A service with Anna's phone in sight, whose queue gives so many seconds."""
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, folder / 'ionas.db')}"
    await people_and_a_customer(url)
    await switchboard.cli("database put ionas opening open")
    async with linked(settings(folder, url, switchboard), now) as service:
        live = service.engine.live
        await until(lambda: any(phone.state == "available" for phone in live.phones("anna")), "the phone to be there")
        async with service.database.write() as connection:
            new = QueueTargets("support", wrap_up=seconds)
            await queue_targets.save(connection, new, service.now(), "office")
        await service.day.turn()
        yield service


async def pause_of(switchboard: Asterisk, queue: str) -> str:
    """Return the reason of Anna's pause there, as the switchboard has it; "" if there is none."""
    seats = (await switchboard.cli(f"queue show {queue}")).splitlines()
    paused = next(line for line in seats if "PJSIP/201" in line).partition("(paused")[2]
    return paused.removeprefix(":").partition(" was ")[0].partition(")")[0]


async def is_paused(switchboard: Asterisk, queue: str) -> bool:
    seats = (await switchboard.cli(f"queue show {queue}")).splitlines()
    return "(paused" in next(line for line in seats if "PJSIP/201" in line)


@pytest.mark.parametrize("stopped", [False, True], ids=["it ends by itself", "the service is stopped"])
async def test_after_a_call_the_member_is_paused_for_a_while(
    switchboard: Asterisk, migrated_file: Path, tmp_path: Path, *, stopped: bool
) -> None:
    async with (
        Phone.registered(switchboard, "201") as anna,
        Customers.of(switchboard) as outside,
        with_a_wrap_up_of(300 if stopped else 4, switchboard, migrated_file, tmp_path) as service,
    ):
        live = service.engine.live
        caller = outside.call("061315550101")
        leg = await anna.next_call()
        leg.ring()
        leg.answer()
        await until(lambda: live.desk("anna").calls, "the talk")
        await caller.hang_up()
        await until(lambda: live.desk("anna").wrap_up, "the wrap-up")
        desk = live.desk("anna")
        assert (desk.state, desk.reason) == (AssistantState.PAUSED, REASON)
        assert await is_paused(switchboard, "support")
        assert not await is_paused(switchboard, PRIVATE)
        if not stopped:
            await until(lambda: live.desk("anna").state is AssistantState.AVAILABLE, "its end")
    assert not await is_paused(switchboard, "support")


async def test_what_a_killed_service_left_is_ended_and_by_hand_in_every_queue(
    switchboard: Asterisk, migrated_file: Path, tmp_path: Path
) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    await people_and_a_customer(url)
    await switchboard.cli("queue pause member PJSIP/201 queue support reason Wrap-up/30/1795344300")
    async with Phone.registered(switchboard, "201"), linked(settings(tmp_path, url, switchboard)) as service:
        live = service.engine.live
        await until(lambda: live.desk("anna").state is AssistantState.AVAILABLE, "its end")
        await service.steering.pause("anna", REASON)
        await until(lambda: live.desk("anna").reason == REASON, "the pause")
        assert await is_paused(switchboard, PRIVATE)
        await service.steering.pause("anna", None)
        await until(lambda: live.desk("anna").state is AssistantState.AVAILABLE, "its end by hand")
        assert not await is_paused(switchboard, PRIVATE)


@pytest.mark.parametrize("first", ["the break", "the wrap-up"])
async def test_a_break_that_crosses_with_the_wrap_up_stays_a_break(
    switchboard: Asterisk, migrated_file: Path, tmp_path: Path, first: str
) -> None:
    """Both are asked for before either is answered; nothing that was asked last may be undone.

    The clock stands still until the picture shows the break: how long the machine takes changes nothing.
    """
    clocks = Clocks(at=clock.now())
    async with (
        Phone.registered(switchboard, "201"),
        with_a_wrap_up_of(300, switchboard, migrated_file, tmp_path, clocks.now) as service,
    ):
        pbx, live = next(iter(service.links)), service.engine.live
        order = BeginWrapUp(pbx, "support", "PJSIP/201")
        async with asyncio.TaskGroup() as group:
            if first == "the wrap-up":
                service.wrap_ups.begin(order)
            by_hand = group.create_task(service.steering.pause("anna", "Break"))
            if first == "the break":
                await asyncio.sleep(0)
                clocks.ahead = timedelta(seconds=1)
                service.wrap_ups.begin(order)
        assert by_hand.done()
        await until(lambda: live.desk("anna").reason == "Break", "the break")
        clocks.ahead += SETTLED
        await until(lambda: not service.wrap_ups._ordered[pbx], "the order to be looked at")
        assert await pause_of(switchboard, "support") == "Break"
        await service.steering.pause("anna", None)
        await until(lambda: live.desk("anna").state is AssistantState.AVAILABLE, "its end by hand")


async def test_whoever_was_rung_before_their_wrap_up_began_wraps_up_the_second_call_in_full(
    switchboard: Asterisk, migrated_file: Path, tmp_path: Path
) -> None:
    async with (
        Phone.registered(switchboard, "201") as anna,
        Customers.of(switchboard) as outside,
        with_a_wrap_up_of(300, switchboard, migrated_file, tmp_path) as service,
    ):
        live = service.engine.live
        caller = outside.call("061315550101")
        leg = await anna.next_call()
        leg.ring()
        first = WrapUp(60, service.now() + timedelta(seconds=60))  # it comes when the phone rings again already
        await switchboard.cli(f"queue pause member PJSIP/201 queue support reason {first.written}")
        leg.answer()
        await until(lambda: live.desk("anna").calls, "the talk")
        await caller.hang_up()
        await until(lambda: (now := live.desk("anna").wrap_up) and now.seconds == 300, "the second wrap-up")
        assert (await pause_of(switchboard, "support")).startswith(f"{REASON}/300/")
