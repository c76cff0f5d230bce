"""What we did not see. Rule: a gap is said as a gap, and the PBX's own counters say how many calls were missed in it.

For each queue we reckon what the PBX's counters (calls completed plus calls given up) must be, from its last snapshot
and what we saw end since. What they are more after a gap are calls we know nothing of, but for those we knew before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from ionas_phone.live.nouns import PRACTICE_PBX, Gap, SeenQueue

KEPT = 20  # gaps that are still shown


class Sight:
    """Since when each PBX is out of sight, and what its counters must be."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.gaps: list[Gap] = []
        self._lost: dict[str, datetime] = {}
        self._reckoned: dict[str, dict[str, int]] = defaultdict(dict)
        self._counted: dict[str, set[tuple[str, str]]] = defaultdict(set)  # (queue, unique id) since the last snapshot

    def remember(self, pbx: str, seen_at: datetime | None, counts: Iterable[tuple[str, int]]) -> None:
        """Take over what was known when the service last saw this PBX. Nobody is missed on the practice line."""
        if pbx == PRACTICE_PBX:
            return
        self._reckoned[pbx] = dict(counts)
        if seen_at:
            self._lost.setdefault(pbx, seen_at)

    def lose(self, pbx: str, at: datetime) -> None:
        """From here on nothing is seen."""
        if self._reckoned[pbx] and pbx != PRACTICE_PBX:  # a PBX that was never seen has no gap
            self._lost.setdefault(pbx, at)

    def count(self, pbx: str, queue: str, unique_id: str) -> bool:
        """One more call of this queue is over; False if it was counted."""
        if (queue, unique_id) in self._counted[pbx]:
            return False
        self._counted[pbx].add((queue, unique_id))
        self._reckoned[pbx][queue] = self._reckoned[pbx].get(queue, 0) + 1
        return True

    def counts(self, pbx: str) -> tuple[tuple[str, int], ...]:
        """Return what the counters must be."""
        return tuple(sorted(self._reckoned[pbx].items()))

    def see(self, pbx: str, queues: Iterable[SeenQueue], at: datetime, ended_unseen: int) -> Gap | None:
        """Compare with a snapshot's counters; return the gap that ends with it, if there was one.

        ``ended_unseen``: calls we knew that ended meanwhile; they are in the counters, too, but not missed.
        """
        actual = {seen.queue: seen.completed + seen.abandoned for seen in queues}
        reckoned = self._reckoned[pbx]
        more = sum(_more(total, reckoned[queue]) for queue, total in actual.items() if queue in reckoned)
        known = bool(reckoned)
        self._reckoned[pbx] = actual
        self._counted[pbx].clear()
        lost = self._lost.pop(pbx, None)
        if lost is None:
            return None
        gap = Gap(pbx, lost, max(at, lost), max(more - ended_unseen, 0) if known else None)
        self.gaps = [*self.gaps, gap][-KEPT:]
        return gap

    def open(self) -> tuple[Gap, ...]:
        """Return the gaps that have not ended."""
        return tuple(Gap(pbx, since, None, None) for pbx, since in sorted(self._lost.items()))


def _more(actual: int, reckoned: int) -> int:
    """Return how many calls are new. Counters far lower than reckoned began anew; a little lower, we overcounted."""
    if actual < reckoned // 2:
        return actual
    return max(actual - reckoned, 0)
