"""A desk with a session whose timer may start, and clocks that tests move on instead of waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from ionas_phone.runtime import clock
from ionas_phone.store import tables_billing as b
from ionas_phone.support.sessions import Session
from ionas_phone.support.time_entries import OutageKind
from ionas_phone.support.users import Role
from ionas_phone.support.work import Command, Step, Work
from tests import agreed
from tests.desk_app import DeskApp, desk_app
from tests.opened import read_session
from tests.people import AT


@dataclass
class Clocks:
    """Both clocks of a service, ``ahead`` of the real ones; what ``now`` tells may stand still ``at`` an instant."""

    ahead: timedelta = field(default_factory=timedelta)
    at: datetime | None = None

    def now(self) -> datetime:
        return (self.at or clock.now()) + self.ahead

    def monotonic(self) -> float:
        return clock.monotonic() + self.ahead.total_seconds()


@dataclass
class Timed:
    """``here``: the session, Erika's, of Anna's; its customer has accepted ``minutes``."""

    desk: DeskApp
    here: agreed.Desk
    clocks: Clocks

    @property
    def id(self) -> int:
        return self.here.session_id

    @property
    def path(self) -> str:
        return f"/vorgaenge/{self.id}"

    def later(self, seconds: float) -> None:
        """Let less than 15 seconds pass (after more the service would say that it was away) and look what is due."""
        assert seconds < 15
        self.clocks.ahead += timedelta(seconds=seconds)
        self.desk.world.timers.look()

    async def do(self, command: Command, ago: float = 0, by: str = "anna", here: agreed.Desk | None = None) -> Step:
        """Have pressed a button so many seconds ago; every page is told now."""
        one = here or self.here
        done = await one.do(command, self.seconds(ago), by)
        self.desk.world.changed(one.session_id, by)
        return done

    async def worked(self, seconds: float, by: str = "anna") -> None:
        """Have a stretch of exactly so many seconds behind it."""
        now = self.seconds(0)
        await self.here.do(Command.START, now - seconds - 60, by)
        await self.here.do(Command.PAUSE, now - 60, by)
        self.desk.world.changed(self.id, by)

    async def doubt(self, since: float, until: float, kind: OutageKind = OutageKind.OUTAGE) -> None:
        """Put the newest stretch in doubt, between two instants so many seconds ago."""
        now = self.desk.world.now()
        async with self.desk.world.database.write() as connection:
            await connection.execute(
                insert(b.outages).values(
                    entry_id=(await self.work()).entries[-1].id,
                    kind=kind,
                    from_at=now - timedelta(seconds=since),
                    to_at=now - timedelta(seconds=until),
                )
            )
        self.desk.world.day.look()  # a service finds an outage when it starts, before it reads what boards show

    async def work(self) -> Work:
        return await self.here.work(self.seconds(0))

    async def session(self) -> Session:
        return await read_session(self.desk.world.database, self.id)

    async def another(self) -> agreed.Desk:
        """A second session of the same customer, agreed, too."""
        one = await agreed.desk(self.desk.world.database, await agreed.customer(self.desk.world.database), "2")
        await one.agree()
        return one

    def seconds(self, ago: float) -> float:
        return (self.desk.world.now() - AT).total_seconds() - ago


@asynccontextmanager
async def timed_desk(folder: Path, minutes: int = 20) -> AsyncIterator[Timed]:
    """Run a desk with Anna, Ben and Sophie (supervisor), and Erika's session, accepted long ago."""
    clocks = Clocks()
    async with desk_app(folder, now=clocks.now, monotonic=clocks.monotonic) as desk:
        await desk.person("anna", name="Anna Berger", extension="201")
        await desk.person("ben", name="Ben Çelik", extension="202")
        await desk.person("sophie", Role.SUPERVISOR, name="Sophie Kern")
        here = await agreed.desk(desk.world.database, await agreed.customer(desk.world.database))
        long_ago = (clocks.now() - AT).total_seconds() - 100_000
        await here.agree(minutes, seconds=long_ago)
        yield Timed(desk, here, clocks)


@pytest.fixture
async def timed(tmp_path: Path) -> AsyncIterator[Timed]:
    """The same for one test."""
    async with timed_desk(tmp_path) as made:
        yield made
