from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.check_vendor import problems, vendored

CODE = "let x = 1;\n"


@pytest.fixture
def facts() -> dict[str, str]:
    return {
        "name": "thing",
        "version": "1.0",
        "licence": "MIT",
        "file": "static/vendor/thing.js",
        "licence_file": "static/vendor/thing.LICENSE.txt",
        "sha256": hashlib.sha256(CODE.encode()).hexdigest(),
    }


@pytest.fixture
def lock(write: Callable[[str, str], Path], facts: dict[str, str]) -> Callable[[], None]:
    def _write() -> None:
        write("webui/static/vendor/thing.js", CODE)
        write("webui/static/vendor/thing.LICENSE.txt", "MIT")
        write("webui/static/vendor/vendor.lock.json", json.dumps([facts]))

    return _write


def test_a_file_as_it_was_fetched_is_fine(tmp_path: Path, lock: Callable[[], None]) -> None:
    assert problems(tmp_path) == []
    lock()
    assert problems(tmp_path) == []
    assert vendored(tmp_path) == {tmp_path / "webui/static/vendor/thing.js"}


def test_a_changed_file_is_noticed(tmp_path: Path, lock: Callable[[], None], write: Callable[[str, str], Path]) -> None:
    lock()
    write("webui/static/vendor/thing.js", CODE + "evil();\n")
    assert problems(tmp_path) == ["webui/static/vendor/thing.js is not the file the lock describes (its hash differs)"]


def test_a_file_nobody_listed_is_noticed(
    tmp_path: Path, lock: Callable[[], None], write: Callable[[str, str], Path]
) -> None:
    lock()
    write("webui/static/vendor/more.js", "")
    assert problems(tmp_path) == ["webui/static/vendor/more.js is not in the lock"]
    (tmp_path / "webui/static/vendor/vendor.lock.json").unlink()
    assert problems(tmp_path) == ["webui/static/vendor/vendor.lock.json is missing"]


def test_a_listed_file_and_its_licence_are_there(tmp_path: Path, lock: Callable[[], None]) -> None:
    lock()
    (tmp_path / "webui/static/vendor/thing.js").unlink()
    (tmp_path / "webui/static/vendor/thing.LICENSE.txt").unlink()
    assert problems(tmp_path) == [
        "webui/static/vendor/thing.js is in the lock but not there",
        "webui/static/vendor/vendor.lock.json: the licence of static/vendor/thing.js is not there",
    ]


@pytest.mark.parametrize("fact", ["name", "version", "licence"])
def test_every_fact_is_there(tmp_path: Path, lock: Callable[[], None], facts: dict[str, str], fact: str) -> None:
    facts[fact] = ""
    lock()
    assert problems(tmp_path) == [f"webui/static/vendor/vendor.lock.json: static/vendor/thing.js has no {fact}"]
