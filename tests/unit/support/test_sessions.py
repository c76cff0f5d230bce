from __future__ import annotations

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.support.sessions import LONGEST_PROBLEM, checked_problem


def test_line_ends_of_all_browsers_become_one() -> None:
    assert checked_problem("eins\r\nzwei\rdrei\nvier") == "eins\nzwei\ndrei\nvier"


def test_the_longest_problem_fits() -> None:
    text = "ü\r\n" * (LONGEST_PROBLEM // 2)

    assert len(checked_problem(text)) == LONGEST_PROBLEM


def test_a_longer_problem_is_refused_with_its_limit() -> None:
    with pytest.raises(FormWrong, match="10000 characters") as refused:
        checked_problem("x" * (LONGEST_PROBLEM + 1))

    assert refused.value.field == "problem"
