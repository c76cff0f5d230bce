"""A call back belongs to the session that is still open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import CallKey, Direction
from ionas_phone.store import sessions
from ionas_phone.store.database import Database
from ionas_phone.support.sessions import Ending
from ionas_phone.support.users import User
from tests.people import AT, NUMBER, call


def answered(unique_id: str, **more: object) -> CallRecord:
    made = replace(call(unique_id), answered_at=AT, answered_by="anna", outcome=Outcome.ANSWERED)
    return replace(made, **more)  # type: ignore[arg-type]


async def opened(database: Database, record: CallRecord) -> int:
    async with database.write() as connection:
        return (await sessions.open_for_call(connection, record, AT)).session_id


async def test_a_call_back_goes_on_in_the_session_that_is_open(database: Database, anna: User) -> None:
    first = await opened(database, answered("in"))
    back = answered("out", direction=Direction.OUT)
    assert await opened(database, back) == first
    assert await opened(database, back) == first  # told twice
    assert await opened(database, answered("again")) != first  # who rings anew has something new
    assert anna.login == "anna"


@pytest.mark.parametrize(
    "other", [{"number": "+4961315550199"}, {"call": CallKey("practice", "out")}, {"direction": Direction.IN}]
)
async def test_a_session_of_somebody_else_is_left_alone(
    database: Database, anna: User, other: dict[str, object]
) -> None:
    first = await opened(database, answered("in"))
    assert await opened(database, answered("out", **{"direction": Direction.OUT, **other})) != first
    assert anna.login == "anna"


async def test_what_is_closed_stays_closed(database: Database, anna: User) -> None:
    first = await opened(database, answered("in"))
    async with database.write() as connection:
        await sessions.end(connection, first, Ending.CUSTOMER_ALONE, AT, anna.login)
    assert await opened(database, answered("out", direction=Direction.OUT, number=NUMBER)) != first
