"""What we did not see. Rule: a gap is said as a gap, and the PBX's own counters say how many calls were missed in it.

Whoever enters one of our queues is, sooner or later, a call completed or given up, and until then waits there or talks
to whom the queue connected them with. So for each queue we reckon how many calls have ever entered it: the PBX's
counters plus those under way. What it is more after a gap are calls that nobody here has seen.

Counters begin anew when the PBX does: then all they count was missed. `queue reset stats` sets them back, too, and
tells nobody: a counter that is lower than what we ourselves saw counted shows it, and then nobody can say how many were
missed. One that is not is believed, and tells too few at worst.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from ionas_phone.live.events import SnapshotTaken
from ionas_phone.live.nouns import PRACTICE_PBX, Gap

KEPT = 20  # gaps that are still shown

Passage = tuple[str, str]  # (queue, unique id of the call): one caller in one queue, or connected by it


class Sight:
    """Since when each PBX is out of sight, and how many calls have entered its queues as far as we know."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.gaps: list[Gap] = []
        self._lost: dict[str, datetime] = {}
        self._set_by: dict[str, timedelta] = {}  # by how much our clock was set since then
        self._entered: dict[str, dict[str, int]] = defaultdict(dict)
        self._counted: dict[str, dict[str, int]] = defaultdict(dict)  # what its counters stand at, at least
        self._under_way: dict[str, set[Passage]] = defaultdict(set)
        self._listed: dict[str, set[Passage]] = defaultdict(
            set
        )  # of these: not counted by the last snapshot's counters
        self._over: dict[str, dict[Passage, datetime]] = defaultdict(dict)  # since the last snapshot
        self._as_of: dict[str, datetime] = {}  # of the last snapshot, the PBX's time

    def remember(self, pbx: str, seen_at: datetime | None, counts: Iterable[tuple[str, int]]) -> None:
        """Take over what was known when the service last saw this PBX. Nobody is missed on the practice line."""
        if pbx == PRACTICE_PBX:
            return
        self._entered[pbx] = dict(counts)
        if seen_at:
            self._lost.setdefault(pbx, seen_at)

    def lose(self, pbx: str, at: datetime) -> None:
        """From here on nothing is seen."""
        if self._entered[pbx] and pbx != PRACTICE_PBX:  # a PBX that was never seen has no gap
            self._lost.setdefault(pbx, at)

    def clock_set(self, by: timedelta) -> None:
        """Our clock was set: a gap is not as long as it seems by it."""
        for pbx in self._lost:
            self._set_by[pbx] = self._set_by.get(pbx, timedelta()) + by

    def enter(self, pbx: str, queue: str, unique_id: str, at: datetime) -> bool:
        """One more call has entered this queue; False if that was known, or old news of one that is over."""
        passage = (queue, unique_id)
        over = self._over[pbx].get(passage)
        if passage in self._under_way[pbx] or (over and at <= over):
            return False
        self._under_way[pbx].add(passage)
        self._entered[pbx][queue] = self._entered[pbx].get(queue, 0) + 1
        return True

    def leave(self, pbx: str, queue: str, unique_id: str, at: datetime) -> bool:
        """The PBX has counted this call. What it counted before the last snapshot is in that snapshot's counters.

        False: it did so while those were read, before or after, who knows; the next snapshot will tell.
        """
        passage, entered = (queue, unique_id), self._entered[pbx]
        known = passage in self._under_way[pbx]
        if passage in self._over[pbx] and not known:
            return True
        self._over[pbx][passage] = at
        self._under_way[pbx].discard(passage)
        counted_before = pbx in self._as_of and at <= self._as_of[pbx]
        listed = known and passage in self._listed[pbx]
        if (listed or not counted_before) and queue in self._counted[pbx]:
            self._counted[pbx][queue] += 1
        if listed:
            return True
        if known and counted_before:  # the snapshot showed it as under way and as counted
            entered[queue] -= 1
        elif not known and not counted_before:  # it had entered before our time
            entered[queue] = entered.get(queue, 0) + 1
        return not (known and counted_before)

    def pass_on(self, pbx: str, old: str, new: str) -> None:
        """The call ``new`` has taken the place of ``old`` in every queue."""
        for every in (self._under_way, self._listed):
            every[pbx] = {(queue, new if unique_id == old else unique_id) for queue, unique_id in every[pbx]}

    def under_way(self, pbx: str) -> AbstractSet[Passage]:
        """Return the calls that this PBX has not counted yet."""
        return self._under_way[pbx]

    def counts(self, pbx: str) -> tuple[tuple[str, int], ...]:
        """Return how many calls have entered each queue."""
        return tuple(sorted(self._entered[pbx].items()))

    def see(
        self,
        taken: SnapshotTaken,
        listed: AbstractSet[Passage],
        likely: AbstractSet[Passage],
        known: AbstractSet[Passage],
        at: datetime,
    ) -> Gap | None:
        """Compare with a snapshot of our queues; return the gap that ends with it, if there was one.

        ``listed``: the passages that its counters do not count yet; ``likely``: others of which that is likely.
        ``known``: where the calls were that we knew before. ``at``: our clock.
        """
        pbx = taken.pbx
        counted = {seen.queue: seen.completed + seen.abandoned for seen in taken.queues}
        before, self._entered[pbx] = self._entered[pbx], dict(counted)
        least, self._counted[pbx] = self._counted[pbx], dict(counted)
        for queue, _ in listed | likely:
            self._entered[pbx][queue] = self._entered[pbx].get(queue, 0) + 1
        self._under_way[pbx], self._listed[pbx], self._as_of[pbx] = {*listed, *likely}, {*listed}, taken.at
        self._over[pbx].clear()
        lost, set_by = self._lost.pop(pbx, None), self._set_by.pop(pbx, timedelta())
        if lost is None:
            return None
        since = {queue: count for queue, count in counted.items() if queue in before}
        ours = Counter(queue for queue, _ in listed & known)
        if taken.up_for is not None and taken.up_for < at - lost - set_by:  # the PBX itself has started meanwhile
            missed: int | None = sum(since.values())
        elif any(_set_back(count, ours[queue], before[queue], least.get(queue)) for queue, count in since.items()):
            missed = None
        else:
            missed = sum(max(count + ours[queue] - before[queue], 0) for queue, count in since.items())
        gap = Gap(pbx, lost, max(at, lost), missed if before else None)
        self.gaps = [*self.gaps, gap][-KEPT:]
        return gap

    def open(self) -> tuple[Gap, ...]:
        """Return the gaps that have not ended."""
        return tuple(Gap(pbx, since, None, None) for pbx, since in sorted(self._lost.items()))


def _set_back(counted: int, ours: int, entered: int, least: int | None) -> bool:
    """Tell whether a counter has begun anew; ``least``: where it stood, None: only ``entered`` was remembered."""
    return counted < least if least is not None else counted + ours < entered // 2
