"""How far the work on a session is, and what may happen next. Rule: nothing costs anything before the customer's yes.

    estimate ──accept──▶ accepted ──start──▶ running ──pause, limit──▶ paused
       │  ▲                  │                ▲  │  ▲───────resume──────┘  │
    decline propose        stop          resume  stop                    stop
       ▼  │                  ▼                │  ▼                         ▼
     declined                └─────────────▶ stopped ◀─────────────────────┘

A customer may be asked again at any time (``propose``, ``accept``, ``decline`` change nothing once there is a yes: a
no to more leaves what was agreed before). ``limit`` is given by the service when the accepted minutes are used up.
Hanging up, closing the browser and another day are no commands: none of them moves the timer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ionas_phone.errors import Conflict, FormWrong
from ionas_phone.support.acceptances import Acceptance, Confirmation
from ionas_phone.support.estimates import Estimate
from ionas_phone.support.sessions import Ending
from ionas_phone.support.time_entries import Correction, Outage, TimeEntry
from ionas_phone.words import N_


class WorkState(StrEnum):
    """How far the work on a session is."""

    ESTIMATE = "estimate"  # free: nothing is accepted (yet)
    DECLINED = "declined"
    ACCEPTED = "accepted"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class Command(StrEnum):
    """What can be asked for."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    DECLINE = "decline"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    LIMIT = "limit"
    END = "end"  # of the session: no timer has to be stopped, only the form is remembered


class Warn(StrEnum):
    """How much of the accepted time is used."""

    NONE = "none"
    AMBER = "amber"  # 80 %: say so to the customer now
    RED = "red"  # all of it: a new acceptance is needed to go on


_LONGEST_KEY = 100
_S, _C = WorkState, Command
_ASKED_AGAIN: Final = {
    (state, command): state
    for state in (_S.ACCEPTED, _S.RUNNING, _S.PAUSED, _S.STOPPED)
    for command in (_C.PROPOSE, _C.ACCEPT, _C.DECLINE)
}
TRANSITIONS: Final[Mapping[tuple[WorkState, Command], WorkState]] = {
    (_S.ESTIMATE, _C.PROPOSE): _S.ESTIMATE,
    (_S.ESTIMATE, _C.ACCEPT): _S.ACCEPTED,
    (_S.ESTIMATE, _C.DECLINE): _S.DECLINED,
    (_S.DECLINED, _C.PROPOSE): _S.ESTIMATE,
    (_S.ACCEPTED, _C.START): _S.RUNNING,
    (_S.ACCEPTED, _C.STOP): _S.STOPPED,
    (_S.RUNNING, _C.PAUSE): _S.PAUSED,
    (_S.RUNNING, _C.LIMIT): _S.PAUSED,
    (_S.RUNNING, _C.STOP): _S.STOPPED,
    (_S.PAUSED, _C.RESUME): _S.RUNNING,
    (_S.PAUSED, _C.STOP): _S.STOPPED,
    (_S.STOPPED, _C.RESUME): _S.RUNNING,
    **_ASKED_AGAIN,
}
# What is said where a command does not fit: to what does fit, in this order of states.
_NOT_ACCEPTED = N_("The customer has not accepted an estimate yet; before that nothing may cost anything.")
_REFUSED_NO = N_("The customer has declined; propose something else first.")
_REFUSALS: Final[Mapping[WorkState, str]] = {
    _S.ESTIMATE: _NOT_ACCEPTED,
    _S.DECLINED: _REFUSED_NO,
    _S.ACCEPTED: N_("The timer has not been started yet."),
    _S.RUNNING: N_("The timer is running already."),
    _S.PAUSED: N_("The timer is paused; resume or stop it."),
    _S.STOPPED: N_("The timer is stopped; resume it to go on."),
}


def after(state: WorkState, command: Command) -> WorkState:
    """Return the state after ``command``. Raises Conflict with a sentence if it does not fit."""
    following = TRANSITIONS.get((state, command))
    if following is None:
        raise Conflict(_REFUSALS[state])
    return following


@dataclass(frozen=True, slots=True)
class Deed:
    """What every request to change something carries: who, when (by the server's clock, UTC), and its own ``key``.

    The page makes a new key for each form it shows; the same key again, after a double click or a lost answer, changes
    nothing and gives the first result.
    """

    key: str
    at: datetime
    by: str

    def __post_init__(self) -> None:
        """Raise FormWrong for a key that tells nothing apart."""
        if not 1 <= len(self.key) <= _LONGEST_KEY:
            raise FormWrong("This form was sent in a way that can't be understood; load the page anew.")


@dataclass(frozen=True, slots=True)
class Step:
    """A command to the timer that was carried out: the state afterwards, and the time entry it began or ended."""

    command: Command
    state: WorkState
    session_id: int
    entry_id: int | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Work:
    """All that a page shows of estimate, acceptance and timer, at the instant ``at``.

    ``estimate``: the newest version, ``answer``: what was said to it (None: pending). ``acceptance``: the one in force,
    by which the timer may run, ``confirmation``: of the newest acceptance. ``used_seconds`` count with corrections;
    ``limit_at``: when a running timer will have used up ``accepted_minutes``. ``billable_minutes``, ``price_cents``:
    of what is used so far (0 in practice), with VAT for consumers, before VAT for businesses. ``needs``: what keeps the
    timer from being started or resumed, as errors whose sentences are for people; empty: it may. ``to_review``: marks
    nobody has looked at; while there are any, the session must not be billed.
    """

    session_id: int
    at: datetime
    practice: bool
    state: WorkState
    outcome: Ending | None
    estimate: Estimate | None
    answer: Acceptance | None
    acceptance: Acceptance | None
    newest_acceptance: Acceptance | None
    confirmation: Confirmation | None
    entries: tuple[TimeEntry, ...]
    corrections: tuple[Correction, ...]
    to_review: tuple[Outage, ...]
    accepted_minutes: int | None
    used_seconds: int
    running: TimeEntry | None
    limit_at: datetime | None
    warn: Warn
    billable_minutes: int
    price_cents: int
    needs: tuple[Conflict, ...]

    @property
    def running_since(self) -> datetime | None:
        """When the running stretch began."""
        return self.running.started_at if self.running else None
