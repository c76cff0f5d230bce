from __future__ import annotations

import getpass
import io

import pytest

from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import SettingWrong, StoreAway, WrongUse


class Keyboard(io.StringIO):
    """Standard input as a terminal."""

    def isatty(self) -> bool:
        return True


def test_results_and_complaints_go_different_ways() -> None:
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal("en", out=out, err=err)
    terminal.say("%(login)s may sign in again.", login="anna")
    terminal.complain(SettingWrong("%(name)s is bad.", name="IONAS_X"), "a.csv, line 3: ")
    assert out.getvalue() == "anna may sign in again.\n"
    assert err.getvalue() == "ionas-phone: a.csv, line 3: IONAS_X is bad.\n"


def test_a_terminal_is_told_what_the_machine_said() -> None:
    err = io.StringIO()
    Terminal("en", err=err).complain(StoreAway(detail="Connection refused"))
    assert err.getvalue().endswith("try again in a few seconds. (Connection refused)\n")


def test_both_are_in_the_terminals_language() -> None:
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal("de", out=out, err=err)
    terminal.say("%(login)s may sign in again.", login="anna")
    terminal.complain(WrongUse())
    assert out.getvalue() == "anna darf sich wieder anmelden.\n"
    assert err.getvalue() == "ionas-phone: Der Befehl wurde so aufgerufen, wie er es nicht versteht.\n"


@pytest.mark.parametrize("typed", ["ein Passwort", "ein Passwort\n", "ein Passwort\r\nzweite Zeile"])
def test_a_password_from_a_pipe_is_its_first_line(typed: str) -> None:
    assert Terminal("de", io.StringIO(typed)).password() == "ein Passwort"


def test_a_person_types_it_twice_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answers = iter(["ein Passwort", "ein Passwort"])

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return next(answers)

    monkeypatch.setattr(getpass, "getpass", answer)
    assert Terminal("de", Keyboard()).password() == "ein Passwort"
    assert asked == ["Passwort: ", "Noch einmal dasselbe: "]


def test_two_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["ein Passwort", "ein Pastwort"])
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(answers))
    with pytest.raises(WrongUse, match="differ"):
        Terminal("en", Keyboard()).password()
