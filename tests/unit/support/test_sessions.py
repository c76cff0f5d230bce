from __future__ import annotations

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.sessions import LONGEST_TEXT, SessionText, checked_text


def test_line_ends_of_all_browsers_become_one() -> None:
    assert checked_text("eins\r\nzwei\rdrei\nvier") == "eins\nzwei\ndrei\nvier"


def test_the_longest_problem_fits() -> None:
    text = "ü\r\n" * (LONGEST_TEXT // 2)

    assert len(checked_text(text)) == LONGEST_TEXT


def test_a_longer_problem_is_refused_with_its_limit() -> None:
    with pytest.raises(FormWrong, match="10000 characters") as refused:
        checked_text("x" * (LONGEST_TEXT + 1))

    assert refused.value.field == "problem"
    with pytest.raises(FormWrong) as refused:
        checked_text("x" * (LONGEST_TEXT + 1), SessionText.SUMMARY)
    assert refused.value.field == "summary"


def test_a_text_with_a_password_in_it_is_refused_beside_its_field() -> None:
    with pytest.raises(FormWrong, match="looks like a password") as refused:
        checked_text("WLAN-Passwort: rosen7garten", SessionText.SUMMARY)
    assert refused.value.field == "summary"
