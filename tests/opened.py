"""A support session in a store: opened by a call, and read as it stands there."""

from __future__ import annotations

from datetime import datetime

from ionas_phone.live.effects import CallRecord
from ionas_phone.store import sessions
from ionas_phone.store.database import Database
from ionas_phone.support.sessions import Session
from tests.people import ANSWERED, AT


async def open_session(database: Database, record: CallRecord = ANSWERED, at: datetime = AT) -> sessions.Opened:
    async with database.write() as connection:
        return await sessions.open_for_call(connection, record, at)


async def read_session(database: Database, session_id: int) -> Session:
    """Return a session that must be there."""
    async with database.read() as connection:
        session = await sessions.get(connection, session_id)
    assert session is not None
    return session
