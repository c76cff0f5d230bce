from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from asterisk.ami.event import Event

from ionas_phone.ami.channels import BLOCK, channel
from ionas_phone.ami.shapes import ITEMS
from ionas_phone.ami.snapshot import snapshot
from ionas_phone.live.events import SnapshotTaken
from ionas_phone.live.nouns import Member, MemberStatus, SeenBridge, SeenQueue, SeenWaiting
from tests.unit.ami.streams import SCENARIOS, messages

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def items(name: str) -> list[Any]:
    found = messages((SCENARIOS / "lab22" / f"snapshot_{name}.ami").read_bytes())
    return [message for message in found if getattr(message, "name", "") in ITEMS]


def test_everybody_idle() -> None:
    taken = snapshot("mainz", AT, items("idle"))
    assert (taken.at, taken.pbx) == (AT, "mainz")
    assert (taken.channels, taken.bridges, taken.waiting) == ((), (), ())
    assert [queue.queue for queue in taken.queues] == ["support"]
    assert sorted((member.interface, member.name) for member in taken.members) == [
        ("PJSIP/201", "Anna"),
        ("PJSIP/202", "Ben"),
        ("PJSIP/203", "Cem"),
    ]
    assert {member.status for member in taken.members} == {MemberStatus.IDLE}


def test_a_caller_waits() -> None:
    taken = snapshot("mainz", AT, items("waiting"))
    (caller,) = taken.channels
    assert taken.waiting == (SeenWaiting("support", 1, caller.unique_id, taken.waiting[0].wait),)
    assert caller.number == "+4961315550101"
    assert 0 <= taken.waiting[0].wait <= 10


def test_a_phone_rings() -> None:
    taken = snapshot("mainz", AT, items("ringing"))
    assert [(leg.endpoint, leg.state.value) for leg in taken.channels] == [
        ("PJSIP/trunk", "up"),
        ("PJSIP/201", "ringing"),
    ]
    assert {member.name: member.status.value for member in taken.members} == {
        "Anna": "ringing",
        "Ben": "idle",
        "Cem": "idle",
    }


def test_two_talk() -> None:
    taken = snapshot("mainz", AT, items("talking"))
    (bridge,) = taken.bridges
    assert set(bridge.unique_ids) == {leg.unique_id for leg in taken.channels}
    assert {leg.state.value for leg in taken.channels} == {"up"}
    assert taken.waiting == ()
    assert taken.in_call == {("support", "PJSIP/201")}


SHOWN = dict.fromkeys(BLOCK, "") | {"Channel": "PJSIP/1-00000001", "Uniqueid": "u", "Linkedid": "u", "BridgeId": "b"}
QUEUE = {"Queue": "q", "Completed": "3", "Abandoned": "1"}
SEAT = {
    "Queue": "q",
    "Name": "Anna",
    "Location": "Local/1@a",
    "StateInterface": "PJSIP/1",
    "Status": "8",
    "Paused": "1",
}
ENTRY = {"Queue": "q", "Position": "2", "Uniqueid": "u", "Wait": "17"}


def test_lists_name_members_otherwise_than_events() -> None:
    given = [Event("CoreShowChannel", SHOWN), Event("QueueParams", QUEUE), Event("QueueMember", SEAT)]
    assert snapshot("mainz", AT, [*given, Event("QueueEntry", ENTRY)]) == SnapshotTaken(
        at=AT,
        pbx="mainz",
        channels=(channel(SHOWN),),
        bridges=(SeenBridge("b", ("u",)),),
        queues=(SeenQueue("q", 3, 1),),
        members=(Member("q", "Local/1@a", "Anna", MemberStatus.ON_HOLD, paused=True, state_interface="PJSIP/1"),),
        waiting=(SeenWaiting("q", 2, "u", 17),),
    )


def test_whoever_is_in_a_holding_bridge_hears_music_and_nobody_else() -> None:
    two = [Event("CoreShowChannel", SHOWN | {"BridgeId": bridge, "Uniqueid": bridge}) for bridge in ("talk", "park")]
    kinds = {"talk": "simple_bridge", "park": "holding_bridge", "empty": "holding_bridge"}
    listed = [
        Event("BridgeListItem", {"BridgeUniqueid": bridge, "BridgeTechnology": kind}) for bridge, kind in kinds.items()
    ]
    assert snapshot("mainz", AT, [*two, *listed]).bridges == (
        SeenBridge("talk", ("talk",)),
        SeenBridge("park", ("park",), apart=True),
    )


@pytest.mark.parametrize(
    "item",
    [
        Event("CoreShowChannel", SHOWN | {"Uniqueid": ""}),
        Event("CoreShowChannel", {name: told for name, told in SHOWN.items() if name != "BridgeId"}),
        Event("QueueParams", QUEUE | {"Completed": "many"}),
        Event("QueueMember", {"Queue": "q"}),
        Event("QueueEntry", ENTRY | {"Wait": ""}),
    ],
)
def test_one_item_that_can_not_be_understood_spoils_the_whole(item: Any) -> None:
    with pytest.raises((KeyError, ValueError)):
        snapshot("mainz", AT, [Event("CoreShowChannel", SHOWN), item])


@pytest.mark.parametrize(
    ("application", "data", "dialling"),
    [
        ("Dial", "PJSIP/017139200102@trunk,300,Tb(func-apply-sipheaders^s^1)", {"u": "017139200102"}),
        ("Dial", "PJSIP/trunk", {}),
        ("Queue", "600,t", {}),
    ],
)
def test_who_is_at_dial_tells_the_number_that_was_sent_out(
    application: str, data: str, dialling: dict[str, str]
) -> None:
    item = Event("CoreShowChannel", SHOWN | {"Application": application, "ApplicationData": data})
    assert snapshot("mainz", AT, [item]).dialling == dialling
