"""A snapshot over an empty, a right and a wrong picture."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ionas_phone.live import events as e
from ionas_phone.live.board import AssistantState, RingState
from ionas_phone.live.call_records import outcome_of
from ionas_phone.live.effects import HandOverSession, OpenSession, Outcome, RecordCall, TakeSnapshot
from ionas_phone.live.nouns import (
    CallKey,
    Channel,
    ChannelState,
    LinkState,
    MemberStatus,
    RememberedCall,
    SeenBridge,
    SeenWaiting,
    tag,
)
from tests.stories import ANNA, CUSTOMER, Story, channel

CALLER = channel("c1", "PJSIP/trunk", number="061315550101", dialled="s", dnid="+496131327070")
LEG = channel("a1", "PJSIP/201", ChannelState.RINGING, linked_id="c1")
WAITING = (SeenWaiting("support", 1, "c1", 12),)


def records(story: Story) -> list[RecordCall]:
    return story.of(RecordCall)


def talking(story: Story) -> tuple[Channel, Channel]:
    caller = story.rings_in()
    story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    story.after(4).answers(caller, leg, ANNA)
    return caller, replace(leg, state=ChannelState.UP)


def test_a_fresh_start_finds_who_waits_and_for_how_long() -> None:
    story = Story()
    story.snapshot(CALLER, waiting=WAITING)
    [waiting] = story.live.board().waiting
    assert waiting.since == story.now - timedelta(seconds=12)
    assert waiting.caller.number == CUSTOMER


def test_a_fresh_start_finds_the_phone_that_rings() -> None:
    story = Story()
    story.snapshot(CALLER, LEG, waiting=WAITING)
    assert [card.leg for card in story.live.desk("anna").rings] == [tag("mainz", "a1")]
    assert story.live.desk("anna").state is AssistantState.RINGING


def test_a_fresh_start_takes_up_a_call_that_is_being_talked_on() -> None:
    story = Story()
    story.snapshot(CALLER, replace(LEG, state=ChannelState.UP), bridges=(SeenBridge("b", ("c1", "a1")),))
    assert [call.caller.number for call in story.live.desk("anna").calls] == [CUSTOMER]
    assert len(story.of(OpenSession)) == 1


def test_a_fresh_start_finds_a_conversation_of_three_to_be_one_call() -> None:
    """Both phones show the line that rang them as what they dialled."""
    story = Story()
    anna = replace(LEG, state=ChannelState.UP, number="201", dialled="+496131327070")
    ben = channel("b1", "PJSIP/202", linked_id="c1")
    story.snapshot(CALLER, anna, ben, bridges=(SeenBridge("b", ("b1", "c1", "a1")),))
    talking = {(talk.call.unique_id, talk.assistant) for talk in story.live.board().talking}
    assert talking == {("c1", "Anna Berger"), ("c1", "Ben Çelik")}


def test_callers_who_are_parked_beside_each_other_talk_to_nobody_at_first_sight() -> None:
    story = Story()
    other = replace(CALLER, unique_id="c2", linked_id="c2", name="PJSIP/trunk-c2", number="017139200102")
    story.snapshot(CALLER, other, bridges=(SeenBridge("b", ("c1", "c2")),))
    assert story.live.board().talking == ()


def test_whoever_parks_a_caller_beside_another_talks_to_nobody_at_first_sight() -> None:
    """Anna's phone is in the car park; only the list of bridges tells that she and who is parked there hear music."""
    for apart, talks in ((True, []), (False, ["Anna Berger"])):
        story = Story()
        parking = channel("a1", ANNA.interface, dialled="700")
        story.snapshot(CALLER, parking, bridges=(SeenBridge("b", ("c1", "a1"), apart=apart),))
        assert [talk.assistant for talk in story.live.board().talking] == talks


def test_a_car_park_stays_one_when_a_later_list_does_not_tell() -> None:
    story = Story()
    parking = channel("a1", ANNA.interface, dialled="700")
    for apart in (True, False):
        story.snapshot(CALLER, parking, bridges=(SeenBridge("b", ("c1", "a1"), apart=apart),))
    assert story.live.board().talking == ()


def test_a_private_call_in_a_bridge_is_left_alone() -> None:
    story = Story()
    private = channel("p1", "PJSIP/trunk", number="061315550177", dialled="061319876543")
    story.snapshot(private, replace(LEG, linked_id="p1"), bridges=(SeenBridge("b", ("p1", "a1")),))
    assert story.live.board().talking == ()
    assert records(story) == []


def test_a_remembered_call_that_still_goes_on_keeps_its_session_and_its_times() -> None:
    story = Story()
    began = story.now - timedelta(minutes=5)
    key = CallKey("mainz", "c1")
    old = RememberedCall(key, "+496131327070", "support", CUSTOMER, "", False, began, began, "PJSIP/201", 17, None)
    story.tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.CONNECTING))
    story.tell(e.CallsRemembered(at=story.now, calls=(old,)))
    story.snapshot(CALLER, replace(LEG, state=ChannelState.UP), bridges=(SeenBridge("b", ("c1", "a1")),))
    [call] = story.live.desk("anna").calls
    assert (call.session_id, call.talking_since) == (17, began)
    assert story.of(OpenSession) == []


def test_who_waited_over_a_start_is_answered_after_one_wait() -> None:
    story = Story()
    began = story.now - timedelta(minutes=5)
    key = CallKey("mainz", "c1")
    old = RememberedCall(key, "+496131327070", "support", CUSTOMER, "", False, began, None, None, None, None)
    story.tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.CONNECTING))
    story.tell(e.CallsRemembered(at=story.now, calls=(old,)))
    story.snapshot(CALLER, waiting=WAITING)
    leg = story.calls(CALLER, ANNA, "a1")
    story.after(4).answers(CALLER, leg, ANNA)
    [wait] = story.live.picture.calls[key].waits
    assert (wait.since, wait.until) == (began, story.now)


def test_tombstones_of_private_channels_are_forgotten_though_no_call_of_ours_ends() -> None:
    story = Story()
    story.gone(channel("p1", "PJSIP/999"))
    assert story.live.picture.channels.gone("mainz", "p1")
    story.after(600).snapshot()
    assert not story.live.picture.channels.gone("mainz", "p1")


def test_a_remembered_call_that_is_over_ends_unseen() -> None:
    story = Story()
    began = story.now - timedelta(minutes=5)
    old = RememberedCall(
        CallKey("mainz", "c9"), "+496131327070", "support", CUSTOMER, "", False, began, None, None, None, None
    )
    story.tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.CONNECTING))
    story.tell(e.CallsRemembered(at=story.now, calls=(old,)))
    story.snapshot()
    record = records(story)[-1].record
    assert (record.outcome, record.ended_at) == (Outcome.UNSEEN, None)


def test_a_snapshot_of_what_is_known_anyway_changes_nothing() -> None:
    story = Story()
    caller, leg = talking(story)
    before = (story.live.board(), story.live.desk("anna"))
    orders = story.snapshot(caller, leg, bridges=(SeenBridge("b1", ("c1", "a1")),), status=MemberStatus.IN_USE)
    after = (story.live.board(), story.live.desk("anna"))
    assert after[1] == before[1]
    assert after[0].talking == before[0].talking
    assert [o for o in orders if isinstance(o, RecordCall | OpenSession | TakeSnapshot)] == []


def test_one_miss_only_asks_for_another_look_because_the_hang_up_may_be_on_its_way() -> None:
    story = Story()
    caller, leg = talking(story)
    assert any(isinstance(o, TakeSnapshot) for o in story.snapshot(leg))
    story.hangs_up(caller, leg, caller, ANNA)
    assert records(story)[-1].record.outcome is Outcome.ANSWERED
    assert records(story)[-1].record.ended_by == "caller"


def test_two_misses_end_what_nobody_told_us_about() -> None:
    story = Story()
    talking(story)
    story.snapshot()
    story.snapshot()
    assert story.live.desk("anna").calls == ()
    last = records(story)[-1].record
    assert (last.outcome, last.ended_at) == (Outcome.ANSWERED, None)  # that it ended is known, not when


def test_a_caller_who_waited_through_a_restart_and_gives_up_has_abandoned() -> None:
    story = Story()
    key = CallKey("mainz", "c1")
    old = RememberedCall(key, "+496131327070", "support", CUSTOMER, "", False, story.now, None, None, None, None)
    story.tell(e.CallsRemembered(at=story.now, calls=(old,)))
    story.snapshot(CALLER, waiting=WAITING)
    story.gives_up(CALLER)
    assert records(story)[-1].record.outcome is Outcome.ABANDONED_WAITING


def test_the_session_of_somebody_in_a_conference_stays_theirs_through_a_restart() -> None:
    story = Story()
    key = CallKey("mainz", "c1")
    old = RememberedCall(
        key, "+496131327070", "support", CUSTOMER, "", False, story.now, story.now, ANNA.interface, 17, None, "anna"
    )
    story.tell(e.CallsRemembered(at=story.now, calls=(old,)))
    ben = channel("b9", "PJSIP/202", linked_id="c1")
    bridge = SeenBridge("b", ("c1", "a1", "b9"))
    story.snapshot(CALLER, replace(LEG, state=ChannelState.UP), ben, bridges=(bridge,))
    assert story.of(HandOverSession) == []


def test_a_phone_that_rings_without_a_queue_is_found_too() -> None:
    story = Story()
    story.snapshot(
        CALLER, replace(LEG, linked_id="c1", state=ChannelState.UP), bridges=(SeenBridge("b", ("c1", "a1")),)
    )
    ben = channel("b9", "PJSIP/202", ChannelState.RINGING, linked_id="c1")
    story.snapshot(CALLER, ben)
    assert [card.call.unique_id for card in story.live.desk("ben").rings] == ["c1"]


def test_after_a_gap_one_miss_is_enough() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.calls(caller, ANNA, "a1")
    story.tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="cut"))
    story.snapshot()
    assert story.live.board().waiting == ()
    assert records(story)[-1].record.outcome is Outcome.UNSEEN
    assert story.live.desk("anna").rings[0].state is not RingState.RINGING
    assert story.live.health().links[0].state is LinkState.UP


def test_a_late_snapshot_does_not_bring_back_who_hung_up() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.gives_up(caller)
    story.snapshot(caller, waiting=WAITING)
    assert story.live.board().waiting == ()


def test_members_that_a_snapshot_lacks_are_gone() -> None:
    story = Story()
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz"))
    assert story.live.board().members == ()


def test_the_waiting_order_is_the_snapshots() -> None:
    story = Story()
    second = replace(CALLER, unique_id="c2", linked_id="c2", number="061315550102")
    waiting = (SeenWaiting("support", 2, "c1", 1), SeenWaiting("support", 1, "c2", 5))
    story.snapshot(CALLER, second, waiting=waiting)
    assert [w.call.unique_id for w in story.live.board().waiting] == ["c2", "c1"]


def test_of_whom_no_queue_was_seen_before_a_gap_nobody_knows_whether_one_had_them_in_it() -> None:
    story = Story()
    caller = story.rings_in()
    story.tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="cut"))
    story.snapshot(caller)
    story.gone(caller)
    call = next(iter(story.live.picture.calls.values()))
    assert outcome_of(call) is Outcome.UNSEEN


@pytest.mark.parametrize(("shown", "theirs"), [("+496131327070", [CUSTOMER]), ("201", [])])
def test_a_fresh_start_finds_who_was_rung_outside_by_one_of_our_phones(shown: str, theirs: list[str]) -> None:
    """Also without a member of any queue: whoever shows our line outside speaks for it."""
    story = Story()
    phone = channel("x.1", ANNA.interface, dialled="061315550101", context="ionas-desk", number=shown)
    there = channel("x.2", "PJSIP/trunk", linked_id="x.1")
    story.snapshot(phone, there, bridges=(SeenBridge("b", ("x.1", "x.2")),))
    assert [call.caller.number for call in story.live.board().talking] == theirs
