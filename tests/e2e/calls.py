"""Calls at a running desk, told as stories."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ionas_phone.live.nouns import Channel
from tests.desk_app import DeskApp
from tests.stories import ANNA


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


async def session_of(desk: DeskApp) -> int:
    """Wait until the store has opened the session of Anna's call."""
    async with asyncio.timeout(20):
        while True:
            for call in desk.world.live.desk("anna").calls:
                if call.session_id:
                    return call.session_id
            await asyncio.sleep(0)
