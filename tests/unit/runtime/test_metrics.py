"""A pop counts once, however often it is sent and painted."""

from __future__ import annotations

from ionas_phone.runtime.metrics import REMEMBERED, Metrics


def value(metrics: Metrics, name: str) -> float | None:
    return metrics.registry.get_sample_value(name)


def test_a_pop_in_two_tabs_is_one_pop_with_the_first_latency() -> None:
    metrics = Metrics()
    for _ in range(3):
        metrics.pop_sent("leg-1")
    metrics.pop_painted("leg-1", 0.008)
    metrics.pop_painted("leg-1", 5.0)
    assert value(metrics, "ionas_pops_sent_total") == 1
    assert value(metrics, "ionas_pops_painted_total") == 1
    assert value(metrics, "ionas_pop_latency_seconds_sum") == 0.008


def test_what_was_never_sent_can_not_be_painted() -> None:
    metrics = Metrics()
    metrics.pop_painted("forged", 0.001)
    assert value(metrics, "ionas_pops_painted_total") == 0
    assert value(metrics, "ionas_pop_latency_seconds_count") == 0


def test_a_card_that_was_there_before_the_tab_has_no_latency() -> None:
    metrics = Metrics()
    metrics.pop_sent("leg-1")
    metrics.pop_painted("leg-1", None)
    assert value(metrics, "ionas_pops_painted_total") == 1
    assert value(metrics, "ionas_pop_latency_seconds_count") == 0


def test_old_pops_are_forgotten() -> None:
    metrics = Metrics()
    for number in range(REMEMBERED + 10):
        metrics.pop_sent(f"leg-{number}")
    assert len(metrics._sent) == REMEMBERED


def test_two_services_in_one_process_do_not_share_meters() -> None:
    one, other = Metrics(), Metrics()
    one.errors.inc()
    assert value(other, "ionas_http_errors_total") == 0
