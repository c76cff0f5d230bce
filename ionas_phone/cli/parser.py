"""The words of a command line. Rule: wrong use is one sentence (WrongUse), never argparse's own exit."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import NoReturn

from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import WrongUse
from ionas_phone.words import N_

Run = Callable[[argparse.Namespace, Terminal], int]


class Parser(argparse.ArgumentParser):
    """argparse in the terminal's language. ``command`` adds a command below this one."""

    def __init__(self, terminal: Terminal, prog: str, description: str, epilog: str = "") -> None:
        """Begin the command ``prog``; ``description`` and ``epilog`` are shown as they are."""
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            add_help=False,
            allow_abbrev=False,
            formatter_class=lambda prog: _Formatter(prog, terminal),
        )
        self.terminal = terminal
        self._positionals.title = terminal.gettext(N_("arguments"))
        self._optionals.title = terminal.gettext(N_("options"))
        self.add_argument("-h", "--help", action="help", help=terminal.gettext(N_("show this help")))
        self._below: argparse._SubParsersAction[Parser] | None = None

    def command(self, name: str, what: str, run: Run | None = None, epilog: str = "") -> Parser:
        """Add the command ``name``; ``what``: a marked sentence; ``run`` carries it out (None: commands below do)."""
        if self._below is None:
            title = self.terminal.gettext(N_("commands"))
            self._below = self.add_subparsers(
                title=title, metavar=self.terminal.gettext(N_("COMMAND")), dest="command", required=True
            )
        sentence = self.terminal.gettext(what)
        below = self._below.add_parser(
            name, help=sentence, terminal=self.terminal, prog=f"{self.prog} {name}", description=sentence, epilog=epilog
        )
        if run is not None:
            below.set_defaults(run=run)
        return below

    def argument(self, name: str, what: str, metavar: str | None = None) -> None:
        """Add something that must stand on the line; ``what``: a marked sentence."""
        self.add_argument(name, metavar=metavar or name.upper(), help=self.terminal.gettext(what))

    def option(self, name: str, what: str, **how: object) -> None:
        """Add an option; ``what``: a marked sentence; ``how`` as argparse takes it."""
        self.add_argument(name, help=self.terminal.gettext(what), **how)  # type: ignore[arg-type] # argparse checks them

    def error(self, message: str) -> NoReturn:
        """Turn argparse's complaint into one of ours."""
        raise WrongUse("%(what)s; `%(command)s --help` shows how it is used.", what=message, command=self.prog)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as argparse lays it out, with "usage:" in the terminal's language."""

    def __init__(self, prog: str, terminal: Terminal) -> None:
        super().__init__(prog, max_help_position=34)
        self._usage = terminal.gettext(N_("usage: "))

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, self._usage if prefix is None else prefix)
