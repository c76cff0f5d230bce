from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.billing.minutes import Deadline, billable, deadline, lasted, seconds, used, warning
from ionas_phone.support.tariffs import Rounding, Tariff
from ionas_phone.support.time_entries import Correction
from ionas_phone.support.work import Warn
from tests.agreements import STANDARD, acceptance, entry
from tests.people import AT

BERLIN = ZoneInfo("Europe/Berlin")
# Worked out by hand: active seconds -> minutes, by increment, rounding and minimum of the tariff.
WORKED = [
    (0, 1, Rounding.DOWN, 5, 0),  # no work, no minimum
    (1, 1, Rounding.DOWN, 0, 0),
    (59, 1, Rounding.DOWN, 0, 0),
    (60, 1, Rounding.DOWN, 0, 1),
    (603, 1, Rounding.DOWN, 0, 10),
    (1, 1, Rounding.DOWN, 5, 5),
    (301, 1, Rounding.DOWN, 5, 5),
    (360, 1, Rounding.DOWN, 5, 6),
    (603, 1, Rounding.UP, 0, 11),
    (600, 1, Rounding.UP, 0, 10),
    (629, 1, Rounding.NEAREST, 0, 10),
    (630, 1, Rounding.NEAREST, 0, 11),
    (899, 15, Rounding.DOWN, 0, 0),
    (900, 15, Rounding.DOWN, 0, 15),
    (901, 15, Rounding.UP, 0, 30),
    (449, 15, Rounding.NEAREST, 0, 0),
    (450, 15, Rounding.NEAREST, 0, 15),
]
TARIFFS = st.builds(
    replace,
    st.just(STANDARD),
    increment_minutes=st.integers(1, 60),
    rounding=st.sampled_from(Rounding),
    minimum_minutes=st.integers(0, 60),
)


def _correction(by: int) -> Correction:
    return Correction(1, 7, by, "Kaffee", AT, "anna")


def test_it_is_rounded_once_on_the_sum() -> None:
    """541 + 61 + 1 seconds: 10 minutes; each stretch rounded up 13, the sum rounded up 11."""
    stretches = (entry(0, 541), entry(600, 661, 2), entry(700, 701, 3))
    active = seconds(used(stretches, (), AT))

    assert (active, billable(active, STANDARD)) == (603, 10)
    up = replace(STANDARD, rounding=Rounding.UP)
    assert billable(active, up) == 11
    assert sum(billable(seconds(lasted(one, AT)), up) for one in stretches) == 13


@pytest.mark.parametrize(("active", "increment", "rounding", "minimum", "minutes"), WORKED)
def test_worked_examples(active: int, increment: int, rounding: Rounding, minimum: int, minutes: int) -> None:
    tariff = replace(STANDARD, increment_minutes=increment, rounding=rounding, minimum_minutes=minimum)

    assert billable(active, tariff) == minutes


@given(st.lists(st.floats(0, 5000), max_size=20), st.integers(1, 20))
def test_cutting_work_into_pieces_costs_nothing(lengths: list[float], pieces: int) -> None:
    begin, whole, cut = AT, [], []
    for number, length in enumerate(lengths):
        end = begin + timedelta(seconds=length)
        whole.append(replace(entry(0, 0, number), started_at=begin, ended_at=end))
        marks = [begin + (end - begin) * piece / pieces for piece in range(pieces)] + [end]
        cut += [replace(whole[-1], started_at=a, ended_at=b) for a, b in itertools.pairwise(marks)]
        begin = end + timedelta(minutes=1)

    assert used(cut, (), AT) == used(whole, (), AT)


@given(st.integers(0, 10**6), TARIFFS)
def test_rounding_is_off_by_less_than_an_increment(active: int, tariff: Tariff) -> None:
    minutes = billable(active, tariff)
    exact = replace(tariff, minimum_minutes=0)

    assert abs(billable(active, exact) * 60 - active) < tariff.increment_minutes * 60
    assert billable(active, exact) % tariff.increment_minutes == 0
    assert minutes <= billable(active + 1, tariff)  # more work never costs less
    assert minutes == 0 if active == 0 else minutes >= tariff.minimum_minutes


@given(st.integers(0, 10**6))
def test_by_default_nobody_pays_for_time_that_was_not_worked(active: int) -> None:
    assert billable(active, STANDARD) * 60 <= active < (billable(active, STANDARD) + 1) * 60


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [
        # 25 October 2026, the hour from two to three comes twice: by the clock on the wall it would be -40 minutes.
        (datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN), datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1), 20),
        # 29 March 2026, it does not come at all: 80 minutes by the clock on the wall.
        (datetime(2026, 3, 29, 1, 50, tzinfo=BERLIN), datetime(2026, 3, 29, 3, 10, tzinfo=BERLIN), 20),
        (datetime(2026, 11, 22, 23, 50, tzinfo=BERLIN), datetime(2026, 11, 23, 0, 10, tzinfo=BERLIN), 20),
        (datetime(2026, 11, 30, 23, 50, tzinfo=BERLIN), datetime(2026, 12, 1, 0, 10, tzinfo=BERLIN), 20),
        (datetime(2026, 12, 31, 23, 50, tzinfo=BERLIN), datetime(2027, 1, 1, 0, 10, tzinfo=BERLIN), 20),
        # Two seconds over the edge of a minute are two seconds.
        (datetime(2026, 11, 22, 9, 59, 59, tzinfo=BERLIN), datetime(2026, 11, 22, 10, 0, 1, tzinfo=BERLIN), 0),
    ],
)
def test_no_clock_on_the_wall_matters(begin: datetime, end: datetime, minutes: int) -> None:
    stretch = replace(entry(0), started_at=begin.astimezone(UTC), ended_at=end.astimezone(UTC))

    assert billable(seconds(used((stretch,), (), AT)), STANDARD) == minutes


def test_a_clock_that_was_set_back_makes_nothing_negative() -> None:
    running = entry(0)

    assert lasted(running, AT - timedelta(hours=1)) == timedelta()
    assert used((running, entry(-90, -60, 2)), (), AT - timedelta(hours=1)) == timedelta(seconds=30)


def test_corrections_count_both_ways_and_never_below_nothing() -> None:
    assert seconds(used((entry(0, 90),), (_correction(30),), AT)) == 120
    assert seconds(used((entry(0, 90),), (_correction(-30), _correction(-30)), AT)) == 30
    assert seconds(used((entry(0, 90),), (_correction(-91),), AT)) == 0


def test_parts_of_seconds_are_kept_until_the_end() -> None:
    assert seconds(used((entry(0, 0.6), entry(1, 1.6, 2)), (), AT)) == 1


@pytest.mark.parametrize(
    ("active", "warn"), [(0, Warn.NONE), (959, Warn.NONE), (960, Warn.AMBER), (1199, Warn.AMBER), (1200, Warn.RED)]
)
def test_it_warns_at_80_and_at_100_per_cent(active: int, warn: Warn) -> None:
    assert warning(active, 20) is warn
    assert warning(active, None) is Warn.NONE


def test_deadlines_count_what_was_used_before() -> None:
    found = deadline(entry(100), timedelta(seconds=600), acceptance(), AT)

    assert found == Deadline(AT + timedelta(seconds=100 + 360), AT + timedelta(seconds=100 + 600))


def test_no_deadline_lies_before_the_stretch_or_before_the_yes() -> None:
    assert deadline(entry(100), timedelta(seconds=1000), acceptance(), AT).warn_at == AT + timedelta(seconds=100)
    later = AT + timedelta(seconds=500)
    assert deadline(entry(100), timedelta(seconds=1000), acceptance(), later) == Deadline(later, later)
