"""What is counted and timed, for whoever watches the service. Rule: numbers only; no caller and no name in a label."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, Metric

from ionas_phone.runtime.pops import Pops


class Metrics:
    """All meters of one running service, in a registry of its own."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        self.pops = Pops(self.registry)
        self.tabs = self._gauge("tabs", "Tabs that hold a stream.")
        self.tabs_ended = Counter("ionas_tabs_ended", "Streams we ended, by code.", ["code"], registry=self.registry)
        self.renders = Counter("ionas_region_renders", "Regions rendered anew.", ["region"], registry=self.registry)
        self.errors = Counter("ionas_http_errors", "Requests that ended in a bug of ours.", registry=self.registry)
        self.failures = Counter(
            "ionas_failures", "Tasks of ours that failed, by task.", ["task"], registry=self.registry
        )
        ProcessCollector(registry=self.registry)  # processor time, memory, open files

    def watch(self, name: str, what: str, read: Callable[[], float]) -> None:
        """Show as ``ionas_NAME`` whatever ``read`` returns at that moment."""
        self._gauge(name, what).set_function(read)

    def watch_refused(self, read: Callable[[], Iterable[Tally[str]]]) -> None:
        """Show how many manager messages were not believed, by reason, over all that ``read`` returns."""
        self.registry.register(_Refused(read))

    def text(self) -> bytes:
        """Return all meters as they stand now, in Prometheus' text format."""
        return generate_latest(self.registry)

    def _gauge(self, name: str, what: str) -> Gauge:
        return Gauge(f"ionas_{name}", what, registry=self.registry)


class _Refused:
    """Reads the links' own counts when it is asked."""

    def __init__(self, read: Callable[[], Iterable[Tally[str]]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        """Return one counter per reason."""
        family = CounterMetricFamily("ionas_messages_refused", "Manager messages not believed.", labels=["reason"])
        for reason, count in sum(self._read(), Tally[str]()).items():
            family.add_metric([reason], count)
        return [family]
