"""Reading customers from a CSV file. Rule: a row is right as a whole, or refused with line and column.

The first line names the columns, in any order; ``number`` is always needed, because a second import finds its customers
by it. UTF-8, or what German Excel writes (cp1252); semicolons, commas or tabs between, whichever line 1 has most.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ionas_phone.errors import FormWrong, PhoneError
from ionas_phone.support.customers import NewCustomer, checked
from ionas_phone.support.phone_numbers import normalise

COLUMNS = ("number", "name", "company", "phones", "email", "street", "postcode", "city", "country", "notes")

_DELIMITERS = ";,\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One customer. ``line``: where the row begins, counted from 1; ``given``: the columns that are not empty."""

    line: int
    customer: NewCustomer
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row can't be imported; ``column`` "" if it is the row as a whole."""

    line: int
    column: str
    error: PhoneError


@dataclass(slots=True)
class CustomerFile:
    """What was read, and what could not be."""

    encoding: str  # "UTF-8" | "Windows-1252"
    rows: list[Row] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def read_customers(content: bytes) -> CustomerFile:
    """Read a whole file. Raises PhoneError if it is no such CSV file at all; single rows are refused one by one."""
    encoding, text = _decoded(content)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    lines = _records(text, delimiter)
    _, header = next(lines, (0, []))
    columns = _columns(header)
    file = CustomerFile(encoding)
    seen: dict[str, int] = {}
    for line, cells in lines:
        try:
            customer = _customer(columns, cells)
            _refuse_twice(customer.number or "", line, seen)
        except FormWrong as error:
            file.refused.append(Refusal(line, error.field, error))
        else:
            given = tuple(name for name, cell in zip(columns, cells, strict=True) if cell.strip())
            file.rows.append(Row(line, customer, given))
    return file


def _refuse_twice(number: str, line: int, seen: dict[str, int]) -> None:
    if number in seen:
        raise FormWrong("The number stands in line %(line)d already.", field="number", line=seen[number])
    seen[number] = line


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
    """Yield (line it begins on, cells) of each record that is not blank. Raises PhoneError for broken quotes."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise PhoneError(
            "From line %(line)d on the file can't be read (%(why)s).", line=begins, why=str(error)
        ) from error


def _columns(header: list[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip().casefold() for cell in header)
    known = ", ".join(COLUMNS)
    for name, cell in zip(columns, header, strict=True):
        if name not in COLUMNS:
            raise PhoneError("Line 1: there is no column “%(name)s”; there are: %(known)s.", name=cell, known=known)
        if columns.count(name) > 1:
            raise PhoneError("Line 1: the column “%(name)s” stands there twice.", name=name)
    if "number" not in columns:
        raise PhoneError("Line 1: the column “number” is missing; there are: %(known)s.", known=known)
    return columns


def _customer(columns: tuple[str, ...], cells: list[str]) -> NewCustomer:
    """Return the customer of one record. Raises FormWrong with the column as its field."""
    if len(cells) != len(columns):
        raise FormWrong("%(found)d columns instead of %(wanted)d.", found=len(cells), wanted=len(columns))
    values: dict[str, Any] = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    if not values["number"]:
        raise FormWrong("It is empty; without it a second import would double the customer.", field="number")
    values["country"] = values.get("country", "").upper() or "DE"
    values["phones"] = tuple(_phone(text) for text in values.get("phones", "").split(";") if text.strip())
    return checked(NewCustomer(**{"name": "", **values}))


def _phone(text: str) -> str:
    number = normalise(text)
    if number is None or not number.is_e164:
        raise FormWrong("“%(phone)s” is no complete phone number.", field="phones", phone=text.strip())
    return number.text
