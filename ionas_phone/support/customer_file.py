"""Customers as a CSV file, read and written. Rule: a row is right as a whole, or refused with line and column.

Behind a broken quotation mark nobody knows what is a row: then nothing is read in, and what stands before is reported.

The first line names the columns, in any order, in English or German; ``number`` is always needed, because a second
import finds its customers by it. UTF-8, or what German Excel writes (cp1252); semicolons, commas or tabs between,
whichever line 1 has most. What is written here reads back the same, also after a spreadsheet has had it: no cell is a
formula, phones are written so that they keep their zero, and a German postcode gets its zero back.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ionas_phone.errors import FormWrong, PhoneError
from ionas_phone.support.customers import HARMLESS, Customer, NewCustomer, checked
from ionas_phone.support.faults import all_wrong
from ionas_phone.support.phone_numbers import display, normalise_written
from ionas_phone.support.postal import as_written
from ionas_phone.words import N_

COLUMNS = ("number", "name", "company", "phones", "email", "street", "postcode", "city", "country", "notes")

BOM = "\ufeff"  # by which a spreadsheet knows UTF-8

_DELIMITERS = ";,\t"
_GERMAN = {
    "nummer": "number",
    "kundennummer": "number",
    "firma": "company",
    "telefon": "phones",
    "rufnummern": "phones",
    "e-mail": "email",
    "mail": "email",
    "straße": "street",
    "strasse": "street",
    "plz": "postcode",
    "ort": "city",
    "land": "country",
    "notizen": "notes",
}
_GERMAN_HEADS = ("Nummer", "Name", "Firma", "Telefon", "E-Mail", "Straße", "PLZ", "Ort", "Land", "Notizen")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet would reckon with, or what was kept from it
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
class Row:
    """One customer. ``line``: where the row begins, counted from 1; ``given``: the columns that are not empty."""

    line: int
    customer: NewCustomer
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in ``column``, "" if it is the row as a whole."""

    column: str
    error: PhoneError


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
        values = {name: _uncell(cell.strip()) for name, cell in zip(columns, cells, strict=False)}
        customer, faults = _customer(values, len(columns), len(cells))
        if not faults:
            faults = _twice(customer.number or "", line, seen)
        if faults:
            name = values.get("company") or values.get("name", "")
            file.refused.append(Refusal(line, values.get("number", ""), name, faults))
        else:
            given = tuple(name for name, cell in zip(columns, cells, strict=True) if cell.strip())
            file.rows.append(Row(line, customer, given))


def written(customers: Iterable[Customer]) -> str:
    """Return the lines of customers, as a German spreadsheet opens them and ``read_customers`` reads them again."""
    return _lines([getattr(one, name) for name in COLUMNS] for one in customers)


def heads(language: str) -> tuple[str, ...]:
    """Return what the columns are called in ``language``; read is either."""
    return _GERMAN_HEADS if language == "de" else COLUMNS


def head(language: str) -> str:
    """Return the first line, behind the mark by which a spreadsheet knows what it reads."""
    return BOM + _lines([heads(language)])


def _lines(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    """Write a cell so that no spreadsheet takes it for a formula: with an apostrophe before it, which is read away."""
    text = "; ".join(map(display, value)) if isinstance(value, tuple) else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _uncell(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


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
    columns = tuple(_GERMAN.get(name, name) for name in named)
    known = ", ".join(COLUMNS)
    for name, cell in zip(columns, header, strict=True):
        if name not in COLUMNS:
            raise PhoneError("Line 1: there is no column “%(name)s”; there are: %(known)s.", name=cell, known=known)
        if columns.count(name) > 1:
            raise PhoneError("Line 1: the column “%(name)s” stands there twice.", name=name)
    if "number" not in columns:
        raise PhoneError("Line 1: the column “number” is missing; there are: %(known)s.", known=known)
    return columns


def _customer(values: dict[str, str], wanted: int, found: int) -> tuple[NewCustomer, tuple[Fault, ...]]:
    """Return the customer of one record, and all that is wrong with it."""
    if found != wanted:
        error = FormWrong("%(found)d columns instead of %(wanted)d.", found=found, wanted=wanted)
        return NewCustomer(""), (Fault("", error),)
    facts: dict[str, Any] = {"name": "", **values, "country": values.get("country", "").upper() or "DE"}
    facts["postcode"] = as_written(values.get("postcode", ""), facts["country"])
    typed = [_uncell(text.strip()) for text in values.get("phones", "").split(";") if text.strip()]
    facts["phones"] = tuple(normalise_written(text) or text for text in typed)
    new = NewCustomer(**facts)
    faults = tuple(Fault(*one) for one in all_wrong(new, HARMLESS, _check).items())
    return (new, faults) if faults else (checked(new), ())


def _check(new: NewCustomer) -> None:
    if not new.number:
        raise FormWrong("It is empty; without it a second import would double the customer.", field="number")
    checked(new)
