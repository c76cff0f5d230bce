"""Forms about texts and time: what no page of ours sends is refused with a sentence."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ionas_phone.errors import FormWrong
from ionas_phone.support.sessions import SessionText
from ionas_phone.web.forms_times import EndForm, KeyForm, ReviewForm, TextForm
from tests.people import AT


def test_a_text_is_found_under_its_own_name() -> None:
    form = TextForm.model_validate({"version": "3", "summary": ""})
    assert (form.version, form.text(SessionText.SUMMARY)) == (3, "")
    with pytest.raises(FormWrong):
        form.text(SessionText.PREVENTION)


def test_a_key_makes_a_deed_and_an_empty_one_none() -> None:
    deed = KeyForm(key="k").deed(AT, "anna")
    assert (deed.key, deed.at, deed.by) == ("k", AT, "anna")
    with pytest.raises(FormWrong):
        KeyForm(key="").deed(AT, "anna")


@pytest.mark.parametrize(
    ("model", "sent"),
    [(EndForm, {"key": "k", "outcome": "perhaps"}), (ReviewForm, {"key": "k"}), (ReviewForm, {"key": "k", "way": "x"})],
)
def test_an_unknown_choice_is_no_form_of_ours(model: type[EndForm | ReviewForm], sent: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(sent)
