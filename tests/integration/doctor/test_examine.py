"""Every fault an administrator can make, made on a real Asterisk, and what the doctor says to it."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ionas_phone.ami.connection import PbxAddress
from ionas_phone.doctor.examine import Case, examine
from ionas_phone.doctor.findings import Finding, Grade
from ionas_phone.runtime.clock import now
from tests.lab import freepbx
from tests.lab.altered import Change, altered
from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import Phones
from tests.lab.phones import LINE, Customers, Phone
from tests.lab.tree import MAJORS
from tests.service import people_and_a_customer

WELL = {
    *("database", "link", "rights", "system_name", "timestampevents", "eventfilter", "clock", "dial_plan"),
    *("queues", "users"),
}


@pytest.fixture
async def peopled(migrated_file: Path, tmp_path: Path) -> str:
    """The URL of a database with our people in it."""
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    await people_and_a_customer(url)
    return url


def case(url: str, *pbxes: Asterisk, **other: Any) -> Case:
    addresses = tuple(PbxAddress.parse(pbx.ami_url, pbx.secret) for pbx in pbxes)
    etc = pbxes[0].folder / "etc" if pbxes else None
    return replace(Case(addresses, (LINE,), ("support",), url, listen=0.0, etc=etc), **other)


def bad(findings: tuple[Finding, ...]) -> dict[str, list[str]]:
    """Return the sentences of what is not well, by check."""
    told: dict[str, list[str]] = {}
    for finding in findings:
        if finding.grade is not Grade.WELL:
            told.setdefault(finding.check, []).append(finding.sentence % finding.values)
    return told


async def examined(case: Case) -> dict[str, list[str]]:
    return bad(await examine(case, now))


@pytest.mark.parametrize("major", MAJORS)
async def test_our_own_dial_plan_is_well(major: int, peopled: str) -> None:
    async with Asterisk.running(major) as pbx:
        findings = await examine(case(peopled, pbx), now)
        assert bad(findings) == {}
        assert {finding.check for finding in findings} == WELL
        ahead = await examine(case(peopled, pbx), lambda: now() - timedelta(seconds=90))
        assert bad(ahead)["clock"][0].startswith("The PBX's clock is +90 s off this machine's.")
        # what lies elsewhere tells nothing, and nobody has rung yet
        assert list(await examined(case(peopled, pbx, etc=None))) == ["timestampevents"]


@pytest.mark.parametrize("major", MAJORS)
async def test_a_dial_plan_of_freepbxs_shape(major: int, peopled: str) -> None:
    async with Asterisk.running(major, like_freepbx=True) as pbx:
        right = case(peopled, pbx, lines=(freepbx.LINE,), queues=(freepbx.QUEUE,), dial_context=freepbx.DESK)
        findings = await examine(right, now)
        assert bad(findings) == {}
        assert {finding.check for finding in findings} == WELL | {"freepbx"}
        wrong = await examined(replace(right, lines=(LINE,), queues=("support",), dial_context="from-outside"))
    assert wrong["dial_plan"][0].startswith(f"No inbound route of FreePBX takes calls to {LINE}.")
    assert "Set IONAS_DIAL_CONTEXT to the one in which the desk phones dial" in wrong["dial_plan"][1]
    assert "Nobody sits in the queue support" in wrong["queues"][0]


@pytest.mark.parametrize("major", MAJORS)
async def test_every_fault_is_named_and_none_hides_another(major: int, peopled: str) -> None:
    changes = (
        Change("manager.conf", "timestampevents = "),
        Change("manager.conf", "read = ", "read = call"),
        Change("manager.conf", "write = ", "write = reporting,command,system,config"),
        Change("manager.conf", "channelvars = ", "channelvars = CALLERID(pres)"),
        Change("manager.conf", "eventfilter = ", "eventfilter = ^Event: (New|Hangup|Queue)"),
        Change("manager.conf", "writetimeout = "),
        Change("asterisk.conf", "systemname = "),
        Change("queues.conf", r"\[support\]", "[sales]"),
        Change("extensions.conf", r"\[ionas-caller\]", "[cleaner]"),
    )
    async with altered(major, *changes) as pbx:
        told = await examined(case(peopled, pbx, lines=("+4961315550999",)))
    assert told.keys() == {
        *("rights", "excess", "system_name", "timestampevents", "eventfilter", "channelvars", "writetimeout"),
        *("steering", "dial_plan", "queues"),
    }
    assert "may not Originate, QueuePause: calling back by a click" in told["steering"][0]
    assert "is not told of agent, system. Set read = system,call,agent" in told["rights"][0]
    assert "Take command, config, system out of write" in told["excess"][0]
    assert "Set systemname in [options] of asterisk.conf" in told["system_name"][0]
    assert "Set timestampevents = yes" in told["timestampevents"][0]
    assert "AgentCalled, AgentComplete, AgentConnect, AgentRingNoAnswer, AttendedTransfer, …" in told["eventfilter"][0]
    assert "does not have CALLERID(DNID) told" in told["channelvars"][0]
    assert "busy for 100 ms" in told["writetimeout"][0]
    assert told["dial_plan"][0].startswith("The dial plan has no context ionas-caller")
    assert told["dial_plan"][1].startswith("No extension of the dial plan takes calls to +4961315550999.")
    assert "(there are: sales)" in told["queues"][0]


@pytest.mark.parametrize("major", MAJORS)
async def test_a_pbx_that_knows_the_function_tells_its_own_settings(major: int, peopled: str) -> None:
    changes = (
        Change("modules.conf", "load => func_db.so", "load => func_db.so\nload => func_config.so"),
        Change("manager.conf", "timestampevents = "),
        Change("manager.conf", "read = ", "read = system,call"),
        Change("manager.conf", "eventfilter = "),
        Change("asterisk.conf", "systemname = ", "systemname = mainz"),
        Change("queues.conf", "member => PJSIP/201", "member => PJSIP/209,0,Nobody"),
        Change("extensions.conf", "exten => .*,1,Gosub\\(ionas-caller", "exten => +496131327070,1,NoOp()"),
    )
    async with altered(major, *changes) as pbx:
        told = await examined(case(peopled, pbx, etc=None))
    assert told.keys() == {
        *("rights", "system_name", "timestampevents", "eventfilter", "dial_plan", "members", "users"),
    }
    assert "is not told of agent." in told["rights"][0]
    assert "easy to guess" in told["system_name"][0]
    assert "sends everything" in told["eventfilter"][0]
    assert "are not cleaned" in told["dial_plan"][0]
    nobodys, unknown = told["members"]
    assert nobodys.startswith("PJSIP/209 (Nobody) sits in support, but is nobody's phone here")
    assert unknown.startswith("PJSIP/209 sits in support, but the PBX knows no such phone.")
    assert [sentence.split(" sits ")[0] for sentence in told["users"]] == ["anna's phone PJSIP/201"]


async def test_an_account_without_lists_and_a_pbx_without_queues(peopled: str) -> None:
    changes = (
        Change("manager.conf", "write = ", "write = call"),
        Change("modules.conf", "load => app_queue.so"),
    )
    async with altered(None, *changes) as pbx:
        told = await examined(case(peopled, pbx))
    assert told.keys() == {"rights", "steering", "queues"}
    assert "Set write = reporting for it" in told["rights"][0]
    assert "may not Originate, QueuePause: calling back by a click" in told["steering"][0]
    assert "Load app_queue.so" in told["queues"][0]


async def test_a_queue_nobody_sits_in(peopled: str) -> None:
    async with altered(None, Change("queues.conf", "member => ")) as pbx:
        told = await examined(case(peopled, pbx))
    assert told.keys() == {"queues", "users"}
    assert "Nobody sits in the queue support" in told["queues"][0]
    assert len(told["users"]) == 3


async def test_a_call_that_is_heard_outweighs_every_file(
    pbx: Asterisk, phones: Phones, customers: Customers, peopled: str
) -> None:
    """Examined from afar while the line is rung."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(examine(case(peopled, pbx, etc=None, listen=30.0), now))
        await until_listening(pbx)
        caller = customers.call("+4961315550101")
        leg = await phones.answer(caller)
        findings = await task
        await caller.hang_up()
        await leg.until(leg.ended)
    assert bad(findings) == {}
    (times,) = [finding for finding in findings if finding.check == "timestampevents"]
    assert times.sentence.startswith("%(count)d events were heard")


async def test_events_without_a_time_are_heard_to_be_so(peopled: str) -> None:
    async with altered(None, Change("manager.conf", "timestampevents = ")) as pbx, asyncio.TaskGroup() as group:
        await pbx.cli("database put ionas opening closed")
        task = group.create_task(examine(case(peopled, pbx, etc=None, listen=30.0), now))
        await until_listening(pbx)
        async with Phone.registered(pbx, "201"), Customers.of(pbx) as carrier:
            caller = carrier.call("+4961315550101")
            told = bad(await task)
            await caller.hang_up()
    assert told.keys() == {"timestampevents"}
    assert "The PBX's events bear no time" in told["timestampevents"][0]


async def until_listening(pbx: Asterisk) -> None:
    while "ionas" not in await pbx.cli("manager show connected"):
        pass


@pytest.fixture
async def held() -> AsyncIterator[int]:
    """A port of ours that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


async def test_what_keeps_us_out(pbx: Asterisk, peopled: str, held: int) -> None:
    place = f"127.0.0.1:{pbx.plan.ami_port}"
    addresses = {
        "wrong": PbxAddress.parse(f"ami://ionas@{place}#wrong", "another secret"),
        "plain": PbxAddress.parse(f"amis://ionas@{place}#plain", pbx.secret),
        "nobody": PbxAddress.parse(f"ami://ionas@127.0.0.1:{held}#nobody", pbx.secret),
    }
    findings = await examine(case(peopled, addresses=tuple(addresses.values())), now)
    said = {finding.pbx: finding.sentence % finding.values for finding in findings if finding.grade is Grade.FAULT}
    assert said["wrong"].startswith("Asterisk refuses the log-in as ionas. Compare the account in manager.conf")
    assert said["plain"].startswith(f"What answers at {place} does not speak TLS")
    assert said["nobody"].startswith(f"Nothing answers at 127.0.0.1:{held} (")
    assert len(findings) == 4  # the database is well, and nobody could be asked for queues


async def test_no_pbx_at_all(peopled: str) -> None:
    assert list(await examined(case(peopled))) == ["link"]
    assert await examined(case(peopled, practice=True)) == {}


async def test_a_database_that_is_not_there_hides_no_pbx(pbx: Asterisk, tmp_path: Path) -> None:
    findings = await examine(case(f"sqlite+aiosqlite:///{tmp_path}/none.db", pbx), now)
    assert list(bad(findings)) == ["database"]
    assert "run `ionas-phone migrate` first" in bad(findings)["database"][0]
    assert {finding.check for finding in findings} == WELL - {"users"}
