"""What boards show of the store, kept at hand; with a clock that stands until it is moved."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ionas_phone.live.channels import TOMBSTONE
from ionas_phone.runtime.day import PAUSE, DayBook
from ionas_phone.store import calls
from ionas_phone.store.database import Database
from tests.people import call

EVENING = datetime(2026, 10, 25, 22, 59, 50, tzinfo=UTC)  # ten seconds before midnight, on the day of 25 hours
FIRST = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # its first instant


class Book:
    def __init__(self, database: Database) -> None:
        self.now = EVENING
        self.changes = 0
        self.day = DayBook(database, self._changed, lambda: self.now, ZoneInfo("Europe/Berlin"))

    def _changed(self) -> None:
        self.changes += 1

    def keys(self) -> set[str]:
        assert self.day.read
        return {key.unique_id for key in self.day.read.offers}


async def _offered(database: Database, unique_id: str, at: datetime) -> None:
    async with database.write() as connection:
        await calls.record(connection, call(unique_id, offered_at=at))


async def test_a_day_is_read_from_its_first_instant_on_and_begins_anew_at_midnight(database: Database) -> None:
    book = Book(database)
    assert book.day.read is None
    await _offered(database, "yesterday", FIRST - timedelta(seconds=1))
    await _offered(database, "first", FIRST)
    await _offered(database, "late", EVENING)
    assert await book.day.turn() == 10  # until midnight, which is sooner than the usual pause
    assert book.keys() == {"first", "late"}
    book.now += timedelta(seconds=10)
    await _offered(database, "new", book.now)
    assert await book.day.turn() == PAUSE
    assert book.keys() == {"new"}
    assert book.day.read
    assert book.day.read.begin == book.now
    assert book.changes == 2


async def test_whoever_changed_something_has_it_read_at_once(database: Database) -> None:
    book, read = Book(database), asyncio.Event()
    book.day._changed = read.set
    async with asyncio.TaskGroup() as group:
        running = group.create_task(book.day.run())
        await read.wait()
        read.clear()
        await _offered(database, "new", EVENING)
        book.day.look()
        await read.wait()
        assert book.keys() == {"new"}
        running.cancel()


async def test_without_the_database_what_was_read_stays_and_is_said_to_be_old(
    tmp_path: Path, migrated_file: Path
) -> None:
    file = tmp_path / "ionas.db"
    shutil.copy(migrated_file, file)
    database = Database(f"sqlite+aiosqlite:///{file}")
    book = Book(database)
    await _offered(database, "first", FIRST)
    await book.day.turn()
    await database.close()
    file.rename(tmp_path / "aside.db")
    file.mkdir()
    await book.day.turn()
    assert book.day.away
    assert book.keys() == {"first"}
    file.rmdir()
    (tmp_path / "aside.db").rename(file)
    await book.day.turn()
    assert book.day.away is None
    await database.close()


def test_a_call_stays_in_the_picture_far_longer_than_a_read_is_believed() -> None:
    assert TOMBSTONE.total_seconds() > 2 * PAUSE
