"""Parts of a call by themselves."""

from __future__ import annotations

from datetime import timedelta

from ionas_phone.live.board import RingState
from ionas_phone.live.parts import Ring, Talk
from tests.stories import START

SECOND = timedelta(seconds=1)


def test_talk_is_gross_and_its_hold_is_inside() -> None:
    talk = Talk("a1", "PJSIP/201", START)
    talk.hold(START + 2 * SECOND, held=True)
    assert talk.held
    assert talk.hold_time(START + 3 * SECOND) == SECOND
    talk.hold(START + 5 * SECOND, held=False)
    talk.end(START + 10 * SECOND)
    assert (talk.until, talk.hold_time(START + 60 * SECOND)) == (START + 10 * SECOND, 3 * SECOND)


def test_a_talk_that_ends_on_hold_ends_the_hold() -> None:
    talk = Talk("a1", "PJSIP/201", START)
    talk.hold(START + 2 * SECOND, held=True)
    talk.end(START + 5 * SECOND)
    assert (talk.held, talk.hold_time(START + 9 * SECOND)) == (False, 3 * SECOND)


def test_an_old_word_about_hold_changes_nothing() -> None:
    talk = Talk("a1", "PJSIP/201", START)
    talk.hold(START + 2 * SECOND, held=True)
    talk.hold(START + 3 * SECOND, held=False)
    talk.hold(START + 2 * SECOND, held=True)
    assert not talk.held


def test_a_talk_never_ends_before_it_began() -> None:
    talk = Talk("a1", "PJSIP/201", START)
    talk.end(START - SECOND)
    assert talk.until == START


def test_the_first_end_of_a_ring_keeps_its_time_and_a_better_reason_its_name() -> None:
    ring = Ring(["a1"], "PJSIP/201", "Anna", "support", START)
    ring.end(RingState.MISSED, START + SECOND)
    ring.end(RingState.DECLINED, START + 2 * SECOND)
    assert (ring.ended_at, ring.state, ring.ringing) == (START + SECOND, RingState.DECLINED, False)
