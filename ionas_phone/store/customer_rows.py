"""Rows of a file of customers, written down or looked at. Rule: an import adds and corrects, it never empties.

A field the file says nothing about stays as it is, and so do phone numbers the desk has learned. A number that somebody
has said not to be a customer's stays away. What stands in the record as it stands in the file is neither checked nor
spelt anew: records from before a rule was made come back from a file as they went into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.errors import Conflict
from ionas_phone.store import customer_numbers, customers
from ionas_phone.support.customer_file import Fault, Row, faults_of
from ionas_phone.support.customers import HARMLESS, Customer, NewCustomer, checked
from ionas_phone.support.faults import all_wrong
from ionas_phone.support.phone_numbers import display
from ionas_phone.support.postal import as_written


class RowResult(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """What a row makes of one field; ``before``, ``after``: as people read them."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row. ``line``: where it begins in the file, from 1; ``name``: as the file says it.

    ``changes``: what changes of the customer; ``faults``: why it was refused; ``hints``: what stays though it is wrong.
    """

    line: int
    number: str
    name: str
    outcome: RowResult
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    hints: tuple[Fault, ...] = ()

    @property
    def renamed(self) -> bool:
        """Whether the customer would get another name: perhaps the file means somebody else by this number."""
        return any(one.before and one.field in {"name", "company"} for one in self.changes)


async def take(conn: AsyncConnection, rows: Sequence[Row], at: datetime, by: str, *, write: bool) -> list[Line]:
    """Return what becomes of each row; ``write`` False: what would.

    Writing raises FormWrong, Conflict and RowRefused.
    """
    numbers = [row.customer.number or "" for row in rows]
    known = await customers.by_numbers(conn, numbers)
    merged = await customers.merged_away(conn, numbers)
    foreign = await customer_numbers.foreign_of(conn, [one.id for one in known.values()])
    lines = []
    for row, number in zip(rows, numbers, strict=True):
        customer = known.get(number)
        if number in merged:
            into = merged[number]
            error = Conflict("This customer was merged with %(number)s; correct the file.", number=into)
            lines.append(line_of(row, RowResult.REFUSED, faults=(Fault("number", error),)))
        elif customer is None:
            line = line_of(row, RowResult.REFUSED if row.doubts else RowResult.ADDED, faults=row.doubts)
            if line.outcome is RowResult.ADDED and write:
                await customers.create(conn, row.customer, at, by)
            lines.append(line)
        else:
            wanted = _wanted(customer, row, foreign.get(customer.id, frozenset()))
            line = _over(customer, row, wanted)
            if line.outcome is RowResult.CHANGED and write:
                await customers.update(conn, customer.id, wanted, customer.version, at, by)
            lines.append(line)
    return lines


def line_of(row: Row, outcome: RowResult, changes: tuple[Change, ...] = (), faults: tuple[Fault, ...] = ()) -> Line:
    """Say what became of a row."""
    name = row.customer.company or row.customer.name
    return Line(row.line, row.customer.number or "", name, outcome, changes, faults)


def _over(known: Customer, row: Row, wanted: NewCustomer) -> Line:
    """Say what becomes of a record that shall be as ``wanted``."""
    line = line_of(row, RowResult.SAME)
    line = replace(line, name=line.name or known.company or known.name)  # the file need not say it again
    if wrong := all_wrong(wanted, HARMLESS, lambda tried: checked(tried, known)):
        return replace(line, outcome=RowResult.REFUSED, faults=faults_of(wrong))
    if changed := _changes(_present(known), checked(wanted, known)):
        line = replace(line, outcome=RowResult.CHANGED, changes=changed)
    stays = {name: error for name, error in all_wrong(wanted, HARMLESS, checked).items() if name in row.cells}
    return replace(line, hints=faults_of(stays))


def _changes(present: NewCustomer, wanted: NewCustomer) -> tuple[Change, ...]:
    pairs = ((one.name, getattr(present, one.name), getattr(wanted, one.name)) for one in fields(NewCustomer))
    return tuple(Change(name, _shown(before), _shown(after)) for name, before, after in pairs if before != after)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))  # as a form sends it
    return "; ".join(map(display, value)) if isinstance(value, tuple) else str(value)


def _present(known: Customer) -> NewCustomer:
    return NewCustomer(**{field.name: getattr(known, field.name) for field in fields(NewCustomer)})


def _wanted(known: Customer, row: Row, theirs_not: frozenset[str]) -> NewCustomer:
    """Return the record with all that ``row`` says; its phone numbers join those that are there."""
    said: dict[str, Any] = {
        name: getattr(row.customer, name) for name, cell in row.cells.items() if cell != getattr(known, name)
    }
    if "postcode" in said and "country" not in row.cells:
        said["postcode"] = as_written(row.customer.postcode, known.country)
    phones = tuple(phone for phone in row.customer.phones if phone not in theirs_not)
    said["phones"] = tuple(dict.fromkeys((*known.phones, *phones)))
    return replace(_present(known), **said)
