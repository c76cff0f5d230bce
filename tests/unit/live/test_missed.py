"""A little model of app_queue's counters: whatever it does, and whenever nobody looks, no call too many is missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ionas_phone.live.events import SnapshotTaken
from ionas_phone.live.gaps import Sight
from ionas_phone.live.nouns import SeenQueue
from tests.stories import START

PBX = "mainz"
QUEUES = ("first", "second")
queues = st.sampled_from(QUEUES)


class Counting(RuleBasedStateMachine):
    """Callers come into two queues and leave them; the link is up or not, the counters are set back now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.sight = Sight()
        self.now: datetime = START
        self.born = START - timedelta(days=3)
        self.names = (f"c{number}" for number in count())
        self.counters = dict.fromkeys(QUEUES, 40)
        self.inside: set[tuple[str, str]] = {("first", "before")}
        self.seen: set[tuple[str, str]] = set()  # by us, as calls
        self.up = True
        self.missed = 0  # came and went while nobody looked
        self.reset = self.restarted = False  # since the last snapshot
        self.look()

    def look(self, seconds: int = 0) -> None:
        """Take a snapshot; its lists were read so many seconds ago, its clock was told now."""
        self.up = True
        self.now += timedelta(seconds=seconds)
        taken = SnapshotTaken(
            at=self.now,
            pbx=PBX,
            queues=tuple(SeenQueue(queue, n // 2, n - n // 2) for queue, n in self.counters.items()),
            up_for=self.now - self.born,
        )
        self.told = self.sight.see(taken, self.inside, set(), self.seen, self.now)
        self.seen = set(self.inside)

    @rule(queue=queues)
    def enters(self, queue: str) -> None:
        passage = (queue, next(self.names))
        self.inside.add(passage)
        if self.up:
            self.seen.add(passage)
            self.sight.enter(PBX, *passage, self.now)

    @rule(data=st.data())
    @precondition(lambda self: self.inside)
    def leaves(self, data: st.DataObject) -> None:
        passage = data.draw(st.sampled_from(sorted(self.inside)))
        self.inside.remove(passage)
        self.counters[passage[0]] += 1
        if self.up:
            assert self.sight.leave(PBX, *passage, self.now)
        elif passage not in self.seen:
            self.missed += 1

    @rule()
    def is_cut_off(self) -> None:
        if self.up:
            self.up = False
            self.sight.lose(PBX, self.now)

    @rule(queue=queues)
    def counters_are_set_back(self, queue: str) -> None:
        self.counters[queue] = 0
        self.reset = True

    @rule()
    @precondition(lambda self: not self.up)
    def restarts(self) -> None:
        self.counters = dict.fromkeys(QUEUES, 0)
        self.inside, self.born, self.restarted = set(), self.now, True

    @rule(data=st.data(), queue=queues)
    def is_looked_at_while_calls_come_and_go(self, data: st.DataObject, queue: str) -> None:
        """What happens between the lists and the end of the snapshot is told behind it, and was before it."""
        happened = self.now + timedelta(seconds=1)
        self.is_looked_at(seconds=2)
        self.inside.add(comes := (queue, next(self.names)))
        goes = data.draw(st.sampled_from(sorted(self.seen | {("", "nobody")})))
        if goes in self.inside:
            self.inside.remove(goes)
            self.counters[goes[0]] += 1
            assert self.sight.leave(PBX, *goes, happened)
        assert self.sight.enter(PBX, *comes, happened)
        self.seen.add(comes)

    @rule()
    def is_looked_at(self, seconds: int = 0) -> None:
        was_up = self.up
        self.look(seconds)
        assert (self.told is None) is was_up
        if self.told and (self.reset or self.restarted):
            assert self.told.missed is None or self.told.missed <= self.missed
        elif self.told:
            assert self.told.missed == self.missed
        self.reset, self.restarted, self.missed = False, False, 0

    @invariant()
    def time_passes(self) -> None:
        self.now += timedelta(seconds=1)


Counting.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestCounting = Counting.TestCase
