"""From the command line to an exit code. Rule: 0 done, 2 wrong use or wrong setting, 1 any other trouble of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from ionas_phone.cli.customers import add as add_customers
from ionas_phone.cli.dialplan import add as add_dialplan
from ionas_phone.cli.doctor import add as add_doctor
from ionas_phone.cli.example import add as add_example
from ionas_phone.cli.parser import Parser
from ionas_phone.cli.record import add as add_record
from ionas_phone.cli.replay import add as add_replay
from ionas_phone.cli.serve import add as add_serve
from ionas_phone.cli.terminal import Terminal
from ionas_phone.cli.users import add as add_users
from ionas_phone.errors import PhoneError, SettingWrong, WrongUse
from ionas_phone.settings import language_of
from ionas_phone.words import N_


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line (by default the process's own) and return its exit code."""
    terminal = Terminal(language_of())
    try:
        arguments = parser(terminal).parse_args(argv)
        return int(arguments.run(arguments, terminal))
    except (WrongUse, SettingWrong) as wrong:
        terminal.complain(wrong)
        return 2
    except PhoneError as error:
        terminal.complain(error)
        return 1
    except KeyboardInterrupt:
        return 130  # as shells count it
    except SystemExit as end:  # argparse, after --help and --version
        return int(end.code or 0)


def parser(terminal: Terminal) -> Parser:
    """Return everything that can be said on the command line."""
    whole = Parser(terminal, "ionas-phone", terminal.gettext(N_("The telephone desk of ionas.")))
    whole.option("--version", N_("show the version"), action="version", version=f"ionas-phone {_version()}")
    for add in (add_serve, add_users, add_customers, add_dialplan, add_doctor, add_record, add_replay, add_example):
        add(whole)
    return whole


def _version() -> str:
    try:
        return version("ionas-phone")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
