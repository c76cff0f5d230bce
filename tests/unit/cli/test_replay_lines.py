from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ionas_phone.cli.replay_lines import call_line, effect_lines, fact_line, printable
from ionas_phone.live import effects
from ionas_phone.live.events import CallerJoined, ChannelHungUp, MemberSeen, PbxEvent, SnapshotTaken
from ionas_phone.live.nouns import CallKey, Channel, ChannelState, Member, MemberStatus

AT = datetime(2026, 11, 22, 18, 0, 1, 234567, tzinfo=UTC)
ERIKA = Channel(
    *("lab-1.1", "lab-1.1", "PJSIP/trunk-1", "PJSIP/trunk", ChannelState.UP),
    number="+4961315550101",
    caller_name="Erika\x1b[2J",
    dialled="s",
    dnid="+496131327070",
)
MEMBER = Member("lab-queue", "PJSIP/201", "Anna", MemberStatus.IDLE, paused=True, reason="Pause")
FACTS: list[tuple[PbxEvent, str]] = [
    (
        CallerJoined(at=AT, pbx="mainz", queue="lab-queue", caller=ERIKA, position=1),
        "CallerJoined queue=lab-queue caller=[PJSIP/trunk-1 up +4961315550101 “Erika·[2J” →+496131327070] position=1",
    ),
    (
        ChannelHungUp(at=AT, pbx="mainz", unique_id="lab-1.1", linked_id="lab-1.1", cause=16),
        "ChannelHungUp unique_id=1.1 cause=16",
    ),
    (MemberSeen(at=AT, pbx="mainz", member=MEMBER), "MemberSeen member=lab-queue/PJSIP/201(idle,paused Pause)"),
    (SnapshotTaken(at=AT, pbx="mainz"), "SnapshotTaken"),
    (SnapshotTaken(at=AT, pbx="mainz", dialling={"lab-1.1": "0171"}), "SnapshotTaken dialling=1.1:0171"),
    (
        SnapshotTaken(at=AT, pbx="mainz", in_call=frozenset({("lab", "PJSIP/202"), ("lab", "PJSIP/201")})),
        "SnapshotTaken in_call=“[('lab', 'PJSIP/201'), ('lab', 'PJSIP/202')]”",
    ),
]


@pytest.mark.parametrize(("fact", "line"), FACTS, ids=[type(fact).__name__ for fact, _ in FACTS])
def test_a_fact_is_a_line(fact: PbxEvent, line: str) -> None:
    assert fact_line(fact, "lab") == f"18:00:01.234 {line}"


def test_a_withheld_number_says_so() -> None:
    channel = Channel("1.1", "1.1", "PJSIP/trunk-1", "PJSIP/trunk", ChannelState.DIALLING, suppressed=True)
    fact = CallerJoined(at=AT, pbx="mainz", queue="q", caller=channel, position=1)
    assert "[PJSIP/trunk-1 dialling (suppressed)]" in fact_line(fact, "lab")


def test_what_is_ordered_stands_below_and_redraws_stand_together() -> None:
    ordered = [
        effects.Redraw("board"),
        effects.LookUpCaller(CallKey("mainz", "lab-1.1"), "+4961315550101"),
        effects.Redraw("queues"),
        effects.TakeSnapshot("mainz", "a word or two"),
    ]
    assert effect_lines(ordered, "lab") == [
        "    → LookUpCaller call=1.1 number=+4961315550101",
        "    → TakeSnapshot why=“a word or two”",
        "    → Redraw board queues",
    ]
    assert effect_lines([], "lab") == []


def call(**told: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(["caller_number", "offered_at", "wait_s", "outcome", "ended_by", "ended_at"])
    empty: dict[str, Any] = {"caller_name": "", "number_suppressed": False, "direction": "in"}
    return nothing | empty | {"queues": [], "rung": [], "talk": [], "transfers": []} | told


def test_a_call_is_a_line() -> None:
    whole = call(
        caller_number="+4961315550101",
        caller_name="Erika",
        offered_at=AT.timestamp(),
        queues=["support", "second"],
        wait_s=3.04,
        rung=[{"assistant": "PJSIP/201", "seconds": 2.0, "outcome": "answered"}],
        talk=[
            {"assistant": "PJSIP/201", "seconds": 9.0, "hold_seconds": 1.25},
            {"assistant": "PJSIP/202", "seconds": 4.0, "hold_seconds": 0.0},
        ],
        transfers=[{"kind": "attended", "from": "PJSIP/201", "to": "PJSIP/202"}],
        outcome="answered",
        ended_by="caller",
    )
    assert call_line(whole) == (
        "2026-11-22 18:00:01 in +4961315550101 “Erika” · support > second · wait 3.0 s · rang PJSIP/201 2.0 s answered"
        " · talked PJSIP/201 9.0 s (hold 1.2 s) · talked PJSIP/202 4.0 s · attended PJSIP/201 > PJSIP/202"
        " · answered · ended by caller"
    )


def test_a_call_that_goes_on_is_a_line() -> None:
    open_end = call(
        number_suppressed=True,
        queues=["support"],
        rung=[{"assistant": "PJSIP/201", "seconds": None, "outcome": None}],
        talk=[{"assistant": "PJSIP/201", "seconds": None, "hold_seconds": None}],
        transfers=[{"kind": "blind", "from": "PJSIP/201", "to": None}],
    )
    assert call_line(open_end) == (
        "1970-01-01 00:00:00 in (suppressed) · support · wait … · rang PJSIP/201 … … · talked PJSIP/201 …"
        " · blind PJSIP/201 > ? · …"
    )


def test_nothing_a_terminal_obeys_comes_through() -> None:
    assert printable("a\x1b]0;\u202eb\nc") == "a·]0;·b·c"
