"""What is kept of a call, and how it ended. Rule: read off the call as it is now; nothing of it is changed."""

from __future__ import annotations

from datetime import datetime

from ionas_phone.live.board import RingState
from ionas_phone.live.calls import Call
from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import Direction


def record_of(call: Call, login: str | None) -> CallRecord:
    """Return all that is kept of a call but for its stretches; ``login``: whose device answered."""
    return CallRecord(
        call=call.key,
        line=call.line,
        queue=call.queue,
        number=call.number,
        caller_name=call.caller_name,
        suppressed=call.suppressed,
        offered_at=call.offered_at,
        answered_at=call.answered_at,
        answered_by=login,
        answered_interface=call.endpoint,
        ended_at=call.ended_at if call.seen_end else None,  # when it ended unseen is not known
        outcome=outcome_of(call),
        ended_by=call.hung_up_by if call.ended_at else None,
        direction=call.direction,
        began_at=_began(call),
    )


def outcome_of(call: Call) -> Outcome:
    """Return how it ended, or that it has not."""
    if not call.ended_at:
        return Outcome.OPEN
    if call.answered_at:
        return Outcome.ANSWERED
    if not call.seen_end or call.half_seen:
        return Outcome.UNSEEN
    gave_up = any(ring.state is RingState.CALLER_GONE for ring in call.rings)
    if not call.queues:
        return _unqueued(call, gave_up=gave_up)
    if call.let_go:
        return Outcome.QUEUE_TIMEOUT
    # Without the queue's own word for it the caller was not given up: he left by a key.
    return Outcome.ABANDONED_RINGING if gave_up and call.abandoned else Outcome.ABANDONED_WAITING


def _unqueued(call: Call, *, gave_up: bool) -> Outcome:
    """Return how a call ended that never was in a queue and that nobody answered."""
    if call.direction is not Direction.IN:
        return Outcome.FAILED
    if gave_up:
        return Outcome.ABANDONED_RINGING
    if call.hung_up_by == "caller":
        return Outcome.ABANDONED_WAITING  # in an announcement
    return Outcome.FAILED if call.rings else Outcome.REFUSED_BY_QUEUE


def _began(call: Call) -> datetime | None:
    """Return when it began, as far as is known."""
    since = (call.began_at, call.offered_at, call.answered_at, *(ring.since for ring in call.rings), call.ended_at)
    return min(filter(None, since), default=None)
