"""One call: waiting, ringing, talked, ended. Rule: terminal states win; applying a fact twice changes nothing.

A call is known by its PBX and the unique id of its caller's first channel. Who talks is who shares a bridge with the
caller; AgentConnect only says so a moment earlier. Instants are the PBX's, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ionas_phone.live.board import Caller, RingState
from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey, Channel
from ionas_phone.support.customers import Match
from ionas_phone.support.phone_numbers import normalise

SILENCING = timedelta(seconds=2)  # Asterisk cancels the losers of a ring-all within milliseconds of the winner's answer


@dataclass(slots=True)
class Ring:
    """One phone rung for the call. ``note_until`` (our clock): how long the desk still says how it ended."""

    leg: str
    endpoint: str
    name: str
    queue: str
    since: datetime
    state: RingState | None = RingState.RINGING  # None: answered here
    ended_at: datetime | None = None
    by: str = ""
    noted: bool = False
    note_until: datetime | None = None

    @property
    def ringing(self) -> bool:
        """Whether the phone still rings."""
        return self.state is RingState.RINGING

    def end(self, state: RingState | None, at: datetime, by: str = "") -> None:
        """End the ringing; a later, better reason (declined instead of missed) may replace the first one."""
        self.ended_at = self.ended_at or at
        self.state, self.by = state, by or self.by


@dataclass(slots=True)
class Talk:
    """Somebody's time on the line with the caller."""

    leg: str
    endpoint: str
    since: datetime
    until: datetime | None = None
    held: bool = False
    bridged: bool = False


@dataclass(slots=True, eq=False)
class Call:
    """A call of ours. ``endpoint``: the device of who answered first; ``seen_end``: whether we saw it end."""

    key: CallKey
    line: str = ""
    queue: str = ""
    number: str | None = None
    caller_name: str = ""
    suppressed: bool = False
    offered_at: datetime | None = None
    waiting_since: datetime | None = None
    left_at: datetime | None = None
    answered_at: datetime | None = None
    endpoint: str | None = None
    hung_up_by: str | None = None  # "caller" | "assistant"
    abandoned: bool = False  # the queue gave the caller up (also on time-out)
    ended_at: datetime | None = None
    seen_end: bool = True
    rings: dict[str, Ring] = field(default_factory=dict)
    talks: dict[str, Talk] = field(default_factory=dict)
    matches: tuple[Match, ...] | None = None
    customer: Match | None = None
    session_id: int | None = None
    looked_up: bool = False
    session_ordered: bool = False
    recorded: CallRecord | None = None
    forget_at: datetime | None = None  # our clock, once ended
    missed: int = 0  # snapshots in a row whose queues lacked it while we had it waiting

    # -- facts ---------------------------------------------------------------------------------------------------------

    def identify(self, caller: Channel) -> None:
        """Take over who rings. A withheld number stays withheld, whatever other messages show."""
        if caller.suppressed or self.suppressed:
            self.suppressed, self.number, self.caller_name = True, None, ""
        elif caller.number:
            parsed = normalise(caller.number)
            self.number = parsed.text if parsed else caller.number
            self.caller_name = caller.caller_name or self.caller_name

    def join(self, queue: str, at: datetime) -> bool:
        """Enter a queue; False if this is an old fact. The wait runs from the first queue of all."""
        if self.ended_at or (self.left_at and at <= self.left_at):
            return False
        self.queue = queue
        self.offered_at = min(self.offered_at or at, at)
        self.waiting_since = self.waiting_since or at
        self.abandoned = False
        return True

    def leave(self, at: datetime) -> None:
        """Leave the queue, wherever to."""
        if self.waiting_since and at >= self.waiting_since:
            self.waiting_since, self.left_at = None, at

    def ring(self, leg: Channel, endpoint: str, name: str, queue: str, at: datetime) -> None:
        """A phone begins to ring (or is known to ring since before)."""
        if not self.ended_at and leg.unique_id not in self.rings:
            self.rings[leg.unique_id] = Ring(leg.unique_id, endpoint, name, queue, at)

    def answer(self, leg: str, endpoint: str, name: str, at: datetime) -> None:
        """Somebody answered: ``endpoint`` talks, every other phone stops ringing."""
        if self.ended_at:
            return
        self.answered_at = min(self.answered_at or at, at)
        self.endpoint = self.endpoint or endpoint
        self.talks.setdefault(leg, Talk(leg, endpoint, at))
        for ring in self.rings.values():
            if ring.leg == leg:
                ring.end(None, at)
            elif ring.ringing:
                ring.end(RingState.ANSWERED_ELSEWHERE, at, by=name)

    def stop_ringing(self, leg: str, state: RingState, at: datetime) -> None:
        """One phone stopped ringing unanswered; the caller's own hang-up is the better reason where there was one."""
        ring = self.rings.get(leg)
        if ring is None or ring.state not in {RingState.RINGING, RingState.MISSED}:
            return
        if ring.ringing and self.hung_up_by == "caller":
            ring.end(RingState.CALLER_GONE, at)
        elif ring.ringing and (taker := self._just_taken(at)):
            ring.end(RingState.ANSWERED_ELSEWHERE, at, by=taker.name)
        else:
            ring.end(state, at)

    def take(self, leg: str, at: datetime) -> None:
        """A phone was taken off; the queue's word that it is connected (``answer``) follows."""
        ring = self.rings.get(leg)
        if ring and ring.ringing:
            ring.end(None, at)

    def _just_taken(self, at: datetime) -> Ring | None:
        """Return the ring that was taken a moment ago: the reason why the other phones are being silenced now."""
        for ring in self.rings.values():
            if ring.state is None and ring.ended_at and at - ring.ended_at < SILENCING:
                return ring
        return None

    def hang_up(self, by: str, at: datetime) -> None:
        """Somebody hung up first."""
        if self.ended_at or self.hung_up_by:
            return
        self.hung_up_by = by
        if by == "caller":
            for ring in self.rings.values():
                if ring.ringing:
                    ring.end(RingState.CALLER_GONE, at)

    def bridge(self, others: dict[str, str], at: datetime) -> None:
        """The caller now shares a bridge with ``others`` (unique id -> device): those talk, nobody else does."""
        for leg, endpoint in others.items():
            since = self.answered_at if self.answered_at and not self.talks and endpoint == self.endpoint else at
            talk = self.talks.setdefault(leg, Talk(leg, endpoint, since))
            talk.bridged = True
            if talk.until and at > talk.until:
                talk.until = None  # back from a hold bridge or a consultation
        for talk in self.talks.values():
            if talk.bridged and talk.leg not in others and talk.until is None:
                talk.until = at

    def end(self, at: datetime, *, seen: bool = True) -> None:
        """Close everything; ``seen`` False: it ended while we saw nothing."""
        if self.ended_at:
            return
        self.leave(max(at, self.waiting_since) if self.waiting_since else at)
        for ring in self.rings.values():
            if ring.ringing:
                ring.end(RingState.CALLER_GONE, at)
        for talk in self.talks.values():
            talk.until = talk.until or at
        self.ended_at, self.seen_end = at, seen

    # -- what follows from them ----------------------------------------------------------------------------------------

    @property
    def practice(self) -> bool:
        """Whether it came by the practice line."""
        return self.key.pbx == PRACTICE_PBX

    @property
    def caller(self) -> Caller:
        """Who rings, for the desks."""
        matches = (self.customer,) if self.customer else self.matches
        return Caller(self.number, self.caller_name, self.suppressed, matches)

    @property
    def talking(self) -> tuple[Talk, ...]:
        """Who talks with the caller now."""
        return tuple(talk for talk in self.talks.values() if talk.until is None)

    @property
    def outcome(self) -> Outcome:
        """How it ended, or that it has not."""
        if not self.ended_at:
            return Outcome.OPEN
        if self.answered_at:
            return Outcome.ANSWERED
        if not self.seen_end:
            return Outcome.UNSEEN
        if self.abandoned and self.hung_up_by != "caller":
            return Outcome.QUEUE_TIMEOUT
        rung = any(ring.state is RingState.CALLER_GONE for ring in self.rings.values())
        return Outcome.ABANDONED_RINGING if rung else Outcome.ABANDONED_WAITING

    def record(self, login: str | None) -> CallRecord:
        """Return all that is kept of the call; ``login``: whose device answered."""
        return CallRecord(
            call=self.key,
            line=self.line,
            queue=self.queue,
            number=self.number,
            caller_name=self.caller_name,
            suppressed=self.suppressed,
            offered_at=self.offered_at,
            answered_at=self.answered_at,
            answered_by=login,
            answered_interface=self.endpoint,
            ended_at=self.ended_at,
            outcome=self.outcome,
            ended_by=self.hung_up_by if self.ended_at else None,
        )
