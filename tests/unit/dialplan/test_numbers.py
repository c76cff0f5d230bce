from __future__ import annotations

import pytest

from ionas_phone.dialplan.numbers import country, spellings
from ionas_phone.errors import SettingWrong


def test_the_line_in_every_spelling_that_carriers_send() -> None:
    assert spellings("+496131327070") == (
        "+496131327070",
        "496131327070",
        "00496131327070",
        "06131327070",
        "6131327070",
        "327070",
    )


def test_own_spellings_come_last_and_nothing_comes_twice() -> None:
    assert spellings("+496131327070", ("ionas", "06131327070"))[-2:] == ("327070", "ionas")


def test_a_number_without_area_code_has_no_local_spelling_of_its_own() -> None:
    assert spellings("+491713920001") == (
        "+491713920001",
        "491713920001",
        "00491713920001",
        "01713920001",
        "1713920001",
    )


@pytest.mark.parametrize("text", ["", "06131327070", "+49 6131 327070", "+49", "support", "+49(0)6131327070", "_X."])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(SettingWrong, match="no telephone number"):
        spellings(text)


def test_the_country_code() -> None:
    assert (country("+496131327070"), country("+43155501010")) == ("49", "43")
