"""The sixth step: the database itself keeps one remote session open, and whole."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from ionas_phone.errors import RowRefused
from ionas_phone.store import sessions
from ionas_phone.store.database import Database
from ionas_phone.store.tables_remote import remote_sessions
from tests.people import AT, call

ROW: dict[str, Any] = {"remote_id": "123456789", "started_at": AT, "started_by": "anna"}


@pytest.mark.parametrize(
    "wrong",
    [{}, {"remote_id": "12345678"}, {"ended_at": AT}, {"broken_off": True}],
    ids=["a second one", "no ID", "ended by nobody", "broken off and going on"],
)
async def test_what_can_not_be_is_refused(database: Database, wrong: dict[str, Any]) -> None:
    async with database.write() as connection:
        session_id = (await sessions.open_for_call(connection, call(), AT)).session_id
        if not wrong:
            await connection.execute(remote_sessions.insert(), {**ROW, "session_id": session_id})
    with pytest.raises((RowRefused, IntegrityError)):
        async with database.write() as connection:
            await connection.execute(remote_sessions.insert(), {**ROW, "session_id": session_id, **wrong})
