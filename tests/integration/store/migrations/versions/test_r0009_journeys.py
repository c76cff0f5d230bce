"""The step of the journeys finds calls written down before: they begin when the first thing was known of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import column, select, table

from ionas_phone.store import tables as t
from ionas_phone.store.database import Database
from tests.people import AT
from tests.steps import taken_along

NEW = {"direction", "began_at", "stretches"}
OLD = table("calls", *(column(c.name, c.type) for c in t.calls.c if c.name not in NEW))


def _call(unique_id: str, offered_at: datetime | None, answered_at: datetime | None) -> dict[str, object]:
    return {
        **dict.fromkeys(("line", "queue", "caller_name"), ""),
        "pbx": "mainz",
        "unique_id": unique_id,
        "suppressed": False,
        "outcome": "answered",
        "practice": False,
        "offered_at": offered_at,
        "answered_at": answered_at,
    }


async def test_old_calls_begin_with_the_first_that_is_known_of_them(empty_url: str) -> None:
    rows = [_call("a", AT, AT + timedelta(seconds=5)), _call("b", None, AT), _call("c", None, None)]
    await taken_along(empty_url, "0008", OLD, rows)

    database = Database(empty_url)
    async with database.read() as opened:
        found = (await opened.execute(select(t.calls).order_by(t.calls.c.unique_id))).all()
    await database.close()
    assert [row.began_at for row in found] == [AT, AT, datetime(1970, 1, 1, tzinfo=UTC)]
    assert {(row.direction, row.stretches) for row in found} == {("in", ())}
