"""The queue call from the first ring to the end, told in our own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ionas_phone.live import events as e
from ionas_phone.live.board import RingState, desk_topic, session_topic, sessions_topic
from ionas_phone.live.effects import (
    AwaitPop,
    LookUpCaller,
    OpenSession,
    Outcome,
    RecordCall,
    Redraw,
    SettlePop,
    TakeSnapshot,
)
from ionas_phone.live.nouns import LinkState, tag
from ionas_phone.live.state import NOTE
from ionas_phone.support.customers import Match
from tests.stories import ANNA, BEN, CUSTOMER, START, Story, channel

MATCH = Match(7, "10023", "Müller Elektrotechnik GmbH")


def answered() -> Story:
    story = Story()
    caller = story.rings_in()
    story.after(1).joins(caller)
    leg = story.after(0).calls(caller, ANNA, "a1")
    story.after(4).answers(caller, leg, ANNA)
    story.after(60).hangs_up(caller, leg, caller, ANNA)
    return story


def last_record(story: Story) -> RecordCall:
    return story.of(RecordCall)[-1]


def test_a_caller_who_joins_the_queue_is_looked_up_and_written_down() -> None:
    story = Story()
    key = story.joins(story.rings_in())
    assert story.of(LookUpCaller) == [LookUpCaller(key, CUSTOMER)]
    record = last_record(story).record
    assert (record.line, record.queue, record.number, record.outcome) == (
        "+496131327070",
        "support",
        CUSTOMER,
        Outcome.OPEN,
    )
    assert story.live.board().waiting[0].call == key


def test_the_ring_card_appears_at_the_one_desk_concerned() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.effects.clear()
    story.calls(caller, ANNA, "a1")
    assert Redraw(desk_topic("anna")) in story.effects
    assert Redraw(desk_topic("ben")) not in story.effects
    card = story.live.desk("anna").rings[0]
    assert (card.state, card.leg, card.caller.number) == (RingState.RINGING, tag("mainz", "a1"), CUSTOMER)
    assert story.live.desk("ben").rings == ()


def test_what_is_written_for_somebody_is_stale_when_they_begin_and_end_to_talk_and_not_in_between() -> None:
    story = Story()
    caller = story.rings_in()
    call = story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    assert story.of(Redraw).count(Redraw(sessions_topic("anna"))) == 0  # a ring changes nothing that is written
    story.answers(caller, leg, ANNA)
    story.tell(e.SessionOpened(at=story.now, call=call, session_id=7, customer=None))
    told = story.of(Redraw).count(Redraw(sessions_topic("anna")))
    assert told == 1
    assert Redraw(session_topic(7)) in story.effects
    story.tell(e.CallHeld(at=story.now, pbx=call.pbx, unique_id="a1"))
    assert story.of(Redraw).count(Redraw(sessions_topic("anna"))) == told
    story.hangs_up(leg, caller, caller, ANNA)
    assert story.of(Redraw).count(Redraw(sessions_topic("anna"))) == told + 1
    assert Redraw(sessions_topic("ben")) not in story.effects


def test_a_card_is_awaited_while_its_phone_rings_and_settled_once_however_that_ends() -> None:
    story = Story()
    caller = story.rings_in()
    call = story.joins(caller)
    first, second = story.calls(caller, ANNA, "a1"), story.calls(caller, BEN, "b1")
    a1, b1 = tag("mainz", "a1"), tag("mainz", "b1")
    assert story.of(AwaitPop) == [AwaitPop(call, a1, "anna"), AwaitPop(call, b1, "ben")]
    story.rings_out(caller, first, ANNA)
    assert story.of(SettlePop) == [SettlePop(a1)]
    story.answers(caller, second, BEN)
    story.hangs_up(second, caller, caller, BEN)
    assert story.of(SettlePop) == [SettlePop(a1), SettlePop(b1)]
    assert len(story.of(AwaitPop)) == 2


def test_no_card_is_awaited_at_a_phone_without_a_desk() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.calls(caller, replace(ANNA, interface="PJSIP/299"), "a1")
    story.gives_up(caller)
    assert story.of(AwaitPop) == story.of(SettlePop) == []


def test_the_answer_opens_one_session_bound_to_who_answered() -> None:
    story = answered()
    orders = story.of(OpenSession)
    assert [(o.record.answered_by, o.at) for o in orders] == [("anna", START + timedelta(seconds=5))]


def test_the_answered_call_is_written_down_with_its_times_and_who_hung_up() -> None:
    record = last_record(answered()).record
    assert record.offered_at == START + timedelta(seconds=1)
    assert record.answered_at == START + timedelta(seconds=5)
    assert record.ended_at == START + timedelta(seconds=65)
    assert (record.outcome, record.ended_by, record.answered_interface) == (Outcome.ANSWERED, "caller", "PJSIP/201")


def test_while_talking_the_desk_shows_the_call_and_then_its_session() -> None:
    story = Story()
    caller = story.rings_in()
    key = story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    story.tell(e.CallerRecognised(at=story.now, call=key, matches=(MATCH,)))
    story.answers(caller, leg, ANNA)
    story.tell(e.SessionOpened(at=story.now, call=key, session_id=17, customer=MATCH))
    desk = story.live.desk("anna")
    assert desk.rings == ()
    assert [(c.session_id, c.customer) for c in desk.calls] == [(17, MATCH)]
    assert [row.caller.matches for row in story.live.board().members if row.login == "anna" and row.caller] == [
        (MATCH,)
    ]


def test_somebody_else_answers_and_the_card_says_who_for_a_few_seconds() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.calls(caller, ANNA, "a1")
    leg = story.calls(caller, BEN, "a2")
    story.after(2).answers(caller, leg, BEN)
    card = story.live.desk("anna").rings[0]
    assert (card.state, card.by) == (RingState.ANSWERED_ELSEWHERE, "Ben Çelik")
    assert story.live.next_deadline() == story.now + NOTE
    story.after(NOTE.total_seconds()).tell(e.TimePassed(at=story.now))
    assert story.live.desk("anna").rings == ()


@pytest.mark.parametrize(
    ("cause", "state"), [(0, RingState.MISSED), (17, RingState.DECLINED), (21, RingState.DECLINED)]
)
def test_ringing_out_or_declining_passes_the_caller_on(cause: int, state: RingState) -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    story.after(4).rings_out(caller, leg, ANNA, cause)
    story.after(1).calls(caller, BEN, "a2")
    assert [card.state for card in story.live.desk("anna").rings] == [state]
    assert [card.state for card in story.live.desk("ben").rings] == [RingState.RINGING]
    assert story.live.board().waiting[0].ringing == ("Ben Çelik",)


def test_a_caller_who_gives_up_while_waiting() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.after(3).gives_up(caller)
    assert last_record(story).record.outcome is Outcome.ABANDONED_WAITING
    assert story.live.board().waiting == ()


def test_a_caller_who_gives_up_while_a_phone_rings() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.calls(caller, ANNA, "a1")
    story.after(3).gives_up(caller)
    record = last_record(story).record
    assert (record.outcome, record.ended_by) == (Outcome.ABANDONED_RINGING, "caller")
    assert story.live.desk("anna").rings[0].state is RingState.CALLER_GONE


def test_the_queues_time_out_is_not_the_callers_hang_up() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.after(30).times_out(caller)
    record = last_record(story).record
    assert (record.outcome, record.ended_by) == (Outcome.QUEUE_TIMEOUT, None)


def test_who_hangs_up_in_the_announcement_behind_the_queue_was_let_go_by_it() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.after(30).tell(e.CallerAbandoned(at=story.now, pbx="mainz", queue="support", caller=caller))
    story.tell(e.CallerLeft(at=story.now, pbx="mainz", queue="support", caller=caller))
    story.after(1).tell(e.HangupRequested(at=story.now, pbx="mainz", unique_id=caller.unique_id))
    story.gone(caller)
    record = last_record(story).record
    assert (record.outcome, record.ended_by) == (Outcome.QUEUE_TIMEOUT, "caller")


def test_who_is_still_there_after_a_gap_but_waits_no_longer_was_let_go_by_the_queue() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.after(30).tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="No word."))
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz", channels=(caller,)))
    story.after(1).tell(e.HangupRequested(at=story.now, pbx="mainz", unique_id=caller.unique_id))
    story.gone(caller)
    assert last_record(story).record.outcome is Outcome.QUEUE_TIMEOUT


def test_who_is_first_seen_in_an_announcement_may_have_been_in_a_queue_before() -> None:
    story = Story()
    story.after(30).tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="No word."))
    caller = channel("c1", "PJSIP/trunk", number="061315550101", dialled="+496131327070")
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz", channels=(caller,)))
    story.after(1).tell(e.HangupRequested(at=story.now, pbx="mainz", unique_id=caller.unique_id))
    story.gone(caller)
    assert last_record(story).record.outcome is Outcome.UNSEEN


def test_who_is_first_seen_in_the_word_of_welcome_and_then_waits_is_a_call_like_any_other() -> None:
    story = Story()
    story.after(30).tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="No word."))
    caller = channel("c1", "PJSIP/trunk", number="061315550101", dialled="+496131327070")
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz", channels=(caller,)))
    story.after(1).joins(caller)
    story.after(1).gives_up(caller)
    assert last_record(story).record.outcome is Outcome.ABANDONED_WAITING


def test_a_call_to_a_private_number_leaves_no_trace() -> None:
    story = Story()
    caller = story.rings_in(dialled="061319876543")
    story.joins(caller, queue="doctor")
    story.calls(caller, ANNA, "a1", queue="doctor")
    assert story.of(RecordCall) == []
    assert story.of(LookUpCaller) == []
    assert story.live.board().waiting == ()
    assert story.live.desk("anna").rings == ()


def test_our_caller_in_a_queue_that_is_not_ours_is_shown_and_its_other_callers_are_not() -> None:
    story = Story()
    story.joins(story.rings_in(dialled="06131327070"), queue="accounting")
    story.joins(story.rings_in("c2", number="061315550177", dialled="061319876543"), queue="accounting", position=2)
    assert [(w.queue, w.caller.number) for w in story.live.board().waiting] == [("accounting", CUSTOMER)]
    assert len(story.of(LookUpCaller)) == 1


def test_a_suppressed_number_is_neither_kept_nor_looked_up_even_if_the_pbx_shows_it_first() -> None:
    story = Story()
    caller = story.rings_in(number="061315550101")
    key = story.joins(replace(caller, suppressed=True, number=None, caller_name=""))
    record = last_record(story).record
    assert (record.number, record.suppressed, record.caller_name) == (None, True, "")
    assert story.of(LookUpCaller) == []
    assert story.live.picture.calls[key].caller.matches == ()


def test_telling_any_part_of_the_story_twice_changes_and_orders_nothing() -> None:
    length = len(answered().told)
    for first in range(length):
        for last in range(first + 1, length + 1):
            story = answered()
            before = (story.live.board(), story.live.desk("anna"), story.live.desk("ben"))
            orders = [o for o in story.again(first, last) if not isinstance(o, Redraw)]
            assert orders == [], f"{first}:{last}"
            assert (story.live.board(), story.live.desk("anna"), story.live.desk("ben")) == before


def test_a_part_told_twice_in_mid_call_changes_nothing_either() -> None:
    length = len(answered().told)
    for end in range(1, length):
        for first in range(end):
            story = Story()
            for event in answered().told[:end]:
                story.tell(event)
            before = (story.live.board(), story.live.desk("anna"))
            story.again(len(story.told) - end + first)
            assert (story.live.board(), story.live.desk("anna")) == before, f"{first}:{end}"


def test_an_unknown_call_of_our_queue_is_taken_up_and_doubted() -> None:
    story = Story()
    caller = story.rings_in(uid="late", dialled="s")
    story.calls(caller, ANNA, "a1")
    assert TakeSnapshot("mainz", "a queue event named a call that was not known") in story.effects
    assert story.live.desk("anna").rings[0].caller.number == CUSTOMER


def test_an_ended_call_is_forgotten_in_the_end() -> None:
    story = answered()
    deadline = story.live.next_deadline()
    while deadline:
        story.now = deadline
        story.tell(e.TimePassed(at=deadline))
        deadline = story.live.next_deadline()
    assert story.live.picture.calls == {}
    assert story.live.picture.legs == {}


def test_a_lost_link_is_said_and_a_repeated_word_redraws_nothing() -> None:
    story = Story()
    lost = e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="No word for 30 s.")
    assert Redraw("links") in story.tell(lost)
    assert story.tell(lost) == []
    assert [link.state for link in story.live.health().links] == [LinkState.LOST]
