"""Wrapping up on a real switchboard: nothing rings meanwhile, private queues are left alone, and it ends."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ionas_phone.live.board import AssistantState
from ionas_phone.live.wrap_up import REASON
from ionas_phone.store import queue_targets
from ionas_phone.support.queue_targets import QueueTargets
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Customers, Phone
from tests.lab.tree import MAJORS
from tests.lab.waiting import until
from tests.service import linked, people_and_a_customer, settings

PRIVATE = "lab-other"  # Anna sits in it, too, and it is none of the service's


@pytest.fixture(params=MAJORS, scope="module")
async def switchboard(request: pytest.FixtureRequest) -> AsyncIterator[Asterisk]:
    async with Asterisk.running(major=request.param, more={"other"}, ring_seconds=3, wait_seconds=30) as running:
        yield running


async def is_paused(switchboard: Asterisk, queue: str) -> bool:
    seats = (await switchboard.cli(f"queue show {queue}")).splitlines()
    return "(paused" in next(line for line in seats if "PJSIP/201" in line)


@pytest.mark.parametrize("stopped", [False, True], ids=["it ends by itself", "the service is stopped"])
async def test_after_a_call_the_member_is_paused_for_a_while(
    switchboard: Asterisk, migrated_file: Path, tmp_path: Path, *, stopped: bool
) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    await people_and_a_customer(url)
    await switchboard.cli("database put ionas opening open")
    async with (
        Phone.registered(switchboard, "201") as anna,
        Customers.of(switchboard) as outside,
        linked(settings(tmp_path, url, switchboard)) as service,
    ):
        live = service.engine.live
        await until(lambda: any(phone.state == "available" for phone in live.phones("anna")), "the phone to be there")
        async with service.database.write() as connection:
            new = QueueTargets("support", wrap_up=300 if stopped else 4)
            await queue_targets.save(connection, new, service.now(), "office")
        await service.day.turn()
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
