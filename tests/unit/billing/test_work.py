from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ionas_phone.billing.work import deadline_of, in_force, needs, state_of, work
from ionas_phone.support.acceptances import Decision
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.time_entries import Correction
from ionas_phone.support.work import Warn, WorkState
from tests.agreements import acceptance, confirmation, entry, estimate, records
from tests.people import AT

NO = Decision.DECLINED


def _at(seconds: float) -> Any:
    return AT + timedelta(seconds=seconds)


def _second(**changes: Any) -> Any:
    return acceptance(**{"id": 2, "estimate_id": 2, "minutes_to": 40, "at": _at(600)} | changes)


def test_before_anything_it_is_free_and_says_what_is_missing() -> None:
    nothing = records(estimate=None, answers=(), confirmations={}, customer_id=None)

    now = work(nothing, AT)

    assert (now.state, now.used_seconds, now.billable_minutes, now.price_cents) == (WorkState.ESTIMATE, 0, 0, 0)
    assert [need.message.split(";")[0] for need in now.needs] == [
        "Nobody knows yet whose session this is",
        "There is no estimate yet",
    ]
    assert (now.accepted_minutes, now.warn, now.limit_at) == (None, Warn.NONE, None)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, []),
        ({"closed": True}, ["is closed"]),
        ({"answers": ()}, ["has not accepted"]),
        ({"answers": (acceptance(decision=NO),)}, ["has declined"]),
        ({"confirmations": {}}, ["must have the confirmation"]),
        ({"confirmations": {}, "answers": (acceptance(framework_contract=True),)}, []),
        ({"confirmations": {}, "answers": (acceptance(customer_kind=CustomerKind.BUSINESS),)}, []),
        ({"customer_id": 4}, ["Another customer"]),
        ({"customer_id": None}, ["Nobody knows"]),
        ({"entries": (entry(0, 1199),)}, []),
        ({"entries": (entry(0, 1200),)}, ["20 minutes are used up"]),
        ({"entries": (entry(0, 1200),), "corrections": (Correction(1, 7, -1, "x", AT, "anna"),)}, []),
    ],
)
def test_what_keeps_the_timer_from_starting(changes: dict[str, Any], says: list[str]) -> None:
    found = [str(need) for need in needs(records(**changes), _at(5000))]

    assert len(found) == len(says)
    assert all(part in sentence for part, sentence in zip(says, found, strict=True))


def test_the_newest_complete_acceptance_is_in_force() -> None:
    first, second = acceptance(), _second()
    both = records(answers=(first, second))

    assert in_force(both) == (first, AT)  # the second lacks its confirmation
    confirmed = records(answers=(first, second), confirmations={1: confirmation(), 2: confirmation(2, _at(700))})
    assert in_force(confirmed) == (second, _at(700))
    assert in_force(records(answers=(first, _second(framework_contract=True)))) == (
        _second(framework_contract=True),
        _at(600),
    )
    assert in_force(records(answers=(first, _second(decision=NO)))) == (first, AT)


def test_more_may_be_asked_for_while_the_timer_runs() -> None:
    asked = records(estimate=estimate(id=2, version=2), entries=(entry(0),), timer=WorkState.RUNNING)

    now = work(asked, _at(60))

    assert (now.state, now.answer, now.acceptance) == (WorkState.RUNNING, None, acceptance())
    assert (now.running_since, now.limit_at) == (AT, _at(1200))


@pytest.mark.parametrize(
    ("seconds", "state", "warn", "used", "minutes", "cents"),
    [
        (0, WorkState.RUNNING, Warn.NONE, 0, 0, 0),
        (61, WorkState.RUNNING, Warn.NONE, 61, 1, 119),
        (960, WorkState.RUNNING, Warn.AMBER, 960, 16, 1904),
        (1199.9, WorkState.RUNNING, Warn.AMBER, 1199, 19, 2261),
        (1200, WorkState.PAUSED, Warn.RED, 1200, 20, 2380),
        (10**6, WorkState.PAUSED, Warn.RED, 1200, 20, 2380),  # no timer runs 340 hours
        (-3600, WorkState.RUNNING, Warn.NONE, 0, 0, 0),  # the clock was set back
    ],
)
def test_a_running_timer_ends_at_its_limit_whoever_looks(
    seconds: float, state: WorkState, warn: Warn, used: int, minutes: int, cents: int
) -> None:
    now = work(records(entries=(entry(0),), timer=WorkState.RUNNING), _at(seconds))

    assert (now.state, now.warn, now.used_seconds) == (state, warn, used)
    assert (now.billable_minutes, now.price_cents) == (minutes, cents)
    assert (now.running is None) is (state is WorkState.PAUSED)
    assert [str(need) for need in now.needs] == (
        [] if warn is not Warn.RED else ["The accepted 20 minutes are used up; to go on, more must be accepted."]
    )


def test_a_larger_acceptance_moves_the_limit() -> None:
    more = records(
        answers=(acceptance(), _second(framework_contract=True)),
        entries=(entry(0, 300), entry(400, None, 2)),
        timer=WorkState.RUNNING,
    )

    assert work(more, _at(1000)).limit_at == _at(400 + 40 * 60 - 300)


def test_what_was_taken_off_a_running_timer_is_added_to_its_limit() -> None:
    less = records(entries=(entry(0),), corrections=(Correction(1, 7, -100, "x", AT, "anna"),), timer=WorkState.RUNNING)

    assert work(less, _at(1299)).state is WorkState.RUNNING
    assert work(less, _at(1299)).limit_at == _at(1300)
    assert work(less, _at(9999)).used_seconds == 1200


def test_a_smaller_acceptance_takes_nothing_back() -> None:
    """900 s were worked under 20 minutes when 14 were accepted and confirmed: they stay, and the timer stops now."""
    less = records(
        answers=(acceptance(), _second(minutes_to=14, framework_contract=True, at=_at(900))),
        entries=(entry(0),),
        timer=WorkState.RUNNING,
    )

    assert work(less, _at(2000)).used_seconds == 900


def test_another_customer_does_not_free_a_running_timer_from_its_limit() -> None:
    moved = records(customer_id=4, entries=(entry(0),), timer=WorkState.RUNNING)

    limits = deadline_of(moved)
    assert limits is not None
    assert limits.limit_at == _at(1200)
    assert work(moved, _at(9999)).used_seconds == 1200
    assert work(moved, _at(9999)).acceptance is None


def test_practice_costs_nothing() -> None:
    now = work(records(practice=True, entries=(entry(0, 600),), timer=WorkState.PAUSED), _at(700))

    assert (now.used_seconds, now.practice, now.billable_minutes, now.price_cents) == (600, True, 0, 0)


def test_a_cap_holds_whatever_was_used() -> None:
    capped = records(answers=(acceptance(cap_cents=500),), entries=(entry(0, 600),), timer=WorkState.STOPPED)

    assert work(capped, _at(700)).price_cents == 500


def test_how_far_the_work_is() -> None:
    assert state_of(records()) is WorkState.ACCEPTED
    assert state_of(records(answers=())) is WorkState.ESTIMATE
    assert state_of(records(answers=(acceptance(decision=NO),))) is WorkState.DECLINED
    again = records(answers=(acceptance(decision=NO),), estimate=estimate(id=2, version=2))
    assert state_of(again) is WorkState.ESTIMATE
    assert state_of(records(timer=WorkState.STOPPED)) is WorkState.STOPPED
    assert work(records(timer=WorkState.STOPPED, entries=(entry(0, 1200),)), _at(1200)).warn is Warn.NONE


def test_nothing_runs_nothing_ends() -> None:
    assert deadline_of(records(entries=(entry(0, 60),))) is None
    assert work(records(), AT).running_since is None
