from __future__ import annotations

import pytest
from babel import Locale

from ionas_phone.errors import FormWrong
from ionas_phone.support.postal import COUNTRIES, as_written, check_country, check_postcode


def test_every_country_has_a_name_and_only_countries_are_among_them() -> None:
    named = {code for code in map(str, Locale("de").territories) if len(code) == 2 and code.isalpha()}
    none = {*("AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")}
    assert named - COUNTRIES == none
    assert named >= COUNTRIES


@pytest.mark.parametrize("country", ["", "XX", "de", "D", "DEU", "D1", "EU"])
def test_what_is_no_country_is_refused(country: str) -> None:
    with pytest.raises(FormWrong) as refused:
        check_country(country)
    assert refused.value.field == "country"


@pytest.mark.parametrize(
    ("postcode", "country"),
    [
        *(("", "DE"), ("55116", "DE"), ("01067", "DE"), ("1010", "AT"), ("8001", "CH"), ("", "AT")),
        *(("SW1A 1AA", "GB"), ("L-1234", "LU"), ("12345-6789", "US"), ("D02 AF30", "IE"), ("1", "XX")),
    ],
)
def test_postcodes(postcode: str, country: str) -> None:
    check_postcode(postcode, country)


@pytest.mark.parametrize(
    ("postcode", "country"),
    [
        *(("abcde", "DE"), ("1010", "DE"), ("551160", "DE"), ("٥٥١١٦", "DE"), ("55116", "AT"), ("A-1010", "AT")),
        *(("8001 ", "CH"), ("!", "GB"), ("-1234", "LU"), ("1234567890123", "US"), ("１２３", "FR"), ("12\n34", "FR")),
    ],
)
def test_what_can_be_no_postcode_there_is_refused(postcode: str, country: str) -> None:
    with pytest.raises(FormWrong) as refused:
        check_postcode(postcode, country)
    assert refused.value.field == "postcode"


@pytest.mark.parametrize(
    ("postcode", "country", "written"),
    [
        *(("1067", "DE", "01067"), ("55116", "DE", "55116"), ("", "DE", "")),
        *(("1010", "AT", "1010"), ("01010", "AT", "1010"), ("55116", "AT", "55116"), ("08001", "CH", "8001")),
        ("01067", "FR", "01067"),
    ],
)
def test_a_spreadsheet_takes_a_zero_away(postcode: str, country: str, written: str) -> None:
    assert as_written(postcode, country) == written
