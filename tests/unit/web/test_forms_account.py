from __future__ import annotations

import pytest
from pydantic import ValidationError

from ionas_phone.errors import FormWrong
from ionas_phone.support.users import Opens, Taste
from ionas_phone.web.forms_account import EndForm, PasswordForm, TasteForm

GOOD = "vierzehn rote Gänse"


def test_a_box_that_is_not_ticked_sends_nothing() -> None:
    sent = {"language": "en", "opens": "ring"}
    assert TasteForm.model_validate(sent).taste() == Taste("en", Opens.RING, sounds=False)
    assert TasteForm.model_validate({**sent, "sounds": "true"}).taste().sounds
    with pytest.raises(ValidationError):
        TasteForm.model_validate({**sent, "opens": "sometimes"})


@pytest.mark.parametrize(
    ("old", "password", "again", "field"),
    [
        ("", GOOD, GOOD, "old"),
        ("x" * 201, GOOD, GOOD, "old"),
        ("old", "kurz", "kurz", "password"),
        ("old", "anna und Gänse", "anna und Gänse", "password"),
        ("old", GOOD, "vierzehn rote Ganse", "again"),
    ],
)
def test_what_is_refused_before_anything_is_hashed(old: str, password: str, again: str, field: str) -> None:
    with pytest.raises(FormWrong) as refused:
        PasswordForm(old=old, password=password, again=again).check("anna")
    assert refused.value.field == field


def test_a_password_is_in_no_log() -> None:
    form = PasswordForm(old=GOOD, password=GOOD, again=GOOD)
    form.check("anna")
    assert GOOD not in repr(form)


def test_no_number_means_all_log_ins() -> None:
    assert EndForm().log_in is None
    assert EndForm.model_validate({"log_in": ""}).log_in is None
    assert EndForm.model_validate({"log_in": "7"}).log_in == 7
