"""What the service notices by itself: the database, another service, and who sits where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from ionas_phone.errors import Contended, StoreAway
from ionas_phone.live.events import DatabaseSeen, DirectoryRead, Event, SightKept
from ionas_phone.runtime import clock, lookout
from ionas_phone.runtime.lookout import Lookout
from ionas_phone.runtime.records import Records
from ionas_phone.runtime.timers import Timers
from ionas_phone.runtime.writer import Writer
from ionas_phone.store import users
from ionas_phone.store.database import Database
from ionas_phone.store.refusals import FULL, UNREACHABLE
from ionas_phone.store.sole import Sole
from tests.people import ANNA, AT, HASH
from tests.postgres import PostgreSQL

ALONE = "two services use one database"


class Tower:
    """A lookout and all that it told."""

    def __init__(self, database: Database, url: str) -> None:
        records = Records(database, lambda: AT)
        self.facts: list[Event] = []
        self.seated: list[DirectoryRead] = []
        self.noted = 0
        self.contended = False
        self.thrice = asyncio.Event()
        self.sole = Sole(url)
        self.writer = Writer(records.carry_out, self.facts.append, lambda: AT)
        self.timers = Timers(database, lambda *_: None, clock.now, clock.monotonic)
        self.lookout = Lookout(
            records,
            self.sole,
            self.writer,
            self.timers,
            self.facts.append,
            self.seated.append,
            self._note,
            lambda: AT,
        )

    async def _note(self) -> None:
        self.noted += 1
        if self.contended:
            raise Contended
        if self.noted == 3:
            self.thrice.set()

    async def look(self) -> list[Event]:
        self.facts.clear()
        await self.lookout.turn()
        return list(self.facts)


@pytest.fixture
async def tower(database: Database, database_url: str) -> AsyncIterator[Tower]:
    tower = Tower(database, database_url)
    await tower.sole.take()
    yield tower
    await tower.sole.release()


UP = DatabaseSeen(at=AT, up=True)
TWO = DatabaseSeen(at=AT, up=True, reason="Another ionas-phone has taken over this database; stop one of the two.")
SEEN = SightKept(at=AT)


async def test_who_sits_where_is_told_at_first_and_when_it_changes(tower: Tower, database: Database) -> None:
    assert await tower.look() == [SEEN, UP, DirectoryRead(at=AT, assistants=())]
    assert await tower.look() == [SEEN, UP]
    async with database.write() as connection:
        await users.add(connection, ANNA, HASH, AT, "test")
    *_, told = await tower.look()
    assert isinstance(told, DirectoryRead)
    assert [person.login for person in told.assistants] == ["anna"]
    assert tower.seated[-1] == told
    assert tower.noted == 3


async def test_a_database_that_can_be_read_but_not_written_is_said(tower: Tower) -> None:
    tower.timers.trouble = FULL  # why the last heartbeat was not taken
    assert DatabaseSeen(at=AT, up=False, reason=FULL) in await tower.look()
    tower.timers.trouble = ""
    assert UP in await tower.look()


async def test_another_service_is_said_once_and_again_if_it_comes_back(tower: Tower, database_url: str) -> None:
    other = Sole(database_url)
    with capture_logs() as logs:
        for _ in range(2):
            await tower.sole.release()
            await other.take()
            assert TWO in await tower.look()
            await tower.look()
            await other.release()
            await tower.sole.release()
            await tower.sole.take()
            assert UP in await tower.look()
    assert [log["event"] for log in logs] == [ALONE, ALONE]


async def test_while_the_database_is_away_the_pbx_is_in_sight_all_the_same(postgresql: PostgreSQL) -> None:
    url = postgresql.url("nothing")
    away = Database(url)
    tower = Tower(away, url)
    with pytest.raises(StoreAway):
        await tower.sole.take()
    assert await tower.look() == [SEEN, DatabaseSeen(at=AT, up=False, reason=UNREACHABLE)]
    await away.close()


async def test_the_task_looks_by_itself(tower: Tower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookout, "PAUSE", 0.01)
    task = asyncio.get_running_loop().create_task(tower.lookout.run())
    async with asyncio.timeout(10):
        await tower.thrice.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_write_that_gave_way_is_no_word_of_a_database_that_is_away(
    database: Database, database_url: str
) -> None:
    tower = Tower(database, database_url)
    tower.contended = True
    assert [type(fact) for fact in await tower.look()] == [SightKept]
