"""Who looks at which regions, and which are stale. Rule: level-triggered: a set of stale regions, never a queue.

A thousand changes of one topic coalesce into one render. A tab that (re)connects begins with everything stale, so that
there is no replay and no gap. Nothing in here awaits a client.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping


class Watch:
    """One tab's stale regions. ``stale`` maps region -> monotonic second of the oldest change it does not show yet."""

    def __init__(self, hub: Hub) -> None:
        """Begin with no regions; ``follow`` adds them."""
        self.topics: dict[str, list[str]] = defaultdict(list)
        self.stale: dict[str, float | None] = {}  # None: stale from the start, no change to time
        self.end: int | None = None  # WebSocket close code, once the watch is to end
        self._woken = asyncio.Event()
        self._hub = hub

    def follow(self, region: str, topics: Iterable[str], *, stale: bool = True) -> None:
        """Have ``region`` depend on ``topics`` from now on, and on no others; it is ``stale`` already, or not yet."""
        for topic in [topic for topic, regions in self.topics.items() if region in regions]:
            self.topics[topic].remove(region)
            if not self.topics[topic]:
                del self.topics[topic]
                self._hub.leave(self, topic)
        for topic in topics:
            self.topics[topic].append(region)
            self._hub.join(self, topic)
        if stale:
            self.renew(region)

    def renew(self, region: str) -> None:
        """Mark one region as not shown yet, whatever it depends on."""
        self.stale[region] = None
        self._woken.set()

    def mark(self, topic: str, stamp: float) -> None:
        """Mark the regions that depend on ``topic``; the oldest unseen change keeps its ``stamp``."""
        for region in self.topics.get(topic, ()):
            self.stale.setdefault(region, stamp)
        self._woken.set()

    def stop(self, code: int) -> None:
        """Ask the tab's writer to close with the WebSocket ``code``."""
        self.end = code
        self._woken.set()

    async def changed(self, pace: float = 0.0) -> dict[str, float | None]:
        """Wait until something is stale (or the watch ends) and take all of it.

        ``pace``: not at once, but at the next full so many seconds, together with all others who may take their time;
        what has not been shown yet is taken at once.
        """
        await self._woken.wait()
        if pace and self.end is None and None not in self.stale.values():
            await asyncio.sleep(pace - asyncio.get_running_loop().time() % pace)
        self._woken.clear()
        taken, self.stale = self.stale, {}
        for topic in self.topics:
            self._hub.join(self, topic)
        return taken

    def close(self) -> None:
        """Stop watching."""
        self._hub.forget(self)


class Hub:
    """All watches, by topic; and a version per topic by which renders are cached."""

    def __init__(self) -> None:
        """Begin with nobody watching."""
        self._watches: dict[str, set[Watch]] = defaultdict(set)
        self._unmarked: dict[str, set[Watch]] = defaultdict(set)  # of these, whom a change of the topic is news to
        self._versions: dict[str, int] = {}  # of the topics that somebody watches
        self._latest = 0  # version of whatever changed last: none is given twice
        self._owners: dict[Watch, str] = {}

    def watch(self, owner: str, regions: Mapping[str, Iterable[str]]) -> Watch:
        """Watch ``regions`` (name -> topics) for ``owner`` (whatever ``stop`` names later, e.g. a log-in's id)."""
        watch = Watch(self)
        self._owners[watch] = owner
        for region, topics in regions.items():
            watch.follow(region, topics)
        return watch

    def mark(self, topic: str, stamp: float) -> None:
        """Mark all under ``topic`` as stale since the monotonic second ``stamp``. Synchronous: no tab is waited for."""
        self._latest += 1
        if topic in self._versions:
            self._versions[topic] = self._latest
        for watch in self._unmarked.pop(topic, ()):
            watch.mark(topic, stamp)

    def version(self, topics: Iterable[str]) -> tuple[int, ...]:
        """Return what a render of these topics can be cached by; one nobody watches is as new as the latest change."""
        return tuple(self._versions.get(topic, self._latest) for topic in topics)

    def stop(self, code: int, owner: str | None = None) -> None:
        """End the watches of ``owner`` (None: all) with the WebSocket close ``code``."""
        for watch, whose in self._owners.items():
            if owner is None or whose == owner:
                watch.stop(code)

    def watching(self, topic: str | None = None) -> int:
        """Count the watches (of one topic)."""
        return len(self._owners) if topic is None else len(self._watches.get(topic, ()))

    def join(self, watch: Watch, topic: str) -> None:
        """Have ``watch`` marked under ``topic``: once, until it has taken what is stale and joins again."""
        self._watches[topic].add(watch)
        self._versions.setdefault(topic, self._latest)
        self._unmarked[topic].add(watch)

    def leave(self, watch: Watch, topic: str) -> None:
        """Mark ``watch`` under ``topic`` no more."""
        for table in (self._watches, self._unmarked):
            table[topic].discard(watch)
            if not table[topic]:
                del table[topic]
        if topic not in self._watches:
            self._versions.pop(topic, None)

    def forget(self, watch: Watch) -> None:
        """Mark ``watch`` no more at all."""
        self._owners.pop(watch, None)
        for topic in watch.topics:
            self.leave(watch, topic)
