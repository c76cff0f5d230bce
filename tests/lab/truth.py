"""What a call really was, told by who made it happen. Rule: filled by the stage's own clock, never by our live picture.

``Journey.told`` is the form of tests/scenarios/*/*.json; tests/scenarios/README.md says how its words are meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.lab.legs import Leg


def device(leg: Leg) -> str:
    """Return the interface of the desk phone that has this leg."""
    return f"PJSIP/{leg.agent.name}"


@dataclass
class Ringing:
    """One desk phone that rang; it rings until its leg was answered or has ended."""

    leg: Leg
    outcome: str = ""  # "" = still rings

    @property
    def until(self) -> float:
        return (self.leg.answered if self.outcome == "answered" else self.leg.ended).at

    def told(self) -> dict[str, Any]:
        return {"assistant": device(self.leg), "seconds": tenth(self.until - self.leg.began), "outcome": self.outcome}


@dataclass
class Talking:
    """One assistant's time with the caller. ``held``: stretches in which the caller heard music, still inside it."""

    assistant: str
    since: float
    until: float = 0.0
    held: list[list[float]] = field(default_factory=list)  # [from, to]; an open one has no end yet
    apart: bool = False  # held by feature code: the assistant is out of the bridge meanwhile

    def hold(self, at: float) -> None:
        self.held.append([at])

    def resume(self, at: float) -> None:
        if self.holding:
            self.held[-1].append(at)

    def end(self, at: float) -> None:
        self.resume(at)
        self.until = self.until or at

    @property
    def holding(self) -> bool:
        return bool(self.held) and len(self.held[-1]) == 1

    def told(self) -> dict[str, Any]:
        return {
            "assistant": self.assistant,
            "from": tenth(self.since),
            "to": tenth(self.until),
            "seconds": tenth(self.until - self.since),
            "hold_seconds": tenth(sum(end - start for start, end in self.held)),
        }


@dataclass(eq=False)
class Journey:
    """One call from its first ring to its end. ``leg``: of whoever called; its end is the journey's."""

    leg: Leg
    direction: str
    number: str | None
    name: str = ""
    suppressed: bool = False
    queues: list[str] = field(default_factory=list)
    offered_at: float = 0.0
    waiting: bool = False  # in a queue, now
    wait_ended: float = 0.0  # answered for the first time, given up or let go; 0 = never waited
    let_go: bool = False  # by the queue itself, at a moment that no telephone sees
    rung: list[Ringing] = field(default_factory=list)
    talk: list[Talking] = field(default_factory=list)
    transfers: list[dict[str, str]] = field(default_factory=list)
    outcome: str = ""
    ended_by: str | None = None
    unwritten: set[str] = field(default_factory=set)  # assistants who are in a bridge that CEL tells nobody to be in

    @property
    def talking(self) -> list[Talking]:
        return [talk for talk in self.talk if not talk.until]

    @property
    def ringing(self) -> list[Ringing]:
        return [ringing for ringing in self.rung if not ringing.outcome]

    def enters(self, queue: str) -> None:
        self.queues.append(queue)
        self.waiting = True

    def leaves_queue(self, at: float) -> None:
        """Out of the queue, wherever to; what counts is the first time that somebody answered."""
        if self.waiting and not self.talk:
            self.wait_ended = at
        self.waiting = False

    def transfer(self, kind: str, whence: str, whither: str) -> None:
        self.transfers.append({"kind": kind, "from": whence, "to": whither})

    def told(self) -> dict[str, Any]:
        return {
            "caller_number": self.number,
            "caller_name": self.name,
            "number_suppressed": self.suppressed,
            "direction": self.direction,
            "queues": self.queues,
            "offered_at": tenth(self.offered_at),
            "wait_s": tenth(self.wait_ended - self.offered_at) if self.wait_ended else 0.0,
            "rung": [ringing.told() for ringing in sorted(self.rung, key=lambda ringing: ringing.leg.began)],
            "talk": [talk.told() for talk in sorted(self.talk, key=lambda talk: talk.since)],
            "transfers": self.transfers,
            "outcome": self.outcome,
            "ended_by": self.ended_by,
            "ended_at": tenth(self.leg.ended.at),
        }


def tenth(seconds: float) -> float:
    return round(seconds, 1)
