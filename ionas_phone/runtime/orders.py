"""The orders that end in the store. Rule: each can be carried out twice, and a later one of its kind replaces it."""

from __future__ import annotations

from collections.abc import Iterable

from ionas_phone.live.effects import (
    Effect,
    HandOverSession,
    KeepSight,
    LookUpCaller,
    OpenSession,
    RecordCall,
    RecordGap,
)
from ionas_phone.words import N_

Order = RecordCall | LookUpCaller | OpenSession | HandOverSession | KeepSight | RecordGap
Key = tuple[type[Effect], object]

UNHURRIED: tuple[type[Effect], ...] = (RecordCall, KeepSight)  # nobody waits for these
_ALONE = (HandOverSession,)  # holds rows that others hold, too: in a transaction with others it could lock one out
_AT_ONCE = 100  # orders in a transaction

# What people are told when the store will never take an order.
SET_ASIDE: dict[type[Effect], str] = {
    RecordCall: N_("A call could not be written down; its record is missing or old."),
    LookUpCaller: N_("A caller's number could not be looked up."),
    OpenSession: N_(
        "A support session could not be opened: note on paper what this call is about, and tell the administrator."
    ),
    KeepSight: N_("When the switchboard was last seen could not be written down."),
    RecordGap: N_("A gap in what was seen could not be written down."),
    HandOverSession: N_("A support session could not be handed over to who talks now."),
}
# What they are told after a start, of what an earlier run has set aside.
STILL_ASIDE = N_("What could not be written before the last start still lies in a file; tell the administrator.")


def key_of(order: Order) -> Key:
    """Return what makes a later order replace an earlier one."""
    if isinstance(order, KeepSight):
        return type(order), order.pbx
    if isinstance(order, RecordGap):
        return type(order), order.gap
    return type(order), order.record.call if isinstance(order, RecordCall | OpenSession) else order.call


def batches(keys: Iterable[Key]) -> list[list[Key]]:
    """Return what is to be done in a transaction each: first who rings, as a phone rings meanwhile, then the writes."""
    found: dict[object, list[Key]] = {LookUpCaller: []}
    for number, key in enumerate(keys):
        kind = key[0]
        lane = LookUpCaller if kind is LookUpCaller else number if kind in _ALONE else "writes"
        found.setdefault(lane, []).append(key)
    return [lane[start : start + _AT_ONCE] for lane in found.values() for start in range(0, len(lane), _AT_ONCE)]
