from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, datetime

import pytest
from asterisk.ami.response import Response
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.ami.channels import BLOCK
from ionas_phone.ami.forms import FramedEvent
from ionas_phone.ami.shapes import EVENTS
from ionas_phone.ami.translate import _FACTS, instant, translate
from ionas_phone.live import events as e
from ionas_phone.live.nouns import Channel, ChannelState, Member, MemberStatus
from tests.unit.ami.streams import CALLS, SCENARIOS, admitted, facts, name_of, story

AT = datetime(2026, 11, 22, 9, 39, 39, 956260, UTC)
PHONE = Channel(
    unique_id="pbx1-1.2",
    linked_id="pbx1-1.1",
    name="PJSIP/201-0000004a",
    endpoint="PJSIP/201",
    state=ChannelState.UP,
    number="201",
    caller_name="Anna",
    dialled="s",
    context="phones",
)
MEMBER = {
    "Queue": "support",
    "MemberName": "Anna",
    "Interface": "Local/201@a",
    "StateInterface": "PJSIP/201",
    "Penalty": "3",
    "Status": "6",
    "Paused": "1",
    "PausedReason": "Mittag",
}


def block(prefix: str = "", channel: Channel = PHONE) -> dict[str, str]:
    texts = (channel.name, "6", "Up", "201", "Anna", "1", "x", "de", "", "phones", "s", "1")
    return dict(zip((prefix + name for name in BLOCK), (*texts, channel.unique_id, channel.linked_id), strict=True))


def fact(name: str, **keys: str) -> e.PbxEvent:
    (found,) = translate(FramedEvent(name, "", {"Timestamp": "1795340379.956260", **keys}), "mainz")
    assert (found.at, found.pbx) == (AT, "mainz")
    return found


# ---- recorded calls -------------------------------------------------------------------------------------------------


def without(lines: list[str], *kinds: str) -> list[str]:
    return [line for line in lines if line.split()[1] not in kinds]


def test_a_phone_that_rings_out_and_the_next_that_is_answered() -> None:
    assert without(story(SCENARIOS / "lab22/rings_out.ami"), "ChannelSeen") == [
        "1.3 CallerJoined queue=support caller=U position=1",
        "1.3 AssistantCalled queue=support caller=U leg=A interface=PJSIP/201 member=Anna",
        "1.3 DialBegan source=U dest=A number=201",
        "1.3 MemberSeen support/Anna:ringing",
        "5.3 AssistantRangOut queue=support caller=U leg=A interface=PJSIP/201 member=Anna ring=4.0",
        "5.3 DialEnded source=U dest=A status=NOANSWER",
        "5.3 DialEnded source=U dest=A status=CANCEL",
        "5.3 ChannelHungUp unique_id=A cause=0",
        "5.3 MemberSeen support/Anna:idle",
        "6.3 AssistantCalled queue=support caller=U leg=B interface=PJSIP/202 member=Ben",
        "6.3 DialBegan source=U dest=B number=202",
        "6.3 MemberSeen support/Ben:ringing",
        "7.9 DialEnded source=U dest=B status=ANSWER",
        "7.9 CallerLeft queue=support caller=U",
        "7.9 AssistantAnswered queue=support caller=U leg=B interface=PJSIP/202 member=Ben",
        "7.9 MemberSeen support/Ben:in_use",
        "7.9 BridgeEntered channel=B swapped= apart=False",
        "7.9 BridgeEntered channel=U swapped= apart=False",
        "11.1 HangupRequested unique_id=U",
        "11.1 QueueCallCompleted queue=support caller=U interface=PJSIP/202 reason=caller",
        "11.1 BridgeLeft channel=U",
        "11.1 BridgeLeft channel=B",
        "11.1 ChannelHungUp unique_id=U cause=16",
        "11.1 ChannelHungUp unique_id=B cause=16",
        "11.1 MemberSeen support/Ben:idle",
    ]


def test_a_caller_who_gives_up_while_a_phone_rings() -> None:
    assert without(story(SCENARIOS / "captures/abandon_ringing.ami"), "ChannelSeen", "MemberSeen") == [
        "0.5 CallerJoined queue=support caller=U position=1",
        "0.5 AssistantCalled queue=support caller=U leg=A interface=PJSIP/201 member=Anna",
        "0.5 DialBegan source=U dest=A number=201",
        "2.0 HangupRequested unique_id=U",
        "2.0 DialEnded source=U dest=A status=CANCEL",
        "2.0 DialEnded source=U dest=A status=CANCEL",
        "2.0 CallerAbandoned queue=support caller=U",
        "2.0 ChannelHungUp unique_id=A cause=0",
        "2.0 CallerLeft queue=support caller=U",
        "2.0 ChannelHungUp unique_id=U cause=0",
    ]


def test_a_transfer_after_a_consultation() -> None:
    assert without(story(SCENARIOS / "captures/attended_replaces.ami"), "ChannelSeen", "MemberSeen")[8:] == [
        "2.1 CallHeld unique_id=A",
        "2.8 DialBegan source=B dest=C number=202",
        "3.4 DialEnded source=B dest=C status=ANSWER",
        "3.4 BridgeEntered channel=C swapped= apart=False",
        "3.4 BridgeEntered channel=B swapped= apart=False",
        "4.9 CallResumed unique_id=A",
        "4.9 CallResumed unique_id=B",
        "4.9 BridgeLeft channel=C",
        "4.9 BridgeLeft channel=A",
        "4.9 BridgeEntered channel=C swapped=A apart=False",
        (
            "4.9 AttendedTransferred first=A second=B transferee=U target=C dest_type=Bridge"
            " dest_bridge=4df17c70-f481-4e58-8cac-f209c1474f8e succeeded=True"
        ),
        "4.9 QueueCallCompleted queue=second caller=U interface=PJSIP/203 reason=transfer",
        "4.9 BridgeLeft channel=B",
        "4.9 ChannelHungUp unique_id=A cause=16",
        "4.9 ChannelHungUp unique_id=B cause=16",
        "7.4 HangupRequested unique_id=U",
        "7.4 BridgeLeft channel=U",
        "7.4 BridgeLeft channel=C",
        "7.4 ChannelHungUp unique_id=C cause=16",
        "7.4 ChannelHungUp unique_id=U cause=16",
    ]


def test_a_blind_transfer() -> None:
    assert without(story(SCENARIOS / "captures/blind.ami"), "ChannelSeen", "MemberSeen")[8:14] == [
        "2.1 CallResumed unique_id=A",
        "2.1 BlindTransferred transferer=A transferee=U extension=201 succeeded=True",
        "2.1 QueueCallCompleted queue=second caller=U interface=PJSIP/203 reason=transfer",
        "2.1 BridgeLeft channel=A",
        "2.1 ChannelHungUp unique_id=A cause=16",
        "2.1 BridgeLeft channel=U",
    ]


def test_pausing_and_leaving_a_queue() -> None:
    assert story(SCENARIOS / "captures/pause.ami") == [
        "0.0 MemberSeen ringall/Anna:idle/paused",
        "0.0 MemberSeen support/Anna:idle/paused",
        "0.0 MemberSeen wrap/Anna:idle/paused",
        "0.5 MemberSeen ringall/Anna:idle",
        "0.5 MemberSeen support/Anna:idle",
        "0.5 MemberSeen wrap/Anna:idle",
        "0.5 MemberSeen second/Bernd:idle/paused",
        "0.5 MemberRemoved queue=second interface=PJSIP/202",
    ]


def test_reloads() -> None:
    assert story(SCENARIOS / "captures/reload.ami") == [
        "0.0 PbxReloaded module=app_queue.so",
        "0.0 PbxReloaded module=All",
    ]


SILENT = {"FullyBooted", "Shutdown", "LocalBridge"}  # that two halves are one, their names tell


@pytest.mark.parametrize("path", CALLS, ids=name_of)
def test_every_recorded_event_is_understood(path: object) -> None:
    refused: Counter[str] = Counter()
    for message in admitted(path):  # type: ignore[arg-type]
        assert len(translate(message, "mainz", refused)) == (message.name not in SILENT)
    assert refused == {}


def callers(scenario: str) -> list[tuple[str, str | None, str, bool]]:
    return [
        (type(found).__name__, found.caller.number, found.caller.caller_name, found.caller.suppressed)
        for found in facts(SCENARIOS / scenario)
        if isinstance(found, e.CallerJoined | e.AssistantAnswered)
    ]


def test_a_number_withheld_by_name_is_no_number() -> None:
    assert set(callers("captures/anonymous.ami")) == {
        ("CallerJoined", None, "", True),
        ("AssistantAnswered", None, "", True),
    }


def test_a_number_that_only_the_presentation_withholds_is_no_number_although_the_pbx_reveals_it() -> None:
    assert b"CallerIDNum: +491705550000" in (SCENARIOS / "captures/privacy_pai.ami").read_bytes()
    assert set(callers("captures/privacy_pai.ami")) == {
        ("CallerJoined", None, "", True),
        ("AssistantAnswered", None, "", True),
    }


# ---- events no recording holds --------------------------------------------------------------------------------------


def test_ringing_out_is_told_in_milliseconds() -> None:
    keys = {"Queue": "support", "Interface": "PJSIP/201", "MemberName": "Anna", "RingTime": "15012"}
    found = fact("AgentRingNoAnswer", **block(), **block("Dest"), **keys)
    assert found == e.AssistantRangOut(
        at=AT, pbx="mainz", queue="support", caller=PHONE, leg=PHONE, interface="PJSIP/201", member="Anna", ring=15.012
    )


def test_merged_bridges() -> None:
    found = fact("BridgeMerge", ToBridgeUniqueid="to", FromBridgeUniqueid="from")
    assert found == e.BridgesMerged(at=AT, pbx="mainz", source="from", target="to")


def test_a_picked_up_call() -> None:
    target = dataclasses.replace(PHONE, unique_id="pbx1-1.9")
    found = fact("Pickup", **block(), **block("Target", target))
    assert found == e.CallPickedUp(at=AT, pbx="mainz", channel=PHONE, target=target)


def test_a_renamed_channel() -> None:
    found = fact("Rename", Channel="PJSIP/201-0000004a", Newname="PJSIP/202-0000004b<MASQ>", Uniqueid="pbx1-1.2")
    assert found == e.ChannelRenamed(
        at=AT, pbx="mainz", unique_id="pbx1-1.2", name="PJSIP/202-0000004b<MASQ>", endpoint="PJSIP/202"
    )


def test_a_completed_call_of_asterisk_16_may_lack_its_caller() -> None:
    found = fact("AgentComplete", Queue="support", Interface="PJSIP/201", Reason="agent")
    assert found == e.QueueCallCompleted(
        at=AT, pbx="mainz", queue="support", caller=None, interface="PJSIP/201", reason="agent"
    )


def test_a_transfer_to_an_application_has_no_target() -> None:
    keys = {**block("OrigTransferer"), **block("SecondTransferer"), "DestType": "App", "Result": "Fail"}
    found = fact("AttendedTransfer", **keys)
    assert found == e.AttendedTransferred(
        at=AT,
        pbx="mainz",
        first=PHONE,
        second=PHONE,
        transferee=None,
        target=None,
        dest_type="App",
        dest_bridge="",
        succeeded=False,
    )


@pytest.mark.parametrize("name", ["QueueMemberStatus", "QueueMemberPause", "QueueMemberAdded", "QueueMemberPenalty"])
def test_a_member(name: str) -> None:
    assert fact(name, **MEMBER) == e.MemberSeen(
        at=AT,
        pbx="mainz",
        member=Member(
            queue="support",
            interface="Local/201@a",
            name="Anna",
            status=MemberStatus.RINGING,
            paused=True,
            state_interface="PJSIP/201",
            reason="Mittag",
            penalty=3,
        ),
    )


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        *(("0", "unknown"), ("1", "idle"), ("2", "in_use"), ("3", "busy"), ("4", "invalid"), ("5", "unavailable")),
        *(("6", "ringing"), ("7", "ring_in_use"), ("8", "on_hold"), ("9", "unknown"), ("", "unknown")),
    ],
)
def test_a_members_status(status: str, meant: str) -> None:
    found = fact("QueueMemberStatus", **MEMBER | {"Status": status})
    assert isinstance(found, e.MemberSeen)
    assert found.member.status == meant


# ---- what can't be understood ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Newchannel", {}),
        ("Newchannel", {"Timestamp": "1.0"}),
        ("Newchannel", {**block(), "Timestamp": "yesterday"}),
        ("Newchannel", {**block(), "Timestamp": "1e999"}),
        ("Newchannel", {**block(), "Timestamp": "1e17"}),
        ("Newchannel", {**block(), "Timestamp": "nan"}),
        ("Newchannel", {**block(), "Timestamp": "1.0", "Uniqueid": ""}),
        ("Hangup", {**block(), "Timestamp": "1.0", "Cause": "sixteen"}),
        ("QueueCallerJoin", {**block(), "Timestamp": "1.0", "Queue": "q", "Position": ""}),
        ("QueueMemberStatus", {**MEMBER, "Timestamp": "1.0", "Penalty": "much"}),
    ],
)
def test_what_lacks_something_is_refused_and_counted(name: str, keys: dict[str, str]) -> None:
    refused: Counter[str] = Counter()
    assert translate(FramedEvent(name, "", keys), "mainz", refused) == ()
    assert refused == {"not_understood": 1}
    assert translate(FramedEvent(name, "", keys), "mainz") == ()


@given(
    st.sampled_from(sorted(EVENTS)),
    st.dictionaries(st.sampled_from([*block(), *block("Dest"), *MEMBER, "Timestamp", "Position"]), st.text()),
)
def test_no_message_makes_it_raise(name: str, keys: dict[str, str]) -> None:
    assert len(translate(FramedEvent(name, "", keys), "mainz", Counter())) <= 1


def test_what_tells_the_picture_nothing_is_no_fact_and_no_fault() -> None:
    refused: Counter[str] = Counter()
    for message in (
        FramedEvent("VarSet", "", {}),
        FramedEvent("", "", {}),
        FramedEvent("Shutdown", "", {}),
        Response("Success", {}),
    ):
        assert translate(message, "mainz", refused) == ()
    assert refused == {}


def test_whatever_can_be_translated_is_let_through_by_the_guard() -> None:
    assert set(_FACTS) == set(EVENTS) - SILENT


def test_a_timestamp_keeps_its_microseconds() -> None:
    assert instant("1795340379.000001") == datetime(2026, 11, 22, 9, 39, 39, 1, UTC)
    assert instant("1795340379.999999") == datetime(2026, 11, 22, 9, 39, 39, 999999, UTC)
