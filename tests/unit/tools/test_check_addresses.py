from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.check_addresses import problems

SLASH = "/"  # else this very file would name folders of one machine


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://index.example.org/simple",
        "--extra-index-url x",
        "thing @ https://files.example.org/thing.whl",
        "thing @ git+ssh://git.example.org/thing",
        "-i somewhere",
        "--find-links wheels",
    ],
)
def test_requirements_name_no_address(tmp_path: Path, write: Callable[[str, str], Path], line: str) -> None:
    write("requirements/main.txt", f"aiohttp==3.14.5 \\\n    --hash=sha256:00\n{line}\n")
    assert problems(tmp_path) == ["requirements/main.txt:3 names an address; installing decides where from"]


def test_a_lock_of_another_tool_names_none_either(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("webui/package-lock.json", '{"resolved": "https://index.example.org/htmx.tgz"}')
    assert len(problems(tmp_path)) == 1


@pytest.mark.parametrize("folder", ["root/x", "home/anna/x", "tmp/x", "work/main"])
def test_no_file_names_a_folder_of_one_machine(tmp_path: Path, write: Callable[[str, str], Path], folder: str) -> None:
    write("docs/notes.md", f"It lies in {SLASH}{folder}.\n")
    assert problems(tmp_path) == ["docs/notes.md:1 names a folder of one machine"]


def test_ordinary_paths_and_links_are_fine(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("README.md", "See https://phone.example.org/page/1, var/tmp/x, ${ROOT}/tmp/x and /etc/asterisk.\n")
    (tmp_path / "picture.png").write_bytes(b"\xff/root/x")
    assert problems(tmp_path) == []
