from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tools.files import files, place, text


def test_without_git_all_matching_files_count(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    one = write("a/one.py", "")
    two = write("a/b/two.py", "")
    write("a/three.txt", "")
    assert files(tmp_path, "a/**/*.py", "a/*.py") == [two, one]


def test_with_git_what_is_ignored_does_not_count(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(".gitignore", "built/\n")
    write("built/one.py", "")
    new = write("new.py", "")
    assert files(tmp_path, "**/*.py") == [new]


def test_what_is_no_text_has_none(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\xff\xfe")
    assert text(picture) is None


def test_a_place_is_written_as_editors_open_it(tmp_path: Path) -> None:
    assert place(tmp_path, tmp_path / "a" / "one.py", 7) == "a/one.py:7"
    assert place(tmp_path, tmp_path / "a") == "a"
