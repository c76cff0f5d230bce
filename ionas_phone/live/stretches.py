"""A call's journey as it is kept: who waited, rang, talked, held, and from when to when. Rule: seen, or left open.

A stretch whose end nobody saw has none; whoever shows it says so. What an earlier run of the service wrote down stays,
and what it saw begin may end now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from ionas_phone.live.calls import Call
from ionas_phone.live.nouns import Stretch, StretchKind

_BETWEEN = timedelta(milliseconds=500)  # from one bridge to the next or to the end: nobody was put on hold
MOST = 200  # of one call; a caller who waits all night rings a phone every few seconds


def stretches(call: Call, name_at: Callable[[str], str]) -> tuple[Stretch, ...]:
    """Return the journey in the order of its beginnings; ``name_at`` tells whose phone a device is."""
    found = list(_seen(call, name_at))
    if not call.seen_end:  # it was over when we looked again: nobody knows since when
        found = [one._replace(ended_at=None) if one.ended_at == call.ended_at else one for one in found]
    kept = []
    for old in call.earlier:
        same = next((n for n, new in enumerate(found) if _goes_on(old, new)), None)
        if same is None:
            kept.append(old)
        else:
            found[same] = found[same]._replace(began_at=old.began_at)
    found.sort(key=lambda stretch: stretch.began_at)
    return _cut((*kept, *found))


def _cut(found: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Leave out what is too many: the oldest rings that are over, then the oldest of the others; never the end."""
    too_many = len(found) - MOST
    if too_many <= 0:
        return found
    dear = sorted(found, key=lambda one: (one.kind is not StretchKind.RINGING or not one.ended_at, one.began_at))
    out = {id(one) for one in dear[:too_many]}
    return tuple(one for one in found if id(one) not in out)


def _seen(call: Call, name_at: Callable[[str], str]) -> Iterator[Stretch]:
    for wait in call.waits:
        yield Stretch(StretchKind.WAITING, wait.since, wait.until, queue=wait.queue)
    for ring in call.rings:
        how = ring.state.value if ring.state else "answered"
        ended_at = None if ring.ringing else ring.ended_at
        yield Stretch(StretchKind.RINGING, ring.since, ended_at, ring.queue, ring.name, how)
    for talk in call.talks:
        who = name_at(talk.endpoint)
        yield Stretch(StretchKind.TALKING, talk.since, talk.until, who=who)
        for since, until in talk.holds:
            if until - since < _BETWEEN:
                continue
            yield Stretch(StretchKind.HOLD, since, until, who=who)
        if talk.held_since:
            yield Stretch(StretchKind.HOLD, talk.held_since, talk.until, who=who)
    for sent in call.transfers:
        to = name_at(sent.to) if sent.to else ""
        yield Stretch(StretchKind.TRANSFER, sent.at, sent.at, who=name_at(sent.origin), how=sent.kind.value, to=to)


def _goes_on(old: Stretch, new: Stretch) -> bool:
    if (old.kind, old.queue, old.who) != (new.kind, new.queue, new.who):
        return False
    return old.ended_at is None or old.began_at == new.began_at
