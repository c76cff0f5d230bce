"""What is counted and timed, for whoever watches the service. Rule: numbers only; no caller and no name in a label.

A pop is one ring card on one assistant's screen, known by the leg it stands for. Its latency runs from the moment the
PBX's message had reached us until the browser said that it had painted the card: a clock of ours at both ends.
"""

from __future__ import annotations

from collections import OrderedDict

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

LATENCIES = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
REMEMBERED = 1000  # pops whose second tab or second report must not count again


class Metrics:
    """All meters of one running service, in a registry of its own."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        self.pop_latency = Histogram(
            "ionas_pop_latency_seconds",
            "From the PBX's message to the painted ring card.",
            buckets=LATENCIES,
            registry=self.registry,
        )
        self.pops_sent = Counter("ionas_pops_sent", "Ring cards sent to a desk.", registry=self.registry)
        self.pops_painted = Counter("ionas_pops_painted", "Ring cards a browser has painted.", registry=self.registry)
        self.tabs = Gauge("ionas_tabs", "Tabs that hold a stream.", registry=self.registry)
        self.tabs_ended = Counter("ionas_tabs_ended", "Streams we ended, by code.", ["code"], registry=self.registry)
        self.renders = Counter("ionas_region_renders", "Regions rendered anew.", ["region"], registry=self.registry)
        self.errors = Counter("ionas_http_errors", "Requests that ended in a bug of ours.", registry=self.registry)
        self.failures = Counter(
            "ionas_failures", "Tasks of ours that failed, by task.", ["task"], registry=self.registry
        )
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._painted: OrderedDict[str, None] = OrderedDict()

    def pop_sent(self, leg: str) -> None:
        """Count the ring card of ``leg`` as sent, however many tabs and renders it goes to."""
        if _first(self._sent, leg):
            self.pops_sent.inc()

    def pop_painted(self, leg: str, latency: float | None) -> None:
        """Count the ring card of ``leg`` as painted, ``latency`` seconds after its cause; None: it was there before."""
        if leg in self._sent and _first(self._painted, leg):
            self.pops_painted.inc()
            if latency is not None:
                self.pop_latency.observe(latency)


def _first(seen: OrderedDict[str, None], leg: str) -> bool:
    """Tell whether ``leg`` is new, and remember it among the latest."""
    if leg in seen:
        return False
    seen[leg] = None
    if len(seen) > REMEMBERED:
        seen.popitem(last=False)
    return True
