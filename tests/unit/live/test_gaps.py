"""What was not seen, and how many calls were missed in it."""

from __future__ import annotations

from datetime import timedelta

from ionas_phone.live import events as e
from ionas_phone.live.effects import KeepSight, RecordGap
from ionas_phone.live.gaps import Sight
from ionas_phone.live.nouns import CallKey, Gap, LinkState, RememberedCall, SeenQueue
from tests.stories import ANNA, CUSTOMER, START, Story

KEY = CallKey("mainz", "c1")
LATER = START + timedelta(minutes=2)


def seen(completed: int, abandoned: int = 0) -> tuple[SeenQueue, ...]:
    return (SeenQueue("support", completed, abandoned),)


def test_without_a_break_there_is_no_gap() -> None:
    sight = Sight()
    assert sight.see("mainz", seen(5), START, 0) is None
    assert sight.see("mainz", seen(5), LATER, 0) is None


def test_a_pbx_seen_for_the_first_time_has_no_gap_behind_it() -> None:
    sight = Sight()
    sight.lose("mainz", START)
    assert sight.see("mainz", seen(500), LATER, 0) is None


def test_what_the_counters_are_more_than_we_saw_was_missed() -> None:
    sight = Sight()
    sight.see("mainz", seen(5, 1), START, 0)
    assert sight.count("mainz", "support", "c1")
    sight.lose("mainz", START)
    assert sight.open() == (Gap("mainz", START, None, None),)
    assert sight.see("mainz", seen(8, 2), LATER, 0) == Gap("mainz", START, LATER, 3)
    assert sight.open() == ()


def test_a_call_we_knew_that_ended_in_the_gap_was_not_missed() -> None:
    sight = Sight()
    sight.see("mainz", seen(5), START, 0)
    sight.lose("mainz", START)
    assert sight.see("mainz", seen(7), LATER, 1) == Gap("mainz", START, LATER, 1)


def test_counters_that_began_anew_tell_at_least_what_came_since() -> None:
    sight = Sight()
    sight.see("mainz", seen(500), START, 0)
    sight.lose("mainz", START)
    assert sight.see("mainz", seen(2), LATER, 0) == Gap("mainz", START, LATER, 2)


def test_the_same_call_counts_once() -> None:
    sight = Sight()
    sight.see("mainz", seen(5), START, 0)
    assert sight.count("mainz", "support", "c1")
    assert not sight.count("mainz", "support", "c1")
    assert sight.counts("mainz") == (("support", 6),)


def test_the_time_the_service_was_away_is_a_gap_too() -> None:
    story = Story()
    remembered = e.SightRemembered(at=LATER, pbx="mainz", seen_at=START, counts=(("support", 5),))
    story.tell(remembered)
    story.now = LATER
    story.tell(e.SnapshotTaken(at=LATER, pbx="mainz", queues=seen(9)))
    assert story.of(RecordGap) == [RecordGap(Gap("mainz", START, LATER, 4))]
    assert story.live.health().gaps == (Gap("mainz", START, LATER, 4),)


def test_a_call_we_saw_end_is_reckoned_and_written_down() -> None:
    story = Story()
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz", queues=seen(5)))
    caller = story.rings_in()
    story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    story.answers(caller, leg, ANNA)
    story.hangs_up(caller, leg, caller, ANNA)
    assert story.of(KeepSight)[-1].counts == (("support", 6),)  # type: ignore[attr-defined]


def test_while_the_link_is_down_the_gap_is_shown_as_lasting() -> None:
    story = Story()
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz", queues=seen(5)))
    story.after(5).tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="No word."))
    assert story.live.health().gaps == (Gap("mainz", story.now, None, None),)


def test_a_pbx_out_of_sight_is_not_kept_as_seen() -> None:
    story = Story()
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz", queues=seen(5)))
    story.effects.clear()
    story.tell(e.SightKept(at=story.now))
    assert len(story.of(KeepSight)) == 1
    story.tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="No word."))
    story.effects.clear()
    story.tell(e.SightKept(at=story.now))
    assert story.of(KeepSight) == []


def test_a_queue_that_was_not_ours_before_tells_nothing_of_what_was_missed() -> None:
    sight = Sight()
    sight.see("mainz", seen(5), START, 0)
    sight.lose("mainz", START)
    sales = SeenQueue("sales", 812, 0)
    assert sight.see("mainz", (*seen(6), sales), LATER, 0) == Gap("mainz", START, LATER, 1)


def test_one_counted_too_many_is_no_counter_that_began_anew() -> None:
    sight = Sight()
    sight.see("mainz", seen(500), START, 0)
    sight.count("mainz", "support", "c1")
    sight.lose("mainz", START)
    assert sight.see("mainz", seen(500), LATER, 0) == Gap("mainz", START, LATER, 0)


def test_the_practice_line_has_no_gaps() -> None:
    sight = Sight()
    sight.remember("practice", START, [("support", 5)])
    assert sight.see("practice", seen(9), LATER, 0) is None
    sight.lose("practice", START)
    assert sight.open() == ()


def test_a_call_that_was_remembered_and_ended_in_the_gap_was_not_missed() -> None:
    story = Story()
    old = RememberedCall(KEY, "+496131327070", "support", CUSTOMER, "", False, START, START, ANNA.interface, 17, None)
    story.tell(e.SightRemembered(at=LATER, pbx="mainz", seen_at=START, counts=(("support", 5),)))
    story.tell(e.CallsRemembered(at=LATER, calls=(old,)))
    story.now = LATER
    story.tell(e.SnapshotTaken(at=LATER, pbx="mainz", queues=seen(6)))
    assert story.live.health().gaps == (Gap("mainz", START, LATER, 0),)
