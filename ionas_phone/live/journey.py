"""What a call was, from its first ring to its end, as plain JSON. Rule: it tells what the call knows, and no more.

What has not happened (an end, an answer) is None. Instants are seconds since 1970, durations are seconds, both with six
decimals at most.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeAlias

from ionas_phone.live.board import RingState
from ionas_phone.live.call_records import outcome_of
from ionas_phone.live.calls import Call
from ionas_phone.live.effects import Outcome
from ionas_phone.live.parts import Ring, Talk, Transfer

Json: TypeAlias = "str | float | bool | list[Json] | dict[str, Json] | None"

_RUNG = {
    None: "answered",
    RingState.MISSED: "timeout",
    RingState.DECLINED: "declined",
    RingState.CALLER_GONE: "caller_gave_up",
    RingState.ANSWERED_ELSEWHERE: "answered_elsewhere",
}
_UNTOLD = {Outcome.OPEN, Outcome.UNSEEN}


def journey(call: Call) -> dict[str, Json]:
    """Return the call as one object; ``assistant``: the device that rang or talked."""
    came = call.offered_at or call.began_at or min((ring.since for ring in call.rings), default=None)
    return {
        "caller_number": call.number,
        "caller_name": call.caller_name,
        "number_suppressed": call.suppressed,
        "direction": call.direction.value,
        "queues": list(call.queues),
        "offered_at": _instant(came),
        "wait_s": _wait(call),
        "rung": [_rung(ring) for ring in sorted(call.rings, key=lambda ring: ring.since)],
        "talk": [_talk(talk) for talk in sorted(call.talks, key=lambda talk: talk.since)],
        "transfers": [_transfer(transfer) for transfer in sorted(call.transfers, key=lambda transfer: transfer.at)],
        "outcome": None if (outcome := outcome_of(call)) in _UNTOLD else outcome.value,
        "ended_by": call.hung_up_by if call.ended_at else None,
        "ended_at": _instant(call.ended_at),
    }


def _wait(call: Call) -> float | None:
    """From entering the first queue until somebody had the caller, or until the last queue let go; None: still."""
    if call.offered_at is None:
        return 0.0
    answers = [talk.since for talk in call.talks if talk.since >= call.offered_at]
    until = min(answers, default=call.left_at or call.ended_at)
    return _seconds(until - call.offered_at) if until else None


def _rung(ring: Ring) -> Json:
    lasted = _seconds(ring.ended_at - ring.since) if ring.ended_at else None
    return {"assistant": ring.endpoint, "seconds": lasted, "outcome": _RUNG.get(ring.state)}


def _talk(talk: Talk) -> Json:
    return {
        "assistant": talk.endpoint,
        "from": _instant(talk.since),
        "to": _instant(talk.until),
        "seconds": _seconds(talk.until - talk.since) if talk.until else None,
        "hold_seconds": _seconds(talk.hold_time(talk.until)) if talk.until else None,
    }


def _transfer(transfer: Transfer) -> Json:
    return {"kind": transfer.kind.value, "from": transfer.origin, "to": transfer.to or None}


def _instant(at: datetime | None) -> float | None:
    return None if at is None else round(at.timestamp(), 6)


def _seconds(lasted: timedelta) -> float:
    return round(lasted.total_seconds(), 6)
