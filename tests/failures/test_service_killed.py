"""The service is killed while a call stands in every phase there is, and started again."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ionas_phone.runtime import clock
from ionas_phone.store import tables_billing as b
from ionas_phone.store import users
from ionas_phone.store.database import Database
from ionas_phone.store.tables import sessions
from ionas_phone.support.time_entries import OutageKind
from ionas_phone.support.work import WorkState
from tests.agreed import Desk
from tests.desk_app import password_hash
from tests.failures import timers
from tests.failures.phases import LOGIN_OF, PLACES, STAFF, Phases
from tests.failures.process import Serving
from tests.failures.scene import PBX, settled
from tests.failures.sight import FreshSight
from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import Phones
from tests.lab.phones import LINE, Customers, Phone
from tests.lab.waiting import until
from tests.people import AT
from tests.service import environment, linked, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ionas_phone.app import Service

ANSWERED = ("wrap-up", "talking", "held", "blind", "attended", "hanging up")  # before the service is killed


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Asterisk]:
    """An Asterisk with a phone for every phase; they ring, and callers wait, longer than anything here takes."""
    async with Asterisk.running(phones=PLACES, ring_seconds=60, wait_seconds=90) as pbx:
        await pbx.cli("database put ionas opening open")
        yield pbx


@pytest.fixture
async def phases(office: Asterisk, kind: str) -> AsyncIterator[Phases]:
    async with AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(Phone.registered(office, place.extension)) for place in PLACES]
        customers = await stack.enter_async_context(Customers.of(office))
        yield Phases(office, Phones(desks), customers, first=100 if kind == "sqlite" else 200)


async def session_of(database: Database, number: str) -> int | None:
    async with database.read() as connection:
        found = await connection.execute(select(sessions.c.id).where(sessions.c.number == number))
    return found.scalar_one_or_none()


def shown(service: Service, phases: Phases, phase: str) -> int | None:
    """The session that the desk of whoever is in this phase shows."""
    login = LOGIN_OF[phases.desk[phase].agent.name]
    return next((call.session_id for call in service.engine.live.desk(login).calls), None)


async def test_killed_in_every_phase_of_a_call_at_once(
    office: Asterisk, phases: Phases, database: Database, database_url: str, tmp_path: Path
) -> None:
    began = clock.now().timestamp()
    async with database.write() as connection:
        for new in STAFF:
            await users.add(connection, new, password_hash(), clock.now(), "test")
    pbx = {"IONAS_PBX_URLS": f"{office.ami_url}#{PBX}"}
    async with Serving.running(tmp_path, environment(tmp_path, database_url, office, **pbx)) as serving:
        await phases.begin()
        before = {phase: await opened(database, phases.number[phase]) for phase in ANSWERED}
        here = await timers.started(database, before["talking"], LOGIN_OF[phases.desk["talking"].agent.name])
        assert serving.process
        phases.last_step()
        serving.process.send_signal(signal.SIGKILL)
        await serving.kill()
    await phases.unseen()

    async with (
        linked(settings(tmp_path, database_url, office, **pbx)) as service,
        FreshSight.of(office, PBX, (LINE,), frozenset({"support"})) as sight,
    ):
        people = await service.records.directory()
        assert await sight.differences(service.engine.live, people) == []
        await until(lambda: all(shown(service, phases, phase) for phase in ("just answered", "ringing")), "sessions")
        for phase in ("talking", "held", "attended"):
            assert shown(service, phases, phase) == before[phase], phase
        await timer_has_run_on(here, database)

        await phases.finish()
        found = await settled(office, service.database, since=began)
        assert found.passages == len(phases.caller)
        assert found.missed == 1
        after = {phase: await session_of(database, phases.number[phase]) for phase in phases.number}
    assert {phase: after[phase] for phase in ANSWERED} == before
    assert [phase for phase, session in after.items() if session is None] == ["unseen"]


async def opened(database: Database, number: str) -> int:
    """Return the session of a caller as soon as it stands."""
    async with asyncio.timeout(15):
        while (found := await session_of(database, number)) is None:
            pass
    return found


async def timer_has_run_on(here: Desk, database: Database) -> None:
    """Not a second is lost, and what nobody could have stopped is marked, from the last heartbeat to the start."""
    async with database.read() as connection:
        started_at = (await connection.execute(select(b.time_entries.c.started_at))).scalar_one()
        runs = (await connection.execute(select(b.service_runs).order_by(b.service_runs.c.id))).all()
    seconds = timers.seconds()
    now = await here.work(seconds)
    assert now.state is WorkState.RUNNING
    assert now.used_seconds == int(seconds - (started_at - AT).total_seconds())
    [mark] = now.to_review
    assert mark.kind is OutageKind.OUTAGE
    assert (mark.from_at, mark.to_at) == (max(runs[0].seen_at, started_at), runs[1].started_at)
