"""Every kind of call on real Asterisks: at every step the picture is what a fresh snapshot shows, and the truth."""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lab.fixtures import MISSING
from tests.lab.onlooker import Onlooker
from tests.lab.record import root_of, say
from tests.lab.repertoire import PLAYS
from tests.lab.stage import ERIKA, MAX, Stage
from tests.lab.tree import MAJORS
from tests.lab.truth import Journey
from tests.lab.waiting import until

SCENARIOS = Path(__file__).parents[1] / "scenarios"
AT_ONCE = 5  # Asterisks: a play is mostly waiting

# The caller takes the place of a colleague whose consultation already rings somewhere. The stream has seen it happen;
# in the lists that phone is linked to the colleague's channel, which is gone or about to go: a first sight can't tell.
NOT_AT_FIRST_SIGHT = {"blonde_refer", "blonde_feature", "attended_to_queue"}

Watched = Callable[[str, int], Awaitable[list[str]]]


async def perform(name: str, major: int) -> list[str]:
    """Play it before an onlooker; return what was seen wrong."""
    needs = PLAYS[name].needs if name in PLAYS else {}
    async with Stage.set(major, nobody, **needs) as stage, Onlooker.at(stage.pbx) as onlooker:
        stage.onlooker, onlooker.alone = onlooker.look, name in NOT_AT_FIRST_SIGHT
        try:
            await (PLAYS[name].play(stage) if name in PLAYS else ENDS[name](stage, onlooker))
        except TimeoutError as error:
            error.add_note(await seen(stage))
            raise
        refused = [f"not believed: {onlooker.refused}"] if onlooker.refused else []
        told = await onlooker.reckon(stage) if name in PLAYS else []  # the others end unseen
        return onlooker.differences + refused + told


async def seen(stage: Stage) -> str:
    """Return what Asterisk showed when somebody had waited in vain: its channels, and what it told last."""
    told = re.findall(rb"^Event: (\w+)\r", stage.stream.received, re.MULTILINE)[-25:]
    channels = await stage.pbx.cli("core show channels concise") if stage.pbx.process else ""
    return f"{channels}\n{b' '.join(told).decode()}"


async def perform_anew_if_it_breaks_off(name: str, major: int) -> list[str]:
    """Once in many hundreds somebody on the stage waits in vain for an Asterisk: that play is set once more.

    What the onlooker saw wrong is never played again.
    """
    try:
        return await perform(name, major)
    except BaseExceptionGroup as error:
        if not isinstance(root_of(error), TimeoutError):
            raise
        say(f"Asterisk {major}: {name} broke off and is played once more: {''.join(traceback.format_exception(error))}")
    return await perform(name, major)


async def nobody(_stage: Stage, _what: str) -> None:
    """Nobody looks yet."""


# ---- how an Asterisk may end in mid-call ----------------------------------------------------------------------------


async def one_talks_and_one_waits(stage: Stage) -> tuple[Journey, Journey]:
    await stage.breaks("202", "203")
    talking, _anna = await stage.reaches("201")
    return talking, await stage.calls(MAX)


async def at_the_console(stage: Stage, onlooker: Onlooker) -> None:
    await one_talks_and_one_waits(stage)
    await stage.pbx.cli("core stop now")
    await stage.pbx.stopped()
    await afterwards(stage, onlooker)


async def by_crash(stage: Stage, onlooker: Onlooker) -> None:
    await one_talks_and_one_waits(stage)
    await stage.pbx.kill()
    await afterwards(stage, onlooker)


async def gracefully(stage: Stage, onlooker: Onlooker) -> None:
    """Told by the manager interface to stop when everybody is gone: who is on the line stays, nobody else comes in."""
    talking, waiting = await one_talks_and_one_waits(stage)
    stage.manager.ask("Command", "Command: core stop gracefully", action_id="stop-1")  # never answered
    await until(lambda: told_to_wait(stage), "Asterisk to be stopping")
    refused = stage.customers.call(*ERIKA)
    await refused.until(refused.ended)
    assert refused.status >= 500
    stage.onlooker = nobody  # whoever asks is told that Asterisk is shutting down
    await stage.caller_hangs_up(waiting, "abandoned_waiting")
    await stage.caller_hangs_up(talking)
    await stage.pbx.stopped()
    await afterwards(stage, onlooker)


def told_to_wait(stage: Stage) -> bool:
    """Ask the manager interface for a word; while Asterisk is stopping it refuses to say one."""
    stage.stream.ask("Ping", action_id="ping-1")
    return b"shutting down" in stage.stream.received


async def afterwards(stage: Stage, onlooker: Onlooker) -> None:
    """Asterisk comes back and knows of nobody."""
    stage.journeys.clear()
    await onlooker.restarted(stage)
    await onlooker.look(stage, "Asterisk is back")


ENDS = {end.__name__: end for end in (at_the_console, by_crash, gracefully)}


# ---- all of them, some at once --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
async def watched(request: pytest.FixtureRequest) -> AsyncIterator[Watched]:
    """Begin all plays that were asked for, some at once; the function waits for one of them."""
    items: list[Any] = [item for item in request.session.items if "watched" in getattr(item, "fixturenames", ())]
    items = [item for item in items if item.callspec.params["major"] not in MISSING]
    asked = [(item.callspec.params["name"], item.callspec.params["major"]) for item in items]
    room = asyncio.Semaphore(AT_ONCE)
    results = {play: asyncio.get_running_loop().create_future() for play in asked}

    async def one(name: str, major: int) -> None:
        async with room:
            try:
                results[name, major].set_result(await perform_anew_if_it_breaks_off(name, major))
            except BaseExceptionGroup as error:
                where = "".join(traceback.format_exception(root_of(error)))
                results[name, major].set_result([f"the play broke off: {where}"])

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


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("major", MAJORS)
async def test_whenever_asterisk_ends_the_picture_is_right_afterwards(name: str, major: int, watched: Watched) -> None:
    wrong = await watched(name, major)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", ["lab22", "lab16"])
def test_every_play_is_recorded_with_its_truth(folder: str) -> None:
    recorded = [{path.stem for path in (SCENARIOS / folder).glob(pattern)} for pattern in ("*.ami", "*.json")]
    assert set(PLAYS) <= recorded[0] & recorded[1]
