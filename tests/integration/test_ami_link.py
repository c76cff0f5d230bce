"""The link to a real Asterisk 22 with our own dial plan: what it delivers, and what it says when something breaks."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ionas_phone.ami import faults
from ionas_phone.ami.connection import Link, PbxAddress, Timings
from ionas_phone.live import events as e
from ionas_phone.live.nouns import LinkState, MemberStatus
from ionas_phone.runtime.clock import now
from tests.lab import sipp
from tests.lab.asterisk import Asterisk
from tests.lab.phones import LINE
from tests.unit.ami.fake_pbx import Inbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.lab.fixtures import Phones
    from tests.lab.manager import Manager
    from tests.lab.phones import Customers

ERIKA = "+4961315550101"
QUICK = Timings(breath=0.05, first_pause=0.05, longest_pause=0.5, slow_pause=0.2, tick=0.05)


class Watch(Inbox):
    """What a running link delivers."""

    link: Link


@asynccontextmanager
async def watching(pbx: Asterisk, *, secret: str = "", timings: Timings = QUICK) -> AsyncIterator[Watch]:
    inbox = Watch()
    address = PbxAddress.parse(pbx.ami_url, secret or pbx.secret)
    inbox.link = Link(address, inbox, now, timings=timings)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(inbox.link.run())
        try:
            yield inbox
        finally:
            task.cancel()


@pytest.fixture
async def watch(pbx: Asterisk) -> AsyncIterator[Watch]:
    """A link that is up, to an Asterisk where nobody talks."""
    while "0 active channels" not in await pbx.cli("core show channels count"):
        pass
    async with watching(pbx) as inbox:
        await inbox.until(e.LinkChanged, state=LinkState.UP)
        yield inbox
    assert inbox.link.refused == {}  # a real Asterisk is believed, every message


def told(fault: faults.Fault) -> dict[str, Any]:
    return {"state": fault.state, "reason": fault.reason}


async def test_a_call_from_the_first_ring_to_the_end(watch: Watch, phones: Phones, customers: Customers) -> None:
    caller = customers.call(ERIKA, "Erika Muster")
    leg = await phones.answer(caller)
    answered = await watch.until(e.AssistantAnswered)
    await watch.until(e.BridgeEntered, 2)
    await caller.hang_up()
    await watch.until(e.ChannelHungUp, 2)
    joined = watch.of(e.CallerJoined)[0]
    assert (joined.queue, joined.position, joined.caller.dialled) == ("support", 1, LINE)
    assert (joined.caller.number, joined.caller.caller_name, joined.caller.suppressed) == (ERIKA, "Erika Muster", False)
    called = watch.of(e.AssistantCalled)[-1]
    assert called.caller.unique_id == answered.caller.unique_id == joined.caller.unique_id
    assert called.leg.endpoint == called.interface == answered.interface == f"PJSIP/{leg.agent.name}"
    assert {entered.channel.unique_id for entered in watch.of(e.BridgeEntered)} == {
        joined.caller.unique_id,
        answered.leg.unique_id,
    }
    assert [asked.unique_id for asked in watch.of(e.HangupRequested)] == [joined.caller.unique_id]
    kinds = [type(event) for event in watch.events]
    order = [e.LinkChanged, e.SnapshotTaken, e.CallerJoined, e.AssistantCalled, e.AssistantAnswered, e.ChannelHungUp]
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)


async def test_a_suppressed_number_is_none_although_the_carrier_sends_it(
    watch: Watch, phones: Phones, customers: Customers
) -> None:
    caller = customers.call_anonymously(asserted=ERIKA)
    await phones.next_call()
    joined = await watch.until(e.CallerJoined)
    await caller.hang_up()
    await watch.until(e.CallerAbandoned)
    assert (joined.caller.number, joined.caller.caller_name, joined.caller.suppressed) == (None, "", True)


async def test_who_comes_in_the_middle_sees_who_waits_rings_and_talks(
    pbx: Asterisk, watch: Watch, phones: Phones, customers: Customers
) -> None:
    talking = customers.call(ERIKA)
    await phones.answer(talking)
    await watch.until(e.BridgeEntered, 2)
    waiting = customers.call("+4961315550102")
    ringing = await phones.next_call()
    ringing.ring()
    await watch.until(e.CallerJoined, 2)
    async with watching(pbx) as late:
        taken = await late.until(e.SnapshotTaken)
    first, second = watch.of(e.CallerJoined)
    assert [(seen.queue, seen.position, seen.unique_id) for seen in taken.waiting] == [
        ("support", 1, second.caller.unique_id)
    ]
    legs = {leg.unique_id: leg for leg in taken.channels}
    assert (len(legs), legs[first.caller.unique_id].number) == (4, ERIKA)
    (bridge,) = taken.bridges
    assert {legs[unique_id].endpoint for unique_id in bridge.unique_ids} >= {legs[first.caller.unique_id].endpoint}
    statuses = [member.status for member in taken.members]
    assert statuses.count(MemberStatus.IN_USE) == 1
    assert len(statuses) == 3
    assert abs((taken.at - now()).total_seconds()) < 5
    for leg in (waiting, talking):
        await leg.hang_up()
    await watch.until(e.ChannelHungUp, 4)


async def test_a_reload_of_the_queues_is_told(pbx: Asterisk, watch: Watch) -> None:
    await pbx.cli("module reload app_queue.so")
    assert (await watch.until(e.PbxReloaded)).module == "app_queue.so"


async def test_our_account_may_pause_and_ring_but_not_command(manager: Manager) -> None:
    manager.ask("Command", "Command: core show version", action_id="command-1")
    await manager.until("ActionID: command-1\r\n")
    [refused] = [block for block in manager.blocks() if block.get("ActionID") == "command-1"]
    assert (refused["Response"], refused["Message"]) == ("Error", "Permission denied")


async def test_a_wrong_secret_is_told(pbx: Asterisk) -> None:
    async with watching(pbx, secret="wrong") as inbox:
        await inbox.until(e.LinkChanged, **told(faults.REFUSED))


async def test_many_calls_at_once_lose_nothing(pbx: Asterisk, watch: Watch) -> None:
    await sipp.customers(pbx, ERIKA, calls=40, per_second=20, stay=1)
    await watch.until(e.ChannelHungUp, 40)
    ids = [event.unique_id for event in watch.of(e.ChannelHungUp)]
    assert len(set(ids)) == len(ids)
    assert {event.caller.unique_id for event in watch.of(e.CallerJoined)} <= set(ids)
    watch.link.request_snapshot()
    assert (await watch.until(e.SnapshotTaken, 2)).channels == ()


# ---- an Asterisk of our own, to break -------------------------------------------------------------------------------


async def test_a_restart_a_crash_and_settings_that_make_it_unfit() -> None:
    async with Asterisk.running() as pbx, watching(pbx) as inbox:
        await inbox.until(e.LinkChanged, state=LinkState.UP)
        await pbx.stop()
        await inbox.until(e.LinkChanged, **told(faults.UNREACHABLE))
        await pbx.start()
        await inbox.until(e.LinkChanged, 2, state=LinkState.UP)
        await pbx.kill()
        await inbox.until(e.LinkChanged, 2, **told(faults.UNREACHABLE))
        await pbx.start()
        await inbox.until(e.LinkChanged, 3, state=LinkState.UP)
        assert len(inbox.of(e.SnapshotTaken)) == 3

        manager = pbx.folder / "etc/manager.conf"
        proper = manager.read_text("utf-8")
        manager.write_text(proper.replace("timestampevents = yes", "timestampevents = no"), "utf-8")
        await pbx.cli("manager reload")
        await pbx.cli("module reload app_queue.so")  # says an event
        await inbox.until(e.LinkChanged, **told(faults.NO_TIMESTAMP))
        manager.write_text(proper, "utf-8")
        await pbx.cli("manager reload")
        await pbx.cli("module reload app_queue.so")
        await inbox.until(e.LinkChanged, 4, state=LinkState.UP)


async def test_a_pbx_without_system_name_is_told_what_to_set() -> None:
    async with Asterisk.running() as pbx:
        asterisk = pbx.folder / "etc/asterisk.conf"
        lines = asterisk.read_text("utf-8").splitlines(keepends=True)
        asterisk.write_text("".join(line for line in lines if not line.startswith("systemname")), "utf-8")
        await pbx.restart()
        async with watching(pbx, timings=replace(QUICK, slow_pause=3600)) as inbox:
            await inbox.until(e.LinkChanged, **told(faults.NO_SYSTEM_NAME))
        assert inbox.of(e.SnapshotTaken) == []
