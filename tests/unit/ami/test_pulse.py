"""Signs of life, and what they prove."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.ami.pulse import Pulse

AT = datetime(2026, 11, 22, 9, 42, 33, tzinfo=UTC)


@pytest.fixture
def pulse() -> Pulse:
    return Pulse(100.0)


def test_silence_is_counted_from_the_last_byte_and_rest_from_the_last_ping(pulse: Pulse) -> None:
    pulse.beat(103)
    pulse.pinged("p", 105, awaited=True)
    assert (pulse.silence(110), pulse.rest(110), pulse.waited(110)) == (7, 5, 5)
    assert pulse.asking


def test_the_oldest_ping_is_what_is_waited_for(pulse: Pulse) -> None:
    for number in range(3):
        pulse.pinged(str(number), 100 + number, awaited=True)
    assert pulse.answered("1") == 101
    assert pulse.waited(110) == 10
    assert pulse.answered("0") == 100
    assert pulse.waited(110) == 8
    assert pulse.answered("somebody's") is None


def test_what_nobody_answers_is_not_waited_for(pulse: Pulse) -> None:
    pulse.pinged("p", 105, awaited=False)
    assert (pulse.asking, pulse.waited(110), pulse.rest(110)) == (False, 0, 5)


def test_nothing_is_missing_until_what_was_answered_was_asked(pulse: Pulse) -> None:
    assert pulse.heard_until(110, AT) == 100
    pulse.pinged("p", 104, awaited=True)
    pulse.answered("p")
    assert pulse.heard_until(110, AT) == 104
    pulse.told_all(106)
    assert pulse.heard_until(110, AT) == 106


@pytest.mark.parametrize(("age", "until"), [(1, 109), (8, 104), (-5, 109.5)])
def test_or_until_the_last_thing_told_has_happened(pulse: Pulse, age: float, until: float) -> None:
    pulse.told_all(104)
    pulse.beat(109.5)
    pulse.latest = AT - timedelta(seconds=age)
    assert pulse.heard_until(110, AT) == until
