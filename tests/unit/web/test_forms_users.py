from __future__ import annotations

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.users import NewUser, Role, User
from ionas_phone.web.forms_users import PasswordGiven, SwitchForm, UserForm

DORA = UserForm(login="dora", name="Dora", extension=" 204 ", interface="PJSIP/204")


def test_a_form_is_the_user_it_describes() -> None:
    assert DORA.user() == (NewUser("dora", "Dora", Role.ASSISTANT, "204", "PJSIP/204", "de"), {})
    assert DORA.user("anna")[0].login == "anna"  # whoever is there keeps the log-in name


def test_all_that_is_wrong_is_said_at_once() -> None:
    form = UserForm(login="do ra", name="x" * 101, extension="zwei", interface="204", language="fr")
    assert form.user()[1].keys() == {"login", "name", "extension", "interface", "language"}


def test_what_is_written_down_is_what_the_form_shows() -> None:
    user = User(7, "anna", "Anna", Role.ADMIN, "201", "PJSIP/201", "en", version=3)
    form = UserForm.of(user)
    assert form.user("anna")[0] == NewUser("anna", "Anna", Role.ADMIN, "201", "PJSIP/201", "en")
    assert (form.version, form.password) == (3, "")


def test_a_password_is_typed_or_invented() -> None:
    assert PasswordGiven(password="vierzehn rote Gänse").chosen("anna") == "vierzehn rote Gänse"
    assert PasswordGiven().chosen("anna") != PasswordGiven().chosen("anna")
    with pytest.raises(FormWrong) as refused:
        PasswordGiven(password="kurz").chosen("anna")
    assert refused.value.field == "password"
    assert "kurz" not in repr(PasswordGiven(password="kurz"))


def test_nothing_sent_means_let_in() -> None:
    assert not SwitchForm.model_validate({}).disabled
    assert SwitchForm.model_validate({"disabled": "true"}).disabled
