"""``customers import FILE.csv``. Rule: what it does is runtime.customer_import's; here are files and words."""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from pathlib import Path

from ionas_phone.cli.parser import Parser
from ionas_phone.cli.store import begin, opened
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import PhoneError
from ionas_phone.runtime import clock
from ionas_phone.runtime.customer_import import Import
from ionas_phone.settings import Settings
from ionas_phone.store import audit
from ionas_phone.store.customer_rows import Line, RowResult
from ionas_phone.support.customer_file import CustomerFile, read_customers
from ionas_phone.words import N_


def add(parser: Parser) -> None:
    """Add the command to ``parser``."""
    noun = parser.command("customers", N_("Customers from and for other programs."))
    columns = N_(
        "The first line names the columns: number, name, company, phones (several with semicolons between),\n"
        "email, street, postcode, city, country, notes, kind (consumer or business) and framework_contract (yes or\n"
        "no). The number is always needed, the others may be left out;\n"
        "what is empty stays as it is. UTF-8 or Windows-1252; semicolons, commas or tabs between the columns."
    )
    read = noun.command(
        "import", N_("Add and update customers from a CSV file."), _import, parser.terminal.gettext(columns)
    )
    read.argument("file", N_("the file"), "FILE.csv")
    read.option("--dry-run", N_("only tell what would happen"), action="store_true")


def _import(arguments: argparse.Namespace, terminal: Terminal) -> int:
    settings = Settings.from_env()
    begin(settings)
    try:
        content = Path(arguments.file).read_bytes()
    except OSError as error:
        raise PhoneError("%(path)s can't be read (%(why)s).", path=arguments.file, why=error.strerror) from error
    file = read_customers(content)
    lines = asyncio.run(_work(settings, file, dry_run=arguments.dry_run))
    for line in lines:
        for fault in line.faults:
            terminal.complain(fault.error, _where(terminal, arguments.file, line.line, fault.column))
        for hint in line.hints:
            stays = f"{hint.column} {terminal.gettext(N_('(stays as it is)'))}"
            terminal.complain(hint.error, _where(terminal, arguments.file, line.line, stays))
    if file.broken:
        terminal.complain(file.broken, f"{arguments.file}: ")
        terminal.say(N_("Nothing was written; the lines before it stand like this:"))
    elif arguments.dry_run:
        terminal.say(N_("Nothing was written; this is what an import would do:"))
    counted = Counter(line.outcome for line in lines)
    terminal.say(
        N_("%(added)d added, %(changed)d changed, %(same)d as they were, %(refused)d refused (%(encoding)s)."),
        **{outcome.value: counted[outcome] for outcome in RowResult},
        encoding=file.encoding,
    )
    return 1 if counted[RowResult.REFUSED] or file.broken else 0


def _where(terminal: Terminal, path: str, line: int, column: str) -> str:
    place = terminal.gettext(N_("line %(line)d")) % {"line": line}
    return f"{path}, {place}, {column}: " if column else f"{path}, {place}: "


async def _work(settings: Settings, file: CustomerFile, *, dry_run: bool) -> tuple[Line, ...]:
    async with opened(settings) as database:
        return await Import(database, clock.now, audit.SERVICE, write=not dry_run).run(file)
