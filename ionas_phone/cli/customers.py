"""``customers import FILE.csv``. Rule: good rows go in, bad ones are named; the same file again changes nothing.

Customers are found by their number. An import adds and corrects, it never empties: a field the file says nothing about
stays as it is, and so do phone numbers the desk has learned. A row is a transaction of its own, so that the running
service never waits for an import.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from ionas_phone.cli.customer_file import CustomerFile, Refusal, Row, read_customers
from ionas_phone.cli.parser import Parser
from ionas_phone.cli.store import begin, opened
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import Conflict, FormWrong, PhoneError, RowRefused
from ionas_phone.runtime import clock
from ionas_phone.settings import Settings
from ionas_phone.store import audit, customers
from ionas_phone.store.database import Database
from ionas_phone.support.customers import NewCustomer
from ionas_phone.words import N_


class Outcome(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


def add(parser: Parser) -> None:
    """Add the command to ``parser``."""
    noun = parser.command("customers", N_("Customers from and for other programs."))
    columns = N_(
        "The first line names the columns: number, name, company, phones (several with semicolons between),\n"
        "email, street, postcode, city, country, notes. The number is always needed, the others may be left out;\n"
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
    outcomes = asyncio.run(_work(settings, file, dry_run=arguments.dry_run))
    for refusal in sorted(file.refused, key=lambda refusal: refusal.line):
        terminal.complain(refusal.error, _where(terminal, arguments.file, refusal))
    if arguments.dry_run:
        terminal.say(N_("Nothing was written; this is what an import would do:"))
    terminal.say(
        N_("%(added)d added, %(changed)d changed, %(same)d as they were, %(refused)d refused (%(encoding)s)."),
        **{outcome.value: outcomes[outcome] for outcome in Outcome},
        refused=len(file.refused),
        encoding=file.encoding,
    )
    return 1 if file.refused else 0


def _where(terminal: Terminal, path: str, refusal: Refusal) -> str:
    place = terminal.gettext(N_("line %(line)d")) % {"line": refusal.line}
    return f"{path}, {place}, {refusal.column}: " if refusal.column else f"{path}, {place}: "


async def _work(settings: Settings, file: CustomerFile, *, dry_run: bool) -> Counter[Outcome]:
    """Write the rows of ``file`` down; those the store refuses join the refused ones."""
    outcomes: Counter[Outcome] = Counter()
    async with opened(settings) as database:
        for row in file.rows:
            try:
                outcomes[await _one(database, row, dry_run=dry_run)] += 1
            except (FormWrong, Conflict, RowRefused) as error:
                file.refused.append(Refusal(row.line, getattr(error, "field", ""), error))
    return outcomes


async def _one(database: Database, row: Row, *, dry_run: bool) -> Outcome:
    async with database.read() if dry_run else database.write() as connection:
        known = await customers.by_number(connection, row.customer.number or "")
        if known is None:
            if not dry_run:
                await customers.create(connection, row.customer, clock.now(), audit.SERVICE)
            return Outcome.ADDED
        present = NewCustomer(**{field.name: getattr(known, field.name) for field in fields(NewCustomer)})
        wanted = _merged(present, row)
        if wanted == present:
            return Outcome.SAME
        if not dry_run:
            await customers.update(connection, known.id, wanted, known.version, clock.now(), audit.SERVICE)
        return Outcome.CHANGED


def _merged(present: NewCustomer, row: Row) -> NewCustomer:
    """Return ``present`` with all that ``row`` says; its phone numbers join those that are there."""
    said: dict[str, Any] = {name: getattr(row.customer, name) for name in row.given}
    return replace(present, **said | {"phones": tuple(dict.fromkeys((*present.phones, *row.customer.phones)))})
