"""What people ask for, and what it means to the store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import Direction
from ionas_phone.store.missed import OUTCOMES
from ionas_phone.web.forms_calls import CallsForm, read_day, wanted

BERLIN = ZoneInfo("Europe/Berlin")


def test_days_are_those_of_the_house_and_both_are_included() -> None:
    which, wrong = wanted(CallsForm(von="2026-03-28", bis="29.03.2026"), BERLIN)  # the day the clock goes forward
    assert (which.since, which.until) == (
        datetime(2026, 3, 27, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    )
    assert not wrong


def test_what_lies_beyond_all_calls_is_no_limit() -> None:
    which, wrong = wanted(CallsForm(von="0001-01-01", bis="9998-12-31"), BERLIN)
    assert (which.since, which.until, wrong) == (None, None, {})
    assert wanted(CallsForm(bis="9999-12-30"), BERLIN)[0].until is None


def test_missed_is_whoever_was_not_answered() -> None:
    assert wanted(CallsForm(ausgang="missed"), BERLIN)[0].outcomes == OUTCOMES
    assert Outcome.ANSWERED not in OUTCOMES
    assert wanted(CallsForm(ausgang="failed"), BERLIN)[0].outcomes == {Outcome.FAILED}


def test_what_nobody_could_have_chosen_is_passed_over() -> None:
    which, wrong = wanted(CallsForm(richtung="x", vor="-1"), BERLIN)
    assert (which.direction, which.before, wrong) == (None, None, {})
    which, _ = wanted(CallsForm(richtung="out", vor="12"), BERLIN)
    assert (which.direction, which.before) == (Direction.OUT, 12)


@pytest.mark.parametrize("typed", ["x", "31.02.2026", "2026-13-01", "22.11.26", "٢٢.١١.٢٠٢٦"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(FormWrong):
        read_day(typed)


def test_a_day_is_read_as_browsers_and_as_people_write_it() -> None:
    assert read_day("2026-11-22") == read_day(" 22.11.2026 ") == read_day("22.11.2026") == date(2026, 11, 22)
    assert read_day(" ") is None
