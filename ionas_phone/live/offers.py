"""Calls as callers offered to a queue, which the figures of a day are counted from. Rule: practice is never counted.

The store and the picture speak of the same calls: what is read from the store is overlaid with what the picture knows,
which is newer. A call stays in the picture for minutes after its end (``channels.TOMBSTONE``), so both together lack
none. Who goes through several queues counts once, in the last of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from ionas_phone.live.call_records import outcome_of
from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import CallKey
from ionas_phone.live.picture import Picture
from ionas_phone.support.service_levels import Fate, Offer

Offers = Mapping[CallKey, Offer]

_FATES: Final = {
    Outcome.OPEN: Fate.WAITING,
    Outcome.ABANDONED_WAITING: Fate.ABANDONED,
    Outcome.ABANDONED_RINGING: Fate.ABANDONED,
    Outcome.UNSEEN: Fate.UNSEEN,
}


def offer(
    queue: str, offered_at: datetime, answered_at: datetime | None, ended_at: datetime | None, outcome: Outcome
) -> Offer:
    """Return a call that entered a queue as the figures count it."""
    fate = Fate.ANSWERED if answered_at else _FATES.get(outcome, Fate.LET_GO)
    return Offer(queue, offered_at, fate, answered_at, ended_at)


def offers(picture: Picture) -> dict[CallKey, Offer]:
    """Return those that the picture knows."""
    return {
        call.key: offer(call.queue, call.offered_at, call.answered_at, call.ended_at, outcome_of(call))
        for call in picture.calls.values()
        if call.offered_at and not call.practice
    }


def overlaid(stored: Offers, live: Offers) -> tuple[Offer, ...]:
    """Return the calls of both. What the store has as waiting and the picture does not know is lost from sight."""
    lost = {
        key: replace(one, fate=Fate.UNSEEN)
        for key, one in stored.items()
        if one.fate is Fate.WAITING and key not in live
    }
    return tuple({**stored, **lost, **live}.values())
