"""What was not seen, and how many calls were missed in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ionas_phone.live import events as e
from ionas_phone.live.effects import KeepSight, RecordGap, TakeSnapshot
from ionas_phone.live.gaps import Sight
from ionas_phone.live.nouns import (
    CallKey,
    Gap,
    LinkState,
    RememberedCall,
    SeenBridge,
    SeenQueue,
    SeenWaiting,
)
from tests.stories import ANNA, BEN, CUSTOMER, START, Story, channel

KEY = CallKey("mainz", "c1")
LATER = START + timedelta(minutes=2)
C1 = ("support", "c1")


def seen(completed: int, abandoned: int = 0) -> tuple[SeenQueue, ...]:
    return (SeenQueue("support", completed, abandoned),)


def see(sight: Sight, counted: int, at: datetime = START, **more: Any) -> Gap | None:
    """Show the counters; ``under_way``: passages that go on, ``known``: those we knew before."""
    queues, up_for = more.pop("queues", seen(counted)), more.pop("up_for", None)
    taken = e.SnapshotTaken(at=at, pbx=more.pop("pbx", "mainz"), queues=queues, up_for=up_for)
    return sight.see(taken, more.pop("under_way", set()), more.pop("likely", set()), more.pop("known", set()), at)


def test_without_a_break_there_is_no_gap() -> None:
    sight = Sight()
    assert see(sight, 5) is None
    assert see(sight, 5, LATER) is None


def test_a_pbx_seen_for_the_first_time_has_no_gap_behind_it() -> None:
    sight = Sight()
    sight.lose("mainz", START)
    assert see(sight, 500, LATER) is None


def test_what_the_counters_are_more_than_we_saw_was_missed() -> None:
    sight = Sight()
    see(sight, 6)
    assert sight.enter("mainz", "support", "c1", START)
    sight.leave("mainz", "support", "c1", LATER)
    sight.lose("mainz", START)
    assert sight.open() == (Gap("mainz", START, None, None),)
    assert see(sight, 10, LATER) == Gap("mainz", START, LATER, 3)
    assert sight.open() == ()


def test_a_call_we_knew_that_ended_in_the_gap_was_not_missed() -> None:
    sight = Sight()
    see(sight, 5)
    sight.enter("mainz", "support", "c1", START)
    sight.lose("mainz", START)
    assert see(sight, 7, LATER, known={C1}) == Gap("mainz", START, LATER, 1)


def test_a_call_that_goes_on_was_not_missed_whether_we_knew_it_or_not() -> None:
    sight = Sight()
    see(sight, 5)
    sight.enter("mainz", "support", "c1", START)
    sight.lose("mainz", START)
    gap = see(sight, 7, LATER, known={C1}, under_way={C1, ("support", "c2")})
    assert gap == Gap("mainz", START, LATER, 2)
    assert sight.counts("mainz") == (("support", 9),)
    assert sight.under_way("mainz") == {C1, ("support", "c2")}


def test_who_came_into_another_queue_within_the_gap_was_not_missed_there() -> None:
    sight = Sight()
    first, second = SeenQueue("first", 6, 0), SeenQueue("second", 3, 0)
    see(sight, 0, queues=(first, second))
    sight.enter("mainz", "first", "c1", START)
    sight.lose("mainz", START)
    queues = (SeenQueue("first", 6, 1), second)
    gap = see(sight, 0, LATER, queues=queues, under_way={("second", "c1")}, known={("first", "c1")})
    assert gap == Gap("mainz", START, LATER, 0)


def test_who_was_sent_on_before_the_gap_is_counted_already() -> None:
    sight = Sight()
    see(sight, 5)
    sight.enter("mainz", "support", "c1", START)
    sight.leave("mainz", "support", "c1", LATER)
    sight.lose("mainz", LATER)
    assert see(sight, 6, LATER, known={C1}) == Gap("mainz", LATER, LATER, 0)


def test_of_a_pbx_that_started_anew_all_that_it_has_counted_was_missed() -> None:
    for before in (500, 2, 0):
        sight = Sight()
        see(sight, before, up_for=timedelta(days=1))
        sight.lose("mainz", START)
        assert see(sight, 2, LATER, up_for=timedelta(seconds=119)) == Gap("mainz", START, LATER, 2)


def test_a_pbx_is_not_taken_for_new_because_our_clock_was_put_forward() -> None:
    sight = Sight()
    see(sight, 500, up_for=timedelta(hours=1))
    sight.lose("mainz", START)
    sight.clock_set(timedelta(hours=2))
    later = LATER + timedelta(hours=2)
    assert see(sight, 503, later, up_for=timedelta(hours=1)) == Gap("mainz", START, later, 3)


def test_counters_that_were_set_back_cannot_tell_how_many_were_missed() -> None:
    """`queue reset stats` does it without a word: seven are counted since, and four of them were seen by us."""
    sight = Sight()
    see(sight, 12)
    for caller in ("c1", "c2", "c3", "c4"):
        sight.enter("mainz", "support", caller, START)
        sight.leave("mainz", "support", caller, LATER)
    sight.lose("mainz", LATER)
    assert see(sight, 7, LATER + timedelta(minutes=1)) == Gap("mainz", LATER, LATER + timedelta(minutes=1), None)


def test_counters_that_were_set_back_while_the_service_was_away_cannot_tell_it_either() -> None:
    sight = Sight()
    sight.remember("mainz", START, [("support", 500)])
    assert see(sight, 2, LATER) == Gap("mainz", START, LATER, None)


@pytest.mark.parametrize("waits", [True, False])
def test_a_call_that_is_counted_while_the_lists_are_read_counts_once(*, waits: bool) -> None:
    """A queue lists who waits and its counters in one breath: who waits there is not counted yet, whatever time it was.

    Of whom it does not list nobody can tell, so another look is wanted.
    """
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    waiting = (SeenWaiting("support", 1, caller.unique_id, 1),) if waits else ()
    read_at = story.now + timedelta(seconds=1)
    look = e.SnapshotTaken(at=read_at, pbx="mainz", channels=(caller,), queues=seen(5), waiting=waiting)
    story.tell(look)
    story.effects.clear()
    story.tell(e.CallerAbandoned(at=story.now, pbx="mainz", queue="support", caller=caller))
    doubt = TakeSnapshot("mainz", "a call was counted while the counters were read")
    assert story.of(TakeSnapshot) == ([] if waits else [doubt])
    assert story.live.picture.sight.counts("mainz") == (("support", 6 if waits else 5),)


@pytest.mark.parametrize("in_call", [True, False])
def test_of_who_talks_the_seat_tells_whether_they_are_counted(*, in_call: bool) -> None:
    """As while they waited: both members and counters are listed in one breath, channels some time before."""
    story = Story()
    caller, leg = story.comes_through()
    look = e.SnapshotTaken(
        at=story.now + timedelta(seconds=1),
        pbx="mainz",
        channels=(caller, leg),
        bridges=(SeenBridge("b", ("c1", "a1")),),
        queues=seen(5),
        members=tuple(seat.member for seat in story.live.picture.queues.seats("mainz").values()),
        in_call=frozenset({("support", ANNA.interface)} if in_call else ()),
    )
    story.tell(look)
    story.hangs_up(caller, leg, caller, ANNA)
    assert story.live.picture.sight.counts("mainz") == (("support", 6 if in_call else 5),)


def test_who_takes_anothers_place_in_the_queue_is_no_second_call() -> None:
    sight = Sight()
    see(sight, 5)
    sight.enter("mainz", "support", "c1", START)
    sight.pass_on("mainz", "c1", "c2")
    assert not sight.enter("mainz", "support", "c2", START)
    sight.leave("mainz", "support", "c2", LATER)
    assert sight.counts("mainz") == (("support", 6),)


def test_the_same_call_counts_once() -> None:
    sight = Sight()
    see(sight, 5)
    assert sight.enter("mainz", "support", "c1", START)
    assert not sight.enter("mainz", "support", "c1", START)
    sight.leave("mainz", "support", "c1", LATER)
    sight.leave("mainz", "support", "c1", LATER)
    assert sight.counts("mainz") == (("support", 6),)


def test_what_a_snapshot_has_counted_is_not_counted_again() -> None:
    """Events of before the snapshot may come behind it."""
    sight = Sight()
    see(sight, 6, LATER, likely={C1})  # c1 was still there, and already counted
    sight.leave("mainz", "support", "c1", START)
    assert sight.counts("mainz") == (("support", 6),)
    sight.leave("mainz", "support", "c0", START)
    assert sight.counts("mainz") == (("support", 6),)


def test_a_call_from_before_our_time_that_ends_is_counted() -> None:
    sight = Sight()
    see(sight, 5)
    sight.leave("mainz", "support", "c0", LATER)
    assert sight.counts("mainz") == (("support", 6),)


def test_the_time_the_service_was_away_is_a_gap_too() -> None:
    story = Story()
    remembered = e.SightRemembered(at=LATER, pbx="mainz", seen_at=START, counts=(("support", 5),))
    story.tell(remembered)
    story.now = LATER
    story.tell(e.SnapshotTaken(at=LATER, pbx="mainz", queues=seen(9)))
    assert story.of(RecordGap) == [RecordGap(Gap("mainz", START, LATER, 4))]
    assert story.live.health().gaps == (Gap("mainz", START, LATER, 4),)


def test_a_call_we_saw_is_reckoned_and_written_down_when_it_enters() -> None:
    story = Story()
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz", queues=seen(5)))
    caller = story.after(1).rings_in()
    story.joins(caller)
    assert story.of(KeepSight)[-1].counts == (("support", 6),)
    leg = story.calls(caller, ANNA, "a1")
    story.answers(caller, leg, ANNA)
    story.hangs_up(caller, leg, caller, ANNA)
    assert story.live.picture.sight.counts("mainz") == (("support", 6),)


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
    see(sight, 5)
    sight.lose("mainz", START)
    sales = SeenQueue("sales", 812, 0)
    assert see(sight, 0, LATER, queues=(*seen(6), sales)) == Gap("mainz", START, LATER, 1)


def test_one_counted_too_many_is_no_counter_that_began_anew() -> None:
    sight = Sight()
    see(sight, 500)
    sight.enter("mainz", "support", "c1", START)
    sight.lose("mainz", START)
    assert see(sight, 500, LATER) == Gap("mainz", START, LATER, 0)


def test_the_practice_line_has_no_gaps() -> None:
    sight = Sight()
    sight.remember("practice", START, [("support", 5)])
    assert see(sight, 9, LATER, pbx="practice") is None
    sight.lose("practice", START)
    assert sight.open() == ()


def test_a_call_that_was_remembered_and_ended_in_the_gap_was_not_missed() -> None:
    story = Story()
    old = RememberedCall(KEY, "+496131327070", "support", CUSTOMER, "", False, START, START, ANNA.interface, 17, None)
    story.tell(e.SightRemembered(at=LATER, pbx="mainz", seen_at=START, counts=(("support", 6),)))
    story.tell(e.CallsRemembered(at=LATER, calls=(old,)))
    story.now = LATER
    story.tell(e.SnapshotTaken(at=LATER, pbx="mainz", queues=seen(6)))
    assert story.live.health().gaps == (Gap("mainz", START, LATER, 0),)


@pytest.mark.parametrize(("seat", "counted"), [(ANNA.interface, 5), ("", 6)])
def test_who_waited_before_a_gap_and_was_sent_on_in_it_was_not_missed(seat: str, counted: int) -> None:
    """Whether they are still the queue's is told by the seat it has rung: whoever talks there now, it is in a call."""
    story = Story()
    caller, ben = story.rings_in(), channel("b1", BEN.interface, linked_id="c1")
    story.joins(caller)
    story.calls(caller, ANNA, "a1")
    members = tuple(seat.member for seat in story.live.picture.queues.seats("mainz").values())
    look = e.SnapshotTaken(at=story.now, pbx="mainz", channels=(caller,), queues=seen(5), members=members)
    story.tell(replace(look, waiting=(SeenWaiting("support", 1, "c1", 0),)))
    story.after(5).tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="No word."))
    story.after(60).tell(
        replace(
            look,
            at=story.now,
            channels=(caller, ben),
            bridges=(SeenBridge("x", ("c1", "b1")),),
            queues=seen(counted),
            in_call=frozenset({("support", seat)}) if seat else frozenset(),
        )
    )
    (gap,) = story.live.health().gaps
    assert gap.missed == 0
