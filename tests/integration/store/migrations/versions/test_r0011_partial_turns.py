"""The step of the partial turns leaves earlier turns as turns that reached everybody."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import column, table

from ionas_phone.store import opening
from ionas_phone.store.database import Database
from ionas_phone.store.tables_queues import opening_switches
from ionas_phone.support.opening import Opening, Switch, Turn
from tests.people import AT
from tests.steps import taken_along

OLD = table("opening_switches", *(column(c.name, c.type) for c in opening_switches.c if c.name != "missed"))
END = AT + timedelta(hours=1)
TURNS = [
    {"id": 3, "state": "closed", "until": None, "at": AT, "by": "office"},
    {"id": 7, "state": "open", "until": END, "at": AT, "by": "office"},
]


async def test_turns_of_before_are_kept_and_missed_nobody(empty_url: str) -> None:
    await taken_along(empty_url, "0010", OLD, TURNS)

    database = Database(empty_url)
    async with database.read() as opened:
        found = [row._asdict() for row in await opened.execute(opening_switches.select().order_by("id"))]
        last = await opening.last(opened)
    await database.close()
    assert found == [turn | {"missed": ""} for turn in TURNS]
    assert last == Turn(Switch(Opening.OPEN, END), AT, "office", "office", ())
