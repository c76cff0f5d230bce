"""Calls at a running desk, told as stories."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ionas_phone.live.nouns import Assistant, Channel
from tests.desk_app import DeskApp
from tests.stories import ANNA

DORA = Assistant("dora", "Dora Engel", "PJSIP/209", "209")
_BREATH = 0.1  # seconds


@dataclass
class Ringing:
    """A caller and the leg of the phone that rings for them."""

    caller: Channel
    leg: Channel


async def seated(desk: DeskApp) -> None:
    """Let Anna sit at her phone."""
    await desk.person("anna", name=ANNA.name, extension=ANNA.extension)


def ring(desk: DeskApp, uid: str = "1", **more: object) -> Ringing:
    """Let somebody ring in and Anna's phone ring for them."""
    caller = desk.story.rings_in(f"caller-{uid}", **more)  # type: ignore[arg-type]
    desk.story.joins(caller)
    return Ringing(caller, desk.story.calls(caller, ANNA, f"leg-{uid}"))


async def answered(desk: DeskApp, uid: str = "1", **more: object) -> int:
    """Let Anna answer somebody; return the support session that stands open from then on."""
    await seated(desk)
    ringing = ring(desk, uid, **more)
    desk.story.answers(ringing.caller, ringing.leg, ANNA)
    return await session_of(desk)


@asynccontextmanager
async def others_call(desk: DeskApp, besides: Callable[[int], None] = lambda _: None) -> AsyncIterator[None]:
    """Meanwhile other people's calls come and go, several a second, at a phone that nobody's page is about.

    ``besides`` is told the number of each.
    """

    async def again_and_again() -> None:
        for number in itertools.count():
            caller = desk.story.rings_in(f"other-{number}", number=f"0613155506{number % 100:02}")
            desk.story.joins(caller)
            besides(number)
            await asyncio.sleep(_BREATH)
            leg = desk.story.calls(caller, DORA, f"other-leg-{number}")
            await asyncio.sleep(_BREATH)
            if number % 2:
                desk.story.gives_up(caller)
                continue
            desk.story.answers(caller, leg, DORA, f"other-bridge-{number}")
            await asyncio.sleep(_BREATH)
            desk.story.hangs_up(caller, leg, caller, DORA, f"other-bridge-{number}")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(again_and_again())
        try:
            yield
        finally:
            task.cancel()


@asynccontextmanager
async def busy_line(desk: DeskApp) -> AsyncIterator[None]:
    """Meanwhile others' calls come and go, and Anna's own phone never ceases to ring: one gives up, another calls."""

    ringing: list[Channel] = []

    def rung(number: int) -> None:
        caller = desk.story.rings_in(f"mine-{number}", number=f"0613155507{number % 100:02}")
        desk.story.joins(caller)
        desk.story.calls(caller, ANNA, f"mine-leg-{number}")
        ringing.append(caller)
        if len(ringing) > 1:
            desk.story.gives_up(ringing.pop(0))

    async with others_call(desk, rung):
        yield


async def session_of(desk: DeskApp) -> int:
    """Wait until the store has opened the session of Anna's call."""
    async with asyncio.timeout(20):
        while True:
            for call in desk.world.live.desk("anna").calls:
                if call.session_id:
                    return call.session_id
            await asyncio.sleep(0)
