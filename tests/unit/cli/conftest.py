"""A command line of its own: an empty environment, a database in a folder that goes away, and what was said."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ionas_phone.cli import main
from tests.own_logs import own_logs


@dataclass(frozen=True)
class Said:
    """What one command said, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture(autouse=True)
def _logs_of_this_test_only() -> Iterator[None]:
    """A command sets the logs up for its own standard error, which is gone after the test."""
    with own_logs():
        yield


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command line in English; ``typed`` is its standard input."""
    for name in [name for name in os.environ if name.startswith("IONAS_")]:  # noqa: TID251 - to make it empty
        monkeypatch.delenv(name)
    monkeypatch.setenv("IONAS_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("IONAS_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "100")

    def _run(*words: str, typed: str = "") -> Said:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(words)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return _run


@pytest.fixture
def migrated(run: Run) -> Run:
    """The same, with tables to write into."""
    assert run("migrate").code == 0
    return run
