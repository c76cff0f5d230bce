"""What Asterisk writes down about calls, read into rows. Rule: a half-written last line is not a row yet."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class QueueLogRow:
    """One line of queue_log: seconds since 1970, the caller's unique id (or NONE), queue, member, event, its data."""

    at: int
    call: str
    queue: str
    member: str
    event: str
    data: tuple[str, ...]


@dataclass(frozen=True)
class CelRow:
    """One line of cel.csv, in the columns of dialplan/cel_custom.conf; ``at`` in seconds since 1970."""

    event: str
    at: float
    unique_id: str
    linked_id: str
    channel: str
    context: str
    exten: str
    application: str
    peer: str
    extra: str


def queue_log(path: Path) -> list[QueueLogRow]:
    fields = [line.split("|") for line in _whole_lines(path)]
    return [QueueLogRow(int(row[0]), row[1], row[2], row[3], row[4], tuple(row[5:])) for row in fields]


def cel(path: Path) -> list[CelRow]:
    return [CelRow(row[0], float(row[1]), *row[2:]) for row in csv.reader(_whole_lines(path))]


def _whole_lines(path: Path) -> list[str]:
    text = path.read_text("utf-8", "replace") if path.exists() else ""
    return text.rpartition("\n")[0].splitlines() if text else []
