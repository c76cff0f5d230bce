"""A pop counts once; missed is what was due and that no tab has said a word of."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from ionas_phone.live.nouns import CallKey
from ionas_phone.runtime.pops import LONG_ENOUGH, REMEMBERED, Pops

CALL, OTHER = CallKey("mainz", "c1"), CallKey("mainz", "c2")


class Account(Pops):
    """The account, and a reader of its meters."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        super().__init__(self.registry)

    def __getitem__(self, name: str) -> float:
        value = self.registry.get_sample_value(f"ionas_{name}")
        assert value is not None, name
        return value


@pytest.fixture
def pops() -> Account:
    return Account()


def test_a_pop_in_two_tabs_is_one_pop_with_the_first_latency(pops: Account) -> None:
    pops.expect(CALL, "leg-1", "anna", 10.0)
    for _ in range(3):
        pops.sent("leg-1")
    pops.painted("leg-1", "anna", 1.0, 10.008)
    pops.painted("leg-1", "anna", 2.0, 15.0)
    assert (pops["pops_sent_total"], pops["pops_painted_total"], pops["pop_latency_seconds_count"]) == (1, 1, 1)
    assert pops["pop_latency_seconds_sum"] == pytest.approx(0.008)


def test_a_tab_that_came_while_it_rang_has_painted_but_has_no_latency(pops: Account) -> None:
    pops.expect(CALL, "leg-1", "anna", 10.0)
    pops.painted("leg-1", "anna", 10.5, 10.6)
    assert (pops["pops_painted_total"], pops["pop_latency_seconds_count"]) == (1, 0)


def test_what_was_never_due_can_not_be_painted(pops: Account) -> None:
    pops.sent("forged")
    pops.held("forged", "anna")
    pops.painted("forged", "anna", 1.0, 2.0)
    assert (pops["pops_sent_total"], pops["pops_painted_total"]) == (0, 0)


@pytest.mark.parametrize(
    ("rang", "opened", "due"),
    [
        (LONG_ENOUGH, 1.0, 1),
        (LONG_ENOUGH - 0.01, 1.0, 0),  # nobody could have looked up
        (10.0, 18.0, 1),
        (10.0, 18.01, 0),  # the tab came at the last moment
        (10.0, None, 0),  # nobody at the desk
    ],
)
def test_a_ring_that_no_tab_acknowledged_is_missed_if_it_was_due(
    pops: Account, rang: float, opened: float | None, due: int
) -> None:
    if opened is not None:
        pops.opened("anna", opened)
    pops.opened("ben", 0.0)
    pops.expect(CALL, "leg-1", "anna", 10.0)
    pops.settle("leg-1", 10.0 + rang)
    pops.settle("leg-1", 90.0)
    assert (pops["pops_due_total"], pops["pops_missed_total"]) == (due, due)


def test_a_painted_ring_is_not_missed(pops: Account) -> None:
    pops.opened("anna", 0.0)
    pops.expect(CALL, "leg-1", "anna", 10.0)
    pops.painted("leg-1", "anna", 0.0, 10.02)
    pops.settle("leg-1", 15.0)
    assert (pops["pops_due_total"], pops["pops_missed_total"]) == (1, 0)


def test_a_tab_that_went_away_without_a_word_does_not_hide_the_miss(pops: Account) -> None:
    pops.opened("anna", 0.0)
    pops.expect(CALL, "leg-1", "anna", 10.0)
    pops.closed("anna", 0.0, 12.5)
    pops.opened("anna", 14.0)
    pops.settle("leg-1", 15.0)
    assert pops["pops_missed_total"] == 1


def test_a_tab_that_was_gone_before_it_rang_is_no_open_tab(pops: Account) -> None:
    pops.opened("anna", 0.0)
    pops.closed("anna", 0.0, 9.0)
    pops.expect(CALL, "leg-1", "anna", 10.0)
    pops.settle("leg-1", 15.0)
    assert pops["pops_due_total"] == 0


def test_a_card_in_the_background_is_neither_painted_nor_missed(pops: Account) -> None:
    pops.opened("anna", 0.0)
    pops.expect(CALL, "leg-1", "anna", 10.0)
    pops.held("leg-1", "anna")
    pops.settle("leg-1", 15.0)
    assert (pops["pops_due_total"], pops["pops_missed_total"], pops["pops_in_background_total"]) == (1, 0, 1)
    pops.painted("leg-1", "anna", 0.0, 16.0)  # looked at, too late
    assert pops["pops_painted_total"] == 1


def test_another_person_s_background_tab_does_not_hide_a_miss(pops: Account) -> None:
    pops.opened("anna", 0.0)
    pops.expect(CALL, "leg-1", "anna", 10.0)
    pops.held("leg-1", "ben")
    pops.settle("leg-1", 15.0)
    assert (pops["pops_missed_total"], pops["pops_in_background_total"]) == (1, 0)


def test_a_card_at_a_desk_where_it_does_not_ring_is_double(pops: Account) -> None:
    pops.expect(CALL, "leg-1", "anna", 10.0)
    pops.painted("leg-1", "ben", 0.0, 10.1)
    pops.painted("leg-1", "cem", 0.0, 10.1)
    assert (pops["pops_doubled_total"], pops["pops_painted_total"]) == (1, 0)


def test_one_call_s_second_card_at_one_desk_is_double_while_the_first_rings(pops: Account) -> None:
    pops.expect(CALL, "leg-1", "anna", 10.0)
    pops.expect(CALL, "leg-1", "anna", 11.0)  # the same order again
    pops.expect(OTHER, "leg-2", "anna", 11.0)
    pops.expect(CALL, "leg-3", "ben", 11.0)  # a ring-all
    assert pops["pops_doubled_total"] == 0
    pops.expect(CALL, "leg-4", "anna", 11.0)
    assert pops["pops_doubled_total"] == 1
    pops.settle("leg-1", 12.0)
    pops.settle("leg-4", 12.0)
    pops.expect(CALL, "leg-5", "anna", 13.0)  # rung again
    assert pops["pops_doubled_total"] == 1


def test_old_pops_are_forgotten(pops: Account) -> None:
    for number in range(REMEMBERED + 10):
        pops.expect(CallKey("mainz", f"c{number}"), f"leg-{number}", "anna", 0.0)
        pops.settle(f"leg-{number}", 1.0)
    assert len(pops._pops) == REMEMBERED
