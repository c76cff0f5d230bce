"""How well callers are served on a day. Rule: every figure is counted from callers, by the formula that stands here.

A caller belongs to the day on which they entered the queue, whenever they are answered. Asterisk's own figures are
others: its ServicelevelPerf divides by answered calls, its Holdtime is an exponential average, its Abandoned also
counts callers whom the queue let go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

SHORT: Final = timedelta(seconds=5)  # who hangs up so soon has hardly been rung for
_ALL: Final = 100  # per cent


class Fate(StrEnum):
    """What became of a caller who entered a queue."""

    WAITING = "waiting"  # not known yet
    ANSWERED = "answered"
    ABANDONED = "abandoned"  # hung up waiting
    LET_GO = "let_go"  # the queue or its time-out sent them on, unanswered
    UNSEEN = "unseen"  # it ended while nobody looked


@dataclass(frozen=True, slots=True)
class Offer:
    """One caller offered to a queue. ``answered_at`` of ANSWERED, ``ended_at`` where it was seen; instants UTC."""

    queue: str
    offered_at: datetime
    fate: Fate
    answered_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A day's figures of one queue. ``answered``: of those who were, the wait of each.

    ``within``: the T of the service level, seconds. ``undecided``: of those ``waiting``, who have not waited for T yet.
    """

    within: int
    offered: int = 0
    answered: int = 0
    in_time: int = 0
    waited: timedelta = timedelta()  # by all who were answered
    abandoned: int = 0
    short: int = 0  # of these: hung up within SHORT
    let_go: int = 0
    unseen: int = 0
    waiting: int = 0
    undecided: int = 0

    @property
    def counted(self) -> int:
        """Of those offered, whom the shares are of: what becomes of the others is not known, or not yet."""
        return self.offered - self.unseen - self.undecided

    @property
    def service_level(self) -> int | None:
        """Answered within T ÷ offered, in whole per cent, never rounded up to the target; None: nobody counts yet."""
        return self.in_time * _ALL // self.counted if self.counted else None

    @property
    def abandon_rate(self) -> int | None:
        """Hung up waiting ÷ offered, in whole per cent, never rounded down to a better one."""
        return -(-self.abandoned * _ALL // self.counted) if self.counted else None

    @property
    def average_wait(self) -> int | None:
        """Σ wait of those answered ÷ answered (ASA), in whole seconds."""
        return round(self.waited / self.answered / timedelta(seconds=1)) if self.answered else None


def figures(offers: Iterable[Offer], within: int, now: datetime) -> Figures:
    """Count ``offers``; ``within``: seconds in which a caller should be answered."""
    count = dict.fromkeys((*Fate, "in_time", "short", "undecided"), 0)
    waited, target = timedelta(), timedelta(seconds=within)
    for offer in offers:
        count[offer.fate] += 1
        wait = max((offer.answered_at or offer.ended_at or now) - offer.offered_at, timedelta())
        if offer.fate is Fate.ANSWERED:
            waited += wait
            count["in_time"] += wait <= target
        elif offer.fate is Fate.ABANDONED:
            count["short"] += wait < SHORT
        elif offer.fate is Fate.WAITING:
            count["undecided"] += wait <= target
    return Figures(
        within=within,
        offered=sum(count[fate] for fate in Fate),
        answered=count[Fate.ANSWERED],
        in_time=count["in_time"],
        waited=waited,
        abandoned=count[Fate.ABANDONED],
        short=count["short"],
        let_go=count[Fate.LET_GO],
        unseen=count[Fate.UNSEEN],
        waiting=count[Fate.WAITING],
        undecided=count["undecided"],
    )


def day_around(at: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the first instant of the day that ``at`` belongs to in ``zone``, and of the next one, in UTC.

    A day has 23 or 25 hours when the clocks are changed.
    """
    today = at.astimezone(zone).date()
    begin, end = (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (today, today + timedelta(days=1))
    )
    return begin, end


def day_before(at: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the first instant of the day before, and when it was then as late by the clock as ``at`` is, in UTC."""
    local = at.astimezone(zone)
    begin, until = (
        datetime.combine(local.date() - timedelta(days=1), clock, tzinfo=zone).astimezone(UTC)
        for clock in (time(), local.time())
    )
    return begin, until
