from __future__ import annotations

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.customers import display_name
from ionas_phone.support.wallboards import NewWallboard, abbreviated, checked, first_name


@pytest.mark.parametrize(
    ("name", "company", "shown"),
    [
        ("Sabine Maier", "", "S. Maier"),
        ("Dr. Petra Schäfer", "", "Dr. P. Schäfer"),
        ("Anna Maria von Berg", "", "A. M. v. Berg"),
        ("Maier", "", "Maier"),
        ("Sabine Maier", "Müller Elektrotechnik GmbH", "Müller Elektrotechnik GmbH"),
        ("Sabine Maier", "Müller Elektrotechnik und Söhne GmbH", "Müller Elektrotechnik und…"),
        ("😀 李", "", "😀. 李"),
    ],
)
def test_a_caller_is_named_no_longer_than_colleagues_need(name: str, company: str, shown: str) -> None:
    assert abbreviated(display_name(name, company)) == shown


def test_a_company_of_one_who_is_nobody_else_is_not_taken_for_a_person() -> None:
    assert abbreviated("Bäckerei") == "Bäckerei"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Maximilian von Oberbauer", "Maximilian O."),
        ("Jo", "Jo"),
        ("Platz 7", "Platz 7"),
        ("Friederikemarie Wasserburg", "Friederikemar…"),
    ],
)
def test_of_many_colleagues_each_goes_by_the_first_name(name: str, shown: str) -> None:
    assert first_name(name) == shown


def test_a_screen_hangs_somewhere() -> None:
    assert checked(NewWallboard("support", "  Flur \n links ")).name == "Flur links"
    for nowhere in ("", "  ", "x" * 61):
        with pytest.raises(FormWrong):
            checked(NewWallboard("support", nowhere))
