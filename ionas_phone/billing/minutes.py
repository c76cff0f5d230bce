"""Seconds worked and minutes billed. Rule: only the minutes really needed; rounded once, on the session's sum.

Rounding each stretch overbills: 541 + 61 + 1 seconds are 10 minutes, not 13. Stretches are differences of instants, so
midnight, the end of a month and the changes of the clock in March and October don't matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ionas_phone.support.acceptances import Acceptance
from ionas_phone.support.tariffs import Rounding, Tariff
from ionas_phone.support.time_entries import Correction, TimeEntry
from ionas_phone.support.work import Warn

WARN_PERCENT = 80
_SECOND = timedelta(seconds=1)
_NONE = timedelta()


def lasted(entry: TimeEntry, at: datetime) -> timedelta:
    """Return how long a stretch lasted, or has lasted at ``at``; never less than nothing, if the clock was set back."""
    return max((entry.ended_at or at) - entry.started_at, _NONE)


def used(entries: Iterable[TimeEntry], corrections: Iterable[Correction], at: datetime) -> timedelta:
    """Return the session's active time at ``at``, corrections included, never less than nothing."""
    return max(counted(entries, corrections, at), _NONE)


def counted(entries: Iterable[TimeEntry], corrections: Iterable[Correction], at: datetime) -> timedelta:
    """Return what some stretches and corrections add up to; less than nothing, if more was taken off than they have."""
    measured = sum((lasted(entry, at) for entry in entries), _NONE)
    return measured + timedelta(seconds=sum(one.seconds for one in corrections))


def seconds(time: timedelta) -> int:
    """Return the full seconds in ``time``."""
    return time // _SECOND


def billable(active_seconds: int, tariff: Tariff) -> int:
    """Return the minutes to be billed for a session's active seconds; none if no work was done."""
    if active_seconds <= 0:
        return 0
    increment = tariff.increment_minutes * 60
    match tariff.rounding:
        case Rounding.DOWN:
            units = active_seconds // increment
        case Rounding.NEAREST:
            units = (2 * active_seconds + increment) // (2 * increment)
        case Rounding.UP:
            units = -(-active_seconds // increment)
    return max(units * tariff.increment_minutes, tariff.minimum_minutes)


def warning(active_seconds: int, accepted_minutes: int | None) -> Warn:
    """Tell how much of the accepted minutes is used."""
    if accepted_minutes is None:
        return Warn.NONE
    if active_seconds >= accepted_minutes * 60:
        return Warn.RED
    return Warn.AMBER if active_seconds * 100 >= accepted_minutes * 60 * WARN_PERCENT else Warn.NONE


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a running timer will have used 80 % and all of what was accepted. Instants UTC."""

    warn_at: datetime
    limit_at: datetime


def deadline(running: TimeEntry, before: timedelta, acceptance: Acceptance, in_force_at: datetime) -> Deadline:
    """Return the deadlines of a running stretch; ``before``: what all others and all corrections add up to.

    None lies before the stretch began, nor before the acceptance was ``in_force_at``: what was worked until then was
    worked under an earlier one.
    """
    bound = timedelta(minutes=acceptance.minutes_to)
    earliest = max(running.started_at, in_force_at)
    return Deadline(
        warn_at=max(running.started_at + bound * WARN_PERCENT / 100 - before, earliest),
        limit_at=max(running.started_at + bound - before, earliest),
    )
