from __future__ import annotations

import pytest

from ionas_phone.errors import TooOften
from ionas_phone.runtime import throttle
from ionas_phone.runtime.throttle import PER_ADDRESS, PER_NAME, WINDOW, Throttle


def refused(gate: Throttle, name: str, address: str, now: float) -> int:
    with pytest.raises(TooOften) as wrong:
        gate.attempt(name, address, now)
    assert str(wrong.value) == f"Too many attempts. Try again in {wrong.value.values['seconds']} seconds."
    return int(str(wrong.value.values["seconds"]))


def test_a_name_is_tried_a_few_times_from_wherever_then_waits() -> None:
    gate = Throttle()
    for n in range(PER_NAME):
        gate.attempt("anna", f"192.0.2.{n}", 100.0 + n)
    assert refused(gate, "Anna", "192.0.2.99", 110.5) == 290
    gate.attempt("ben", "192.0.2.99", 110.5)


def test_an_address_may_not_try_many_names() -> None:
    gate = Throttle()
    for n in range(PER_ADDRESS):
        gate.attempt(f"user{n}", "192.0.2.1", 0.0)
    assert refused(gate, "another", "192.0.2.1", 0.0) == WINDOW
    gate.attempt("another", "192.0.2.2", 0.0)


def test_the_window_slides_and_a_refused_attempt_does_not_lengthen_it() -> None:
    gate = Throttle()
    for n in range(PER_NAME):
        gate.attempt("anna", "192.0.2.1", 10.0 * n)
    assert refused(gate, "anna", "192.0.2.1", WINDOW - 1) == 1
    gate.attempt("anna", "192.0.2.1", WINDOW)
    assert refused(gate, "anna", "192.0.2.1", WINDOW) == 10


def test_a_right_password_takes_the_attempts_back() -> None:
    gate = Throttle()
    for _ in range(5 * PER_ADDRESS):
        gate.attempt("anna", "192.0.2.1", 0.0)
        gate.succeeded("ANNA", "192.0.2.1")
    gate.attempt("anna", "192.0.2.1", 0.0)


def test_a_right_password_does_not_wash_an_address_clean() -> None:
    gate = Throttle()
    for n in range(PER_ADDRESS - 1):
        gate.attempt(f"user{n}", "192.0.2.1", 0.0)
    gate.attempt("mallory", "192.0.2.1", 0.0)
    gate.succeeded("mallory", "192.0.2.1")
    gate.attempt("user", "192.0.2.1", 0.0)
    refused(gate, "user", "192.0.2.1", 0.0)


def test_an_attempt_that_was_not_looked_at_is_taken_back_and_no_other() -> None:
    gate = Throttle()
    for n in range(PER_NAME - 1):
        gate.attempt("anna", "192.0.2.1", float(n))
    for _ in range(5):
        gate.attempt("anna", "192.0.2.1", 10.0)
        gate.take_back("Anna", "192.0.2.1")
    gate.attempt("anna", "192.0.2.1", 10.0)
    refused(gate, "anna", "192.0.2.1", 10.0)
    gate.take_back("nobody", "192.0.2.9")


def test_success_out_of_nowhere_is_no_error() -> None:
    gate = Throttle()
    gate.succeeded("anna", "192.0.2.1")
    gate.attempt("anna", "192.0.2.1", 0.0)


def test_memory_is_bounded_and_the_oldest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_KEPT", 6)
    gate = Throttle()
    for n in range(50):
        gate.attempt(f"user{n}", f"192.0.2.{n}", float(n))
    assert len(gate._attempts) == 6
    assert ("name", "user49") in gate._attempts
    gate.attempt("user49", "192.0.2.49", 49 + WINDOW)
    assert len(gate._attempts[("name", "user49")]) == 1
