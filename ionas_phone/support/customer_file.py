"""Customers read from a CSV file. Rule: a row is right as a whole, or refused with line and column.

What only a record that stands like this already may hold, is left to whoever knows the records (``Row.doubts``).
Behind a broken quotation mark nobody knows what is a row: then nothing is read in, and what stands before is reported.

The first line names the columns, in any order, in English or German; ``number`` is always needed, because a second
import finds its customers by it. UTF-8, or what German Excel writes (cp1252); semicolons, commas or tabs between,
whichever line 1 has most. How facts are written in columns: support.customer_columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ionas_phone.errors import FormWrong, PhoneError
from ionas_phone.support.customer_columns import BOM, COLUMNS, KINDS, TRUTHS, column_of, meant, read_cell
from ionas_phone.support.customers import HARMLESS, NewCustomer, checked
from ionas_phone.support.faults import all_wrong
from ionas_phone.support.phone_numbers import normalise_written
from ionas_phone.support.postal import as_written
from ionas_phone.words import N_

_DELIMITERS = ";,\t"
_NEVER_CLOSED = N_(
    "A quotation mark is opened in line %(line)d and never closed, so nobody can tell where the lines behind it begin: "
    "close it, or take it away. A quotation mark within a text is written twice."
)
_CLOSED_TOO_SOON = N_(
    "The quotation mark opened in line %(line)d is closed in line %(last)d, and there the cell goes on: close it where "
    "the cell ends. A quotation mark within a text is written twice."
)
_TOO_LONG = N_("A cell of line %(line)d is far too long.")
_LINE_END = re.compile(r"\r\n|\r|\n")


class _Broken(PhoneError):
    """From some line on the file can't be read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in ``column``, "" if it is the row as a whole."""

    column: str
    error: PhoneError


@dataclass(frozen=True, slots=True)
class Row:
    """One customer. ``line``: where the row begins, counted from 1; ``cells``: as they were typed, but the empty ones.

    ``doubts``: why it can't be a new customer; over a record that stands like this already it may be right.
    """

    line: int
    customer: NewCustomer
    cells: Mapping[str, str]
    doubts: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row can't be imported. ``number``, ``name``: as they stand in the file, "" where nobody can tell."""

    line: int
    number: str
    name: str
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class CustomerFile:
    """What was read, and what could not be. ``broken``: why nothing could be read from some line on."""

    encoding: str  # "UTF-8" | "Windows-1252"
    rows: list[Row] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    broken: PhoneError | None = None


def read_customers(content: bytes) -> CustomerFile:
    """Read a whole file. Raises PhoneError if it is no such CSV file at all; single rows are refused one by one."""
    encoding, text = _decoded(content)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    lines = _records(text, delimiter)
    _, header = next(lines, (0, []))
    columns = _columns(header)
    file = CustomerFile(encoding)
    try:
        _read_rows(file, lines, columns)
    except _Broken as error:
        file.broken = error
    return file


def _read_rows(file: CustomerFile, lines: Iterable[tuple[int, list[str]]], columns: tuple[str, ...]) -> None:
    seen: dict[str, int] = {}
    for line, cells in lines:
        values = {name: read_cell(cell.strip()) for name, cell in zip(columns, cells, strict=False)}
        customer, faults, doubts = _customer(values, len(columns), len(cells))
        if not faults:
            faults = _twice(customer.number or "", line, seen)
        if faults:
            name = values.get("company") or values.get("name", "")
            file.refused.append(Refusal(line, values.get("number", ""), name, faults))
        else:
            file.rows.append(Row(line, customer, {name: cell for name, cell in values.items() if cell}, doubts))


def _twice(number: str, line: int, seen: dict[str, int]) -> tuple[Fault, ...]:
    if number in seen:
        return (Fault("number", FormWrong("The number stands in line %(line)d already.", line=seen[number])),)
    seen[number] = line
    return ()


def _decoded(content: bytes) -> tuple[str, str]:
    if b"\x00" in content:
        raise PhoneError("This is no CSV file in UTF-8; save it as “CSV UTF-8”.")
    try:
        return "UTF-8", content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return "Windows-1252", content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PhoneError("Line %(line)d is neither UTF-8 nor Windows-1252.", line=line) from error


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line it begins on, cells) of each record that is not blank. Raises _Broken."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _why_broken(text, delimiter, begins, reader.line_num, str(error)) from error


def _why_broken(text: str, delimiter: str, begins: int, last: int, said: str) -> _Broken:
    """Return what is wrong with the record that ``begins`` in this line: its cells are gone through once more."""
    rest = "".join(io.StringIO(text, newline="").readlines()[begins - 1 :])
    cell = re.compile(rf'"[^"]*(?:""[^"]*)*"(?=[{delimiter}\r\n]|$)|[^"{delimiter}\r\n][^{delimiter}\r\n]*|{delimiter}')
    at = 0
    while found := cell.match(rest, at):
        at = found.end()
    line = begins + len(_LINE_END.findall(rest, 0, at))
    if not rest.startswith('"', at):
        return _Broken(_TOO_LONG, line=line, detail=said)
    why = _CLOSED_TOO_SOON if "expected after" in said else _NEVER_CLOSED
    return _Broken(why, line=line, last=last, detail=said)


def _columns(header: list[str]) -> tuple[str, ...]:
    named = (cell.strip().strip(BOM).casefold() for cell in header)
    columns = tuple(map(column_of, named))
    known = ", ".join(COLUMNS)
    for name, cell in zip(columns, header, strict=True):
        if name not in COLUMNS:
            raise PhoneError("Line 1: there is no column “%(name)s”; there are: %(known)s.", name=cell, known=known)
        if columns.count(name) > 1:
            raise PhoneError("Line 1: the column “%(name)s” stands there twice.", name=name)
    if "number" not in columns:
        raise PhoneError("Line 1: the column “number” is missing; there are: %(known)s.", known=known)
    return columns


def faults_of(wrong: Mapping[str, PhoneError]) -> tuple[Fault, ...]:
    """Return what is wrong by column as faults."""
    return tuple(Fault(*one) for one in wrong.items())


def _customer(
    values: dict[str, str], wanted: int, found: int
) -> tuple[NewCustomer, tuple[Fault, ...], tuple[Fault, ...]]:
    """Return the customer of one record, all that is wrong with it, and, if nothing surely is, what may be."""
    if found != wanted:
        error = FormWrong("%(found)d columns instead of %(wanted)d.", found=found, wanted=wanted)
        return NewCustomer(""), (Fault("", error),), ()
    facts: dict[str, Any] = {"name": "", **values, "country": values.get("country", "").upper() or "DE"}
    facts["postcode"] = as_written(values.get("postcode", ""), facts["country"])
    wrong = _read_words(facts)
    typed = [read_cell(text.strip()) for text in values.get("phones", "").split(";") if text.strip()]
    facts["phones"] = tuple(normalise_written(text) or text for text in typed)
    new = NewCustomer(**facts)
    if doubts := all_wrong(new, HARMLESS, _check):
        surely = all_wrong(new, HARMLESS, lambda tried: _check(tried, tried))
        if surely or wrong:
            return new, faults_of(doubts | wrong), ()
    return checked(new, new), faults_of(wrong), faults_of(doubts)


def _read_words(facts: dict[str, Any]) -> dict[str, FormWrong]:
    """Put in place what is said in words, None where nothing is; return what nobody understands, by column."""
    wrong = {}
    kind, contract = (facts.get(name, "") for name in ("kind", "framework_contract"))
    facts["kind"], facts["framework_contract"] = meant(kind, KINDS), meant(contract, TRUTHS)
    if kind and facts["kind"] is None:
        wrong["kind"] = FormWrong("“%(text)s” is no kind of customer: write consumer or business.", text=kind)
    if contract and facts["framework_contract"] is None:
        wrong["framework_contract"] = FormWrong("“%(text)s” is neither yes nor no.", text=contract)
    return wrong


def _check(new: NewCustomer, stored: NewCustomer | None = None) -> None:
    if not new.number:
        raise FormWrong("It is empty; without it a second import would double the customer.", field="number")
    checked(new, stored)
