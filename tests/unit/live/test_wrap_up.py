from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.live.nouns import MemberStatus
from ionas_phone.live.wrap_up import REASON, QueueSeat, WrapUp, plain, read
from tests.stories import ANNA, BEN, Story

UNTIL = datetime(2026, 11, 22, 10, 45, tzinfo=UTC)
HALF_A_MINUTE = WrapUp(30, UNTIL)


def test_the_switchboard_keeps_it_in_words_that_are_read_again() -> None:
    assert HALF_A_MINUTE.written == "Wrap-up/30/1795344300"
    assert read(HALF_A_MINUTE.written) == HALF_A_MINUTE
    assert HALF_A_MINUTE.since == UNTIL - timedelta(seconds=30)
    assert plain(HALF_A_MINUTE.written) == REASON


@pytest.mark.parametrize(
    ("left", "over"), [(0, True), (1, False), (30, False), (35, False), (36, True), (3600, True), (-3600, True)]
)
def test_it_is_over_in_time_and_also_when_our_clock_was_set_back(left: int, *, over: bool) -> None:
    assert HALF_A_MINUTE.is_over(UNTIL - timedelta(seconds=left)) is over


@pytest.mark.parametrize(
    "reason", ["", "Meal", REASON, "Wrap-up/0/1795344300", "Wrap-up/30/soon", "x Wrap-up/30/1795344300"]
)
def test_other_reasons_have_no_end(reason: str) -> None:
    assert read(reason) is None
    assert plain(reason) == reason


def test_desk_and_board_say_it_plainly_with_its_end() -> None:
    story = Story()
    story.member(ANNA, MemberStatus.IDLE, paused=True, reason=HALF_A_MINUTE.written)
    story.member(BEN, MemberStatus.IDLE, paused=True, reason=REASON)
    desk, row = story.live.desk("anna"), story.live.board().members[0]
    assert (desk.reason, desk.wrap_up) == (row.reason, row.wrap_up) == (REASON, HALF_A_MINUTE)
    annas, bens = story.live.seats()
    assert annas == QueueSeat("mainz", "support", "PJSIP/201", "anna", paused=True, reason=HALF_A_MINUTE.written)
    assert (annas.wrap_up, bens.wrap_up) == (HALF_A_MINUTE, None)
    story.member(ANNA, MemberStatus.IDLE, paused=False, reason=HALF_A_MINUTE.written)  # as some switchboards leave it
    assert story.live.seats()[0].wrap_up is None
