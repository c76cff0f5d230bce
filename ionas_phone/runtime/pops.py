"""Which ring cards had to appear, which did, and how soon. Rule: one clock of ours, from the PBX's bytes to the paint.

A pop is one ring card on one assistant's desk, known by the leg it stands for. The live picture says when one is due
and when its ringing is over, the streams say who has a tab open, the browsers what they have painted:

* **latency**: from the receipt of the manager's bytes to the browser's word that the card is on the screen; not of a
  tab that was opened (or came back) while the phone rang already.
* **due**: the phone rang for two seconds while its assistant had a tab open for two seconds.
* **missed**: due, and no tab has said a word of it. A tab in the background paints nothing but says that it has the
  card (its title shows it): such a ring is neither painted nor missed, but counted by itself.
* **double**: painted at a desk where it does not ring, or due at a desk that shows the same call's card already.

All instants are monotonic seconds.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram

from ionas_phone.live.nouns import CallKey

LATENCIES = (0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
LONG_ENOUGH = 2.0  # seconds of ringing, and of an open tab, after which a card must have been painted
REMEMBERED = 1000  # pops whose second tab or second report must not count again


@dataclass(slots=True)
class _Pop:
    """``watched``: seconds for which a tab that is closed by now was open while it rang."""

    call: CallKey
    login: str
    since: float
    watched: float = 0.0
    sent: bool = False
    painted: bool = False
    in_background: bool = False
    doubled: bool = False


class Pops:
    """The account of all pops of one running service."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Begin with nobody rung and nobody watching."""

        def counter(name: str, what: str) -> Counter:
            return Counter(f"ionas_pops_{name}", what, registry=registry)

        self.latency = Histogram(
            "ionas_pop_latency_seconds",
            "From the receipt of the PBX's bytes to the painted ring card.",
            buckets=LATENCIES,
            registry=registry,
        )
        self._count_sent = counter("sent", "Ring cards sent to a desk.")
        self._count_painted = counter("painted", "Ring cards a browser has painted.")
        self._count_due = counter("due", "Rings of two seconds and more at a desk with an open tab.")
        self._count_missed = counter("missed", "Rings that were due and that no tab has acknowledged.")
        self._count_behind = counter("in_background", "Rings that were due, with no tab but in the background.")
        self._count_doubled = counter("doubled", "Ring cards at a wrong desk, or a second time at one desk.")
        self._pops: OrderedDict[str, _Pop] = OrderedDict()
        self._open: dict[str, _Pop] = {}
        self._tabs: dict[str, list[float]] = defaultdict(list)  # log-in name -> since when each tab is open

    # -- what the picture orders ---------------------------------------------------------------------------------------

    def expect(self, call: CallKey, leg: str, login: str, at: float) -> None:
        """A phone rings: its card is due at the desk of ``login``. ``at``: when the PBX's bytes were received."""
        if leg in self._pops:
            return
        pop = self._pops[leg] = _Pop(call, login, at)
        if any((other.call, other.login) == (call, login) for other in self._open.values()):
            self._double(pop)
        self._open[leg] = pop
        if len(self._pops) > REMEMBERED:
            self._pops.popitem(last=False)

    def settle(self, leg: str, at: float) -> None:
        """The ringing is over: if the card was due and nobody has painted it, it was missed."""
        pop = self._open.pop(leg, None)
        if pop is None or at - pop.since < LONG_ENOUGH:
            return
        watched = [at - max(since, pop.since) for since in self._tabs.get(pop.login, ())]
        if max(pop.watched, *watched, 0.0) < LONG_ENOUGH:
            return
        self._count_due.inc()
        if pop.in_background and not pop.painted:
            self._count_behind.inc()
        elif not pop.painted:
            self._count_missed.inc()

    # -- what the streams tell -----------------------------------------------------------------------------------------

    def opened(self, login: str, at: float) -> None:
        """Note that a tab of ``login`` holds a stream."""
        self._tabs[login].append(at)

    def closed(self, login: str, since: float, at: float) -> None:
        """Note that the tab that was ``opened`` at ``since`` holds its stream no more."""
        self._tabs[login].remove(since)
        if not self._tabs[login]:
            del self._tabs[login]
        for pop in self._open.values():
            if pop.login == login:
                pop.watched = max(pop.watched, at - max(since, pop.since))

    def sent(self, leg: str) -> None:
        """Count the ring card as sent, however many tabs and renders it goes to."""
        pop = self._pops.get(leg)
        if pop and not pop.sent:
            pop.sent = True
            self._count_sent.inc()

    def painted(self, leg: str, login: str, since: float, at: float) -> None:
        """A tab of ``login``, open ``since`` then, has painted the card; the first one is timed."""
        pop = self._pops.get(leg)
        if pop is None:
            return
        if pop.login != login:
            self._double(pop)
        elif not pop.painted:
            pop.painted = True
            self._count_painted.inc()
            if since <= pop.since:
                self.latency.observe(at - pop.since)

    def held(self, leg: str, login: str) -> None:
        """A tab of ``login`` in the background has the card: it paints nothing, but its title tells."""
        pop = self._pops.get(leg)
        if pop and pop.login == login:
            pop.in_background = True

    def _double(self, pop: _Pop) -> None:
        if not pop.doubled:
            pop.doubled = True
            self._count_doubled.inc()
