from __future__ import annotations

from datetime import timedelta

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.time_entries import Doubt, Outage, OutageKind, checked_reason, doubts
from tests.people import AT


def _after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


OUTAGE, CLOCK = OutageKind.OUTAGE, OutageKind.CLOCK


@pytest.mark.parametrize(
    ("shows", "passed", "found"),
    [
        (5, 5, []),
        (6.9, 5, []),  # a clock that is being trimmed
        (15, 15, []),
        (60, 60, [(OUTAGE, 0, 60)]),  # the database was away: nobody could have stopped the timer
        (3605, 5, [(CLOCK, 5, 3605)]),  # set forward, or the machine slept
        (-3595, 5, [(CLOCK, 5, -3595)]),  # set back
        (-3540, 60, [(OUTAGE, 0, 60), (CLOCK, 60, -3540)]),
        (1, None, [(OUTAGE, 0, 1)]),  # after a restart all of it is in doubt
        (0, None, []),
        (-10, None, [(CLOCK, 0, -10)]),
    ],
)
def test_what_is_in_doubt_between_two_heartbeats(
    shows: float, passed: float | None, found: list[tuple[OutageKind, float, float]]
) -> None:
    seen = doubts(AT, AT + _after(shows), None if passed is None else _after(passed))

    assert list(seen) == [Doubt(kind, AT + _after(begin), AT + _after(end)) for kind, begin, end in found]


@pytest.mark.parametrize(("shift", "seconds"), [(61.9, 61), (-3600, -3600), (0.5, 0)])
def test_a_mark_says_how_much_is_in_doubt(shift: float, seconds: int) -> None:
    assert Outage(1, 1, 7, CLOCK, AT, AT + _after(shift), None, None).seconds == seconds


def test_a_correction_has_a_reason() -> None:
    assert checked_reason(" Kaffee ") == "Kaffee"
    for reason in (" ", "x" * 501):
        with pytest.raises(FormWrong):
            checked_reason(reason)
