"""Rounds come in time, and at once when somebody asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from ionas_phone.runtime.rounds import Rounds


@asynccontextmanager
async def going(rounds: Rounds) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group, asyncio.timeout(10):
        task = group.create_task(rounds.run())
        yield
        task.cancel()


class Counted:
    """Counts its rounds; ``during`` happens in each."""

    def __init__(self, seconds: float, during: Callable[[int], None] = lambda _: None) -> None:
        self.seconds, self.during, self.count = seconds, during, 0
        self.news = asyncio.Condition()
        self.rounds = Rounds(self.turn)

    async def turn(self) -> float:
        self.count += 1
        self.during(self.count)
        async with self.news:
            self.news.notify_all()
        return self.seconds

    async def until(self, count: int) -> None:
        async with self.news:
            await self.news.wait_for(lambda: self.count >= count)


async def test_the_next_round_comes_in_time() -> None:
    counted = Counted(0.001)
    async with going(counted.rounds):
        await counted.until(4)


async def test_whoever_asks_gets_a_round_at_once_and_one_only() -> None:
    counted = Counted(3600)
    async with going(counted.rounds):
        await counted.until(1)
        for _ in range(3):
            counted.rounds.ask()
        await counted.until(2)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await counted.until(3)


async def test_what_is_asked_for_during_a_round_is_done_in_another() -> None:
    def ask(count: int) -> None:
        if count == 1:
            counted.rounds.ask()

    counted = Counted(3600, ask)
    async with going(counted.rounds):
        await counted.until(2)
