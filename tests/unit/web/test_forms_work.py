"""What is typed about estimate, answer and confirmation: all that is wrong is found at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.support.acceptances import Decision, Handed
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.estimates import NewEstimate, checked
from ionas_phone.web.forms_work import AnswerForm, ConfirmationForm, EstimateForm

TEXTS = st.text(max_size=8) | st.integers(-5, 3000).map(str)


def test_a_proposal_is_read_as_typed() -> None:
    form = EstimateForm(key="k", procedure="Prüfen", minutes_from=" 5", minutes_to="10 ", cap="12,5")
    assert form.estimate() == (NewEstimate("Prüfen", 5, 10, 1250), {})


def test_all_that_is_wrong_with_a_proposal_is_found_at_once() -> None:
    _, wrong = EstimateForm(key="k", minutes_from="0", minutes_to="viel", cap="-1").estimate()
    assert set(wrong) == {"procedure", "minutes_from", "minutes_to", "cap_cents"}


@given(st.builds(EstimateForm, key=st.just("k"), procedure=TEXTS, minutes_from=TEXTS, minutes_to=TEXTS, cap=TEXTS))
def test_a_proposal_without_complaints_can_be_written_down(form: EstimateForm) -> None:
    new, wrong = form.estimate()
    if not wrong:
        assert checked(new).procedure


def test_all_that_keeps_a_yes_from_counting_is_found_at_once() -> None:
    form = AnswerForm(key="k", estimate=1, decision=Decision.ACCEPTED)
    assert set(form.answer(CustomerKind.CONSUMER)[1]) == {
        "who",
        "relation",
        "identified",
        "early_start",
        "withdrawal_known",
    }
    assert set(form.answer(CustomerKind.BUSINESS)[1]) == {"who", "relation", "identified"}
    assert AnswerForm(key="k", estimate=1, decision=Decision.DECLINED).answer(CustomerKind.CONSUMER)[1] == {}


def test_the_texts_that_were_shown_come_back_as_ids() -> None:
    form = AnswerForm.model_validate({"key": "k", "estimate": "1", "decision": "accepted", "scripts": "3,5"})
    assert form.answer(CustomerKind.BUSINESS)[0].scripts == (3, 5)


def test_only_what_is_sent_needs_an_address() -> None:
    form = ConfirmationForm(key="k", acceptance=1, script=2, sha256="0", handed=Handed.PRINTED, address="x" * 300)
    new, wrong = form.confirmation()
    assert (new.address, wrong) == ("", {})
    _, wrong = form.model_copy(update={"handed": Handed.MAIL}).confirmation()
    assert set(wrong) == {"address"}
    _, wrong = form.model_copy(update={"handed": Handed.POST, "address": " "}).confirmation()
    assert set(wrong) == {"address"}
