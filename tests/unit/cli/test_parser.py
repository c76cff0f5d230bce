from __future__ import annotations

import argparse

import pytest

from ionas_phone.cli.parser import Parser
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import WrongUse


def nothing(_arguments: argparse.Namespace, _terminal: Terminal) -> int:
    return 0


@pytest.fixture
def parser() -> Parser:
    whole = Parser(Terminal("de"), "ionas-phone", "Das Telefon.")
    command = whole.command("migrate", "Bring the database's tables up to date.", nothing, "Und danach:\n  nichts")
    command.argument("folder", "a new folder, or one written by this command before")
    command.option("--dry-run", "only tell what would happen", action="store_true")
    return whole


def test_the_frame_of_the_help_is_translated(parser: Parser) -> None:
    text = parser.format_help()
    assert text.startswith("Aufruf: ionas-phone")
    assert "Befehle:" in text
    assert "Bringt die Tabellen der Datenbank auf den neuesten Stand." in text
    assert "usage" not in text


def test_what_follows_the_help_keeps_its_lines(parser: Parser, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser.parse_args(["migrate", "--help"])
    assert capsys.readouterr().out.endswith("Und danach:\n  nichts\n")


def test_a_command_knows_who_carries_it_out(parser: Parser) -> None:
    arguments = parser.parse_args(["migrate", "var", "--dry-run"])
    assert (arguments.run, arguments.folder, arguments.dry_run) == (nothing, "var", True)


def test_wrong_use_names_the_command_whose_help_helps(parser: Parser) -> None:
    with pytest.raises(WrongUse) as wrong:
        parser.parse_args(["migrate"])
    assert str(wrong.value).endswith("`ionas-phone migrate --help` shows how it is used.")


def test_options_are_written_out() -> None:
    whole = Parser(Terminal("en"), "ionas-phone", "")
    whole.option("--dry-run", "only tell what would happen", action="store_true")
    with pytest.raises(WrongUse):
        whole.parse_args(["--dry"])
