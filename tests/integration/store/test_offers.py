from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey
from ionas_phone.store import calls, offers
from ionas_phone.store.database import Database
from ionas_phone.support.service_levels import Fate, Offer
from tests.people import AT, call


async def test_who_entered_a_queue_since_then_is_read_with_what_became_of_them(database: Database) -> None:
    answered, ended = AT + timedelta(seconds=9), AT + timedelta(seconds=90)
    records = [
        call("before", offered_at=AT - timedelta(microseconds=1)),
        call("just", offered_at=AT, answered_at=answered, ended_at=ended, outcome=Outcome.ANSWERED),
        call("gone", offered_at=AT, ended_at=ended, outcome=Outcome.ABANDONED_RINGING, queue="office"),
        call("never", offered_at=None, answered_at=answered),  # by no queue
        call("practice", pbx=PRACTICE_PBX),
    ]
    async with database.write() as connection:
        for record in records:
            await calls.record(connection, record)
    async with database.read() as connection:
        found = await offers.since(connection, AT)
    assert found == {
        CallKey("mainz", "just"): Offer("support", AT, Fate.ANSWERED, answered, ended),
        CallKey("mainz", "gone"): Offer("office", AT, Fate.ABANDONED, None, ended),
    }


async def test_there_is_an_index_for_it(database: Database) -> None:
    async with database.read() as connection:
        if connection.dialect.name == "sqlite":
            plan = await connection.execute(text("EXPLAIN QUERY PLAN SELECT * FROM calls WHERE offered_at >= '2026'"))
            assert "ix_calls_offered_at" in str(plan.all())
        else:
            found = await connection.execute(text("SELECT indexname FROM pg_indexes WHERE tablename = 'calls'"))
            assert "ix_calls_offered_at" in found.scalars().all()
