from __future__ import annotations

import pytest

from ionas_phone.cli import main as installed_command
from ionas_phone.cli import serve
from ionas_phone.errors import StoreAway

from .conftest import Run

COMMANDS = [
    [],
    ["serve"],
    ["migrate"],
    ["user"],
    ["user", "add"],
    ["user", "list"],
    ["user", "password"],
    ["user", "disable"],
    ["user", "enable"],
    ["customers"],
    ["customers", "import"],
    ["dialplan"],
    ["example"],
    ["record"],
    ["replay"],
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: list[str]) -> None:
    said = run(*command, "--help")
    assert said.code == 0
    assert said.out.startswith(" ".join(["usage: ionas-phone", *command]))
    assert said.err == ""


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["user"],
        ["user", "add"],
        ["user", "add", "anna"],
        ["user", "add", "anna", "--role", "king"],
        ["user", "list", "anna"],
        ["serve", "--port", "80"],
        ["customers", "import"],
        ["migrate", "--hel"],
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_two(run: Run, words: list[str]) -> None:
    said = run(*words)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("ionas-phone: ")
    assert said.err.count("\n") == 1
    assert "--help` shows how it is used." in said.err


def test_a_wrong_setting_is_one_sentence_and_exit_code_two(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IONAS_HTTP", "8080")
    for command in (["serve"], ["migrate"], ["user", "list"], ["example"]):
        said = run(*command)
        assert (said.code, said.out) == (2, "")
        assert said.err == "ionas-phone: IONAS_HTTP must look like 127.0.0.1:8080, not 8080.\n"


def test_help_is_there_even_with_a_wrong_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IONAS_HTTP", "8080")
    assert run("serve", "--help").code == 0


def test_other_trouble_is_exit_code_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_url: str) -> tuple[str, ...]:
        raise StoreAway

    monkeypatch.setattr(serve, "migrate", away)
    said = run("migrate")
    assert said.code == 1
    assert said.err.startswith("ionas-phone: The database can't be reached")


def test_an_interrupted_command_says_nothing_more(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_url: str) -> tuple[str, ...]:
        raise KeyboardInterrupt

    monkeypatch.setattr(serve, "migrate", interrupted)
    assert run("migrate") == type(run("--version"))(130, "", "")


def test_it_speaks_german_unless_told_otherwise(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IONAS_LANGUAGE")
    assert "Aufruf: ionas-phone" in run("--help").out
    assert run("migrate").out.startswith("Die Tabellen sind auf dem neuesten Stand; ausgeführte Schritte: 0001")
    monkeypatch.setenv("IONAS_HTTP", "8080")
    assert run("migrate").err == "ionas-phone: IONAS_HTTP muss aussehen wie 127.0.0.1:8080, nicht 8080.\n"


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out.startswith("ionas-phone ")


def test_the_console_script_calls_this() -> None:
    assert callable(installed_command)
