"""Facts, effects and calls as lines for an administrator. Rule: one line each; all that is known but the system name.

The words are those of the program (``live.events``, ``live.effects``, ``live.journey``), not sentences: who reads this
looks for them in the sources. Times are UTC.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ionas_phone.live.effects import Effect, Redraw
from ionas_phone.live.events import PbxEvent
from ionas_phone.live.nouns import CallKey, Channel, Member

_PASSED_OVER = {"at", "pbx", "linked_id"}
_UNIQUE_IDS = {"unique_id", "swapped"}
_SHOWN = 0.05  # seconds; less is written as 0.0


def fact_line(fact: PbxEvent, system_name: str) -> str:
    """Write one fact: when, what, its fields."""
    return f"{fact.at.astimezone(UTC):%H:%M:%S.%f}"[:-3] + f" {_named(fact, system_name)}"


def effect_lines(effects: Iterable[Effect], system_name: str) -> list[str]:
    """Write what a fact ordered; all that is to be redrawn on one line."""
    lines, stale = [], []
    for effect in effects:
        if isinstance(effect, Redraw):
            stale.append(effect.topic)
        else:
            lines.append(f"    → {_named(effect, system_name)}")
    return [*lines, f"    → Redraw {' '.join(stale)}"] if stale else lines


def call_line(call: Mapping[str, Any]) -> str:
    """Write one call, an object of ``live.journey``."""
    came = datetime.fromtimestamp(call["offered_at"] or 0, UTC)
    number = "(suppressed)" if call["number_suppressed"] else call["caller_number"] or "?"
    who = " ".join(filter(None, [number, call["caller_name"] and f"“{printable(call['caller_name'])}”"]))
    parts = [
        f"{came:%Y-%m-%d %H:%M:%S} {call['direction']} {who}",
        " > ".join(call["queues"]),
        f"wait {_seconds(call['wait_s'])}" if call["queues"] else "",
        *(f"rang {ring['assistant']} {_seconds(ring['seconds'])} {ring['outcome'] or '…'}" for ring in call["rung"]),
        *(_talk(talk) for talk in call["talk"]),
        *(f"{transfer['kind']} {transfer['from']} > {transfer['to'] or '?'}" for transfer in call["transfers"]),
        call["outcome"] or "…",
        f"ended by {call['ended_by']}" if call["ended_by"] else "",
    ]
    return " · ".join(filter(None, parts))


def _talk(talk: Mapping[str, Any]) -> str:
    held = f" (hold {_seconds(talk['hold_seconds'])})" if (talk["hold_seconds"] or 0) >= _SHOWN else ""
    return f"talked {talk['assistant']} {_seconds(talk['seconds'])}{held}"


def _seconds(lasted: float | None) -> str:
    return "…" if lasted is None else f"{lasted:.1f} s"


def _named(thing: PbxEvent | Effect, system_name: str) -> str:
    fields = _fields(thing, system_name)
    return " ".join([type(thing).__name__, *(f"{name}={text}" for name, text in fields.items())])


def _fields(thing: Any, system_name: str) -> dict[str, str]:
    """Return the fields that say something, as text."""
    values = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
    return {
        name: _unique_id(value, system_name) if name in _UNIQUE_IDS else _text(value, system_name)
        for name, value in values.items()
        if name not in _PASSED_OVER and value not in (None, "", (), frozenset(), {})
    }


def _text(value: Any, system_name: str) -> str:
    if isinstance(value, Channel):
        return _channel(value)
    if isinstance(value, Member):
        paused = f",paused {value.reason}".rstrip() if value.paused else ""
        return printable(f"{value.queue}/{value.interface}({value.status.value}{paused})")
    if isinstance(value, CallKey):
        return _unique_id(value.unique_id, system_name)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%H:%M:%S.%f}"[:-3]
    if dataclasses.is_dataclass(value):
        return "(" + " ".join(f"{name}={text}" for name, text in _fields(value, system_name).items()) + ")"
    if isinstance(value, Mapping):  # of SnapshotTaken: by unique id
        value = ",".join(f"{_unique_id(key, system_name)}:{text}" for key, text in value.items())
    text = printable(str(sorted(value) if isinstance(value, frozenset) else value))
    return f"“{text}”" if " " in text else text


def _unique_id(text: str, system_name: str) -> str:
    """Leave the PBX's secret out, with which every unique id begins."""
    return printable(text.removeprefix(f"{system_name}-"))


def _channel(channel: Channel) -> str:
    number = "(suppressed)" if channel.suppressed else channel.number
    told = [channel.name, channel.state.value, number, channel.caller_name and f"“{channel.caller_name}”"]
    dialled = channel.dnid or channel.dialled
    return printable(" ".join(filter(None, [*told, dialled and f"→{dialled}"])).join("[]"))


def printable(text: str) -> str:
    """Keep what a terminal might obey out of it."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)
