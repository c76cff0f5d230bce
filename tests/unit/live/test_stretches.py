"""A journey in stretches: what was seen from when to when, and what an earlier run of the service had seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from ionas_phone.live import events as e
from ionas_phone.live.board import RingState
from ionas_phone.live.calls import Call
from ionas_phone.live.effects import RecordCall
from ionas_phone.live.nouns import CallKey, Stretch, StretchKind
from ionas_phone.live.parts import Ring, Talk, Transfer, TransferKind
from ionas_phone.live.stretches import MOST, stretches
from tests.stories import ANNA, BEN, START, Story

KEY = CallKey("mainz", "c1")
NAMES = {"PJSIP/201": "Anna", "PJSIP/202": "Ben"}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def told(call: Call) -> list[tuple[object, ...]]:
    """Return the stretches with their times in seconds."""
    found = stretches(call, lambda device: NAMES.get(device, device))
    return [
        (
            one.kind.value,
            (one.began_at - START).total_seconds(),
            one.ended_at and (one.ended_at - START).total_seconds(),
            *filter(None, one[3:]),
        )
        for one in found
    ]


def test_waiting_ringing_talking_hold_and_a_transfer() -> None:
    story = Story()
    caller = story.rings_in()
    story.after(1).joins(caller)
    leg = story.after(2).calls(caller, ANNA, "a1")
    story.after(4).rings_out(caller, leg, ANNA)
    leg = story.after(1).calls(caller, BEN, "b1")
    story.after(3).answers(caller, leg, BEN)
    story.after(10).tell(e.CallHeld(at=story.now, pbx="mainz", unique_id="b1"))
    story.after(5).tell(e.CallResumed(at=story.now, pbx="mainz", unique_id="b1"))
    story.after(5).hangs_up(caller, leg, caller, BEN)
    (call,) = story.live.picture.calls.values()
    assert told(call) == [
        ("waiting", 1, 11, "support"),
        ("ringing", 3, 7, "support", ANNA.name, "missed"),
        ("ringing", 8, 11, "support", BEN.name, "answered"),
        ("talking", 11, 31, "Ben"),
        ("hold", 21, 26, "Ben"),
    ]


def test_a_step_from_one_bridge_to_the_next_is_no_hold() -> None:
    call = Call(KEY, talks=[Talk("a1", "PJSIP/201", at(0), at(9), holds=[(at(2), at(3)), (at(8.99), at(9))])])
    assert told(call) == [("talking", 0, 9, "Anna"), ("hold", 2, 3, "Anna")]


def test_a_transfer_is_an_instant_from_one_to_the_other() -> None:
    call = Call(KEY, transfers=[Transfer(TransferKind.BLIND, "PJSIP/201", "PJSIP/202", at(3))])
    assert told(call) == [("transfer", 3, 3, "Anna", "blind", "Ben")]


def test_each_queue_is_a_wait_of_its_own() -> None:
    call = Call(KEY)
    call.join("first", at(0))
    call.join("first", at(1))
    call.join("second", at(5))
    call.leave(at(9))
    assert told(call) == [("waiting", 0, 5, "first"), ("waiting", 5, 9, "second")]


def test_what_nobody_saw_end_has_no_end() -> None:
    call = Call(KEY, talks=[Talk("a1", "PJSIP/201", at(2), bridged=True)])
    call.end(at(60), seen=False)
    assert told(call) == [("talking", 2, None, "Anna")]


def test_what_an_earlier_run_saw_stays_and_goes_on() -> None:
    rang = Stretch(StretchKind.RINGING, at(1), at(2), "support", "Ben", "missed")
    open_ = Stretch(StretchKind.TALKING, at(3), None, who="Anna")
    gone = Stretch(StretchKind.HOLD, at(4), None, who="Anna")
    call = Call(KEY, earlier=(rang, open_, gone), talks=[Talk("a1", "PJSIP/201", at(3.0005), at(30))])
    assert told(call) == [
        ("ringing", 1, 2, "support", "Ben", "missed"),
        ("hold", 4, None, "Anna"),
        ("talking", 3, 30, "Anna"),
    ]


def test_a_caller_who_waits_all_night_fills_no_page() -> None:
    call = Call(KEY, rings=[Ring([f"a{n}"], "PJSIP/201", "Anna", "support", at(n)) for n in range(MOST + 50)])
    assert len(told(call)) == MOST


def test_whom_they_talked_to_in_the_end_outlives_the_many_rings_before() -> None:
    rang = tuple(Stretch(StretchKind.RINGING, at(n), at(n + 0.5), "support", "Anna", "missed") for n in range(150))
    call = Call(KEY, earlier=rang)
    call.join("support", at(0))
    call.rings = [
        Ring([f"a{n}"], "PJSIP/201", "Anna", "support", at(n), RingState.MISSED, at(n + 0.5)) for n in range(200, 300)
    ]
    call.talks = [Talk("b1", "PJSIP/202", at(300), at(400))]
    found = told(call)
    assert len(found) == MOST
    assert ("waiting", 0, None, "support") in found
    assert found[-1] == ("talking", 300, 400, "Ben")
    assert [one[1] for one in found if one[0] == "ringing"] == [*range(52, 150), *range(200, 300)]


def test_it_is_written_with_the_call_and_orders_no_write_of_its_own_before_the_end() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.effects.clear()
    leg = story.after(2).calls(caller, ANNA, "a1")
    assert story.of(RecordCall) == []
    story.after(3).answers(caller, leg, ANNA)
    story.after(9).hangs_up(caller, leg, caller, ANNA)
    last = story.of(RecordCall)[-1]
    assert isinstance(last, RecordCall)
    assert [one.kind.value for one in last.record.stretches] == ["waiting", "ringing", "talking"]
    assert last.record.stretches[-1].ended_at == story.now
