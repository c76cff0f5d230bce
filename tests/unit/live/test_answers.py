"""What was asked for is answered by events, like all else that changes the picture."""

from __future__ import annotations

from ionas_phone.live.answers import CallWritten, PhoneAnswered
from ionas_phone.live.board import CALLS, MISSED
from ionas_phone.live.effects import Redraw, SettleDialling
from ionas_phone.live.nouns import CallKey
from tests.stories import Story


def test_whoever_had_a_phone_ring_is_told() -> None:
    story = Story()
    told = PhoneAnswered(at=story.now, pbx="mainz", asked="id", answered=False, reason="5")
    assert story.tell(told) == [SettleDialling("id", answered=False, reason="5")]


def test_a_call_that_was_written_makes_the_lists_stale_in_which_it_may_stand() -> None:
    story, key = Story(), CallKey("mainz", "c1")
    assert story.tell(CallWritten(at=story.now, call=key, missed=False)) == [Redraw(CALLS)]
    assert story.tell(CallWritten(at=story.now, call=key, missed=True)) == [Redraw(CALLS), Redraw(MISSED)]
