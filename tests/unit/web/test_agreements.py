"""What is to be done next, read off the records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ionas_phone.billing.work import work
from ionas_phone.errors import NotThere
from ionas_phone.support.acceptances import Decision
from ionas_phone.support.customers import Customer, CustomerKind
from ionas_phone.support.sessions import Session, SessionState
from ionas_phone.web.agreements import Agreement, NextStep, read_agreement
from tests.agreements import acceptance, entry, estimate, records
from tests.desk_app import DeskApp
from tests.people import AT
from tests.talks import YES, erika, talking

SESSION = Session(7, SessionState.OPEN, 3, "anna", "Anna Berger", None, "", False, AT, None, "", 1, None, False)
ERIKA = Customer(3, "10001", "Erika Beispiel", "", (), "", "", "", "", "DE", "")
NO = acceptance(decision=Decision.DECLINED)


def step(session: Session = SESSION, customer: Customer | None = ERIKA, **changes: Any) -> NextStep:
    return Agreement(session, customer, work(records(**changes), AT)).step


def test_first_an_estimate_then_the_question_then_the_confirmation() -> None:
    nothing: dict[str, Any] = {"answers": (), "confirmations": {}}
    assert step(**nothing, estimate=None) is NextStep.ESTIMATE
    assert step(**nothing) is NextStep.ASK
    assert step(confirmations={}) is NextStep.CONFIRM
    assert step() is NextStep.NOTHING


def test_a_business_and_a_framework_contract_need_no_confirmation() -> None:
    business = acceptance(customer_kind=CustomerKind.BUSINESS)
    assert step(answers=(business,), confirmations={}) is NextStep.NOTHING
    assert step(answers=(acceptance(framework_contract=True),), confirmations={}) is NextStep.NOTHING


def test_after_a_no_something_else_is_proposed() -> None:
    assert step(answers=(NO,), confirmations={}) is NextStep.ESTIMATE


def test_a_no_to_more_leaves_what_was_agreed() -> None:
    more: dict[str, Any] = {
        "estimate": estimate(id=2, version=2),
        "answers": (acceptance(), replace(NO, id=2, estimate_id=2)),
    }
    assert step(**more) is NextStep.NOTHING


def test_who_is_another_customer_by_now_is_asked_anew() -> None:
    assert step(replace(SESSION, customer_id=4), replace(ERIKA, id=4)) is NextStep.ESTIMATE
    business = replace(ERIKA, kind=CustomerKind.BUSINESS)
    assert step(customer=business, answers=(), confirmations={}) is NextStep.ESTIMATE
    assert step(customer=None, answers=(), confirmations={}) is NextStep.ASK


def test_when_the_minutes_are_used_up_more_is_agreed() -> None:
    assert step(entries=(entry(-1200, 0),)) is NextStep.MORE
    assert step(entries=(entry(-1140, 0),)) is NextStep.NOTHING


def test_in_a_closed_session_there_is_nothing_to_do() -> None:
    assert step(replace(SESSION, state=SessionState.CLOSED), confirmations={}) is NextStep.NOTHING


async def test_what_was_agreed_is_read_with_the_name_of_who_wrote_it_down(desk: DeskApp) -> None:
    async with talking(desk, await erika(desk)) as talk:
        await talk.propose()
        assert (await read_agreement(desk.world, talk.session_id)).written_by == ""
        await talk.answer(YES)
        known = await read_agreement(desk.world, talk.session_id)
    assert (known.written_by, known.step, known.customer) == ("Anna Berger", NextStep.CONFIRM, talk.customer)


async def test_of_a_session_that_is_not_there_nothing_is_read(desk: DeskApp) -> None:
    with pytest.raises(NotThere):
        await read_agreement(desk.world, 77)
