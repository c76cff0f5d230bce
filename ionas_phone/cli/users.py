"""``user add|change|list|password|disable|enable``. Rule: a password is read, never an argument."""

from __future__ import annotations

import argparse
import asyncio

from ionas_phone.cli.parser import Parser
from ionas_phone.cli.store import begin, opened
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import NotThere
from ionas_phone.runtime import clock
from ionas_phone.runtime.passwords import Passwords, check_password
from ionas_phone.settings import Settings
from ionas_phone.store import audit, users
from ionas_phone.support.users import NewUser, Role, User, checked
from ionas_phone.words import N_

_CHANGED = ("role", "extension", "interface", "name", "language")
_NAME = N_("the log-in name")


def add(parser: Parser) -> None:
    """Add the commands to ``parser``."""
    user = parser.command("user", N_("Let people in, and keep them out."))
    new = user.command("add", N_("Let somebody in; the password is read from standard input."), _add)
    new.argument("login", _NAME, "NAME")
    new.option("--role", N_("what the person is"), required=True, choices=[role.value for role in Role])
    new.option("--extension", N_("what colleagues dial, as 201"), default="", metavar="201")
    new.option("--interface", N_("the phone as Asterisk names it; PJSIP/<extension> by default"), metavar="PJSIP/201")
    new.option("--name", N_("the name shown; the log-in name by default"), default="", metavar='"Anna Berger"')
    new.option("--language", N_("the language of the pages"), default="de", choices=["de", "en"])
    other = user.command(
        "change", N_("Give somebody another role, phone or name; whatever is left out stays."), _change
    )
    other.argument("login", _NAME, "NAME")
    other.option("--role", N_("what the person is"), choices=[role.value for role in Role])
    other.option("--extension", N_("what colleagues dial, as 201"), metavar="201")
    other.option("--interface", N_("the phone as Asterisk names it; PJSIP/<extension> by default"), metavar="PJSIP/201")
    other.option("--name", N_("the name shown; the log-in name by default"), metavar='"Anna Berger"')
    other.option("--language", N_("the language of the pages"), choices=["de", "en"])
    user.command("list", N_("Show who may sign in."), _list)
    for name, what, run in (
        ("password", N_("Give somebody a new password, read from standard input, and sign them out."), _password),
        ("disable", N_("Keep somebody out, and sign them out at once."), _disable),
        ("enable", N_("Let somebody in again."), _enable),
    ):
        user.command(name, what, run).argument("login", _NAME, "NAME")


def _add(arguments: argparse.Namespace, terminal: Terminal) -> int:
    settings = Settings.from_env()
    begin(settings)
    interface = arguments.interface
    if interface is None:
        interface = f"PJSIP/{arguments.extension}" if arguments.extension else ""
    new = checked(
        NewUser(
            arguments.login, arguments.name, Role(arguments.role), arguments.extension, interface, arguments.language
        )
    )
    password = terminal.password()
    check_password(new.login, password)
    user = asyncio.run(_write(settings, new, password))
    terminal.say(N_("%(login)s (%(role)s) may sign in."), login=user.login, role=user.role.value)
    return 0


async def _write(settings: Settings, new: NewUser, password: str) -> User:
    hashed = await hash_once(password)
    async with opened(settings) as database, database.write() as connection:
        return await users.add(connection, new, hashed, clock.now(), audit.SERVICE)


def _change(arguments: argparse.Namespace, terminal: Terminal) -> int:
    settings = Settings.from_env()
    begin(settings)
    if arguments.interface is None and arguments.extension is not None:
        arguments.interface = f"PJSIP/{arguments.extension}" if arguments.extension else ""
    given = {name: value for name in _CHANGED if (value := getattr(arguments, name)) is not None}
    user = asyncio.run(_write_change(settings, arguments.login, given))
    terminal.say(N_("%(login)s is %(role)s now, phone: %(phone)s."), **_said(user))
    return 0


async def _write_change(settings: Settings, login: str, given: dict[str, str]) -> User:
    async with opened(settings) as database, database.write() as connection:
        user = await users.by_login(connection, login)
        if user is None:
            raise NotThere("There is no user %(login)s.", login=login)
        facts = {name: getattr(user, name) for name in ("login", *_CHANGED)} | given
        new = NewUser(**{**facts, "role": Role(facts["role"])})
        await users.edit(connection, user.id, user.version, new, clock.now(), audit.SERVICE)
        return await users.by_id(connection, user.id)


def _said(user: User) -> dict[str, str]:
    return {"login": user.login, "role": user.role.value, "phone": user.interface or "–"}


async def hash_once(password: str) -> str:
    """Hash one password, as the service will check it."""
    passwords = Passwords()
    try:
        return await passwords.hash(password)
    finally:
        passwords.close()


def _list(_arguments: argparse.Namespace, terminal: Terminal) -> int:
    settings = Settings.from_env()
    begin(settings)
    _ = terminal.gettext
    rows = [[_("log-in"), _("name"), _("role"), _("extension"), _("phone"), _("state")]]
    for user in asyncio.run(_everybody(settings)):
        state = _("disabled") if user.disabled else ""
        rows.append([user.login, user.name, user.role.value, user.extension, user.interface, state])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        terminal.line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


async def _everybody(settings: Settings) -> tuple[User, ...]:
    async with opened(settings) as database, database.read() as connection:
        return await users.everybody(connection)


def _password(arguments: argparse.Namespace, terminal: Terminal) -> int:
    settings = Settings.from_env()
    begin(settings)
    login = asyncio.run(_known(settings, arguments.login))
    password = terminal.password()
    check_password(login, password)
    asyncio.run(_set_password(settings, login, password))
    terminal.say(N_("%(login)s has a new password and is signed out everywhere."), login=login)
    return 0


async def _known(settings: Settings, login: str) -> str:
    """Return the log-in name as it is written, before anybody is asked for a password. Raises NotThere."""
    async with opened(settings) as database, database.read() as connection:
        user = await users.by_login(connection, login)
    if user is None:
        raise NotThere("There is no user %(login)s.", login=login)
    return user.login


async def _set_password(settings: Settings, login: str, password: str) -> None:
    hashed = await hash_once(password)
    async with opened(settings) as database, database.write() as connection:
        await users.set_password(connection, login, hashed, clock.now(), audit.SERVICE)


def _disable(arguments: argparse.Namespace, terminal: Terminal) -> int:
    asyncio.run(_switch(arguments.login, disabled=True))
    terminal.say(N_("%(login)s can no longer sign in."), login=arguments.login)
    return 0


def _enable(arguments: argparse.Namespace, terminal: Terminal) -> int:
    asyncio.run(_switch(arguments.login, disabled=False))
    terminal.say(N_("%(login)s may sign in again."), login=arguments.login)
    return 0


async def _switch(login: str, *, disabled: bool) -> None:
    settings = Settings.from_env()
    begin(settings)
    async with opened(settings) as database, database.write() as connection:
        await users.disable(connection, login, clock.now(), audit.SERVICE, disabled=disabled)
