"""Channels, dials, bridges: what they mean for a call."""

from __future__ import annotations

import pytest

from ionas_phone.live import events as e
from ionas_phone.live.board import RingState
from ionas_phone.live.effects import OpenSession, RecordCall
from ionas_phone.live.nouns import CallKey, Channel, ChannelState, Direction, SeenBridge
from tests.stories import ANNA, BEN, CUSTOMER, Story, channel


def talking() -> tuple[Story, Channel, Channel]:
    story = Story()
    caller, leg = story.comes_through()
    return story, caller, leg


def test_the_call_follows_the_caller_into_another_bridge() -> None:
    story, caller, leg = talking()
    story.after(10)
    base = story.base()
    ben = channel("b9", BEN.interface)
    story.tell(e.BridgeLeft(**base, bridge="b1", channel=leg))
    story.tell(e.BridgeEntered(**base, bridge="b2", channel=ben))
    story.tell(e.BridgeEntered(**base, bridge="b2", channel=caller))
    assert story.live.desk("anna").calls == ()
    assert [call.call.unique_id for call in story.live.desk("ben").calls] == ["c1"]


def test_merged_bridges_bring_people_together() -> None:
    story, _, _ = talking()
    base = story.after(1).base()
    story.tell(e.BridgeEntered(**base, bridge="b2", channel=channel("b9", BEN.interface)))
    story.tell(e.BridgesMerged(**base, source="b2", target="b1"))
    assert len(story.live.desk("ben").calls) == 1


def test_two_callers_in_one_bridge_are_nobody_who_talks_for_us() -> None:
    """Parked callers of one car park are in one bridge; so are two customers and Ben in a conference."""
    story, caller, leg = talking()
    other = story.rings_in("c2", number="017139200102")
    base = story.after(10).base()
    story.tell(e.BridgeLeft(**base, bridge="b1", channel=leg))
    story.gone(leg)
    for parked in (caller, other):
        story.tell(e.BridgeEntered(**base, bridge="b2", channel=parked))
    assert story.live.board().talking == ()
    story.tell(e.BridgeEntered(**base, bridge="b2", channel=channel("b9", BEN.interface)))
    assert {(talk.call.unique_id, talk.assistant) for talk in story.live.board().talking} == {
        ("c1", BEN.name),
        ("c2", BEN.name),
    }


def test_an_assistant_who_rings_the_car_park_talks_to_none_of_the_parked() -> None:
    story = Story()
    other = story.rings_in("c2", number="017139200102")
    parking = channel("a2", ANNA.interface, dialled="700")
    base = story.after(10).base()
    story.tell(e.ChannelSeen(**base, channel=parking))
    for one in (other, parking):
        story.tell(e.BridgeEntered(**base, bridge="car park", channel=one, apart=True))
    story.snapshot(other, parking, bridges=(SeenBridge("car park", ("c2", "a2")),))
    assert story.live.board().talking == ()
    assert story.of(OpenSession) == []


def test_the_assistants_leg_that_hangs_up_ends_the_talk_though_the_caller_stays() -> None:
    story, caller, leg = talking()
    story.after(5).gone(leg)
    assert story.live.desk("anna").calls == ()
    assert story.live.picture.calls[story.joins(caller)].ended_at is None


@pytest.mark.parametrize(("status", "state"), [("BUSY", RingState.DECLINED), ("NOANSWER", RingState.MISSED)])
def test_the_end_of_a_dial_ends_the_ringing(status: str, state: RingState) -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    story.tell(e.DialEnded(at=story.now, pbx="mainz", source=caller, dest=leg, status=status))
    assert story.live.desk("anna").rings[0].state is state


def test_a_hang_up_of_a_channel_nobody_knew_is_no_matter() -> None:
    story = Story()
    assert story.tell(e.ChannelHungUp(at=story.now, pbx="mainz", unique_id="x", linked_id="x", cause=16)) == []


def test_a_private_talk_of_an_assistant_is_no_call_of_ours() -> None:
    story = Story()
    base = story.base()
    story.tell(e.BridgeEntered(**base, bridge="b", channel=channel("p1", "PJSIP/trunk", dialled="061319876543")))
    story.tell(e.BridgeEntered(**base, bridge="b", channel=channel("a1", ANNA.interface)))
    assert story.live.desk("anna").calls == ()
    assert story.of(RecordCall) == []


def test_a_masquerade_gives_a_channel_its_new_name() -> None:
    story, _, _ = talking()
    story.tell(e.ChannelRenamed(at=story.now, pbx="mainz", unique_id="a1", name="PJSIP/202-9", endpoint="PJSIP/202"))
    leg = story.live.picture.channels.get("mainz", "a1")
    assert leg
    assert leg.channel.endpoint == "PJSIP/202"


def dialled(story: Story, number: str, shown: str) -> CallKey:
    """Anna's phone dials; the customer answers."""
    phone = channel("o1", ANNA.interface, dialled=number, context="ionas-desk", number=shown)
    story.tell(e.ChannelSeen(at=story.now, pbx="mainz", channel=phone))
    there = channel("o2", "PJSIP/trunk", ChannelState.DOWN, linked_id="o1")
    story.tell(e.ChannelSeen(at=story.now, pbx="mainz", channel=there))
    story.after(1).tell(e.DialBegan(at=story.now, pbx="mainz", source=phone, dest=there))
    story.after(4).tell(e.DialEnded(at=story.now, pbx="mainz", source=phone, dest=there, status="ANSWER"))
    for leg in (phone, there):
        story.tell(e.BridgeEntered(at=story.now, pbx="mainz", bridge="b", channel=leg))
    return CallKey("mainz", "o1")


def test_a_call_that_shows_our_line_is_the_lines_and_opens_a_session() -> None:
    story = Story()
    key = dialled(story, "061315550101", "+496131327070")
    [order] = story.of(OpenSession)
    assert isinstance(order, OpenSession)
    assert (order.record.call, order.record.direction, order.record.number) == (key, Direction.OUT, CUSTOMER)
    assert (order.record.line, order.record.answered_by) == ("+496131327070", "anna")
    assert story.live.desk("anna").calls[0].caller.number == CUSTOMER


def test_a_call_that_shows_no_line_of_ours_stays_private() -> None:
    story = Story()
    dialled(story, "061315550101", "201")
    assert story.of(OpenSession) == story.of(RecordCall) == []
    assert story.live.desk("anna").calls == ()


@pytest.mark.parametrize(
    ("extension", "dnid", "sent", "number"),
    [
        ("017139200102", "0017139200102", "4917139200102", "+4917139200102"),  # the extension, if it is one
        ("s", "0017139200102", "017139200102", "+4917139200102"),  # from a subroutine: what goes out, without a prefix
        ("s", "017139200102", "", "+4917139200102"),
        ("s", "", "", None),
    ],
)
def test_whom_a_phone_has_rung_is_known_from_subroutines_too(
    extension: str, dnid: str, sent: str, number: str | None
) -> None:
    story = Story()
    phone = channel("o1", ANNA.interface, dialled=extension, dnid=dnid, number="+496131327070")
    there = channel("o2", "PJSIP/trunk", ChannelState.DOWN, linked_id="o1")
    for leg in (phone, there):
        story.tell(e.ChannelSeen(at=story.now, pbx="mainz", channel=leg))
    story.after(1).tell(e.DialBegan(at=story.now, pbx="mainz", source=phone, dest=there, number=sent))
    call = story.live.picture.calls[CallKey("mainz", "o1")]
    assert (call.direction, call.number) == (Direction.OUT, number)


def test_an_emergency_call_is_no_session() -> None:
    story = Story()
    dialled(story, "112", "+496131327070")
    assert story.of(OpenSession) == []
    assert story.of(RecordCall)
