"""From records to what is the case now. Rule: everything is derived from rows that only grow; the instant is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ionas_phone.billing.minutes import Deadline, billable, counted, deadline, seconds, used, warning
from ionas_phone.billing.prices import price
from ionas_phone.errors import Conflict
from ionas_phone.support.acceptances import Acceptance, Confirmation
from ionas_phone.support.estimates import Estimate
from ionas_phone.support.sessions import Ending
from ionas_phone.support.time_entries import Correction, Outage, TimeEntry
from ionas_phone.support.work import Warn, Work, WorkState


@dataclass(frozen=True, slots=True)
class Records:
    """All that is written down about the work on one session; each tuple oldest first.

    ``timer``: the state after the timer's last command, None before the first. ``confirmations``: the first durable one
    of each acceptance, by its id.
    """

    session_id: int
    customer_id: int | None
    practice: bool
    closed: bool
    outcome: Ending | None
    estimate: Estimate | None
    answers: tuple[Acceptance, ...]
    confirmations: Mapping[int, Confirmation]
    entries: tuple[TimeEntry, ...]
    corrections: tuple[Correction, ...]
    timer: WorkState | None
    to_review: tuple[Outage, ...]

    @property
    def answer(self) -> Acceptance | None:
        """What was said to the newest estimate."""
        return next((one for one in self.answers if self.estimate and one.estimate_id == self.estimate.id), None)

    @property
    def yeses(self) -> tuple[Acceptance, ...]:
        """All acceptances that were a yes."""
        return tuple(one for one in self.answers if one.accepted)

    @property
    def running(self) -> TimeEntry | None:
        """The stretch without an end."""
        return next((entry for entry in self.entries if entry.ended_at is None), None)


def in_force(records: Records) -> tuple[Acceptance, datetime] | None:
    """Return the acceptance by which the timer may run, and since when: the newest one that is complete.

    It is this customer's, and confirmed where it must be; one that still lacks that does not undo the one before.
    """
    for one in reversed(records.yeses):
        if one.customer_id != records.customer_id:
            continue
        if not one.must_be_confirmed:
            return one, one.at
        if confirmed := records.confirmations.get(one.id):
            return one, confirmed.at
    return None


def state_of(records: Records) -> WorkState:
    """Return how far the work is, by what is written down."""
    if records.timer is not None:
        return records.timer
    if records.yeses:
        return WorkState.ACCEPTED
    return WorkState.DECLINED if records.answer else WorkState.ESTIMATE


def deadline_of(records: Records) -> Deadline | None:
    """Return the deadlines of the running timer; None if none runs."""
    running = records.running
    if running is None:
        return None
    # Whose session it is may have been changed meanwhile: then what the stretch began by still ends it.
    holds = in_force(records) or next((one, one.at) for one in records.yeses if one.id == running.acceptance_id)
    ended = [entry for entry in records.entries if entry is not running]
    return deadline(running, counted(ended, records.corrections, running.started_at), *holds)


def needs(records: Records, at: datetime) -> tuple[Conflict, ...]:
    """Return what keeps the timer from running, in the order in which it can be mended."""
    found = []
    if records.closed:
        found.append(Conflict("This session is closed; open it again first."))
    if records.customer_id is None:
        found.append(Conflict("Nobody knows yet whose session this is; choose the customer."))
    if records.estimate is None:
        found.append(Conflict("There is no estimate yet; write down what you propose and how long it will take."))
    holds = in_force(records)
    if holds is None:
        found += _not_in_force(records)
    elif seconds(used(records.entries, records.corrections, at)) >= holds[0].minutes_to * 60:
        minutes = holds[0].minutes_to
        found.append(
            Conflict("The accepted %(minutes)d minutes are used up; to go on, more must be accepted.", minutes=minutes)
        )
    return tuple(found)


def _not_in_force(records: Records) -> list[Conflict]:
    if not records.yeses:
        if records.answer:
            return [Conflict("The customer has declined; propose something else first.")]
        return [Conflict("The customer has not accepted an estimate yet.")] if records.estimate else []
    if records.customer_id is None:
        return []
    if records.yeses[-1].customer_id != records.customer_id:
        return [Conflict("Another customer has accepted; this one must be asked, too.")]
    return [Conflict("A consumer must have the confirmation first; hand it over and record it.")]


def work(records: Records, at: datetime) -> Work:
    """Return what is the case at ``at``. A timer past its limit is paused at it, whether that is written yet or not."""
    state, holds, running, limit = state_of(records), in_force(records), records.running, deadline_of(records)
    until = at
    if limit and limit.limit_at <= at:
        state, running, until = WorkState.PAUSED, None, limit.limit_at
    active = seconds(used(records.entries, records.corrections, until))
    newest = records.yeses[-1] if records.yeses else None
    agreed = holds[0] if holds else newest
    minutes = billable(active, agreed.tariff) if agreed and not records.practice else 0
    accepted = holds[0].minutes_to if holds else None
    return Work(
        session_id=records.session_id,
        at=at,
        practice=records.practice,
        state=state,
        outcome=records.outcome,
        estimate=records.estimate,
        answer=records.answer,
        acceptance=holds[0] if holds else None,
        newest_acceptance=newest,
        confirmation=records.confirmations.get(newest.id) if newest else None,
        entries=records.entries,
        corrections=records.corrections,
        to_review=records.to_review,
        accepted_minutes=accepted,
        used_seconds=active,
        running=running,
        limit_at=limit.limit_at if limit and running else None,
        warn=warning(active, accepted) if state is not WorkState.STOPPED else Warn.NONE,
        billable_minutes=minutes,
        price_cents=price(minutes, agreed.tariff, agreed.customer_kind, agreed.cap_cents) if agreed else 0,
        needs=needs(records, until),
    )
