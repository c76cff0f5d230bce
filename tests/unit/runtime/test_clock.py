"""The clock: aware, UTC, and one that never jumps."""

from __future__ import annotations

from datetime import timedelta

from ionas_phone.runtime import clock


def test_now_is_an_aware_instant_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_the_monotonic_clock_never_goes_back() -> None:
    first = clock.monotonic()
    assert clock.monotonic() >= first
