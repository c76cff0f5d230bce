from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Run

SECRET = "very-s3cret"


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[int]:
    """A PBX of ours whose port nobody listens on."""
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    monkeypatch.setenv("IONAS_PBX_SECRET_FILE", str(tmp_path / "secret"))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        monkeypatch.setenv("IONAS_PBX_URLS", f"ami://ionas@127.0.0.1:{port}#mainz")
        yield port


def test_findings_are_sentences_and_the_worst_is_the_exit_code(migrated: Run, nobody: int) -> None:
    said = migrated("doctor")
    database, users, link, total = said.out.splitlines()
    assert database == "well    The database answers, and its tables are up to date."
    assert users.startswith("advice  Nobody may sign in.")
    assert link.startswith(f"fault   mainz: Nothing answers at 127.0.0.1:{nobody} (Connection refused). Start Asterisk")
    assert total == "Faults: 1, pieces of advice: 1."
    assert (said.code, said.err) == (2, "")
    assert SECRET not in said.out


def test_programs_get_json_and_nothing_else(migrated: Run, nobody: int) -> None:
    said = migrated("doctor", "--json")
    whole = json.loads(said.out)
    assert whole["grade"] == "fault"
    assert [(row["check"], row["grade"], row["pbx"]) for row in whole["findings"]] == [
        ("database", "well", ""),
        ("users", "advice", ""),
        ("link", "fault", "mainz"),
    ]
    assert all(row["sentence"].endswith(".") for row in whole["findings"])
    assert (said.code, said.err) == (2, "")


def test_practice_alone_needs_no_pbx(migrated: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert migrated("doctor").code == 2
    monkeypatch.setenv("IONAS_PRACTICE", "1")
    assert migrated("doctor").code == 1  # nobody may sign in
    migrated("user", "add", "dora", "--role", "admin", typed="Möhren & Gurken\n")
    assert migrated("doctor").code == 0


def test_it_speaks_german(migrated: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IONAS_LANGUAGE", "de")
    said = migrated("doctor")
    assert said.out.startswith("gut      Die Datenbank antwortet, und ihre Tabellen sind auf dem Stand.\n")


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "soon"])
def test_a_time_that_is_none(run: Run, seconds: str) -> None:
    said = run("doctor", f"--listen={seconds}")
    assert (said.code, said.err.count("\n")) == (2, 1)
