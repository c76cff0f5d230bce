from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.ami.backoff import Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(0.5, 30, lambda: 1.0)
    assert [backoff.next() for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_jitter_takes_away_up_to_a_half() -> None:
    backoff = Backoff(0.5, 30, lambda: 0.0)
    assert [backoff.next() for _ in range(9)] == [0.5, 0.5, 1, 2, 4, 8, 15, 15, 15]


def test_after_a_success_it_begins_anew() -> None:
    backoff = Backoff(0.5, 30, lambda: 1.0)
    assert [backoff.next(), backoff.next(), backoff.next()] == [0.5, 1, 2]
    backoff.reset()
    assert backoff.next() == 0.5


@given(st.integers(1, 40), st.randoms(use_true_random=False))
def test_every_pause_is_between_the_first_and_the_longest(times: int, chance: random.Random) -> None:
    backoff = Backoff(0.5, 30, chance.random)
    assert all(0.5 <= backoff.next() <= 30 for _ in range(times))
    assert 30 <= backoff.spread(60) <= 60
