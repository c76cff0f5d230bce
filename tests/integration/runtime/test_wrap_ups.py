"""Wrapping up on real switchboards: nothing rings meanwhile, and it ends, though the service was started anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ionas_phone.live.board import AssistantState
from ionas_phone.live.wrap_up import REASON
from ionas_phone.store import queue_targets
from ionas_phone.support.queue_targets import QueueTargets
from tests.integration.runtime.test_steering import switchboard
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Customers, Phone
from tests.lab.waiting import until
from tests.service import linked, people_and_a_customer, settings

__all__ = ["switchboard"]
SECONDS = 4


@pytest.mark.parametrize("restart", [False, True], ids=["it ends by itself", "after a restart"])
async def test_after_a_call_the_member_is_paused_for_a_while(
    switchboard: Asterisk, migrated_file: Path, tmp_path: Path, *, restart: bool
) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    await people_and_a_customer(url)
    await switchboard.cli("database put ionas opening open")
    chosen = settings(tmp_path, url, switchboard)
    async with (
        Phone.registered(switchboard, "201") as anna,
        Customers.of(switchboard) as outside,
        linked(chosen) as service,
    ):
        live = service.engine.live
        await until(lambda: any(phone.state == "available" for phone in live.phones("anna")), "the phone to be there")
        async with service.database.write() as connection:
            await queue_targets.save(connection, QueueTargets("support", wrap_up=SECONDS), service.now(), "office")
        caller = outside.call("061315550101")
        leg = await anna.next_call()
        leg.ring()
        leg.answer()
        await until(lambda: live.desk("anna").calls, "the talk")
        await caller.hang_up()
        await until(lambda: live.desk("anna").wrap_up, "the wrap-up")
        desk = live.desk("anna")
        assert (desk.state, desk.reason) == (AssistantState.PAUSED, REASON)
        if not restart:
            await until(lambda: live.desk("anna").state is AssistantState.AVAILABLE, "its end")
    if restart:
        async with Phone.registered(switchboard, "201"), linked(chosen) as again:
            live = again.engine.live
            await until(lambda: live.desk("anna").state is AssistantState.AVAILABLE, "its end")
            assert live.desk("anna").wrap_up is None
