"""What Asterisk itself wrote down about the calls of a stage. Rule: CEL and queue_log only, no manager event.

Two moments no telephone can see, so they come from CEL: when a queue was entered and when it let go. Everything else
the stage says is only compared with it.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from tests.lab import sip
from tests.lab.truth import device
from tests.lab.waiting import until

if TYPE_CHECKING:
    from tests.lab.records import CelRow
    from tests.lab.stage import Stage
    from tests.lab.truth import Journey, Talking

NEAR = 0.2  # seconds: half a reader's tolerance and a bit
DIALLING = 1.5  # seconds in which an assistant dials the second part of a feature code: held, and not yet out
SOON = 2.0  # seconds from an INVITE to its channel, on a busy machine


async def examine(stage: Stage) -> None:
    """Fill in what only CEL knows; compare the rest with CEL and queue_log. AssertionError names a lie."""
    journeys = stage.journeys
    await until(lambda: _all_ended(stage), "CEL to close every call")
    rows = stage.pbx.cel()
    for journey, first in zip(journeys, _first_channels(stage), strict=True):
        queued = [row for row in rows if row.unique_id == first and row.application == "Queue"]
        journey.offered_at = queued[0].at if journey.queues else journey.leg.began
        if journey.let_go:
            journey.wait_ended = next(row.at for row in reversed(queued) if row.event == "APP_END")
        _compare_talk(journey, first, rows)
    _compare_queues(stage)


def _all_ended(stage: Stage) -> bool:
    rows = stage.pbx.cel()
    linked = {row.linked_id for row in rows}
    return bool(rows) and linked == {row.linked_id for row in rows if row.event == "LINKEDID_END"}


def _first_channels(stage: Stage) -> list[str]:
    """Return the unique id of each journey's first channel: its endpoint's, at its time, for its number."""
    begun = [row for row in stage.pbx.cel() if row.event == "CHAN_START"]
    found: list[str] = []
    for journey in stage.journeys:
        leg, endpoint = journey.leg, "PJSIP/trunk" if journey.direction == "in" else device(journey.leg)
        dialled = "" if leg.incoming else sip.user(leg.invite.first.split()[1])
        near = [
            row.unique_id
            for row in begun
            if row.channel.startswith(f"{endpoint}-")
            and row.exten in {dialled, "s"}
            and abs(row.at - leg.began) < SOON
            and row.unique_id not in found
        ]
        assert near, f"CEL knows nothing of the call {journey.direction} {journey.number}"
        found.append(near[0])
    return found


def _compare_talk(journey: Journey, first: str, rows: list[CelRow]) -> None:
    """Whoever the stage says talked was connected with the caller then, by way of bridges, and nobody else was."""
    outside = "PJSIP/trunk"
    said: dict[str, list[Talking]] = {}
    for talk in journey.talk:
        said.setdefault(outside if journey.direction == "out" else talk.assistant, []).append(talk)
    seen = connected(first, rows)
    for who in journey.unwritten:
        del said[who]
    assert set(seen) == set(said), f"CEL knows {set(seen)}, not {set(said)}"
    for who, talks in said.items():
        spans = [span for talk in talks for span in _audible(talk)]
        ours, theirs = ([edge for span in every for edge in span] for every in (spans, seen[who]))
        assert len(ours) == len(theirs), f"{who} talked {theirs}, not {ours}"
        apart = any(talk.apart for talk in talks)
        off = [
            (b - a, DIALLING if apart and at == 1 else NEAR) for at, (a, b) in enumerate(zip(ours, theirs, strict=True))
        ]
        assert all(-NEAR < late < most for late, most in off), f"{who} talked {theirs}, not {ours}"


def _audible(talk: Talking) -> list[tuple[float, float]]:
    """Return when this assistant shared a bridge with the caller; only a feature code's hold takes them out of it."""
    if not talk.apart:
        return [(talk.since, talk.until)]
    edges = [talk.since, *(edge for stretch in talk.held for edge in stretch), talk.until]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start > NEAR / 10]


def connected(first: str, rows: list[CelRow]) -> dict[str, list[tuple[float, float]]]:
    """Return by endpoint when it was connected with the channel ``first``, over bridges and Local pairs."""
    where: dict[str, tuple[str, str]] = {}  # unique id -> (channel's name, bridge)
    spans: dict[str, list[tuple[float, float]]] = {}
    since: dict[str, float] = {}
    for row in rows:
        told = json.loads(row.extra) if row.event == "BRIDGE_ENTER" else {}
        if told and told["bridge_technology"] != "holding_bridge":  # there people hear music, and not each other
            where[row.unique_id] = (row.channel, told["bridge_id"])
        elif row.event in {"BRIDGE_ENTER", "BRIDGE_EXIT"}:
            where.pop(row.unique_id, None)
        else:
            continue
        near = _reached(first, where)
        for who in near - set(since):
            since[who] = row.at
        for who in set(since) - near:
            _add(spans.setdefault(who, []), since.pop(who), row.at)
    return {who: found for who, found in spans.items() if found}


def _add(spans: list[tuple[float, float]], start: float, end: float) -> None:
    """Put a stretch to the others; a swap within a moment is no gap, and a moment is no stretch."""
    if spans and start - spans[-1][1] < NEAR / 3:
        spans[-1] = (spans[-1][0], end)
    elif end - start > NEAR / 10:
        spans.append((start, end))


def _reached(first: str, where: dict[str, tuple[str, str]]) -> set[str]:
    """Return the endpoints that hear the channel ``first`` now."""
    bridges, known = {where[first][1]} if first in where else set(), set[str]()
    while bridges - known:
        known |= bridges
        pairs = {
            name.removesuffix(name[-2:])
            for name, bridge in where.values()
            if bridge in known and name.startswith("Local/")
        }
        bridges |= {bridge for name, bridge in where.values() if name.removesuffix(name[-2:]) in pairs}
    others = {name for unique_id, (name, bridge) in where.items() if bridge in known and unique_id != first}
    return {name.rpartition("-")[0] for name in others if not name.startswith("Local/")}


def _compare_queues(stage: Stage) -> None:
    """Every queue the stage says was entered was entered, and every caller it says gave up did."""
    log = [row for row in stage.pbx.queue_log() if row.call != "NONE"]
    entered = Counter(row.queue for row in log if row.event == "ENTERQUEUE")
    assert entered == Counter(queue for journey in stage.journeys for queue in journey.queues), entered
    ends = Counter(row.event for row in log)
    outcomes = Counter(journey.outcome for journey in stage.journeys if journey.queues)
    abandoned = outcomes["abandoned_waiting"] + outcomes["abandoned_ringing"]
    gave_up = ends["ABANDON"] + ends["EXITWITHKEY"]  # an Asterisk that is stopped calls it ABANDON, too
    assert abandoned <= gave_up <= abandoned + outcomes["queue_timeout"], ends
    assert ends["CONNECT"] >= outcomes["answered"], ends
