"""A caller goes from hand to hand by codes that an assistant presses. Rule: a play only says who does what.

No assistant's telephone knows of it: the switchboard listens for the keys, plays music, rings, and joins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.addition import LINES
from tests.lab.stage import moment
from tests.lab.truth import device

if TYPE_CHECKING:
    from tests.lab.legs import Leg
    from tests.lab.stage import Stage
    from tests.lab.truth import Journey


async def blind_feature(stage: Stage) -> None:
    """Anna sends the caller to Ben without asking: *1 and the extension."""
    journey, anna = await reached_by_code(stage)
    await dials_code(stage, anna, "*1", "202")
    await stage.hears("BlindTransfer")
    at = moment()
    await stage.leaves(anna, at, "blind", "PJSIP/202")
    await stage.answers(await stage.rings("202", journey))
    await stage.caller_hangs_up(journey)


async def attended_feature(stage: Stage) -> None:
    """Anna asks Ben by feature code (*2 and the extension) and hangs up."""
    journey, anna = await reached_by_code(stage)
    ben = await asked_by_code(stage, anna)
    await stage.answers(ben, talks=False)
    at = moment()
    await anna.hang_up()
    stage.talks(journey, device(ben), at)
    await stage.leaves(anna, at, "attended", device(ben))
    await stage.caller_hangs_up(journey)


async def blonde_feature(stage: Stage) -> None:
    """Anna hangs up while Ben's phone still rings."""
    journey, anna = await reached_by_code(stage)
    ben = await asked_by_code(stage, anna)
    at = moment()
    await anna.hang_up()
    await stage.leaves(anna, at, "attended", device(ben))
    await stage.answers(ben)
    await stage.caller_hangs_up(journey)


async def threeway(stage: Stage) -> None:
    """Anna asks Ben by feature code and makes it a conversation of three (*5), then leaves."""
    journey, anna = await reached_by_code(stage)
    ben = await asked_by_code(stage, anna)
    await stage.answers(ben, talks=False)
    hung_up = stage.heard("Hangup")
    await anna.press("*5")
    await stage.hears("AttendedTransfer")
    at = moment()
    stage.time_of(anna).resume(at)
    stage.talks(journey, device(ben), at)
    await stage.step("three talk")
    await stage.hears("Hangup", hung_up + 2)  # the Local channels between Ben and the two are optimised away
    await stage.step("three talk without a Local channel between them")
    at = moment()
    await anna.hang_up()
    await stage.leaves(anna, at, "attended", device(ben))
    await stage.caller_hangs_up(journey)


async def consultation_feature(stage: Stage) -> None:
    """Anna asks Ben by feature code and comes back to the caller (*3)."""
    journey, anna = await reached_by_code(stage)
    ben = await asked_by_code(stage, anna)
    await stage.answers(ben, talks=False)
    await anna.press("*3")
    await ben.until(ben.ended)
    stage.time_of(anna).resume(moment())
    await stage.step("201 is back")
    await stage.caller_hangs_up(journey)


async def reached_by_code(stage: Stage) -> tuple[Journey, Leg]:
    """Let a caller reach Anna where feature codes work."""
    return await stage.reaches("201", to=LINES["codes"], queues=("lab-first",))


async def asked_by_code(stage: Stage, anna: Leg) -> Leg:
    """Let Anna ask Ben by feature code, for which she leaves the caller's bridge."""
    await dials_code(stage, anna, "*2", "202")
    stage.time_of(anna).apart = True
    return await stage.rings("202", stage.journey_of[anna])


async def dials_code(stage: Stage, anna: Leg, code: str, extension: str) -> None:
    """Let Anna press ``code``, and the extension as soon as the caller hears music: from then on they are on hold."""
    music = stage.customers.voice.heard
    music.clear()
    await anna.press(code)
    await anna.until(music)
    stage.time_of(anna).hold(moment())
    await anna.press(extension)
