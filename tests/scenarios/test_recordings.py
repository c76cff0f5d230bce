"""Recorded manager streams of a real Asterisk, through wire and picture: what each call was, and any part twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from ionas_phone.ami.frames import Frames
from ionas_phone.ami.translate import translate
from ionas_phone.live.call_records import outcome_of
from ionas_phone.live.calls import Call
from ionas_phone.live.effects import BeginWrapUp, Effect, OpenSession, Outcome, Redraw, SettleDialling, TakeSnapshot
from ionas_phone.live.events import Event
from ionas_phone.live.nouns import Assistant, Direction
from ionas_phone.live.state import Live

HERE = Path(__file__).parent
PEOPLE = tuple(Assistant(f"p{n}", f"Person {n}", f"PJSIP/{n}", str(n)) for n in (201, 202, 203))
RECORDINGS = sorted(HERE.glob("*/*.ami"))

# outcome, number, who hung up · rung: device and how it ended ("" = answered) · talked: device and whole seconds
CALLS = {
    "captures/abandon_ringing": ["abandoned_ringing +491701234567 caller · 201 caller_gone ·"],
    "captures/abandon_unanswered_cancel": [
        "abandoned_ringing +491701234567 caller · 201 caller_gone 202 caller_gone 203 caller_gone ·"
    ],
    "captures/abandon_waiting": ["abandoned_waiting +491701234567 caller · ·"],
    "captures/anonymous": ["answered None caller · 203 · 203 1 s"],
    "captures/answered": ["answered +491701234567 caller · 202 · 202 5 s"],
    "captures/answered_agent_hangs": ["answered +491701234567 assistant · 201 · 201 2 s"],
    "captures/attended_replaces": ["answered +491701234567 caller · 203 202 · 203 4 s 202 3 s"],
    "captures/blind": ["answered +491701234567 caller · 203 201 · 203 1 s 201 2 s"],
    "captures/busy_reject": ["answered +491701234567 caller · 202 declined 201 · 201 3 s"],
    "captures/hold": ["answered +491701234567 caller · 203 · 203 4 s"],
    "captures/local_n": ["answered +491701234567 caller · 201 · 201 2 s"],
    "captures/originate": ["answered +49491701112223 assistant · 201 · 201 3 s"],
    "captures/pause": [],
    "captures/privacy_pai": ["answered None caller · 203 · 203 1 s"],
    "captures/reload": [],
    "captures/ringall": ["answered +491701234567 caller · 201 answered_elsewhere 202 203 answered_elsewhere · 202 2 s"],
    "captures/rna": ["answered +491701234567 caller · 202 missed 201 · 201 2 s"],
    "captures/timeout": ["queue_timeout +491701234567 None · 202 missed 201 missed ·"],
    "captures/wrapup": [
        "answered +491701234567 caller · 201 · 201 2 s",
        "answered +491709999999 caller · 201 · 201 1 s",
    ],
    "lab22/abandon_ringing": ["abandoned_ringing +4961315550101 caller · 201 caller_gone ·"],
    "lab22/abandon_waiting": ["abandoned_waiting +4961315550101 caller · ·"],
    "lab22/anonymous_answered": ["answered None caller · 201 · 201 3 s"],
    "lab22/answered": ["answered +4961315550101 caller · 201 · 201 3 s"],
    "lab22/answered_assistant_hangs_up": ["answered +4917139200102 assistant · 201 · 201 3 s"],
    "lab22/declined": ["answered +4961315550101 caller · 201 declined 202 · 202 3 s"],
    "lab22/hang_up_at_answer": ["answered +4961315550101 caller · 202 · 202 0 s"],
    "lab22/queue_timeout": ["queue_timeout +4917139200102 None · 201 missed 202 missed ·"],
    "lab22/rings_out": ["answered +4917139200102 caller · 201 missed 202 · 202 3 s"],
}


def name_of(path: Path) -> str:
    return path.relative_to(HERE).with_suffix("").as_posix()


def facts(path: Path) -> list[Event]:
    messages = Frames().feed(path.read_bytes())
    return [fact for message in messages if hasattr(message, "name") for fact in translate(message, "mainz")]


def play(live: Live, told: list[Event]) -> list[Effect]:
    return [effect for fact in told for effect in live.apply(fact, fact.at)]


def line(call: Call) -> str:
    def short(device: str) -> str:
        return device.removeprefix("PJSIP/")

    rung = [f"{short(ring.endpoint)} {ring.state or ''}".strip() for ring in call.rings]
    talked = [
        f"{short(talk.endpoint)} {round((talk.until - talk.since).total_seconds())} s"
        for talk in call.talks
        if talk.until
    ]
    first = f"{outcome_of(call)} {call.number} {call.hung_up_by}"
    return " · ".join([first, " ".join(rung), " ".join(talked)]).replace("  ", " ").strip()


def seen(live: Live) -> object:
    desks = [live.desk(person.login) for person in PEOPLE]
    return live.board(), desks, [line(call) for call in live.picture.calls.values()]


HARMLESS = (Redraw, TakeSnapshot, SettleDialling, BeginWrapUp)  # however often they are ordered
STREAMS = [name_of(path) for path in RECORDINGS if not path.stem.startswith("snapshot")]


def test_every_recording_has_its_line_here_or_its_journey_beside_it() -> None:
    told = {name_of(path.with_suffix(".ami")) for path in HERE.glob("*/*.json")}
    assert set(STREAMS) == set(CALLS) | told


@pytest.mark.parametrize("name", CALLS)
def test_what_each_recorded_call_was(name: str) -> None:
    live = Live(None, None)
    effects = play(live, facts(HERE / f"{name}.ami"))
    assert [line(call) for call in live.picture.calls.values()] == CALLS[name]
    known = live.picture.calls.values()
    answered = sum(call.direction is not Direction.INTERNAL and outcome_of(call) is Outcome.ANSWERED for call in known)
    assert len([effect for effect in effects if isinstance(effect, OpenSession)]) == answered
    assert live.board().waiting == ()
    assert live.board().talking == ()


@pytest.mark.parametrize("name", STREAMS)
def test_playing_any_part_twice_changes_nothing(name: str) -> None:
    told = facts(HERE / f"{name}.ami")
    for end in range(1, len(told) + 1, 1 if name in CALLS else 3):
        live = Live(None, None)
        play(live, told[:end])
        before = seen(live)
        for first in range(end):
            again = play(live, told[first:end])
            assert [e for e in again if not isinstance(e, HARMLESS)] == [], f"{first}:{end}"
            assert seen(live) == before, f"{first}:{end}"


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_starts_in_mid_call_is_never_a_failure(name: str) -> None:
    told = facts(HERE / f"{name}.ami")
    for first in range(len(told)):
        live = Live(None, None)
        play(live, told[first:])
        assert live.board().talking == ()


@pytest.mark.parametrize("name", STREAMS)
def test_what_is_found_by_its_phone_is_what_a_look_through_all_calls_finds(name: str) -> None:
    live = Live(None, None)
    play(live, [])
    picture = live.picture
    for event in facts(HERE / f"{name}.ami"):
        live.apply(event, event.at)
        there: dict[str, set[Call]] = {}
        for call in picture.current():
            for endpoint in (*(ring.endpoint for ring in call.rings), *(talk.endpoint for talk in call.talks)):
                there.setdefault(endpoint.lower(), set()).add(call)
        assert {device: {*picture.calls_at(device)} for device in there} == there
