"""``serve`` and ``migrate``. Rule: serving changes no table; bringing them up to date is a step of its own."""

from __future__ import annotations

import argparse
import os
import textwrap

from ionas_phone import logs
from ionas_phone.cli.parser import Parser
from ionas_phone.cli.store import begin
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import SettingWrong
from ionas_phone.settings import VARIABLES, Settings
from ionas_phone.store.migrate import migrate
from ionas_phone.words import N_


def add(parser: Parser) -> None:
    """Add both commands to ``parser``."""
    variables = [
        f"  {name}\n{textwrap.indent(textwrap.fill(parser.terminal.gettext(what), 96), ' ' * 6)}"
        for name, what in VARIABLES.items()
    ]
    heading = parser.terminal.gettext(N_("settings, from the environment:"))
    parser.command("serve", N_("Serve the pages and listen to the PBXes."), _serve, "\n".join([heading, *variables]))
    parser.command("migrate", N_("Bring the database's tables up to date."), _migrate)


def _serve(_arguments: argparse.Namespace, terminal: Terminal) -> int:
    settings = Settings.from_env()
    if not settings.pbx_urls and not settings.practice:
        raise SettingWrong("IONAS_PBX_URLS names no PBX and IONAS_PRACTICE is 0: no call could ever ring here.")
    logs.configure(settings.log_level, settings.log_format)
    begin(settings)
    from ionas_phone.app import serve  # noqa: PLC0415 - the other commands need not load the whole service

    def ready(url: str) -> None:
        terminal.say(N_("The desk is at %(url)s"), url=settings.public_url or url)

    try:
        return serve(settings, ready)
    except (OSError, ExceptionGroup) as error:
        raise _sentence(settings, error) from error


def _sentence(settings: Settings, error: Exception) -> Exception:
    """Return what stopped the start as a sentence, if it is theirs; a task group wraps what happens inside it."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, OSError) and error.errno is not None:
        place = f"{settings.http_host}:{settings.http_port}"
        return SettingWrong("IONAS_HTTP=%(place)s can't be used (%(why)s).", place=place, why=os.strerror(error.errno))
    return error


def _migrate(_arguments: argparse.Namespace, terminal: Terminal) -> int:
    settings = Settings.from_env()
    for secret in settings.secrets:
        logs.register_secret(secret)
    done = migrate(settings.database_dsn)
    if done:
        terminal.say(N_("The tables are up to date; steps done: %(steps)s."), steps=", ".join(done))
    else:
        terminal.say(N_("The tables were up to date."))
    return 0
