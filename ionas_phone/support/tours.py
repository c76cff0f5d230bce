"""The guided tour through one practice session. Rule: a step is done when it really happened; nobody ticks it off.

So the tour keeps its place over reloads, windows and days without remembering more than when it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TourStep(StrEnum):
    """The steps from the first ring to the last word, in their order."""

    RING = "ring"
    ANSWER = "answer"
    CUSTOMER = "customer"  # only if nobody knows whose session it is
    PROBLEM = "problem"
    REMOTE = "remote"
    ESTIMATE = "estimate"
    ACCEPT = "accept"
    CONFIRM = "confirm"  # only if the customer must have it in writing first
    START = "start"
    STOP = "stop"
    LEAVE = "leave"  # the remote session is ended
    HANG_UP = "hang_up"
    SUMMARY = "summary"
    PREVENTION = "prevention"
    CLOSE = "close"


_SOMETIMES = frozenset({TourStep.CUSTOMER, TourStep.CONFIRM})


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has come: ``done`` really happened; of the steps of only some sessions, ``needed`` are asked."""

    done: frozenset[TourStep]
    needed: frozenset[TourStep] = frozenset()

    @property
    def steps(self) -> tuple[TourStep, ...]:
        """The steps of this tour."""
        return tuple(step for step in TourStep if step not in _SOMETIMES or step in self.needed)

    @property
    def now(self) -> TourStep | None:
        """What is to be done now; None: that was all."""
        return next((step for step in self.steps if step not in self.done), None)

    @property
    def number(self) -> int:
        """Which one that is, counted from 1; after the last one, how many there were."""
        return len(self.steps) if self.now is None else self.steps.index(self.now) + 1
