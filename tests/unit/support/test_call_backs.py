"""Which session a call back goes on in: only one that is surely the customer's."""

from __future__ import annotations

from ionas_phone.support.call_backs import OpenSession, goes_on_in

ERIKA, ERICH = 1, 2
OLD, NEW = OpenSession(7, ERIKA, "anna"), OpenSession(8, ERIKA, "ben")
UNKNOWN = OpenSession(9, None, "ben")


def test_of_one_customer_ones_own_session_comes_before_a_newer_one_of_a_colleague() -> None:
    assert goes_on_in([NEW, OLD], {ERIKA}, "anna", None) == OLD
    assert goes_on_in([NEW, OLD], {ERIKA}, "cem", None) == NEW
    assert goes_on_in([NEW, OLD], {ERIKA}, None, None) == NEW


def test_a_session_of_nobody_yet_is_that_of_whom_the_number_means() -> None:
    assert goes_on_in([UNKNOWN], (), "anna", None) == UNKNOWN
    assert goes_on_in([UNKNOWN], {ERIKA}, "anna", None) == UNKNOWN


def test_another_customers_session_is_left_alone() -> None:
    assert goes_on_in([NEW], {ERICH}, "anna", NEW.id) is None
    assert goes_on_in([UNKNOWN], {ERIKA, ERICH}, "anna", UNKNOWN.id) is None
    assert goes_on_in([OpenSession(10, ERICH, "anna"), OLD], (), "anna", None) is None


def test_where_several_share_a_number_only_who_talked_there_last_goes_on_in_their_own_session() -> None:
    both = {ERIKA, ERICH}
    assert goes_on_in([NEW, OLD], both, "anna", OLD.id) == OLD
    assert goes_on_in([NEW, OLD], both, "anna", NEW.id) is None  # a colleague did
    assert goes_on_in([NEW, OLD], both, "anna", None) is None  # somebody has rung since whom nobody answered


def test_nothing_open_is_nothing_to_go_on_in() -> None:
    assert goes_on_in([], {ERIKA}, "anna", None) is None
