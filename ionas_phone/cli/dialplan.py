"""``dialplan FOLDER``. Rule: it writes into one folder and tells what to do with it; no running PBX is touched."""

from __future__ import annotations

import argparse
from pathlib import Path

from ionas_phone.cli.parser import Parser
from ionas_phone.cli.terminal import Terminal
from ionas_phone.dialplan import Hours, Phone, Plan, Trunk, write_dialplan
from ionas_phone.errors import SettingWrong, WrongUse
from ionas_phone.runtime import clock
from ionas_phone.settings import Settings
from ionas_phone.shipped import shipped
from ionas_phone.words import N_

# Options whose value goes into the plan under the same name; the plan checks it.
_TEXTS = (
    ("--queue", N_("the queue's name"), "support"),
    ("--ami-user", N_("the manager account's name"), "ionas"),
    ("--sip-address", N_("where phones and the carrier reach Asterisk"), "0.0.0.0"),  # noqa: S104 - an example
    ("--media-address", N_("the address named for speech, where it differs"), "192.0.2.10"),
)
_NUMBERS = (
    ("--asterisk", N_("Asterisk's major version, 16 to 23"), "22"),
    ("--ami-port", N_("the manager's port on this machine"), "5038"),
    ("--sip-port", N_("the port for SIP"), "5060"),
    ("--wait-seconds", N_("how long callers wait at most"), "600"),
    ("--ring-seconds", N_("how long one phone rings"), "15"),
)
_HOURS = (
    ("--weekdays", N_("opening hours from Monday to Friday; several with blanks between, closed if empty")),
    ("--saturday", N_("opening hours on Saturdays")),
    ("--sunday", N_("opening hours on Sundays")),
    ("--holiday", N_("opening hours on public holidays")),
)


def add(parser: Parser) -> None:
    """Add the command to ``parser``."""
    plan = parser.command("dialplan", N_("Write the line's Asterisk configuration into a folder."), _write)
    plan.argument("folder", N_("a new folder, or one written by this command before"))
    plan.option("--line", N_("our number; the first of IONAS_LINES by default"), metavar="+496131327070")
    plan.option(
        "--phone",
        N_("a desk phone: extension and name; may be given several times"),
        action="append",
        metavar="201=Anna",
    )
    plan.option("--trunk", N_("the carrier's host, perhaps with a port"), metavar="sip.example.org:5060")
    plan.option("--trunk-user", N_("the carrier's name for us, if we have to register"), default="", metavar="USER")
    plan.option("--trunk-password-file", N_("a file with the carrier's password, one line"), metavar="FILE")
    for name, what, example in _TEXTS:
        plan.option(name, what, metavar=example)
    for name, what, example in _NUMBERS:
        plan.option(name, what, type=int, metavar=example)
    for name, what in _HOURS:
        plan.option(name, what, metavar="17:00-22:00")


def _write(arguments: argparse.Namespace, terminal: Terminal) -> int:
    settings = Settings.from_env()
    today = clock.now().astimezone(settings.timezone).date()
    folder = Path(arguments.folder)
    written = write_dialplan(folder, plan_of(arguments, settings), today=today)
    terminal.say(N_("%(count)d files are written into %(folder)s."), count=len(written.files), folder=str(folder))
    readme = shipped("dialplan") / "README.md"
    terminal.say(N_("%(readme)s tells how to use them. The service finds this PBX with:"), readme=str(readme))
    terminal.line(f"IONAS_PBX_URLS={written.ami_url}")
    terminal.line(f"IONAS_PBX_SECRET_FILE={written.secret_file.absolute()}")
    return 0


def plan_of(arguments: argparse.Namespace, settings: Settings) -> Plan:
    """Return the plan the options describe; the rest is as the plan or the settings have it. Raises PhoneError."""
    given = {name: getattr(arguments, name) for name in _names(_TEXTS, _NUMBERS)}
    hours = {name: getattr(arguments, name) for name in _names(_HOURS)}
    phones = tuple(_phone(text) for text in arguments.phone or ())
    chosen = {name: value for name, value in given.items() if value is not None}
    if phones:
        chosen["phones"] = phones
    return Plan(
        line=arguments.line or settings.lines[0],
        trunk=_trunk(arguments),
        timezone=settings.timezone.key,
        hours=Hours(**{name: value for name, value in hours.items() if value is not None}),
        **chosen,
    )


def _names(*tables: tuple[tuple[str, ...], ...]) -> list[str]:
    return [row[0].removeprefix("--").replace("-", "_") for table in tables for row in table]


def _phone(text: str) -> Phone:
    extension, equals, name = text.partition("=")
    if not equals:
        raise WrongUse("--phone must look like 201=Anna, not %(text)s.", text=text)
    return Phone(extension.strip(), name.strip())


def _trunk(arguments: argparse.Namespace) -> Trunk | None:
    if arguments.trunk is None:
        return None
    host, _, port = arguments.trunk.partition(":")
    if port and not port.isdecimal():
        raise WrongUse("--trunk must look like sip.example.org:5060, not %(text)s.", text=arguments.trunk)
    password = ""
    if arguments.trunk_password_file:
        try:
            password = Path(arguments.trunk_password_file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise SettingWrong(
                "--trunk-password-file=%(path)s can't be read.", path=arguments.trunk_password_file
            ) from error
    return Trunk(host, int(port or 5060), arguments.trunk_user, password)
