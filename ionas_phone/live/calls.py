"""One call: waiting, ringing, talked, ended. Rule: terminal states win; applying a fact twice changes nothing.

A call is known by its PBX and the unique id of its caller's first channel. Who talks is who can be reached from the
caller's bridge; AgentConnect only says so a moment earlier. Instants are the PBX's, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ionas_phone.live.board import Caller, RingState
from ionas_phone.live.effects import CallRecord
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey, Channel, Direction, Stretch
from ionas_phone.live.parts import Ring, Talk, Transfer, TransferKind, Wait
from ionas_phone.support.customers import Match
from ionas_phone.support.phone_numbers import is_e164, normalise

SILENCING = timedelta(seconds=2)  # Asterisk cancels the losers of a ring-all within milliseconds of the winner's answer


@dataclass(slots=True, eq=False)
class Call:
    """A call. ``endpoint``: the device of who answered first; ``seen_end``: whether we saw it end.

    ``caller_leg``: the unique id of the channel the caller is on now; a masquerade may change it.
    """

    key: CallKey
    caller_leg: str = ""
    began_at: datetime | None = None
    direction: Direction = Direction.IN
    line: str = ""
    queue: str = ""
    queues: list[str] = field(default_factory=list)
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
    half_seen: bool = False  # first seen in its middle, with nobody: a queue may have had it before
    let_go: bool = False  # … and the caller was still there: what they do then is no giving up
    ended_at: datetime | None = None
    seen_end: bool = True
    rings: list[Ring] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    matches: tuple[Match, ...] | None = None
    customer: Match | None = None
    session_id: int | None = None
    looked_up: bool = False
    session_ordered: bool = False
    holder: str | None = None  # log-in name of whose session it is
    recorded: CallRecord | None = None  # as it was written down last, but for its …
    journey: tuple[Stretch, ...] = ()
    told: tuple[str, ...] = ()  # log-in names of whose desks show the session as one that is talked on
    forget_at: datetime | None = None  # our clock, once ended
    earlier: tuple[Stretch, ...] = ()  # what was written down of it before the service started
    missed: int = 0  # snapshots in a row whose queues lacked it while we had it waiting
    completed: dict[tuple[str, str], datetime] = field(default_factory=dict)  # (queue, interface): its part is over
    places: set[str] = field(default_factory=set)  # devices under which the picture finds it

    def __post_init__(self) -> None:
        """The caller begins on the channel the call is known by."""
        self.caller_leg = self.caller_leg or self.key.unique_id

    # -- the caller ----------------------------------------------------------------------------------------------------

    def identify(self, caller: Channel) -> None:
        """Take over who rings. A withheld number stays withheld, whatever other messages show."""
        if caller.suppressed or self.suppressed:
            self.suppressed, self.number, self.caller_name = True, None, ""
        elif caller.number:
            parsed = normalise(caller.number)
            self.number = parsed.text if parsed else caller.number
            self.caller_name = caller.caller_name or self.caller_name

    def dial_out(self, number: str) -> None:
        """We call: the other side is whom we dialled."""
        parsed = normalise(number)
        self.number, self.caller_name, self.suppressed = (parsed.text if parsed else number or None), "", False

    def join(self, queue: str, at: datetime) -> bool:
        """Enter a queue; False if this is an old fact. The wait runs from the first queue of all."""
        if self.ended_at or (self.left_at and at <= self.left_at):
            return False
        self.queue = queue
        if queue not in self.queues:
            self.queues.append(queue)
        self.offered_at = min(self.offered_at or at, at)
        self.waiting_since = self.waiting_since or at
        if not self.waits or self.waits[-1].until or self.waits[-1].queue != queue:
            self.stop_waiting(at)
            self.waits.append(Wait(queue, at))
        self.abandoned = self.let_go = self.half_seen = False
        return True

    def stop_waiting(self, at: datetime) -> None:
        """The caller is in the queue no more, or in the next one."""
        if self.waits and self.waits[-1].until is None:
            self.waits[-1].until = max(at, self.waits[-1].since)

    def leave(self, at: datetime) -> None:
        """Leave the queue, wherever to. Who leaves unanswered and not given up by the queue has left by himself."""
        if self.waiting_since is None or at < self.waiting_since:
            return
        self.waiting_since, self.left_at = None, at
        self.stop_waiting(at)
        self.let_go = self.abandoned and self.hung_up_by != "caller"
        if self.abandoned or self.answered_at or self.just_taken(at):
            return
        for ring in self.rings:
            if ring.state is RingState.MISSED and ring.ended_at and at - ring.ended_at < SILENCING:
                ring.end(RingState.CALLER_GONE, at)

    def hang_up(self, by: str, at: datetime) -> None:
        """Somebody hung up first."""
        if self.ended_at or self.hung_up_by:
            return
        self.hung_up_by = by
        if by == "caller":
            for ring in self.rings:
                if ring.ringing:
                    ring.end(RingState.CALLER_GONE, at)

    # -- phones that ring ----------------------------------------------------------------------------------------------

    def ring_at(self, leg: str) -> Ring | None:
        """Return the ring that this channel belongs to."""
        return next((ring for ring in self.rings if leg in ring.legs), None)

    def ring(self, leg: str, endpoint: str, name: str, queue: str, at: datetime) -> None:
        """A phone begins to ring (or is known to ring since before)."""
        if not self.ended_at and self.ring_at(leg) is None:
            self.rings.append(Ring([leg], endpoint, name, queue, at))

    def take(self, leg: str, at: datetime) -> None:
        """A phone was taken off; the queue's word that it is connected (``answer``) follows."""
        ring = self.ring_at(leg)
        if ring and ring.ringing:
            ring.end(None, at)

    def stop_ringing(self, leg: str, state: RingState, at: datetime) -> None:
        """One phone stopped ringing unanswered; the caller's own hang-up is the better reason where there was one."""
        ring = self.ring_at(leg)
        if ring is None or ring.state not in {RingState.RINGING, RingState.MISSED}:
            return
        if ring.ringing and self.hung_up_by == "caller":
            ring.end(RingState.CALLER_GONE, at)
        elif ring.ringing and (taker := self.just_taken(at)):
            ring.end(RingState.ANSWERED_ELSEWHERE, at, by=taker.name)
        else:
            ring.end(state, at)

    def just_taken(self, at: datetime) -> Ring | None:
        """Return the ring that was taken a moment ago: the reason why the other phones are being silenced now."""
        for ring in self.rings:
            if ring.state is None and ring.ended_at and at - ring.ended_at < SILENCING:
                return ring
        return None

    # -- people who talk -----------------------------------------------------------------------------------------------

    def talk_at(self, leg: str) -> Talk | None:
        """Return the talk on this channel."""
        return next((talk for talk in self.talks if talk.leg == leg), None)

    def hangs_on(self, leg: str) -> bool:
        """Tell whether who talks on this channel would end the call by hanging up.

        Not if they have just sent the caller on: their phone often hangs up before it is out of the bridge.
        """
        talk = next((talk for talk in self.talking if talk.leg == leg), None)
        return talk is not None and not any(
            sent.kind is TransferKind.BLIND and sent.origin == talk.endpoint and sent.at >= talk.since
            for sent in self.transfers
        )

    def answer(self, leg: str, endpoint: str, name: str, at: datetime) -> None:
        """Somebody answered: ``endpoint`` talks, every other phone stops ringing."""
        if self.ended_at:
            return
        self.answered_at = min(self.answered_at or at, at)
        self.endpoint = self.endpoint or endpoint
        ours = self.ring_at(leg)
        leg = ours.legs[-1] if ours else leg  # behind a Local member the phone's own channel came last
        if self.talk_at(leg) is None:
            self.talks.append(Talk(leg, endpoint, at))
        for ring in self.rings:
            if ring is ours:
                ring.end(None, at)
            elif ring.ringing and ring.since <= at:  # else this is an old word about an earlier answer
                ring.end(RingState.ANSWERED_ELSEWHERE, at, by=name)

    def bridge(self, others: dict[str, str], at: datetime, away: frozenset[str] = frozenset()) -> None:
        """The caller can now hear ``others`` (unique id -> device): those talk, nobody else does.

        ``away``: channels that stepped out while the caller stays behind alone: a consultation, the caller is on hold.
        """
        for leg, endpoint in others.items():
            talk = self.talk_at(leg) or self._announced(leg, endpoint) or self._begin(leg, endpoint, at)
            talk.bridged = True
            if talk.until and at > talk.until:
                talk.until = None  # back from a hold bridge or a consultation
            if self.hung_up_by == "assistant":
                self.hung_up_by = None  # the call went on; only the caller's own hang-up is final
        for talk in self.talks:
            if talk.until or not talk.bridged:
                continue
            if talk.leg in others:
                if talk.away:
                    talk.step(at, away=False)
            elif not others and talk.leg in away:
                talk.step(at, away=True)
            else:
                talk.end(at)

    def _announced(self, leg: str, endpoint: str) -> Talk | None:
        """Return a talk that was announced for this device on another channel (Local members) and give it ``leg``."""
        for talk in self.talks:
            if not talk.bridged and talk.until is None and talk.endpoint == endpoint:
                talk.leg = leg
                return talk
        return None

    def _begin(self, leg: str, endpoint: str, at: datetime) -> Talk:
        known = self.answered_at if not self.talks and endpoint == self.endpoint else None  # remembered from before
        talk = Talk(leg, endpoint, known or at)
        self.talks.append(talk)
        return talk

    def end(self, at: datetime, *, seen: bool = True) -> None:
        """Close everything; ``seen`` False: it ended while we saw nothing."""
        if self.ended_at:
            return
        self.leave(max(at, self.waiting_since) if self.waiting_since else at)
        for ring in self.rings:
            if ring.ringing:
                ring.end(RingState.CALLER_GONE, at)
        for talk in self.talks:
            talk.end(at)
        self.ended_at, self.seen_end = at, seen

    # -- being sent on -------------------------------------------------------------------------------------------------

    def send_on(self, transfer: Transfer) -> None:
        """Note a transfer once."""
        if not any((old.at, old.kind) == (transfer.at, transfer.kind) for old in self.transfers):
            self.transfers.append(transfer)

    def arrive(self, to: str, at: datetime) -> None:
        """The caller, who was sent on, comes to ``to``, a device or a queue.

        Nobody said a word about being sent on, the talk broke off and no end hung up: the manager interface redirected.
        """
        for transfer in self.transfers:
            if not transfer.settled and transfer.at <= at:
                transfer.to, transfer.settled = to, True
                return
        last = self.talks[-1] if self.talks else None
        if last and last.until and last.until <= at and not self.talking and not self.hung_up_by:
            known = any(transfer.at >= last.since for transfer in self.transfers)
            if not known:
                self.send_on(Transfer(TransferKind.REDIRECT, last.endpoint, to, last.until, settled=True))

    # -- what follows from them ----------------------------------------------------------------------------------------

    @property
    def noted(self) -> bool:
        """Whether a ring slot still says how it ended."""
        return any(ring.note_until for ring in self.rings)

    @property
    def helps(self) -> bool:
        """Whether it is one that a support session is about: a customer's, or one to a customer."""
        return self.direction is Direction.IN or (self.direction is Direction.OUT and is_e164(self.number or ""))

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
        return tuple(talk for talk in self.talks if talk.until is None)
