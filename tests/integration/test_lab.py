"""The dial plan on a real Asterisk: what it promises, seen from the manager interface, the logs and the phones."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ionas_phone.dialplan import Hours
from ionas_phone.dialplan import Phone as DeskPhone
from ionas_phone.dialplan.files import EVENTS
from ionas_phone.dialplan.numbers import spellings
from ionas_phone.runtime.clock import now
from tests.lab import ports, sipp
from tests.lab.asterisk import Asterisk
from tests.lab.manager import Manager
from tests.lab.phones import LINE, Customers, Phone
from tests.lab.tree import MAJORS
from tests.lab.waiting import until

if TYPE_CHECKING:
    from tests.lab.fixtures import Phones

ERIKA = "+4961315550101"
ALWAYS = "00:00-24:00"


@pytest.mark.parametrize("major", MAJORS)
async def test_the_plan_loads_without_a_complaint_and_its_filter_lets_through_what_we_use(major: int) -> None:
    async with (
        Asterisk.running(major) as pbx,
        Phone.registered(pbx, "201") as anna,
        Customers.of(pbx) as customers,
        Manager.of(pbx) as manager,
    ):
        assert (await pbx.version()).startswith(f"Asterisk {major}.")
        assert not re.findall(r".*\b(?:ERROR|WARNING)\b.*", pbx.log)
        assert "No such" not in await pbx.cli("queue show support")
        await pbx.cli("database put ionas opening open")
        caller = customers.call(ERIKA)
        leg = await anna.next_call()
        leg.answer()
        await manager.until("Event: BridgeEnter")
        await caller.hang_up()
        await manager.until("Event: AgentComplete")
        assert {event["Event"] for event in manager.events()} <= set(EVENTS)


async def test_every_spelling_of_the_number_reaches_the_queue(
    pbx: Asterisk, manager: Manager, customers: Customers
) -> None:
    async with Phone.registered(pbx, "201"):  # somebody has to be there; the phone is not answered
        legs = {spelling: customers.call(ERIKA, to=spelling) for spelling in spellings(LINE)}
        await until(lambda: len(manager.events("QueueCallerJoin")) == len(legs), "all callers to join")
        joined = manager.events("QueueCallerJoin")
        for leg in legs.values():
            await leg.hang_up()
    assert {event["Exten"] for event in joined} == {LINE}
    told = re.findall(rb"\r\nChanVariable: CALLERID\(DNID\)=(.+)\r\nChanVariable: CALLERID\(pres\)=", manager.received)
    assert set(told) == {spelling.encode() for spelling in legs}


@pytest.mark.parametrize("number", ["110", "112", "201", "*61", "s", "017139200102", "+496131327071", "20261225"])
async def test_a_stranger_reaches_the_line_and_nothing_else(
    number: str, manager: Manager, customers: Customers
) -> None:
    leg = customers.call(ERIKA, to=number)
    await leg.until(leg.ended)
    assert leg.status == 404
    assert manager.events("Newchannel") == []


async def test_a_stranger_who_calls_himself_a_desk_phone_stays_a_stranger(customers: Customers) -> None:
    leg = customers.call("201", to="112")
    await leg.until(leg.ended)
    assert leg.status == 404


@pytest.mark.parametrize("number", ["110", "112"])
async def test_desk_phones_reach_the_emergency_numbers(number: str, phones: Phones, customers: Customers) -> None:
    leg = phones["202"].dial(number)
    outside = await customers.next_call()
    assert outside.invite.first.startswith(f"INVITE sip:{number}@")
    assert LINE in outside.invite.get("From")
    outside.answer()
    await leg.until(leg.answered)
    await leg.hang_up()
    await outside.until(outside.ended)


@pytest.mark.parametrize("number", ["017139200102", "+4917139200102", "004917139200102"])
async def test_desk_phones_reach_allowed_numbers(number: str, phones: Phones, customers: Customers) -> None:
    leg = phones["201"].dial(number)
    outside = await customers.next_call()
    assert outside.invite.first.startswith("INVITE sip:017139200102@")
    await leg.hang_up()
    await outside.until(outside.ended)


@pytest.mark.parametrize("number", ["0900123456", "01805123456", "0044201234567", "+33123456789", "118123"])
async def test_desk_phones_reach_no_other_numbers(number: str, phones: Phones) -> None:
    leg = phones["201"].dial(number)
    await leg.until(leg.ended)
    assert leg.status == 404


async def test_colleagues_ring_each_other(phones: Phones) -> None:
    leg = phones["201"].dial("202")
    there = await phones.next_call()
    assert there.agent is phones["202"]
    there.answer()
    await leg.until(leg.answered)
    await there.hang_up()
    await leg.until(leg.ended)


@pytest.mark.parametrize("asserted", ["", "+4961315550103"])
async def test_a_suppressed_number_is_gone(
    asserted: str, pbx: Asterisk, manager: Manager, phones: Phones, customers: Customers
) -> None:
    caller = customers.call_anonymously(asserted=asserted)
    await phones.answer(caller)
    await manager.until("Event: BridgeEnter")
    await caller.hang_up()
    await manager.until("Event: AgentComplete")
    events = manager.events()
    names = [event["Event"] for event in events]
    for event in events[names.index("Newchannel") + 1 :]:  # the first is older than the dial plan's first step
        assert "5550103" not in str(event)
        assert "nonymous" not in str(event)
    join = manager.events("QueueCallerJoin")[0]
    assert (join["CallerIDNum"], join["CallerIDName"]) == ("<unknown>", "<unknown>")
    assert (
        b"ChanVariable: CALLERID(pres)=prohib"
        in manager.received.split(b"Event: QueueCallerJoin")[1].split(b"\r\n\r\n")[0]
    )
    entered = [row for row in pbx.queue_log() if row.event == "ENTERQUEUE" and row.call == join["Uniqueid"]]
    assert [row.data[1] for row in entered] == [""]
    assert "5550103" not in (pbx.folder / "log/cel-custom/cel.csv").read_text("utf-8")


@pytest.mark.parametrize("shown", ["06131%20555-0101%22x%3E", "(06131)5550101", "0613%7F1.555%090101"])
async def test_only_digits_and_signs_of_a_number_stay(
    shown: str, manager: Manager, phones: Phones, customers: Customers
) -> None:
    caller = customers.call(shown, "Erika\tM\\x7fuster")
    (await phones.next_call()).ring()
    await manager.until("Event: QueueCallerJoin")
    join = manager.events("QueueCallerJoin")[0]
    await caller.hang_up()
    assert join["CallerIDNum"] == "061315550101"
    assert "\t" not in join["CallerIDName"]


async def test_an_umlaut_in_a_name_stays(manager: Manager, phones: Phones, customers: Customers) -> None:
    caller = customers.call(ERIKA, "Jürgen Groß, Käfertal (2)")
    await manager.until("Event: QueueCallerJoin")
    await caller.hang_up()
    assert manager.events("QueueCallerJoin")[0]["CallerIDName"] == "Jürgen Groß, Käfertal (2)"


async def test_waiting_callers_hear_music(manager: Manager, phones: Phones, customers: Customers) -> None:
    caller = customers.call(ERIKA)
    await phones.next_call()  # not even rung: the caller just waits
    customers.voice.heard.clear()  # that was the welcome
    await caller.until(customers.voice.heard)
    await caller.hang_up()


async def test_closed_means_an_announcement_and_no_queue(
    pbx: Asterisk, manager: Manager, phones: Phones, customers: Customers
) -> None:
    await pbx.cli("database put ionas opening closed")
    try:
        caller = customers.call(ERIKA)
        await caller.until(caller.ended)
    finally:
        await pbx.cli("database put ionas opening open")
    await manager.until("Event: Hangup")
    assert caller.answered.is_set()
    assert customers.voice.heard.is_set()
    assert manager.events("QueueCallerJoin") == []


async def test_the_switch_can_be_turned_at_a_desk_phone(pbx: Asterisk, phones: Phones) -> None:
    for code, word in (("*60", "auto"), ("*62", "closed"), ("*61", "open")):
        leg = phones["203"].dial(code)
        await leg.until(leg.ended)
        assert leg.answered.is_set()
        assert f": {word}" in await pbx.cli("database show ionas opening")


async def joins(hours: Hours, *, holiday: bool = False) -> int:
    """Ring a line with these hours, on a company holiday or not, and count who joined the queue."""
    days = [now().date() + timedelta(days) for days in (-1, 0, 1)] if holiday else []
    closed_days = tuple((day, "Betriebsausflug") for day in days)
    async with (
        Asterisk.running(hours=hours, closed_days=closed_days, wait_seconds=1) as pbx,
        Phone.registered(pbx, "201"),
        Customers.of(pbx) as customers,
        Manager.of(pbx) as manager,
    ):
        caller = customers.call(ERIKA)
        await caller.until(caller.ended)
        await manager.until("Event: Hangup")
        return len(manager.events("QueueCallerJoin"))


async def test_on_auto_the_clock_and_the_holidays_decide() -> None:
    counts = await asyncio.gather(
        joins(Hours(ALWAYS, ALWAYS, ALWAYS, holiday="")),
        joins(Hours("", "", "", holiday=ALWAYS)),
        joins(Hours(ALWAYS, ALWAYS, ALWAYS, holiday=""), holiday=True),
        joins(Hours("", "", "", holiday=ALWAYS), holiday=True),
    )
    assert list(counts) == [1, 0, 0, 1]


async def test_nobody_there_means_an_announcement_and_no_queue(manager: Manager, customers: Customers) -> None:
    caller = customers.call(ERIKA)  # no phone is signed in
    await caller.until(caller.ended)
    await manager.until("Event: Hangup")
    assert caller.answered.is_set()
    assert manager.events("QueueCallerJoin") == []


async def test_the_next_phone_rings_when_one_does_not_answer(
    manager: Manager, phones: Phones, customers: Customers
) -> None:
    caller = customers.call(ERIKA)
    first = await phones.next_call()
    first.ring()
    second = await phones.next_call()
    assert second.agent is not first.agent
    second.reject(603)
    third = await phones.next_call()
    third.answer()
    await manager.until("Event: AgentConnect")
    await caller.hang_up()
    await third.until(third.ended)
    await manager.until("Event: AgentComplete")
    assert len(manager.events("AgentCalled")) == 3


async def test_queue_log_and_cel_tell_the_same_call(
    pbx: Asterisk, manager: Manager, phones: Phones, customers: Customers
) -> None:
    caller = customers.call(ERIKA)
    assistant = await phones.answer(caller)
    await until(lambda: len(manager.events("BridgeEnter")) == 2, "both to talk")
    await assistant.hang_up()
    await manager.until("Event: AgentComplete")
    connect = manager.events("AgentConnect")[0]
    call, linked = connect["Uniqueid"], connect["Linkedid"]
    await until(
        lambda: [row for row in pbx.cel() if row.event == "LINKEDID_END" and row.linked_id == linked], "LINKEDID_END"
    )
    log = [row for row in pbx.queue_log() if row.call == call]
    assert [row.event for row in log] == ["ENTERQUEUE", "CONNECT", "COMPLETEAGENT"]
    assert log[0].data[1] == ERIKA
    assert log[1].member == connect["MemberName"]
    rows = [row for row in pbx.cel() if row.linked_id == linked]
    assert {row.unique_id for row in rows} == {call, connect["DestUniqueid"]}
    entered = [row.at for row in rows if row.event == "BRIDGE_ENTER"]
    assert len(entered) == 2
    assert log[1].at == pytest.approx(entered[0], abs=1)


async def test_the_filter_lets_through_what_the_service_uses_and_nothing_else(
    pbx: Asterisk, manager: Manager, phones: Phones, customers: Customers
) -> None:
    caller = customers.call(ERIKA)
    leg = await phones.answer(caller)
    await manager.until("Event: BridgeEnter")
    leg.hold()
    await manager.until("Event: Hold")
    leg.unhold()
    await manager.until("Event: Unhold")
    colleague = next(name for name in ("201", "202") if name != leg.agent.name)
    leg.refer(colleague)
    there = await phones.next_call()
    there.answer()
    await manager.until("Event: BlindTransfer")
    await manager.until(f"Channel: PJSIP/{colleague}-", manager.received.index(b"Event: BlindTransfer"))
    await caller.hang_up()
    await there.until(there.ended)
    await pbx.cli("queue pause member PJSIP/203 queue support reason Mittag")
    await pbx.cli("queue unpause member PJSIP/203 queue support")
    await pbx.cli("module reload app_queue.so")
    await manager.until("Event: Reload")
    seen = {event["Event"] for event in manager.events()}
    assert seen <= set(EVENTS)
    assert seen >= {
        *("FullyBooted", "Reload", "Newchannel", "Newstate", "NewConnectedLine", "Hangup", "HangupRequest"),
        *(
            "DialBegin",
            "DialEnd",
            "QueueCallerJoin",
            "QueueCallerLeave",
            "AgentCalled",
            "AgentConnect",
            "AgentComplete",
        ),
        *("QueueMemberStatus", "QueueMemberPause", "BridgeEnter", "BridgeLeave", "BlindTransfer", "Hold", "Unhold"),
    }


async def test_a_phone_can_ask_a_colleague_and_hand_the_caller_over(
    manager: Manager, phones: Phones, customers: Customers
) -> None:
    caller = customers.call(ERIKA)
    leg = await phones.answer(caller)
    leg.hold()
    colleague = next(name for name in ("201", "202") if name != leg.agent.name)
    question = leg.agent.dial(colleague)
    there = await phones.next_call()
    there.answer()
    await question.until(question.answered)
    leg.refer(colleague, replaces=question)
    await manager.until("Event: AttendedTransfer")
    await caller.hang_up()
    await there.until(there.ended)
    transfer = manager.events("AttendedTransfer")[0]
    assert transfer["Result"] == "Success"
    assert transfer["OrigTransfererChannel"].startswith(f"PJSIP/{leg.agent.name}-")


FORBIDDEN = {
    *("Command", "Hangup", "Redirect", "BlindTransfer", "Atxfer", "Bridge", "SendText", "Setvar", "DBPut", "DBDel"),
    *("GetConfig", "UpdateConfig", "ModuleLoad", "Reload", "UserEvent"),
}


@pytest.mark.parametrize("major", MAJORS)
async def test_the_account_may_look_and_steer_and_touch_nothing_else(major: int) -> None:
    async with Asterisk.running(major) as pbx, Manager.of(pbx) as manager:
        listed = await answer(manager, "ListCommands")
        answers = {action: await answer(manager, action) for action in FORBIDDEN}
        shell = await answer(manager, "Originate", "Channel: Local/s@ionas-desk", "Application: System", "Data: true")
    priv = {action: re.findall(r"\(Priv: (.+)\)$", what) for action, what in listed.items()}
    steering = {action for action, rights in priv.items() if rights and not re.search("reporting|<none>", rights[0])}
    # Asterisk gives out agent as a whole: who may pause members may add and remove them, too
    assert steering == {
        *("Originate", "QueuePause"),
        *("QueueAdd", "QueueRemove", "QueuePenalty", "QueueMemberRingInUse", "QueueLog"),
    }
    told = {action: (said["Response"], said["Message"]) for action, said in answers.items()}
    assert told == dict.fromkeys(FORBIDDEN, ("Error", "Permission denied"))
    assert (shell["Response"], shell["Message"]) == ("Error", "Originate Access Forbidden: app or data blacklisted")


async def test_what_the_operators_are_warned_of_is_so(manager: Manager, phones: Phones, customers: Customers) -> None:
    """docs/operations.md: the account's secret is worth money, and no account can be kept from ending calls."""
    past_the_plan = "Channel: PJSIP/0900123456@trunk"
    said = await answer(manager, "Originate", past_the_plan, "Application: Wait", "Data: 9", "Async: true")
    assert said["Response"] == "Success"
    dear = await customers.next_call()
    assert dear.invite.first.startswith("INVITE sip:0900123456@")
    dear.reject(603)
    caller = customers.call(ERIKA)
    await phones.answer(caller)
    await manager.until("Event: BridgeEnter")
    kicked = manager.events("BridgeEnter")[0]["Channel"]
    assert (await answer(manager, "BridgeKick", f"Channel: {kicked}"))["Response"] == "Success"
    await caller.until(caller.ended)


async def answer(manager: Manager, action: str, *headers: str) -> dict[str, str]:
    """Have the account ask for an action; return what Asterisk answers, a refusal as well."""
    action_id = f"touch-{len(manager.received)}"
    manager.ask(action, *headers, action_id=action_id)
    await manager.until(f"ActionID: {action_id}\r\n")
    return next(block for block in manager.blocks() if block.get("ActionID") == action_id)


async def test_every_event_carries_the_clock_and_the_system_name(
    pbx: Asterisk, manager: Manager, phones: Phones, customers: Customers
) -> None:
    caller = customers.call(ERIKA)
    (await phones.next_call()).ring()
    await caller.hang_up()
    await manager.until("Event: QueueCallerAbandon")
    name = pbx.written.secrets.system_name
    for event in manager.events()[1:]:  # the first is FullyBooted, at log-in
        assert list(event)[:4] == ["Event", "Privilege", "Timestamp", "SystemName"]
        assert event["SystemName"] == name
    assert all(event["Uniqueid"].startswith(f"{name}-") for event in manager.events("Newchannel"))


async def test_the_switch_and_the_queue_log_survive_a_crash() -> None:
    async with Asterisk.running() as pbx:
        await pbx.cli("database put ionas opening closed")
        await pbx.restart()  # in order: Asterisk writes its database behind the change, up to a second later
        await until(lambda: len(pbx.queue_log()) == 2, "two starts in queue_log")
        await pbx.kill()
        await pbx.start()
        assert ": closed" in await pbx.cli("database show ionas opening")
        await until(lambda: len(pbx.queue_log()) == 3, "three starts in queue_log")


async def test_sipp_customers_and_phones_all_come_to_an_end() -> None:
    places = {extension: ports.free_udp() for extension in ("201", "202", "203")}
    desk = tuple(DeskPhone(name, f"Phone {name}", f"sip:{name}@127.0.0.1:{port}") for name, port in places.items())
    async with Asterisk.running(phones=desk, ring_seconds=3) as pbx:
        await pbx.cli("database put ionas opening open")
        async with (
            sipp.phone(places["201"], ring=0.2),
            sipp.phone(places["202"], ring=0.4),
            sipp.phone(places["203"], ring=0.2, code=486),
        ):
            await sipp.customers(pbx, ERIKA, calls=12, per_second=10, stay=4)
            ended = {"COMPLETECALLER", "ABANDON"}
            await until(lambda: sum(row.event in ended for row in pbx.queue_log()) == 12, "twelve ends")
        log = pbx.queue_log()
        assert sum(row.event == "ENTERQUEUE" for row in log) == 12
        assert {row.member for row in log if row.event == "CONNECT"} == {"Phone 201", "Phone 202"}
        assert "support has 0 calls" in await pbx.cli("queue show support")
