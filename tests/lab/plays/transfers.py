"""A caller goes from hand to hand. Rule: a play only says who does what; the stage keeps the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.addition import LINES
from tests.lab.stage import moment
from tests.lab.truth import device

if TYPE_CHECKING:
    from tests.lab.legs import Leg
    from tests.lab.stage import Stage


async def blind_refer(stage: Stage) -> None:
    """Anna sends the caller to Ben without asking, with the key of her phone."""
    journey, anna = await stage.reaches("201")
    await stage.refers(anna, "202")
    ben = await stage.rings("202", journey)
    await stage.answers(ben)
    await stage.caller_hangs_up(journey)


async def blind_refer_unanswered(stage: Stage) -> None:
    """Ben does not answer in time; the caller hangs up."""
    journey, anna = await stage.reaches("201")
    await stage.refers(anna, "202")
    await stage.rings("202", journey)
    await stage.caller_hangs_up(journey)


async def blind_refer_to_queue(stage: Stage) -> None:
    """Anna sends the caller into another queue."""
    journey, anna = await stage.reaches("201")
    journey.enters("lab-second")
    await stage.refers(anna, "790", "lab-second")
    ben = await stage.rings("202", journey)
    await stage.answers(ben)
    await stage.assistant_hangs_up(ben)


async def blind_feature(stage: Stage) -> None:
    """The same with a feature code: *1 and the extension."""
    journey, anna = await reached_by_code(stage)
    await dials_code(stage, anna, "*1", "202")
    await stage.hears("BlindTransfer")
    at = moment()
    await stage.leaves(anna, at, "blind", "PJSIP/202")
    await stage.answers(await stage.rings("202", journey))
    await stage.caller_hangs_up(journey)


async def attended_replaces(stage: Stage) -> None:
    """Anna asks Ben while the caller waits, then joins the two (REFER with Replaces)."""
    journey, anna = await stage.reaches("201")
    question = await stage.asks(anna, "202")
    await stage.answers(question.asked)
    await stage.hands_over(anna, question)
    await stage.caller_hangs_up(journey)


async def blonde_refer(stage: Stage) -> None:
    """Anna joins the two while Ben's phone still rings."""
    _journey, anna = await stage.reaches("201")
    question = await stage.asks(anna, "202")
    await stage.hands_over(anna, question)
    await stage.answers(question.asked)
    await stage.assistant_hangs_up(question.asked)


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


async def attended_to_queue(stage: Stage) -> None:
    """Anna rings another queue and joins the caller to it while Ben's phone already rings for her."""
    journey, anna = await stage.reaches("201")
    await stage.holds(anna)
    asking = anna.agent.dial("790")
    await asking.until(asking.answered)
    ben = await stage.rings("202", journey)
    journey.enters("lab-second")
    await joined(stage, anna, asking, "lab-second")
    await stage.answers(ben)
    await stage.caller_hangs_up(journey)


async def attended_to_app(stage: Stage) -> None:
    """Anna joins the caller to an announcement."""
    journey, anna = await stage.reaches("201")
    await stage.holds(anna)
    asking = anna.agent.dial("791")
    await asking.until(asking.answered)
    await stage.step("201 listens")
    await joined(stage, anna, asking, "791")
    await stage.caller_hangs_up(journey)


async def attended_intercom(stage: Stage) -> None:
    """Anna asks Ben by intercom, which is a conference, and leaves the caller there in her place."""
    journey, anna = await stage.reaches("201")
    question = await stage.asks(anna, "202", by="792")
    await stage.answers(question.asked, talks=False, joined=1)  # Anna is there already
    await stage.hands_over(anna, question)
    journey.unwritten.add(device(question.asked))  # the caller takes the place of Anna's channel: none came or went
    await stage.caller_hangs_up(journey)


async def joined(stage: Stage, anna: Leg, asking: Leg, whither: str) -> None:
    """Join the caller with what ``asking`` reached."""
    at = moment()
    anna.refer("asked", replaces=asking)
    await anna.until(anna.accepted)
    await stage.hears("AttendedTransfer")
    await asking.gone()
    await stage.leaves(anna, at, "attended", whither)


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


async def reached_by_code(stage: Stage) -> tuple[object, Leg]:
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
