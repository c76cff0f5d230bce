from __future__ import annotations

from datetime import date

import pytest

from ionas_phone.dialplan.opening import Hours, closing_days
from ionas_phone.errors import SettingWrong


def test_the_last_minute_still_belongs_to_asterisks_range() -> None:
    assert Hours().week() == ("17:00-21:59,mon-fri", "10:00-21:59,sat", "10:00-21:59,sun")
    assert Hours().on_holidays() == ("10:00-21:59,*",)


def test_several_ranges_a_whole_day_and_closed() -> None:
    hours = Hours(weekdays="08:00-12:00 17:30-22:00", saturday="00:00-24:00", sunday="", holiday="")
    assert hours.week() == ("08:00-11:59,mon-fri", "17:30-21:59,mon-fri", "00:00-23:59,sat")
    assert hours.on_holidays() == ()


@pytest.mark.parametrize(
    "text", ["17-22", "22:00-17:00", "17:00-17:00", "10:00-24:01", "25:00-26:00", "always", "10:00-"]
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(SettingWrong, match="no opening hours"):
        Hours(sunday=text).week()


def test_public_holidays_of_rheinland_pfalz_for_three_years() -> None:
    days = dict(closing_days(date(2026, 11, 22)))
    assert {day[:4] for day in days} == {"2026", "2027", "2028"}
    assert list(days) == sorted(days)
    assert days["20270506"] == "Christi Himmelfahrt"
    assert days["20270527"] == "Fronleichnam"  # Rheinland-Pfalz has it, Berlin has not
    assert days["20281101"] == "Allerheiligen"
    assert "20270106" not in days  # Heilige Drei Könige: Bayern, not here
    assert len(days) == 33


def test_the_companys_own_days_are_among_them_in_plain_words() -> None:
    days = dict(
        closing_days(date(2026, 1, 1), [(date(2026, 12, 24), "Weihnachten), System(x"), (date(2026, 12, 25), "zu")])
    )
    assert days["20261224"] == "Weihnachten   System x"
    assert days["20261225"] == "zu"
