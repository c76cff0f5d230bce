"""What somebody is doing, derived."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ionas_phone.live.assistants import Beginnings, Directory, derive
from ionas_phone.live.board import AssistantState
from ionas_phone.live.nouns import Member, MemberStatus
from tests.stories import ANNA, BEN, START

SEAT = Member("support", "PJSIP/201", "Anna", MemberStatus.IDLE, paused=False)
PAUSED = replace(SEAT, paused=True, reason="Mittag")


@pytest.mark.parametrize(
    ("seats", "talking", "ringing", "state"),
    [
        ([replace(SEAT, status=MemberStatus.IN_USE)], True, False, AssistantState.TALKING),
        ([PAUSED], True, True, AssistantState.TALKING),
        ([replace(SEAT, status=MemberStatus.RINGING)], False, True, AssistantState.RINGING),
        ([replace(SEAT, status=MemberStatus.IN_USE)], False, False, AssistantState.BUSY),
        ([replace(SEAT, status=MemberStatus.ON_HOLD)], False, False, AssistantState.BUSY),
        ([replace(SEAT, status=MemberStatus.UNAVAILABLE)], False, False, AssistantState.AWAY),
        ([replace(PAUSED, status=MemberStatus.UNAVAILABLE)], False, False, AssistantState.AWAY),
        ([PAUSED], False, False, AssistantState.PAUSED),
        ([PAUSED, SEAT], False, False, AssistantState.AVAILABLE),
        ([SEAT], False, False, AssistantState.AVAILABLE),
    ],
)
def test_the_first_line_that_holds_wins(
    seats: list[Member], talking: bool, ringing: bool, state: AssistantState
) -> None:
    assert derive(seats, talking=talking, ringing=ringing)[0] is state


def test_the_reason_of_the_pause_is_told_only_while_paused() -> None:
    assert derive([PAUSED], talking=False, ringing=False)[1] == "Mittag"
    assert derive([PAUSED], talking=True, ringing=False)[1] == ""


def test_who_sits_where_whatever_the_case_of_the_letters() -> None:
    directory = Directory()
    directory.replace([ANNA, BEN])
    assert directory.at("pjsip/201") is ANNA
    assert directory.at("PJSIP/209") is None
    assert directory.of("ben") is BEN


def test_the_first_sight_of_a_state_has_no_known_beginning() -> None:
    beginnings = Beginnings()
    device = ("mainz", "PJSIP/201")
    assert beginnings.note(device, AssistantState.AVAILABLE, "", START)
    assert beginnings.since(device) is None
    assert not beginnings.note(device, AssistantState.AVAILABLE, "", START)
    assert beginnings.note(device, AssistantState.PAUSED, "Mittag", START)
    assert beginnings.since(device) == START
