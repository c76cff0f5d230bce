from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.opening import BY_HOURS, Opening, Switch, Turn, checked, understood

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
END = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("word", "until", "switch"),
    [
        ("auto", "", BY_HOURS),
        ("", "", BY_HOURS),
        ("nonsense", str(int(END.timestamp())), BY_HOURS),
        ("open", "", Switch(Opening.OPEN)),
        ("closed", str(int(END.timestamp())), Switch(Opening.CLOSED, END)),
        ("closed", "9" * 40, Switch(Opening.CLOSED)),
        ("closed", "soon", Switch(Opening.CLOSED)),
    ],
)
def test_what_a_telephone_system_has_written_down(word: str, until: str, switch: Switch) -> None:
    assert understood(word, until) == switch


def test_when_the_end_has_come_the_hours_decide() -> None:
    closed = Switch(Opening.CLOSED, END)
    assert closed.at(END - timedelta(seconds=1)) == closed
    assert closed.at(END) == BY_HOURS
    assert Switch(Opening.OPEN).at(END) == Switch(Opening.OPEN)


def test_a_turn_has_passed_over_whom_it_missed_until_they_agree() -> None:
    closed = Switch(Opening.CLOSED, END)
    turn = Turn(closed, NOW, "office", missed=("bingen",))
    assert turn.passed_over("bingen", None, NOW)
    assert turn.passed_over("bingen", BY_HOURS, NOW)
    assert not turn.passed_over("bingen", closed, NOW)
    assert not turn.passed_over("bingen", BY_HOURS, END)  # by then it holds nowhere any more
    assert not turn.passed_over("mainz", BY_HOURS, NOW)


def test_an_end_lies_ahead_and_the_hours_have_none() -> None:
    assert checked(Switch(Opening.CLOSED, END + timedelta(microseconds=7)), NOW) == Switch(Opening.CLOSED, END)
    assert checked(Switch(Opening.HOURS, END), NOW) == BY_HOURS
    for never in (NOW, NOW + timedelta(days=367)):
        with pytest.raises(FormWrong) as refused:
            checked(Switch(Opening.OPEN, never), NOW)
        assert refused.value.field == "until"
