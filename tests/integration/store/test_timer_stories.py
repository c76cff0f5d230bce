"""Long stories of one session, made up by chance: the store must agree with arithmetic that a child could do."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ionas_phone.billing.minutes import billable
from ionas_phone.errors import Conflict, FormWrong
from ionas_phone.store import timers
from ionas_phone.store.database import Database
from ionas_phone.store.users import add
from ionas_phone.support.work import Command, Work, WorkState
from tests.agreed import COMMANDS, OFFER, Desk, customer, deed, desk
from tests.agreements import STANDARD
from tests.people import ANNA, AT, HASH

STEPS = 25
MOVES = [*COMMANDS, "more", "correct"]


@dataclass
class Slate:
    """What somebody with a watch and a slate would have written down. Seconds."""

    used: int = 0
    since: int | None = None  # when the running stretch began
    bound: int = 0

    def pass_to(self, now: int) -> None:
        """End the running stretch if the bound is reached by then."""
        if self.since is not None and self.used + now - self.since >= self.bound:
            self.used, self.since = self.bound, None

    def at(self, now: int) -> int:
        return self.used + (now - self.since if self.since is not None else 0)


async def _move(here: Desk, slate: Slate, move: Command | str, now: int, chance: random.Random) -> None:
    """Try a move on the store; write it on the slate if it was taken."""
    if move == "more":
        minutes = (slate.at(now) // 60) + chance.randint(1, 10)
        await here.propose(replace(OFFER, minutes_from=1, minutes_to=minutes), deed(now))
        accepted = await here.answer(doing=deed(now))
        await here.confirm(accepted, doing=deed(now))
        slate.bound = minutes * 60
    elif move == "correct":
        change = chance.choice([-90, -1, 30, 600])
        async with here.database.write() as connection:
            await timers.correct(connection, here.session_id, change, "Kaffee", deed(now))
        slate.used += change
    elif isinstance(move, Command):
        await here.do(move, now)
        if move in {Command.START, Command.RESUME}:
            slate.since = now
        else:
            slate.used, slate.since = slate.at(now), None


def _agree(work: Work, slate: Slate, now: int) -> None:
    assert work.used_seconds == slate.at(now) <= slate.bound
    assert (work.state is WorkState.RUNNING) is (slate.since is not None)
    assert work.billable_minutes == billable(slate.at(now), STANDARD) == slate.at(now) // 60
    assert work.price_cents == work.billable_minutes * 119
    assert sum(entry.ended_at is None for entry in work.entries) <= 1
    assert all(entry.ended_at is None or entry.ended_at >= entry.started_at for entry in work.entries)


@pytest.mark.parametrize("seed", range(5))
async def test_the_store_agrees_with_a_slate(database: Database, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nobody guards anything by it
    async with database.write() as connection:
        await add(connection, ANNA, HASH, AT, "office")
    here, slate, now, taken = await desk(database, await customer(database)), Slate(), 0, 0
    await _move(here, slate, "more", now, chance)
    for _ in range(STEPS):
        now += chance.choice([0, 1, 59, 60, 61, 300, 3600])
        slate.pass_to(now)
        try:
            await _move(here, slate, chance.choice(MOVES), now, chance)
            taken += 1
        except (Conflict, FormWrong):
            pass  # what does not fit is refused; that it changes nothing is what we look at next
        _agree(await here.work(now), slate, now)
    assert taken > STEPS // 4


BERLIN = ZoneInfo("Europe/Berlin")
BOUNDARIES = {
    "midnight": datetime(2026, 11, 23, tzinfo=BERLIN),
    "the month's end": datetime(2027, 2, 1, tzinfo=BERLIN),
    "the year's end": datetime(2027, 1, 1, tzinfo=BERLIN),
    "summer time begins": datetime(2027, 3, 28, 3, tzinfo=BERLIN),
    "summer time ends": datetime(2027, 10, 31, 1, 0, tzinfo=UTC),  # 03:00 becomes 02:00
}


@pytest.mark.parametrize("boundary", BOUNDARIES.values(), ids=BOUNDARIES)
async def test_no_boundary_of_the_calendar_costs_or_gives_a_second(database: Database, boundary: datetime) -> None:
    """19 minutes and 30 seconds are that, wherever they lie; nothing is split, and the limit holds across it."""
    async with database.write() as connection:
        await add(connection, ANNA, HASH, AT, "office")
    here = await desk(database, await customer(database))
    boundary = boundary.astimezone(UTC)
    edge = (boundary - AT).total_seconds()
    await here.agree(30, edge - 600)
    await here.do(Command.START, edge - 600)
    assert (await here.work(edge)).used_seconds == 600
    await here.do(Command.PAUSE, edge + 30)
    await here.do(Command.RESUME, edge + 60)
    assert (await here.work(edge + 600)).used_seconds == 1170
    async with database.write() as connection:
        assert await timers.expire(connection, here.session_id, deed(edge + 36000).at)
    work = await here.work(edge + 36000)
    assert (work.state, work.used_seconds) == (WorkState.PAUSED, 1800)
    assert [(entry.started_at, entry.ended_at) for entry in work.entries] == [
        (boundary - timedelta(seconds=600), boundary + timedelta(seconds=30)),
        (boundary + timedelta(seconds=60), boundary + timedelta(seconds=1230)),
    ]
    assert (work.billable_minutes, work.price_cents) == (30, 30 * 119)
