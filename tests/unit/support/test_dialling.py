"""What a click may dial."""

from __future__ import annotations

import pytest

from ionas_phone.support.dialling import Reach, reach


@pytest.mark.parametrize(
    ("number", "how_far", "region"),
    [
        ("+4961315550101", Reach.HOME, "DE"),
        ("+491713920002", Reach.HOME, "DE"),
        ("+498001234567", Reach.HOME, "DE"),
        ("+499001234567", Reach.DEAR, "DE"),
        ("+491805123456", Reach.DEAR, "DE"),
        ("+4911833", Reach.DEAR, "DE"),
        ("+4970012345678", Reach.DEAR, "DE"),
        ("+41446681800", Reach.ABROAD, "CH"),
        ("+41900123456", Reach.DEAR, "CH"),
        ("+18095551234", Reach.ABROAD, "DO"),
        ("+881612345678", Reach.NOWHERE, ""),
        ("+999123456", Reach.NOWHERE, ""),
        ("112", Reach.NOWHERE, ""),
        ("+49 6131 5550101", Reach.NOWHERE, ""),
        ("😀", Reach.NOWHERE, ""),
    ],
)
def test_how_far_away_a_number_is(number: str, how_far: Reach, region: str) -> None:
    assert reach(number) == (how_far, region)


def test_home_is_where_the_house_is() -> None:
    assert reach("+4961315550101", "AT") == (Reach.ABROAD, "DE")
