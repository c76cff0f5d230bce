from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.live.board import RingState
from ionas_phone.live.calls import Call
from ionas_phone.live.journey import journey
from ionas_phone.live.nouns import CallKey, Direction
from ionas_phone.live.parts import Ring, Talk, Transfer, TransferKind

START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
ANNA, BEN = "PJSIP/201", "PJSIP/202"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def instant(seconds: float) -> float:
    return round(START.timestamp() + seconds, 6)


def waiting() -> Call:
    call = Call(CallKey("mainz", "pbx-1.1"), number="+4961315550101", caller_name="Erika")
    call.join("support", at(1))
    return call


def ring(device: str, since: float, until: float | None, state: RingState | None) -> Ring:
    return Ring([f"{device}-1"], device, "", "support", at(since), state, None if until is None else at(until))


def test_a_call_that_was_sent_on() -> None:
    call = waiting()
    call.rings = [ring(BEN, 12, 14.25, None), ring(ANNA, 2, 4, None)]
    call.leave(at(4))
    call.talks = [Talk("a", ANNA, at(4), at(10.5), holds=[(at(5), at(7))]), Talk("b", BEN, at(14.25), at(20))]
    call.answered_at = at(4)
    call.transfers = [Transfer(TransferKind.BLIND, ANNA, BEN, at(10.5))]
    call.hung_up_by = "caller"
    call.end(at(20))
    assert journey(call) == {
        "caller_number": "+4961315550101",
        "caller_name": "Erika",
        "number_suppressed": False,
        "direction": "in",
        "queues": ["support"],
        "offered_at": instant(1),
        "wait_s": 3.0,
        "rung": [
            {"assistant": ANNA, "seconds": 2.0, "outcome": "answered"},
            {"assistant": BEN, "seconds": 2.25, "outcome": "answered"},
        ],
        "talk": [
            {"assistant": ANNA, "from": instant(4), "to": instant(10.5), "seconds": 6.5, "hold_seconds": 2.0},
            {"assistant": BEN, "from": instant(14.25), "to": instant(20), "seconds": 5.75, "hold_seconds": 0.0},
        ],
        "transfers": [{"kind": "blind", "from": ANNA, "to": BEN}],
        "outcome": "answered",
        "ended_by": "caller",
        "ended_at": instant(20),
    }


def test_what_has_not_happened_is_none() -> None:
    call = waiting()
    call.rings = [ring(ANNA, 2, None, RingState.RINGING)]
    call.talks = [Talk("a", ANNA, at(4))]
    call.hung_up_by = "caller"
    told = journey(call)
    assert [told[name] for name in ("outcome", "ended_by", "ended_at")] == [None, None, None]
    assert told["rung"] == [{"assistant": ANNA, "seconds": None, "outcome": None}]
    assert told["talk"] == [
        {"assistant": ANNA, "from": instant(4), "to": None, "seconds": None, "hold_seconds": None},
    ]
    assert told["wait_s"] == 3.0
    assert journey(waiting())["wait_s"] is None


def test_how_a_call_ended_is_not_told_if_nobody_saw_it() -> None:
    call = waiting()
    call.end(at(9), seen=False)
    assert (journey(call)["outcome"], journey(call)["ended_at"]) == (None, instant(9))


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (None, "answered"),
        (RingState.MISSED, "timeout"),
        (RingState.DECLINED, "declined"),
        (RingState.CALLER_GONE, "caller_gave_up"),
        (RingState.ANSWERED_ELSEWHERE, "answered_elsewhere"),
    ],
)
def test_how_a_phone_stopped_ringing(state: RingState | None, outcome: str) -> None:
    call = waiting()
    call.rings = [ring(ANNA, 2, 3, state)]
    assert journey(call)["rung"] == [{"assistant": ANNA, "seconds": 1.0, "outcome": outcome}]


def test_a_withheld_number_is_none() -> None:
    call = Call(CallKey("mainz", "pbx-1.1"), suppressed=True)
    assert [journey(call)[name] for name in ("caller_number", "number_suppressed")] == [None, True]


def test_a_wait_that_nobody_ended_runs_until_the_queue_let_go() -> None:
    call = waiting()
    call.leave(at(31))
    call.end(at(35))
    assert journey(call)["wait_s"] == 30.0


def test_a_wait_after_a_talk_ends_with_the_next() -> None:
    """Rung directly, then sent into a queue: only from then on the caller waits."""
    call = Call(CallKey("mainz", "pbx-1.1"))
    call.talks = [Talk("a", ANNA, at(1), at(5)), Talk("b", BEN, at(9), at(12))]
    call.join("support", at(6))
    assert journey(call)["wait_s"] == 3.0


@pytest.mark.parametrize("direction", Direction)
def test_without_a_queue_a_call_is_offered_when_it_comes(direction: Direction) -> None:
    call = Call(CallKey("mainz", "pbx-1.1"), began_at=at(7), direction=direction)
    call.rings = [ring(ANNA, 8, 9, None)]
    told = journey(call)
    assert [told[name] for name in ("offered_at", "wait_s", "queues", "direction")] == [instant(7), 0, [], direction]
    call.began_at = None  # a stream that began in the middle
    assert journey(call)["offered_at"] == instant(8)
    call.rings = []
    assert journey(call)["offered_at"] is None


def test_it_is_json_with_six_decimals_at_most() -> None:
    call = waiting()
    call.talks = [Talk("a", ANNA, at(1 / 3), at(2 / 3))]
    assert json.loads(json.dumps(journey(call))) == journey(call)
    assert all(len(word.strip('",}]').partition(".")[2]) <= 6 for word in json.dumps(journey(call)).split())
