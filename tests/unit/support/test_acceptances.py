from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.acceptances import (
    Answer,
    Decision,
    Handed,
    Identified,
    NewConfirmation,
    Relation,
    checked,
    checked_confirmation,
    digest,
)
from ionas_phone.support.customers import CustomerKind
from tests.agreements import acceptance

CONSUMER, BUSINESS = CustomerKind.CONSUMER, CustomerKind.BUSINESS
ERIKA = Answer(Decision.ACCEPTED, "Erika Beispiel", Relation.SELF, Identified.DETAILS)
YES = replace(ERIKA, early_start=True, withdrawal_known=True)


def test_a_yes_is_taken_without_stray_blanks() -> None:
    assert checked(replace(YES, who=" Erika Beispiel "), CONSUMER) == YES


def test_a_business_is_asked_for_no_consents_and_a_no_needs_no_name() -> None:
    assert checked(ERIKA, BUSINESS) == ERIKA
    unknown = Answer(Decision.DECLINED, "", Relation.UNASKED, Identified.UNCHECKED)
    assert checked(Answer(Decision.DECLINED), CONSUMER) == unknown


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"who": " "}, "who"),
        ({"who": "x" * 201}, "who"),
        ({"relation": None}, "relation"),
        ({"relation": Relation.UNASKED}, "relation"),
        ({"identified": None}, "identified"),
        ({"early_start": False}, "early_start"),
        ({"withdrawal_known": False}, "withdrawal_known"),
    ],
)
def test_a_yes_that_would_not_count_is_named_by_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(FormWrong) as refused:
        checked(replace(YES, **change), CONSUMER)  # type: ignore[arg-type]

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "must"),
    [
        ({}, True),
        ({"framework_contract": True}, False),
        ({"customer_kind": BUSINESS}, False),
        ({"decision": Decision.DECLINED}, False),
    ],
)
def test_a_consumer_without_framework_contract_must_get_a_confirmation(changes: dict[str, object], must: bool) -> None:
    assert acceptance(**changes).must_be_confirmed is must
    assert acceptance(**changes).accepted is ("decision" not in changes)


def test_what_was_only_read_aloud_cannot_be_kept() -> None:
    assert [handed for handed in Handed if not handed.lasts] == [Handed.READ]


def test_what_is_sent_goes_somewhere() -> None:
    sent = NewConfirmation(1, Handed.MAIL, "e@example.org")
    assert checked_confirmation(replace(sent, address=" e@example.org ")) == sent
    assert checked_confirmation(NewConfirmation(1, Handed.PRINTED)).address == ""
    for handed, address in ((Handed.MAIL, " "), (Handed.POST, ""), (Handed.FAX, ""), (Handed.REMOTE, "x" * 201)):
        with pytest.raises(FormWrong) as refused:
            checked_confirmation(NewConfirmation(1, handed, address))
        assert refused.value.field == "address"


def test_a_digest_is_that_of_the_bytes() -> None:
    assert digest("Grüße €") == hashlib.sha256("Grüße €".encode()).hexdigest()
