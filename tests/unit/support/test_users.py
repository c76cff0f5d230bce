from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.users import NewUser, Permission, Role, User, checked, login_key

NEW = NewUser("anna", "Anna Beispiel", Role.ASSISTANT, "201", "PJSIP/201")


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        (Role.ASSISTANT, {Permission.DESK, Permission.CUSTOMERS, Permission.WALLBOARD}),
        (Role.SUPERVISOR, set(Permission) - {Permission.ADMIN}),
        (Role.ADMIN, set(Permission)),
    ],
)
def test_a_role_is_a_set_of_permissions(role: Role, permissions: set[Permission]) -> None:
    user = User(1, "anna", "Anna", role, "", "", "de")

    assert {permission for permission in Permission if user.may(permission)} == permissions


@pytest.mark.parametrize("login", ["Anna", "anna", "ANNA", " anna ", "\uff21nna"])
def test_one_person_in_every_case_of_letters(login: str) -> None:
    assert login_key(login) == "anna"


def test_a_name_left_out_is_the_log_in_name() -> None:
    assert checked(replace(NEW, login=" anna ", name=" ")) == replace(NEW, name="anna")


PERSIAN, SINHALA = "می\N{ZERO WIDTH NON-JOINER}خواهم", "ශ\u0dca\N{ZERO WIDTH JOINER}රී"


@pytest.mark.parametrize("name", ["Ben Çelik", "نور الهدى", "Zoë D’Arc", PERSIAN, SINHALA])
def test_names_in_every_writing(name: str) -> None:
    assert checked(replace(NEW, name=name)).name == name


@pytest.mark.parametrize("login", ["anna", "Anna.B", "jörg", "a", "anna@example.org", "x" * 50])
def test_log_in_names(login: str) -> None:
    assert checked(replace(NEW, login=login)).login == login


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"login": ""}, "login"),
        ({"login": "-"}, "login"),  # stands for the service itself
        ({"login": "anna berg"}, "login"),
        ({"login": "anna/ben"}, "login"),
        ({"login": "x" * 51}, "login"),
        ({"name": "x" * 101}, "name"),
        ({"name": "\N{RIGHT-TO-LEFT OVERRIDE}nimdA"}, "name"),
        ({"name": "Anna\N{RIGHT-TO-LEFT ISOLATE} Berger"}, "name"),
        ({"name": "Anna\x1b[2K"}, "name"),
        *(({"name": f"An{sign}na"}, "name") for sign in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u2028\u2029"),
        ({"name": "می\N{ZERO WIDTH NON-JOINER} خواهم"}, "name"),
        ({"name": f"{PERSIAN}\N{ZERO WIDTH NON-JOINER}"}, "name"),
        ({"extension": "zwei"}, "extension"),
        ({"extension": "123456789"}, "extension"),
        ({"interface": "201"}, "interface"),
        ({"interface": "PJSIP/2 01"}, "interface"),
        ({"language": "fr"}, "language"),
    ],
)
def test_what_cannot_be_written_down_is_named_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(FormWrong) as refused:
        checked(replace(NEW, **change))

    assert refused.value.field == field
