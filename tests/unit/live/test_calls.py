"""One call by itself: what a fact does to it, and what an old fact does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ionas_phone.live.board import RingState
from ionas_phone.live.call_records import outcome_of
from ionas_phone.live.calls import Call
from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey
from tests.stories import START, channel

SECOND = timedelta(seconds=1)


@pytest.fixture
def call() -> Call:
    call = Call(CallKey("mainz", "c1"))
    call.join("support", START)
    return call


def test_the_wait_runs_from_the_first_queue(call: Call) -> None:
    call.leave(START + 5 * SECOND)
    assert call.join("evening", START + 6 * SECOND)
    assert (call.queue, call.offered_at) == ("evening", START)


def test_an_old_join_does_not_bring_back_who_left(call: Call) -> None:
    call.leave(START + 5 * SECOND)
    assert not call.join("support", START)
    assert call.waiting_since is None


def test_who_talks_is_who_is_in_the_bridge(call: Call) -> None:
    call.answer("a1", "PJSIP/201", "Anna", START + SECOND)
    call.bridge({"a1": "PJSIP/201"}, START + SECOND)
    call.bridge({"b1": "PJSIP/202"}, START + 9 * SECOND)
    assert [talk.endpoint for talk in call.talking] == ["PJSIP/202"]
    assert [talk.until for talk in call.talks] == [START + 9 * SECOND, None]


def test_an_answer_before_the_bridge_already_counts_as_talking(call: Call) -> None:
    call.answer("a1", "PJSIP/201", "Anna", START + SECOND)
    call.bridge({}, START + SECOND)
    assert [talk.endpoint for talk in call.talking] == ["PJSIP/201"]


def test_the_first_who_hung_up_is_kept(call: Call) -> None:
    call.hang_up("assistant", START)
    call.hang_up("caller", START)
    assert call.hung_up_by == "assistant"


def test_nothing_follows_the_end(call: Call) -> None:
    call.end(START + SECOND)
    call.ring("a1", "PJSIP/201", "Anna", "support", START)
    call.answer("a1", "PJSIP/201", "Anna", START)
    assert not call.join("support", START + 2 * SECOND)
    assert (call.rings, call.talks, outcome_of(call)) == ([], [], Outcome.ABANDONED_WAITING)


def test_a_number_once_withheld_stays_withheld(call: Call) -> None:
    call.identify(channel("c1", "PJSIP/trunk", suppressed=True))
    call.identify(channel("c1", "PJSIP/trunk", number="061315550101", caller_name="Erika"))
    assert (call.number, call.caller_name, call.suppressed) == (None, "", True)


def test_a_decline_is_a_better_reason_than_missed_but_not_than_taken_elsewhere(call: Call) -> None:
    for leg in ("a1", "a2"):
        call.ring(leg, "PJSIP/201", "Anna", "support", START)
    call.stop_ringing("a1", RingState.MISSED, START + SECOND)
    call.stop_ringing("a1", RingState.DECLINED, START + SECOND)
    call.answer("a9", "PJSIP/203", "Cem", START + 2 * SECOND)
    call.stop_ringing("a2", RingState.MISSED, START + 2 * SECOND)
    assert [ring.state for ring in call.rings] == [RingState.DECLINED, RingState.ANSWERED_ELSEWHERE]


def test_calls_of_the_practice_line_are_marked() -> None:
    assert Call(CallKey(PRACTICE_PBX, "c1")).practice
    assert not Call(CallKey("mainz", "c1")).practice


def test_a_caller_who_hangs_up_at_the_very_moment_of_the_answer_has_hung_up(call: Call) -> None:
    call.answer("a1", "PJSIP/201", "Anna", START + SECOND)
    call.hang_up("caller", START + SECOND)
    call.bridge({"a1": "PJSIP/201"}, START + SECOND)
    assert call.hung_up_by == "caller"


def test_a_colleague_who_hung_up_and_whose_caller_went_on_has_not_ended_the_call(call: Call) -> None:
    call.answer("a1", "PJSIP/201", "Anna", START + SECOND)
    call.bridge({"a1": "PJSIP/201"}, START + SECOND)
    call.hang_up("assistant", START + 5 * SECOND)
    call.bridge({"b1": "PJSIP/202"}, START + 6 * SECOND)
    assert call.hung_up_by is None
