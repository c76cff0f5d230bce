from __future__ import annotations

import pytest

from ionas_phone.support.tours import Place, TourStep

S = TourStep


def test_a_tour_begins_with_the_ring_and_ends_with_everything_done() -> None:
    nothing = Place(frozenset())
    assert (nothing.now, nothing.number) == (S.RING, 1)
    everything = Place(frozenset(S))
    assert everything.now is None
    assert everything.number == len(everything.steps) == 13


@pytest.mark.parametrize(
    ("done", "now"),
    [
        ({S.RING}, S.ANSWER),
        ({S.RING, S.ANSWER}, S.PROBLEM),
        ({S.RING, S.ANSWER, S.ESTIMATE}, S.PROBLEM),  # whatever was done first: what is missing comes next
        ({S.RING, S.ANSWER, S.HANG_UP, S.PROBLEM}, S.REMOTE),  # hung up too early, and on it goes
        (set(S) - {S.CLOSE}, S.CLOSE),
    ],
)
def test_the_first_thing_that_has_not_happened_is_next(done: set[TourStep], now: TourStep) -> None:
    assert Place(frozenset(done)).now is now


def test_some_steps_are_asked_of_some_sessions_only() -> None:
    done = frozenset({S.RING, S.ANSWER})
    assert S.CUSTOMER not in Place(done).steps
    place = Place(done, frozenset({S.CUSTOMER, S.CONFIRM}))
    assert place.now is S.CUSTOMER
    assert place.number == 3
    assert place.steps.index(S.CONFIRM) == place.steps.index(S.START) - 1
