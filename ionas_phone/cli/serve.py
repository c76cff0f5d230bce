"""``serve`` and ``migrate``. Rule: serving changes no table; bringing them up to date is a step of its own."""

from __future__ import annotations

import argparse
import errno
import os
import textwrap

from ionas_phone import logs
from ionas_phone.cli.parser import Parser
from ionas_phone.cli.store import begin
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import PhoneError, SettingWrong
from ionas_phone.settings import VARIABLES, Settings
from ionas_phone.store.migrate import migrate
from ionas_phone.words import N_

_ADDRESS_TROUBLE = {errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES}


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

    logs.catch_all()
    try:
        return serve(settings, ready)
    except (OSError, ExceptionGroup) as error:
        if sentence := _sentence(settings, error):
            raise sentence from error
        raise


def _sentence(settings: Settings, error: Exception) -> PhoneError | None:
    """Return what stopped the start as a sentence, None if it is a bug; a task group wraps what happens inside it."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, OSError) and error.errno in _ADDRESS_TROUBLE:
        place = f"{settings.http_host}:{settings.http_port}"
        if error.errno == errno.EADDRINUSE:
            return SettingWrong(
                "At IONAS_HTTP=%(place)s another program is at work; end it, or name another port.", place=place
            )
        return SettingWrong("IONAS_HTTP=%(place)s can't be used (%(why)s).", place=place, why=os.strerror(error.errno))
    return error if isinstance(error, PhoneError) else None


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
