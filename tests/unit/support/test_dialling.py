"""What a click may dial."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.errors import NotSteered
from ionas_phone.support.dialling import (
    RINGS,
    Abroad,
    Dialling,
    Reach,
    check_number,
    check_phone,
    is_being_dialled,
    reach,
)


@pytest.mark.parametrize(
    ("number", "how_far", "region"),
    [
        ("+4961315550101", Reach.HOME, "DE"),
        ("+491713920002", Reach.HOME, "DE"),
        ("+498001234567", Reach.HOME, "DE"),
        ("+499001234567", Reach.DEAR, "DE"),
        ("+491805123456", Reach.DEAR, "DE"),
        ("+4911833", Reach.DEAR, "DE"),
        ("+4970012345678", Reach.DEAR, "DE"),
        ("+41446681800", Reach.ABROAD, "CH"),
        ("+41900123456", Reach.DEAR, "CH"),
        ("+18095551234", Reach.ABROAD, "DO"),
        ("+881612345678", Reach.NOWHERE, ""),
        ("+999123456", Reach.NOWHERE, ""),
        ("112", Reach.NOWHERE, ""),
        ("+49 6131 5550101", Reach.NOWHERE, ""),
        ("😀", Reach.NOWHERE, ""),
    ],
)
def test_how_far_away_a_number_is(number: str, how_far: Reach, region: str) -> None:
    assert reach(number) == (how_far, region)


HERE, THERE, OURS = "+4961315550101", "+41446681800", "+496131327070"
AT = datetime(2026, 11, 22, 10, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("112", "no number that can be dialled"),
        ("+4961315550101;x=1", "no number that can be dialled"),
        (OURS, "our own number"),
        ("+499001234567", "costs extra"),
        ("+41900123456", "costs extra"),
    ],
)
def test_what_is_never_dialled_by_a_click_however_sure_somebody_is(number: str, said: str) -> None:
    for sure in (False, True):
        with pytest.raises(NotSteered, match=said):
            check_number(number, OURS, sure=sure)


def test_abroad_is_dialled_by_who_says_so_and_home_without_a_question() -> None:
    check_number(HERE, OURS, sure=False)
    with pytest.raises(Abroad) as asked:
        check_number(THERE, OURS, sure=False)
    assert asked.value.region == "CH"
    check_number(THERE, OURS, sure=True)


def test_a_phone_that_is_in_use_or_away_is_not_rung() -> None:
    check_phone(ringing=False, in_use=False, away=False)
    with pytest.raises(NotSteered, match="rings at the moment"):
        check_phone(ringing=True, in_use=True, away=False)
    with pytest.raises(NotSteered, match="in use"):
        check_phone(ringing=False, in_use=True, away=False)
    with pytest.raises(NotSteered, match="does not reach your phone"):
        check_phone(ringing=False, in_use=False, away=True)


def test_a_second_click_is_the_same_call_and_another_number_waits() -> None:
    ringing = Dialling(HERE, AT, "1")
    assert is_being_dialled(HERE, ringing)
    assert not is_being_dialled(HERE, None)
    with pytest.raises(NotSteered, match="rings already"):
        is_being_dialled(THERE, ringing)
    assert not is_being_dialled(THERE, ringing.after("5", AT))  # that one is over
    with pytest.raises(NotSteered, match="rings already"):  # the same number, but not in earnest
        is_being_dialled(HERE, ringing, practice=True)
    assert is_being_dialled(HERE, Dialling(HERE, AT, "1", practice=True), practice=True)


def test_what_became_of_it_is_told_for_a_minute_and_what_nobody_told_of_is_forgotten() -> None:
    ringing = Dialling(HERE, AT, "1")
    assert ringing.stands(AT + timedelta(seconds=RINGS))
    assert not ringing.stands(AT + timedelta(seconds=RINGS + 10))
    later = AT + timedelta(seconds=20)
    for reason, said in (("5", "was busy"), ("3", "not taken off"), ("1", "not taken off"), ("0", "could not be rung")):
        failed = ringing.after(reason, later)
        assert said in failed.failed
        assert failed.stands(later + timedelta(seconds=59))
        assert not failed.stands(later + timedelta(seconds=60))


def test_home_is_where_the_house_is() -> None:
    assert reach("+4961315550101", "AT") == (Reach.ABROAD, "DE")
