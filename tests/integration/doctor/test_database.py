"""What the doctor says to a database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ionas_phone.doctor.database import look
from ionas_phone.doctor.findings import Grade
from ionas_phone.live.nouns import CallKey
from ionas_phone.store import calls
from ionas_phone.store.database import Database
from tests.people import call
from tests.service import people_and_a_customer

SUNDAY = datetime(2026, 11, 22, 9, 5, 3, tzinfo=UTC)
NEVER_OFFERED = call("1", number=None, offered_at=None)


async def test_a_database_without_tables(empty_url: str) -> None:
    kept = await look(empty_url)
    (finding,) = kept.findings
    assert finding.grade is Grade.FAULT
    assert "run `ionas-phone migrate` first" in finding.sentence
    assert kept.users is None


async def test_somebody_must_be_able_to_sign_in(database_url: str) -> None:
    assert [each.grade for each in (await look(database_url)).findings] == [Grade.WELL, Grade.ADVICE]
    await people_and_a_customer(database_url)
    kept = await look(database_url)
    assert [each.grade for each in kept.findings] == [Grade.WELL]
    assert kept.users is not None
    assert len(kept.users) == 4


async def test_each_pbx_has_its_last_call(database: Database, database_url: str) -> None:
    async with database.write() as connection:
        for pbx, unique_id, offered_at in (("mainz", "1", SUNDAY), ("mainz", "2", None), ("trier", "1", None)):
            await calls.record(connection, replace(NEVER_OFFERED, call=CallKey(pbx, unique_id), offered_at=offered_at))
    assert (await look(database_url)).last_calls == {"mainz": SUNDAY}


@pytest.mark.parametrize("url", ["postgresql+asyncpg://ionas@127.0.0.1:1/ionas", "sqlite+aiosqlite:////proc/version"])
async def test_a_database_that_cannot_be_reached(url: str) -> None:
    kept = await look(url)
    (finding,) = kept.findings
    assert finding.grade is Grade.FAULT
    assert "can't be" in finding.sentence % finding.values
