"""The live picture: ``apply(event, now) -> effects``. Rule: synchronous, pure, level-triggered in its orders.

Handlers only change facts and say which calls and phones they touched; what must be written, looked up or redrawn is
then read off the result, so that no handler can forget it and the same fact twice orders nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from ionas_phone.live import events as e
from ionas_phone.live import on_channels, on_ours, on_queues, on_snapshot, on_transfers, views
from ionas_phone.live.answers import CallWritten, PhoneAnswered
from ionas_phone.live.board import (
    BOARD,
    QUEUES,
    Board,
    Desk,
    DeskCall,
    Health,
    MemberRow,
    Phone,
    QueueSummary,
    desk_topic,
    session_topic,
    sessions_topic,
)
from ionas_phone.live.call_records import record_of
from ionas_phone.live.calls import Call
from ionas_phone.live.channels import TOMBSTONE
from ionas_phone.live.effects import (
    AwaitPop,
    Effect,
    HandOverSession,
    LookUpCaller,
    OpenSession,
    RecordCall,
    Redraw,
    SettlePop,
)
from ionas_phone.live.nouns import CallKey, Stretch, tag
from ionas_phone.live.offers import Offers, offers
from ionas_phone.live.picture import Picture
from ionas_phone.live.stretches import stretches
from ionas_phone.live.wrap_up import QueueSeat
from ionas_phone.support.phone_numbers import Line

NOTE = timedelta(seconds=8)  # how long a ring slot says how the ringing ended
TOGETHER = timedelta(seconds=10)  # calls that ended within so many seconds are forgotten in one go
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

_HANDLERS: dict[type[e.Event], Callable[[Picture, Any], None]] = {
    e.LinkChanged: on_ours.link_changed,
    e.ClockCompared: on_ours.clock_compared,
    e.PbxReloaded: on_ours.pbx_reloaded,
    PhoneAnswered: on_ours.phone_answered,
    e.ChannelSeen: on_channels.channel_seen,
    e.ChannelRenamed: on_channels.channel_renamed,
    e.HangupRequested: on_channels.hangup_requested,
    e.DialBegan: on_channels.dial_began,
    e.DialEnded: on_channels.dial_ended,
    e.BridgeEntered: on_channels.bridge_entered,
    e.BridgeLeft: on_channels.bridge_left,
    e.BridgesMerged: on_channels.bridges_merged,
    e.CallHeld: on_channels.call_held,
    e.CallResumed: on_channels.call_resumed,
    e.BlindTransferred: on_transfers.blind_transferred,
    e.AttendedTransferred: on_transfers.attended_transferred,
    e.CallPickedUp: on_transfers.call_picked_up,
    e.CallerJoined: on_queues.caller_joined,
    e.CallerLeft: on_queues.caller_left,
    e.CallerAbandoned: on_queues.caller_abandoned,
    e.AssistantCalled: on_queues.assistant_called,
    e.AssistantAnswered: on_queues.assistant_answered,
    e.QueueCallCompleted: on_queues.queue_call_completed,
    e.AssistantRangOut: on_queues.assistant_rang_out,
    e.MemberSeen: on_queues.member_seen,
    e.MemberRemoved: on_queues.member_removed,
    e.DirectoryRead: on_ours.directory_read,
    e.CallsRemembered: on_ours.calls_remembered,
    e.SightRemembered: on_ours.sight_remembered,
    e.SightKept: on_ours.sight_kept,
    e.CallerRecognised: on_ours.caller_recognised,
    CallWritten: on_ours.call_written,
    e.SessionOpened: on_ours.session_opened,
    e.SessionHandedOver: on_ours.session_handed_over,
    e.DatabaseSeen: on_ours.database_seen,
    e.WriteSetAside: on_ours.write_set_aside,
}
_WITH_CLOCK: dict[type[e.Event], Callable[[Picture, Any, datetime], None]] = {
    e.SnapshotTaken: on_snapshot.snapshot_taken,
    e.ChannelHungUp: on_channels.channel_hung_up,
    e.TimePassed: on_ours.time_passed,
}


class Live:
    """The picture and its readers."""

    def __init__(self, lines: tuple[Line, ...] | None, queues: frozenset[str] | None) -> None:
        """``lines``: ours; None: every call is ours. ``queues``: names of our queues; a line's caller teaches more."""
        self.picture = Picture(lines, queues)
        self._due: list[datetime] = []  # a heap of instants at which a note or an ended call has been there long enough

    def apply(self, event: e.Event, now: datetime) -> list[Effect]:
        """Take a fact into the picture; return what must be done. ``now``: our clock, UTC, for deadlines only."""
        self.picture.at, self.picture.now = event.at, now
        if handler := _HANDLERS.get(type(event)):
            handler(self.picture, event)
        elif timed := _WITH_CLOCK.get(type(event)):
            timed(self.picture, event, now)
        if isinstance(event, e.TimePassed):
            self._due = [due + event.by for due in self._due]
            while self._due and self._due[0] <= now:
                heappop(self._due)
        return self._settle(event.at, now)

    def next_deadline(self) -> datetime | None:
        """Return when ``TimePassed`` is due next (our clock), None if nothing waits for time."""
        return self._due[0] if self._due else None

    # -- readers -------------------------------------------------------------------------------------------------------

    def desk(self, login: str) -> Desk:
        """Return what one assistant's page shows."""
        return views.desk(self.picture, login)

    def phones(self, login: str, *, practice: bool = False) -> tuple[Phone, ...]:
        """Return one assistant's phone at each real PBX that is up, or (``practice``) at the practice line."""
        return views.phones(self.picture, login, practice=practice)

    def board(self) -> Board:
        """Return what supervisors see."""
        return views.board(self.picture)

    def talking(self) -> tuple[DeskCall, ...]:
        """Return who talks with a caller; not whom they ask."""
        return views.talking(self.picture)

    def members(self) -> tuple[MemberRow, ...]:
        """Return everybody with a seat in one of our queues; not who asks whom."""
        return views.members(self.picture)

    def queues(self) -> tuple[QueueSummary, ...]:
        """Return each of our queues in a line."""
        return views.queues(self.picture)

    def seats(self) -> tuple[QueueSeat, ...]:
        """Return every seat in our queues."""
        return views.seats(self.picture)

    def queue_names(self) -> tuple[str, ...]:
        """Return the names of all queues that may be shown, also of those nobody sits or waits in."""
        return self.picture.queues.all_names()

    def offers(self) -> Offers:
        """Return the callers that were offered to a queue, as far as the picture remembers them."""
        return offers(self.picture)

    def journey(self, key: CallKey) -> tuple[Stretch, ...] | None:
        """Return what is known of a call by now; None if it is not (or no more) in the picture."""
        call = self.picture.calls.get(key)
        return stretches(call, lambda device: self.picture.name_at(key.pbx, device)) if call else None

    def health(self) -> Health:
        """Return what the desk must be honest about."""
        return self.picture.health()

    # -- what follows from the facts -----------------------------------------------------------------------------------

    def _settle(self, at: datetime, now: datetime) -> list[Effect]:
        picture = self.picture
        effects, picture.orders = picture.orders, []
        for call in picture.touched:
            effects += self._pops(call)
            effects += self._writes(call)
            self._sessions(call)
            self._deadlines(call, now)
        self._redraws(at)
        effects[:0] = [Redraw(topic) for topic in picture.stale]
        picture.touched, picture.touched_devices, picture.stale = {}, {}, {}
        return effects

    def _pops(self, call: Call) -> list[Effect]:
        """Say which cards must appear, and which of those need not any more."""
        orders: list[Effect] = []
        for ring in call.rings:
            if ring.ringing == ring.awaited:
                continue
            leg = tag(call.key.pbx, ring.legs[0])
            if ring.awaited:
                ring.awaited = False
                orders.append(SettlePop(leg))
            elif assistant := self.picture.directory.at(ring.endpoint):
                ring.awaited = True
                orders.append(AwaitPop(call.key, leg, assistant.login))
        return orders

    def _writes(self, call: Call) -> list[Effect]:
        assistant = self.picture.directory.at(call.endpoint)
        facts = record_of(call, assistant.login if assistant else None)
        orders: list[Effect] = []
        if facts != call.recorded or call.ended_at:  # its stretches alone are no reason to write before the end
            journey = stretches(call, lambda device: self.picture.name_at(call.key.pbx, device))
            if (facts, journey) != (call.recorded, call.journey) and (
                call.offered_at or call.answered_at or call.ended_at
            ):
                call.recorded, call.journey = facts, journey
                orders.append(RecordCall(replace(facts, stretches=journey)))
        known = call.offered_at or call.rings  # before that the number may still turn out to be suppressed
        if call.number and known and not call.looked_up and not call.session_id:
            call.looked_up = True
            orders.append(LookUpCaller(call.key, call.number))
        if call.suppressed and call.matches is None:
            call.matches = ()
        if call.answered_at and call.helps and not call.session_ordered:
            call.session_ordered = True
            call.holder = facts.answered_by
            orders.append(OpenSession(replace(facts, stretches=call.journey), call.answered_at))
        return orders + self._hand_over(call)

    def _hand_over(self, call: Call) -> list[Effect]:
        """Let the session follow the call to whoever really talks; while its holder is on the line it stays theirs.

        On the line of this call, or of another one about the same: two who talk must not take it from each other.
        """
        talkers = self.picture.logins_at(talk.endpoint for talk in call.talking)
        if call.session_id is None or not talkers or call.holder in talkers or self.picture.at is None:
            return []
        same = [each for each in self.picture.current() if each.session_id == call.session_id]
        if call.holder in self.picture.logins_at(talk.endpoint for each in same for talk in each.talking):
            return []
        before, login = call.holder, talkers[-1]
        for each in same:
            each.holder = login
        return [HandOverSession(call.key, call.session_id, login, self.picture.at, before)]

    def _sessions(self, call: Call) -> None:
        """Desks list the sessions that nobody talks on, and the record says whether somebody does."""
        talkers = self.picture.logins_at(talk.endpoint for talk in call.talking)
        if call.session_id is not None and talkers != call.told:
            logins = {*call.told, *talkers}
            self.picture.redraw(session_topic(call.session_id), *(sessions_topic(login) for login in logins))
            call.told = talkers

    def _deadlines(self, call: Call, now: datetime) -> None:
        for ring in call.rings:
            if not ring.ringing and not ring.noted:
                ring.noted, ring.note_until = True, now + NOTE
                heappush(self._due, ring.note_until)
        if call.ended_at and call.forget_at is None:
            call.forget_at = _together(now + TOMBSTONE)
            self.picture.over.append(call)
            heappush(self._due, call.forget_at)
        if call.forget_at and not call.noted:
            self.picture.retire(call)

    def _redraws(self, at: datetime) -> None:
        picture = self.picture
        changed = {device for device in picture.touched_devices if self._note_state(device, at)}
        # A ring is awaited: its desk is told before all those who only look on.
        picture.redraw(*(desk_topic(login) for login in picture.logins_at(d for _, d in picture.touched_devices)))
        if picture.touched or picture.touched_devices:
            picture.redraw(BOARD)
        if picture.touched or changed:
            picture.redraw(QUEUES)

    def _note_state(self, device: tuple[str, str], at: datetime) -> bool:
        return self.picture.beginnings.note(device, *self.picture.state_at(*device), at)


def _together(at: datetime) -> datetime:
    """Return the first moment from ``at`` on at which calls are forgotten."""
    return at + -(at - _BEFORE_ALL) % TOGETHER
