"""The one task: facts in order, deadlines on time, and a bug of ours is survived."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from ionas_phone.live import events as e
from ionas_phone.live.channels import TOMBSTONE
from ionas_phone.live.effects import Effect, RecordCall, Redraw, TakeSnapshot
from ionas_phone.live.nouns import LinkState
from ionas_phone.live.state import NOTE, Live
from ionas_phone.runtime.engine import Engine
from tests.stories import ANNA, LINE, PEOPLE, START, Story, channel


class Clock:
    """``now`` is what it shows; ``by`` how far somebody has set it, which the other clock knows nothing of."""

    def __init__(self) -> None:
        self.now = START
        self.by = timedelta()

    def __call__(self) -> datetime:
        return self.now + self.by

    def monotonic(self) -> float:
        return 7.0 + (self.now - START).total_seconds()


class Bench:
    """An engine with everything it ordered."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.done: list[tuple[Effect, float]] = []
        self.bugs = 0
        live = Live((LINE,), frozenset({"support"}))
        self.engine = Engine(live, lambda *done: self.done.append(done), self.clock, self.clock.monotonic, self.count)

    def count(self) -> None:
        self.bugs += 1

    def of(self, kind: type[Effect]) -> list[tuple[Effect, float]]:
        return [done for done in self.done if isinstance(done[0], kind)]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def ringing() -> list[e.Event]:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.calls(caller, ANNA, "a1")
    story.gives_up(caller)
    return story.told


def test_a_fact_keeps_the_second_in_which_its_bytes_arrived(bench: Bench) -> None:
    for fact in ringing():
        bench.engine.deliver(fact, 3.5)
    bench.engine.work()
    assert bench.of(RecordCall)
    assert {received for _, received in bench.done} == {3.5}


def test_our_own_facts_are_stamped_when_they_are_posted(bench: Bench) -> None:
    bench.engine.post(e.DirectoryRead(at=START, assistants=PEOPLE))
    bench.engine.work()
    assert (Redraw("desk/anna"), 7.0) in bench.done


def test_the_deadline_of_a_note_is_kept_without_any_fact(bench: Bench) -> None:
    for fact in ringing():
        bench.engine.deliver(fact, 3.5)
    bench.engine.work()
    assert bench.engine.live.desk("anna").rings
    bench.clock.now = START + NOTE + timedelta(milliseconds=1)
    bench.engine.work()
    assert not bench.engine.live.desk("anna").rings


@pytest.mark.parametrize("by", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=400)])
def test_a_clock_that_is_set_moves_no_deadline(bench: Bench, by: timedelta) -> None:
    for fact in ringing():
        bench.engine.deliver(fact, 3.5)
    bench.engine.work()
    bench.clock.by = by
    bench.clock.now = START + NOTE - timedelta(milliseconds=1)
    bench.engine.work()
    assert bench.engine.live.desk("anna").rings
    bench.clock.now = START + NOTE + timedelta(milliseconds=1)
    bench.engine.work()
    assert not bench.engine.live.desk("anna").rings
    assert bench.engine.live.picture.calls
    bench.clock.now = START + TOMBSTONE + timedelta(milliseconds=1)
    bench.engine.work()
    assert not bench.engine.live.picture.calls


async def test_a_running_engine_applies_what_comes_and_sleeps_in_between(bench: Bench) -> None:
    running = asyncio.TaskGroup()
    seen = asyncio.Event()
    bench.engine._perform = lambda *_: seen.set()
    async with running:
        task = running.create_task(bench.engine.run())
        bench.engine.post(e.LinkChanged(at=START, pbx="mainz", state=LinkState.UP))
        await asyncio.wait_for(seen.wait(), 5)
        task.cancel()


def test_a_bug_of_ours_is_counted_doubted_and_survived(bench: Bench) -> None:
    broken = e.ChannelSeen(at=START, pbx="mainz", channel=None)  # type: ignore[arg-type]
    bench.engine.post(broken)
    bench.engine.post(e.ChannelSeen(at=START, pbx="mainz", channel=channel("c1", "PJSIP/trunk")))
    bench.engine.work()
    assert bench.bugs == 1
    assert [effect.pbx for effect, _ in bench.of(TakeSnapshot)] == ["mainz"]  # type: ignore[attr-defined]
    assert bench.engine.live.picture.channels.get("mainz", "c1")
