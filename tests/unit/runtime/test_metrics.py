"""What is counted elsewhere is read when somebody asks; two services in one process share nothing."""

from __future__ import annotations

from collections import Counter

from ionas_phone.runtime.metrics import Metrics


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_what_is_watched_is_read_anew_each_time() -> None:
    metrics, pending = Metrics(), ["a", "b"]
    metrics.watch("writer_pending", "Orders.", lambda: len(pending))
    assert value(metrics, "ionas_writer_pending") == 2
    pending.pop()
    assert "ionas_writer_pending 1.0" in metrics.text().decode()


def test_what_the_links_refused_is_added_up_by_reason() -> None:
    metrics, one, other = Metrics(), Counter(foreign=2), Counter(foreign=1, broken=1)
    metrics.watch_refused(lambda: [one, other])
    one["foreign"] += 4
    assert value(metrics, "ionas_messages_refused_total", reason="foreign") == 7
    assert value(metrics, "ionas_messages_refused_total", reason="broken") == 1


def test_the_memory_of_the_process_is_among_them() -> None:
    assert (value(Metrics(), "process_resident_memory_bytes") or 0) > 1_000_000


def test_two_services_in_one_process_do_not_share_meters() -> None:
    one, other = Metrics(), Metrics()
    one.errors.inc()
    assert value(other, "ionas_http_errors_total") == 0
