from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.store import audit, tariffs
from ionas_phone.store.database import Database
from ionas_phone.support.tariffs import NewTariff, Rounding, Tariff
from tests.agreements import STANDARD

AT = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight on New Year's Day in Mainz
NEW = NewTariff("Neujahr", date(2027, 1, 1), 150, 126, 19, 5, Rounding.UP, 10)


async def _add(database: Database, new: NewTariff, at: datetime = AT) -> Tariff:
    async with database.write() as connection:
        return await tariffs.add(connection, new, at, "office")


async def _valid(database: Database, day: date) -> Tariff:
    async with database.read() as connection:
        return await tariffs.valid_at(connection, day)


async def test_there_is_a_price_to_begin_with(database: Database) -> None:
    assert await _valid(database, date(2026, 11, 22)) == STANDARD
    with pytest.raises(NotThere, match="no tariff for this day"):
        await _valid(database, date(2025, 12, 31))


async def test_a_new_price_counts_from_its_day_on(database: Database) -> None:
    new = await _add(database, NEW)

    assert new == Tariff(new.id, "Neujahr", date(2027, 1, 1), 150, 126, 19, 5, Rounding.UP, 10)
    assert await _valid(database, date(2026, 12, 31)) == STANDARD
    assert await _valid(database, date(2027, 1, 1)) == await _valid(database, date(2030, 1, 1)) == new
    async with database.read() as connection:
        assert await tariffs.versions(connection) == (new, STANDARD)
        (entry,) = await audit.about(connection, "tariff", new.id)
    assert (entry.by, entry.action) == ("office", "create")
    assert "gross_cents" in entry.fields


async def test_of_two_for_one_day_the_later_counts_and_the_same_twice_is_one(database: Database) -> None:
    first = await _add(database, NEW)
    assert await _add(database, NEW) == first
    second = await _add(database, replace(NEW, gross_cents=160, net_cents=134))

    assert await _valid(database, date(2027, 1, 1)) == second


async def test_what_is_withdrawn_before_its_day_never_counts(database: Database) -> None:
    new = await _add(database, replace(NEW, valid_from=date(2027, 1, 2)))
    for _ in range(2):
        async with database.write() as connection:
            await tariffs.withdraw(connection, new.id, AT, "office")

    assert await _valid(database, date(2030, 1, 1)) == STANDARD
    async with database.read() as connection:
        assert await tariffs.versions(connection) == (new, STANDARD)
        assert await tariffs.withdrawn(connection) == {new.id}
        last, _ = await audit.about(connection, "tariff", new.id)
    assert (last.by, last.action) == ("office", "withdraw")
    again = await _add(database, replace(NEW, valid_from=date(2027, 1, 2)))
    assert again.id != new.id


async def test_from_its_first_day_on_nothing_is_withdrawn(database: Database) -> None:
    new = await _add(database, NEW)  # it is that day in Mainz

    async with database.write() as connection:
        with pytest.raises(Conflict, match="first day has come"):
            await tariffs.withdraw(connection, new.id, AT, "office")
        with pytest.raises(NotThere):
            await tariffs.withdraw(connection, 99, AT, "office")
    assert await _valid(database, date(2027, 1, 1)) == new


async def test_no_price_is_changed_for_days_gone_by(database: Database) -> None:
    with pytest.raises(FormWrong, match="days gone by"):
        await _add(database, replace(NEW, valid_from=date(2026, 12, 31)))
