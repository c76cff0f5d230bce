"""The figures of a day, in worked tables: every line is one caller, the figures below are reckoned by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ionas_phone.support.service_levels import Fate, Figures, Offer, day_around, day_before, figures

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def caller(fate: Fate, wait: float, before: float = 600) -> Offer:
    """Somebody who was offered ``before`` seconds ago and waited for ``wait``."""
    offered = NOW - timedelta(seconds=before)
    end = offered + timedelta(seconds=wait)
    return Offer("support", offered, fate, end if fate is Fate.ANSWERED else None, end)


def waiting(wait: float) -> Offer:
    return Offer("support", NOW - timedelta(seconds=wait), Fate.WAITING)


# fate, wait                       answered in 20 s   short   counts
EVENING = [
    caller(Fate.ANSWERED, 4),  # yes                          1
    caller(Fate.ANSWERED, 20),  # yes, just                   2
    caller(Fate.ANSWERED, 20.5),  # no                        3
    caller(Fate.ANSWERED, 95.5),  # no                        4
    caller(Fate.ABANDONED, 3),  #                     yes     5
    caller(Fate.ABANDONED, 5),  #                     no      6
    caller(Fate.LET_GO, 600),  #                              7
    caller(Fate.UNSEEN, 30),  #                               not: nobody knows
    waiting(12),  #                                           not yet
    waiting(21),  # too late already                          8
]


def test_the_figures_of_an_evening() -> None:
    found = figures(EVENING, 20, NOW)
    assert found == Figures(
        within=20,
        offered=10,
        answered=4,
        in_time=2,
        waited=timedelta(seconds=140),
        abandoned=2,
        short=1,
        let_go=1,
        unseen=1,
        waiting=2,
        undecided=1,
    )
    assert found.counted == 8
    assert found.service_level == 25  # 2 of 8; of the answered it would be 50, which is not asked
    assert found.average_wait == 35  # 140 s / 4
    assert found.abandon_rate == 25  # 2 of 8


def test_everybody_offered_has_one_fate() -> None:
    found = figures(EVENING, 20, NOW)
    assert found.offered == found.answered + found.abandoned + found.let_go + found.unseen + found.waiting


@pytest.mark.parametrize(
    ("answered", "late", "level"),
    [(0, 1, 0), (1, 0, 100), (4, 1, 80), (79, 21, 79), (398, 102, 79), (2, 1, 66)],
)
def test_a_service_level_is_never_rounded_up(answered: int, late: int, level: int) -> None:
    callers = [caller(Fate.ANSWERED, 1)] * answered + [caller(Fate.ANSWERED, 30)] * late
    assert figures(callers, 20, NOW).service_level == level


def test_an_abandon_rate_is_never_rounded_down() -> None:
    callers = [caller(Fate.ANSWERED, 1)] * 200 + [caller(Fate.ABANDONED, 9)]
    assert figures(callers, 20, NOW).abandon_rate == 1


def test_before_anybody_counts_nothing_is_claimed() -> None:
    for callers in ([], [waiting(3)], [caller(Fate.UNSEEN, 9)]):
        found = figures(callers, 20, NOW)
        assert (found.service_level, found.average_wait, found.abandon_rate) == (None, None, None)


def test_the_first_caller_of_the_day_is_no_failure_while_the_phone_rings() -> None:
    assert figures([caller(Fate.ANSWERED, 5), waiting(19)], 20, NOW).service_level == 100


def test_a_clock_that_runs_ahead_makes_no_wait_negative() -> None:
    ahead = Offer("support", NOW, Fate.ANSWERED, NOW - timedelta(seconds=2), NOW)
    found = figures([ahead], 20, NOW)
    assert (found.average_wait, found.in_time) == (0, 1)


@pytest.mark.parametrize(
    ("at", "begin", "hours"),
    [
        (datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), datetime(2026, 11, 21, 23, tzinfo=UTC), 24),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC), 24),  # midnight in Mainz
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC), 24),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC), 23),  # clocks go forward
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),  # … and back: 2:30
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),  # 2:30 once more
    ],
)
def test_a_day_begins_and_ends_at_midnight_in_mainz(at: datetime, begin: datetime, hours: int) -> None:
    assert day_around(at, BERLIN) == (begin, begin + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("at", "begin", "until"),
    [
        *((datetime(2026, 11, 22, 9, 44, tzinfo=UTC), datetime(2026, 11, 20, 23, tzinfo=UTC), -24),),
        *((datetime(2026, 3, 29, 8, tzinfo=UTC), datetime(2026, 3, 27, 23, tzinfo=UTC), -23),),  # clocks went forward
        *((datetime(2026, 10, 25, 9, tzinfo=UTC), datetime(2026, 10, 23, 22, tzinfo=UTC), -25),),  # … and back
    ],
)
def test_the_day_before_is_compared_until_the_same_time_by_the_clock(at: datetime, begin: datetime, until: int) -> None:
    assert day_before(at, BERLIN) == (begin, at + timedelta(hours=until))
