"""``example``: customers and log-ins to try the desk with. Rule: only ever into an empty database."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from ionas_phone.cli.example_people import CUSTOMERS, USERS
from ionas_phone.cli.parser import Parser
from ionas_phone.cli.store import begin, opened
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import PhoneError
from ionas_phone.runtime import clock
from ionas_phone.runtime.passwords import Passwords, invented
from ionas_phone.settings import Settings
from ionas_phone.store import audit, customers, users
from ionas_phone.store.database import Database
from ionas_phone.store.fresh import is_fresh
from ionas_phone.words import N_

LOG_INS = "log-ins.txt"


def add(parser: Parser) -> None:
    """Add the command to ``parser``."""
    parser.command("example", N_("Fill an empty database with invented customers and log-ins."), _fill)


def _fill(_arguments: argparse.Namespace, terminal: Terminal) -> int:
    settings = Settings.from_env()
    begin(settings)
    notes = settings.data / LOG_INS
    passwords = {user.login: invented() for user in USERS}
    if asyncio.run(_write(settings, passwords, notes)):
        terminal.say(N_("%(count)d example customers are written down. These may sign in:"), count=len(CUSTOMERS))
        terminal.line(_list(passwords).rstrip())
        terminal.say(N_("The list is kept in %(path)s, readable for you alone."), path=str(notes))
    elif notes.is_file():
        terminal.say(N_("The database is filled already; the log-ins are in %(path)s."), path=str(notes))
    else:
        terminal.say(N_("The database is not empty; nothing was changed."))
    return 0


async def _write(settings: Settings, passwords: dict[str, str], notes: Path) -> bool:
    """Write everything down in one transaction, and the passwords into ``notes``; False if the database is in use."""
    async with opened(settings) as database:
        if not await _is_empty(database):
            return False
        hashes = await _hashes(passwords)
        at = clock.now()
        async with database.write() as connection:
            for user in USERS:
                await users.add(connection, user, hashes[user.login], at, audit.SERVICE)
            for customer in CUSTOMERS:
                await customers.create(connection, customer, at, audit.SERVICE)
            _keep(notes, _list(passwords))  # before the commit: log-ins nobody knows would be worse than none
    return True


async def _is_empty(database: Database) -> bool:
    async with database.read() as connection:
        return await is_fresh(connection)


async def _hashes(passwords: dict[str, str]) -> dict[str, str]:
    keeper = Passwords()
    try:
        hashed = await asyncio.gather(*(keeper.hash(password) for password in passwords.values()))
    finally:
        keeper.close()
    return dict(zip(passwords, hashed, strict=True))


def _list(passwords: dict[str, str]) -> str:
    return "".join(
        f"  {user.login:8} {passwords[user.login]}   {user.role.value} {user.extension}".rstrip() + "\n"
        for user in USERS
    )


def _keep(notes: Path, text: str) -> None:
    """Write ``text`` where only we can read it. Raises PhoneError."""
    try:
        notes.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        notes.unlink(missing_ok=True)
        notes.touch(mode=0o600, exist_ok=False)
        notes.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PhoneError("%(path)s can't be written: %(why)s.", path=str(notes), why=error.strerror) from error
