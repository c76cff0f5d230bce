from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.live import state
from ionas_phone.live.effects import OpenSession
from ionas_phone.live.events import CallerJoined, TimePassed
from ionas_phone.runtime.replay import Replay
from ionas_phone.support.phone_numbers import Line

SCENARIOS = Path(__file__).parents[2] / "scenarios"
ANSWERED = (SCENARIOS / "lab22/answered.ami").read_bytes()
TRANSFERRED = (SCENARIOS / "lab22/attended_replaces.ami").read_bytes()
HEAD = b"Privilege: agent,all\r\nTimestamp: %s\r\nSystemName: lab\r\n"


def played(*pieces: bytes, **how: Any) -> Replay:
    replay = Replay(**how)
    for piece in pieces:
        replay.feed(piece)
    replay.finish()
    assert replay.failures == []
    return replay


def test_facts_come_with_what_they_order() -> None:
    replay = Replay()
    steps = replay.feed(ANSWERED)
    assert [step.fact.queue for step in steps if isinstance(step.fact, CallerJoined)] == ["support"]
    assert sum(isinstance(effect, OpenSession) for step in steps for effect in step.effects) == 1
    assert {step.fact.pbx for step in steps} == {"recording"}
    (call,) = replay.journeys()
    assert (call["caller_number"], call["outcome"]) == ("+4961315550101", "answered")


def test_the_system_name_is_the_first_events() -> None:
    assert played(ANSWERED).system_name == "lab"
    assert played(b"\x00\xff no stream\r\n\r\n" + ANSWERED[5000:]).system_name == "lab"
    assert played(b"Event: A\r\nPrivilege: x\r\nSystemName: evil\r\n\r\n", ANSWERED).system_name == "lab"


def test_another_system_name_believes_nothing() -> None:
    replay = played(ANSWERED, system_name="other")
    assert (replay.journeys(), set(replay.refused)) == ([], {"foreign"})


def test_without_a_system_name_nothing_is_believed() -> None:
    replay = played(ANSWERED.replace(b"SystemName: lab\r\n", b""))
    assert (replay.journeys(), replay.system_name, set(replay.refused)) == ([], "", {"no_system_name"})


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_the_pieces_it_comes_in_do_not_matter(piece: int) -> None:
    assert played(*(TRANSFERRED[at : at + piece] for at in range(0, len(TRANSFERRED), piece))).journeys() == (
        played(TRANSFERRED).journeys()
    )


def test_only_calls_of_a_line() -> None:
    assert len(played(ANSWERED, lines=(Line.parse("+496131327070"),)).journeys()) == 1
    assert played(ANSWERED, lines=(Line.parse("+4961315550999"),)).journeys() == []


def test_answers_that_nobody_asked_for_here_are_counted() -> None:
    replay = played((SCENARIOS / "lab22/snapshot_talking.ami").read_bytes())
    assert (replay.journeys(), replay.refused["unasked"] > 10) == ([], True)


@pytest.mark.parametrize("stream", [ANSWERED, TRANSFERRED], ids=["answered", "transferred"])
def test_a_stream_may_start_and_end_anywhere(stream: bytes) -> None:
    for at in range(0, len(stream), 449):
        played(stream[at:])
        played(stream[:at])


@given(st.lists(st.one_of(st.binary(), st.sampled_from(ANSWERED.split(b"\r\n"))), max_size=60))
def test_garbage_is_no_failure(lines: list[bytes]) -> None:
    played(b"\r\n".join(lines))


def test_a_last_event_is_believed_though_nothing_follows() -> None:
    """It names a channel of which nothing else is known, so that only the end shows that it is whole."""
    hangup = ANSWERED[ANSWERED.rindex(b"Event: QueueCallerLeave") :].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    replay = Replay()
    assert replay.feed(hangup) == []
    assert len(replay.finish()) == 1
    replay = Replay()
    replay.feed(hangup + b"Event: H")
    assert replay.finish() == []


def test_calls_of_long_ago_are_kept_as_what_they_were() -> None:
    alone = played(ANSWERED).journeys()
    later = b"Event: Reload\r\n" + HEAD % b"1895353300.000000" + b"Module: x\r\nStatus: 0\r\n\r\n"
    replay = Replay()
    replay.feed(ANSWERED)
    steps = replay.feed(later)
    assert len(steps) == 1
    assert replay._live.picture.calls == {}
    assert replay.journeys() == alone


def test_a_clock_set_back_forgets_nothing_early() -> None:
    replay = played(ANSWERED, b"Event: Reload\r\n" + HEAD % b"1.0" + b"Module: x\r\nStatus: 0\r\n\r\n")
    assert len(replay._live.picture.calls) == 1


def test_a_bug_of_ours_loses_one_fact_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(state._HANDLERS, CallerJoined, broken)
    replay = Replay()
    assert len(replay.feed(ANSWERED)) == len(Replay().feed(ANSWERED))
    assert replay.failures == ["CallerJoined"]


def test_time_passes_as_in_the_recording() -> None:
    """Notes of phones that rang leave the picture after some seconds; nothing of that is a step of its own."""
    replay = Replay()
    replay.feed(ANSWERED)
    deadline = replay._live.next_deadline()
    assert deadline is not None
    assert replay._now is not None
    assert timedelta() < deadline - replay._now < timedelta(minutes=10)
    assert not any(isinstance(step.fact, TimePassed) for step in Replay().feed(ANSWERED))
