"""Two clocks: when they differ, when they don't, and what is made of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.ami.skew import Skew

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def compared(skew: Skew, ahead: float, at: float = 0.0, *, took: float = 0.01, back: float = 0.0) -> bool:
    """Let the PBX, whose clock is ``ahead``, answer at the second ``at``; our clock was set ``back`` meanwhile."""
    told = later(at + ahead)
    return skew.compare(told, later(at - back - took / 2), later(at - back + took / 2), 5000 + at)


def test_clocks_that_agree_change_nothing() -> None:
    skew = Skew()
    assert not compared(skew, 0.0)
    assert not compared(skew, 0.5, 5)
    assert skew.ours(NOON) == NOON


@pytest.mark.parametrize("hours", [-3, 5])
def test_a_clock_that_is_hours_off_is_corrected_once(hours: int) -> None:
    skew = Skew()
    assert compared(skew, hours * 3600)
    assert not compared(skew, hours * 3600, 5)
    assert abs(skew.ours(later(hours * 3600)) - NOON) < timedelta(seconds=0.1)


def test_the_correction_stays_as_it_is_while_nothing_jumps() -> None:
    """Two times of one stretch of talk must not be corrected differently."""
    skew = Skew()
    compared(skew, 100.0)
    before = skew.ahead
    for second in range(1, 90):
        assert not compared(skew, 100 + second / 100, second)
    assert skew.ahead == before


def test_a_slow_answer_is_no_wrong_clock() -> None:
    skew = Skew()
    assert not compared(skew, 0.0)
    assert not compared(skew, -4.5, 5, took=10)
    assert not compared(skew, 0.0, 16)
    assert skew.ahead == timedelta()


def test_a_clock_that_was_put_right_is_no_longer_corrected() -> None:
    skew = Skew()
    compared(skew, 3600)
    assert compared(skew, 0.0, 5)
    assert skew.ahead == timedelta()


@pytest.mark.parametrize(
    ("seconds", "likely"), [(0, True), (-4.9, True), (-5.1, False), (2.4, True), (2.6, False), (-7200, False)]
)
def test_an_event_may_be_late_but_not_come_from_the_future(seconds: float, likely: bool) -> None:
    assert Skew().likely(str(later(seconds).timestamp()), NOON) == likely


def test_what_is_likely_is_told_by_the_corrected_clock() -> None:
    skew = Skew()
    compared(skew, 7200)
    assert skew.likely(str(later(7200).timestamp()), NOON)
    assert not skew.likely(str(NOON.timestamp()), NOON)
    assert skew.likely("soon", NOON)


def test_both_clocks_set_back_at_once_still_jump() -> None:
    """As on one machine: they agree before and after, but what was told before seems to be of later."""
    skew = Skew()
    compared(skew, 0.0)
    assert compared(skew, -3600, 5, back=3600)
    assert skew.ahead == timedelta()
    assert not compared(skew, -3600, 10, back=3600)
