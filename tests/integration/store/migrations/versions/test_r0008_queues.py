"""This step adds what administrators decide about queues; what can't be is refused by the database itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError

from ionas_phone.errors import RowRefused
from ionas_phone.store.database import Database
from ionas_phone.store.tables_queues import opening_switches, queue_targets, wallboards
from tests.people import AT

TARGETS = {
    "queue": "support",
    "seconds": 20,
    "percent": 80,
    "most_waiting": 3,
    "longest_wait": 120,
    "version": 1,
    "changed_at": AT,
    "changed_by": "office",
}
WALLBOARD = {"queue": "support", "name": "Flur", "token_hash": b"x" * 32, "created_at": AT, "created_by": "office"}


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (queue_targets, [{**TARGETS, "percent": 0}]),
        (queue_targets, [TARGETS, TARGETS]),
        (opening_switches, [{"state": "ajar", "at": AT, "by": "office"}]),
        (opening_switches, [{"state": "hours", "until": AT + timedelta(hours=1), "at": AT, "by": "office"}]),
        (wallboards, [{**WALLBOARD, "token_hash": b"short"}]),
        (wallboards, [WALLBOARD, WALLBOARD]),
    ],
)
async def test_what_cannot_be_is_refused(database: Database, table: Table, rows: list[dict[str, Any]]) -> None:
    with pytest.raises((RowRefused, IntegrityError)):
        await _insert(database, table, rows)


async def _insert(database: Database, table: Table, rows: list[dict[str, Any]]) -> None:
    async with database.write() as connection:
        for row in rows:
            await connection.execute(table.insert(), row)
