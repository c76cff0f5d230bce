"""The machine's clock is set back and forward while the line is busy, a timer runs and somebody is signed in."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ionas_phone.live.board import RingState
from ionas_phone.runtime import clock
from ionas_phone.store import logins, users
from ionas_phone.support.time_entries import OutageKind
from ionas_phone.support.work import WorkState
from ionas_phone.web.access import hash_of
from tests.agreed import Desk
from tests.desk_app import Visitor
from tests.failures import timers
from tests.failures.reckoning import ledger
from tests.failures.scene import Scene, ours
from tests.lab.waiting import until
from tests.service import OF_EXTENSION, linked, people_and_a_customer, settings

if TYPE_CHECKING:
    from pathlib import Path

    from ionas_phone.app import Service

HOUR = timedelta(hours=1)
TOKEN = "of-anna"


class Clock:
    """The machine's clock; ``set_by`` is what somebody has done to it."""

    def __init__(self) -> None:
        self.set_by = timedelta()

    def __call__(self) -> datetime:
        return clock.now() + self.set_by


def notes(service: Service) -> set[str]:
    """The ring cards that only say how it ended; they leave by themselves."""
    desks = [service.engine.live.desk(login) for login in OF_EXTENSION.values()]
    return {card.leg for desk in desks for card in desk.rings if card.state is not RingState.RINGING}


async def a_session(service: Service) -> int:
    known = service.engine.live.picture.calls
    await until(lambda: any(call.session_id for call in known.values()), "a session")
    return next(call.session_id for call in known.values() if call.session_id)


async def set_clock(scene: Scene, service: Service, now: Clock, by: timedelta) -> None:
    """Set it while a note stands at somebody's desk; calls go on, and the note leaves in its time."""
    await until(lambda: notes(service), "somebody not to answer", 60)
    standing = notes(service)
    now.set_by += by
    await scene.line.until_over()
    await until(lambda: not notes(service) & standing, "the notes to leave", 20)


async def doubt(here: Desk, now: Clock, marks: int) -> int:
    """Return the seconds of the newest mark, as soon as there are so many marks."""
    async with asyncio.timeout(15):
        while len(work := (await here.work(timers.seconds(now))).to_review) < marks:
            pass
    assert {mark.kind for mark in work} == {OutageKind.CLOCK}
    return work[-1].seconds


async def test_no_second_is_lost_or_counted_twice_and_nobody_is_signed_out(
    scene: Scene, migrated_file: Path, tmp_path: Path
) -> None:
    now, url = Clock(), f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    await people_and_a_customer(url)
    async with linked(settings(tmp_path, url, scene.pbx, **ours(scene.pbx)), now) as service:
        async with service.database.write() as connection:
            anna = await users.by_login(connection, "anna")
            assert anna
            await logins.open(connection, anna.id, hash_of(TOKEN), now())
        here = await timers.started(service.database, await a_session(service), "anna", now)

        await set_clock(scene, service, now, -HOUR)
        work = await here.work(timers.seconds(now))
        assert (work.state, work.used_seconds) == (WorkState.RUNNING, 0), "it has not begun yet, by this clock"
        assert await doubt(here, now, 1) == pytest.approx(-3600, abs=1)

        await set_clock(scene, service, now, 3 * HOUR)
        assert await doubt(here, now, 2) == pytest.approx(20 * 60, abs=60), "nobody worked those 20 minutes"
        work = await here.work(timers.seconds(now))
        assert (work.state, work.used_seconds) == (WorkState.PAUSED, 20 * 60), "what was agreed, and no second more"

        async with Visitor(service.url) as visitor:
            visitor.cookie = TOKEN
            assert (await visitor.get("/")).status == 200
        kept = await ledger(service.database)
        assert len({call.session_id for call in kept.calls if call.session_id}) == len(kept.sessions)
