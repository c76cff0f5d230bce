from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools import check_tests
from tools.check_tests import candidates, problems

CODE = "def go() -> None:\n    print()\n"


def test_a_source_without_test_is_named_with_the_place_of_its_test(
    tmp_path: Path, write: Callable[[str, str], Path]
) -> None:
    write("ionas_phone/live/state.py", CODE)
    assert problems(tmp_path) == [
        "ionas_phone/live/state.py has no test file; tests/unit/live/test_state.py is where it belongs"
    ]
    write("tests/unit/live/test_state.py", "")
    assert problems(tmp_path) == []


@pytest.mark.parametrize("kind", ["unit", "integration", "e2e"])
def test_the_test_may_need_real_parts(tmp_path: Path, write: Callable[[str, str], Path], kind: str) -> None:
    write("ionas_phone/ami/connection.py", CODE)
    write(f"tests/{kind}/ami/test_connection.py", "")
    assert problems(tmp_path) == []


def test_a_test_of_the_same_name_elsewhere_does_not_count(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("ionas_phone/store/customers.py", CODE)
    write("tests/unit/support/test_customers.py", "")
    assert len(problems(tmp_path)) == 1


def test_a_file_that_only_declares_needs_none(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write(
        "ionas_phone/live/effects.py",
        "from dataclasses import dataclass\n\n@dataclass\nclass Redraw:\n    topic: str\n",
    )
    write("ionas_phone/live/__init__.py", '"""What is happening."""\nfrom .state import Live\n')
    assert problems(tmp_path) == []
    write("ionas_phone/live/effects.py", "go = lambda: 1\n")
    assert len(problems(tmp_path)) == 1


def test_where_a_test_belongs() -> None:
    assert candidates("ionas_phone/__main__.py")[0] == "tests/unit/test_main.py"
    assert candidates("ionas_phone/cli/__init__.py")[0] == "tests/unit/cli/test_init.py"
    assert candidates("tools/check.py")[0] == "tests/unit/tools/test_check.py"


def test_an_exception_outlives_its_file_by_no_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_tests, "WITHOUT", {"ionas_phone/gone.py": "it was hard to test"})
    assert problems(tmp_path) == ["ionas_phone/gone.py is excepted but not there"]
