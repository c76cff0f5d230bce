"""Every kind of call on real Asterisks: at every step the picture is what a fresh snapshot shows, and the truth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.lab.onlooker import Onlooker
from tests.lab.record import root_of
from tests.lab.repertoire import PLAYS
from tests.lab.stage import Stage
from tests.lab.tree import MAJORS

AT_ONCE = 5  # Asterisks: a play is mostly waiting

Watched = Callable[[str, int], Awaitable[list[str]]]


async def perform(name: str, major: int) -> list[str]:
    """Play it before an onlooker; return what was seen wrong."""
    play = PLAYS[name]
    async with Stage.set(major, nobody, queues=play.queues) as stage, Onlooker.at(stage.pbx) as onlooker:
        stage.onlooker = onlooker.look
        await play.play(stage)
        refused = [f"not believed: {onlooker.refused}"] if onlooker.refused else []
        return onlooker.differences + refused


async def nobody(_stage: Stage, _what: str) -> None:
    """Nobody looks yet."""


@pytest.fixture(scope="session")
async def watched(request: pytest.FixtureRequest) -> AsyncIterator[Watched]:
    """Begin all plays that were asked for, some at once; the function waits for one of them."""
    items = [item for item in request.session.items if "watched" in getattr(item, "fixturenames", ())]
    asked = [(item.callspec.params["name"], item.callspec.params["major"]) for item in items]
    room = asyncio.Semaphore(AT_ONCE)
    results = {play: asyncio.get_running_loop().create_future() for play in asked}

    async def one(name: str, major: int) -> None:
        async with room:
            try:
                results[name, major].set_result(await perform(name, major))
            except BaseExceptionGroup as error:
                results[name, major].set_result([f"the play broke off: {root_of(error)!r}"])

    async def result(name: str, major: int) -> list[str]:
        return await results[name, major]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(*play)) for play in asked]
        yield result
        for task in tasks:
            task.cancel()


@pytest.mark.parametrize("name", PLAYS)
@pytest.mark.parametrize("major", MAJORS)
async def test_at_every_step_the_picture_is_right(name: str, major: int, watched: Watched) -> None:
    wrong = await watched(name, major)
    assert not wrong, "\n".join(wrong)
