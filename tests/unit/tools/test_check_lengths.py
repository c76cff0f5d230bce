from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.check_lengths import problems


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("ionas_phone/live/state.py", 350),
        ("tools/check_all.py", 350),
        ("tests/unit/test_state.py", 500),
        ("webui/templates/desk/page.html", 80),
        ("webui/static/live.js", 150),
        ("webui/static/app.css", 350),
    ],
)
def test_a_file_may_be_so_long_and_no_longer(
    tmp_path: Path, write: Callable[[str, str], Path], name: str, limit: int
) -> None:
    write(name, "\n" * limit)
    assert problems(tmp_path) == []
    write(name, "\n" * (limit + 1))
    assert problems(tmp_path) == [f"{name} has {limit + 1} lines, {limit} are allowed"]


def test_what_is_other_peoples_is_as_long_as_it_is(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("webui/templates/_icons.html", "\n" * 81)
    assert problems(tmp_path) != []
    write("webui/static/vendor/vendor.lock.json", '[{"file": "templates/_icons.html"}]')
    assert problems(tmp_path) == []


def test_a_function_may_have_forty_lines(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("ionas_phone/a.py", "class A:\n    async def go(self):\n" + "        pass\n" * 39)
    assert problems(tmp_path) == []
    write("ionas_phone/a.py", "class A:\n    async def go(self):\n" + "        pass\n" * 40)
    assert problems(tmp_path) == ["ionas_phone/a.py:2 go() has 41 lines, 40 are allowed"]


def test_a_migration_is_one_step_however_long(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("ionas_phone/store/migrations/versions/0001_first.py", "def upgrade():\n" + "    pass\n" * 90)
    assert problems(tmp_path) == []


def test_vendored_files_are_as_long_as_they_are(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("webui/static/vendor/htmx.js", "\n" * 4000)
    assert problems(tmp_path) == []
