"""How a call ended, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ionas_phone.live.call_records import outcome_of, record_of
from ionas_phone.live.calls import Call
from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import CallKey, Direction
from tests.stories import START

SECOND = timedelta(seconds=1)


def call(**changes: object) -> Call:
    made = Call(CallKey("mainz", "c1"))
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def queued() -> Call:
    made = call()
    made.join("support", START)
    return made


def test_what_goes_on_is_open_and_what_was_answered_stays_so(queued: Call) -> None:
    assert outcome_of(queued) is Outcome.OPEN
    queued.answer("a1", "PJSIP/201", "Anna", START + SECOND)
    queued.end(START + 9 * SECOND, seen=False)
    assert outcome_of(queued) is Outcome.ANSWERED


def test_who_left_by_himself_was_given_up_by_the_queue_or_let_go(queued: Call) -> None:
    queued.ring("a1", "PJSIP/201", "Anna", "support", START)
    queued.hang_up("caller", START + SECOND)
    queued.abandoned = True
    queued.end(START + SECOND)
    assert outcome_of(queued) is Outcome.ABANDONED_RINGING
    queued.let_go = True
    assert outcome_of(queued) is Outcome.QUEUE_TIMEOUT


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.REFUSED_BY_QUEUE),
        ({"hung_up_by": "caller"}, Outcome.ABANDONED_WAITING),
        ({"direction": Direction.OUT}, Outcome.FAILED),
        ({"half_seen": True}, Outcome.UNSEEN),
        ({"seen_end": False}, Outcome.UNSEEN),
    ],
)
def test_a_call_that_never_was_in_a_queue(changes: dict[str, object], outcome: Outcome) -> None:
    assert outcome_of(call(ended_at=START, **changes)) is outcome


def test_what_was_not_seen_to_end_has_no_end_and_begins_with_the_first_that_is_known(queued: Call) -> None:
    queued.ring("a1", "PJSIP/201", "Anna", "support", START - SECOND)
    queued.end(START + 9 * SECOND, seen=False)
    kept = record_of(queued, None)
    assert (kept.began_at, kept.offered_at, kept.ended_at, kept.outcome) == (
        START - SECOND,
        START,
        None,
        Outcome.UNSEEN,
    )
    queued.answer("late", "PJSIP/201", "Anna", START)  # an old word changes nothing
    assert record_of(queued, "anna").answered_at is None
    assert record_of(queued, "anna").answered_by == "anna"
