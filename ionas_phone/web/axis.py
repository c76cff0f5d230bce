"""A call's journey as a drawing: who was when doing what. Rule: the drawing shows the table's facts and nothing else.

Pure geometry: places are per cent of the drawing's width, so that it is readable on any screen; words and colours are
the template's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import Direction, Gap, Stretch
from ionas_phone.store.call_lists import CallLine

LANE: Final = 58  # pixels from one lane to the next: its name, its bar
TOP: Final = 26  # above the first lane: the times of the axis
_SHORTEST = timedelta(seconds=1)  # a stretch the service itself reckons is not worth a line below this
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600)  # seconds between two times of the axis
_MOST_TIMES = 5
_LETTER = 2.6  # per cent of the narrowest drawing that a letter takes


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the table. ``kind``: a StretchKind's value, or arriving, dialling, unseen. See ``live.nouns.Stretch``.

    ``ended_at`` None: it goes on (``lasts``), or nobody saw its end. ``until``: how far it is drawn.
    """

    kind: str
    began_at: datetime
    ended_at: datetime | None
    until: datetime
    who: str = ""
    queue: str = ""
    how: str = ""
    to: str = ""
    lasts: bool = False

    @property
    def seconds(self) -> int:
        """How long it lasted, as far as is known."""
        return round((self.until - self.began_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Bar:
    """A fact in the drawing. ``x``, ``width``: per cent."""

    fact: Fact
    x: float
    width: float

    def fits(self, word: str) -> bool:
        """Tell whether a word finds room in the bar."""
        return len(word) * _LETTER + 2 <= self.width


@dataclass(frozen=True, slots=True)
class Lane:
    """What one person did; "" is the caller. ``y``: pixels."""

    who: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """The drawing. ``height``: pixels. ``times``: instants with their places. ``unseen``: over all lanes."""

    began_at: datetime
    until: datetime
    height: int
    lanes: tuple[Lane, ...]
    times: tuple[tuple[datetime, float], ...]
    transfers: tuple[Bar, ...]
    unseen: tuple[Bar, ...]


def facts(call: CallLine, stretches: Sequence[Stretch], gaps: Iterable[Gap], now: datetime) -> tuple[Fact, ...]:
    """Return all that is known of the call, in the order of its beginnings; ``gaps``: of its PBX."""
    lasts = call.outcome is Outcome.OPEN
    known = [at for one in stretches for at in (one.began_at, one.ended_at) if at]
    end = call.ended_at or (now if lasts else max([call.began_at, *known]))
    unseen = []
    for gap in sorted(gaps, key=lambda gap: gap.began_at):
        until = gap.ended_at or now
        if not call.ended_at and not lasts and until > end:
            end = until  # in this one it ended
        if gap.began_at < end and until > call.began_at:
            unseen.append(Fact("unseen", max(gap.began_at, call.began_at), gap.ended_at, min(until, end)))
        if until >= end:
            break
    found = [_fact(one, end, unseen, lasts=lasts) for one in stretches]
    found += [*_before(call, found, end, lasts=lasts), *unseen]
    return tuple(sorted(found, key=lambda fact: fact.began_at))


def _fact(one: Stretch, end: datetime, unseen: Sequence[Fact], *, lasts: bool) -> Fact:
    blind = min((gap.began_at for gap in unseen if gap.began_at >= one.began_at), default=end)
    until = one.ended_at or max(one.began_at, end if lasts else blind)
    return Fact(
        one.kind.value,
        one.began_at,
        one.ended_at,
        until,
        one.who,
        one.queue,
        one.how,
        one.to,
        lasts=lasts and one.ended_at is None,
    )


def _before(call: CallLine, found: Sequence[Fact], end: datetime, *, lasts: bool) -> Iterator[Fact]:
    """What happened before anybody had the caller: the dial plan spoke to them, or their phone rang."""
    began, kind = call.began_at, "arriving"
    until = min((fact.began_at for fact in found), default=end)
    if call.direction is not Direction.IN:
        kind = "dialling"
        began = max((fact.until for fact in found if fact.kind == "ringing" and fact.how == "answered"), default=began)
        until = min((fact.began_at for fact in found if fact.kind == "talking"), default=end)
        rung = [fact.how for fact in found if fact.kind == "ringing"]
        if rung and "answered" not in rung:
            return
    if until - began >= _SHORTEST:
        goes_on = lasts and until == end
        yield Fact(kind, began, None if goes_on else until, until, lasts=goes_on)


def axis(found: Sequence[Fact], call: CallLine) -> Axis:
    """Return the drawing of these facts."""
    began = min([call.began_at, *(fact.began_at for fact in found)])
    until = max([began + _SHORTEST, *(fact.until for fact in found), *([call.ended_at] if call.ended_at else [])])
    whole = (until - began).total_seconds()

    def bar(fact: Fact) -> Bar:
        x = (fact.began_at - began).total_seconds() / whole * 100
        width = (fact.until - fact.began_at).total_seconds() / whole * 100
        return Bar(fact, round(min(x, 99.4), 2), round(max(min(width, 100 - x), 0.6), 2))

    people = dict.fromkeys(["", *(fact.who for fact in found if fact.kind not in {"transfer", "unseen"})])
    lanes = tuple(
        Lane(who, TOP + number * LANE, tuple(bar(fact) for fact in found if _in_lane(fact, who)))
        for number, who in enumerate(people)
    )
    lanes = tuple(lane for lane in lanes if lane.bars or lane.who == "")
    times = tuple((at, round((at - began).total_seconds() / whole * 100, 2)) for at in _times(began, until))
    of_kind = {kind: tuple(bar(fact) for fact in found if fact.kind == kind) for kind in ("transfer", "unseen")}
    height = TOP + len(lanes) * LANE
    return Axis(began, until, height, lanes, times, of_kind["transfer"], of_kind["unseen"])


def _in_lane(fact: Fact, who: str) -> bool:
    return fact.who == who and fact.kind not in {"transfer", "unseen"}


def _times(began: datetime, until: datetime) -> Iterator[datetime]:
    """A few round instants, the beginning first."""
    whole = (until - began).total_seconds()
    step = next((step for step in _STEPS if whole / step < _MOST_TIMES), whole / (_MOST_TIMES - 1))
    number = 0
    while number * step <= whole * 0.86:  # the last one must find room
        yield began + timedelta(seconds=number * step)
        number += 1
