"""A caller goes from hand to hand. Rule: a play only says who does what; the stage keeps the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.application import Application
from tests.lab.stage import MAX, moment
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
    question = await stage.asks(anna, "202", by="792", alone=True)
    await stage.answers(question.asked, talks=False, joined=1)  # Anna is there already
    await stage.hands_over(anna, question)
    journey.unwritten.add(device(question.asked))  # the caller takes the place of Anna's channel: none came or went
    await stage.caller_hangs_up(journey)


async def attended_fails(stage: Stage) -> None:
    """Ben, who has the caller in a conference, would join them to an announcement, which is refused; he goes on."""
    journey, anna = await stage.reaches("201")
    question = await stage.asks(anna, "202", by="792", alone=True)
    await stage.answers(question.asked, talks=False, joined=1)
    await stage.hands_over(anna, question)
    journey.unwritten.add(device(question.asked))
    ben = question.asked
    await stage.holds(ben)
    asking = ben.agent.dial("791")
    announced = stage.internal(asking)
    await asking.until(asking.answered)
    await stage.step("202 listens")
    ben.refer("asked", replaces=asking)
    await ben.until(ben.accepted)
    await stage.stream.until("DestType: Fail")
    await stage.step("202 could not hand the caller over")
    await asking.hang_up()
    stage.journeys.append(announced)
    await stage.ends(announced, "caller", "failed")
    await stage.unholds(ben)
    await stage.caller_hangs_up(journey)


async def attended_link(stage: Stage) -> None:
    """Anna asks Ben by way of an application, whose bridge merges with no other, and joins the two."""
    async with Application.running(stage.pbx):
        journey, anna = await stage.reaches("201")
        question = await stage.asks(anna, "202", by="793")
        await stage.answers(question.asked)
        await stage.hands_over(anna, question)
        await stage.caller_hangs_up(journey)


async def attended_to_parking(stage: Stage) -> None:
    """Ben rings the car park (700), where somebody is already, and leaves the caller there; Cem fetches them (702)."""
    first, anna = await stage.reaches("201", customer=MAX)
    await stage.refers(anna, "700", "700")
    journey, ben = await stage.reaches("202")
    await stage.holds(ben)
    asking = ben.agent.dial("700")
    await asking.until(asking.answered)
    await stage.hears("BridgeEnter", 6)
    await stage.step("202 is in the car park")
    await joined(stage, ben, asking, "700")
    await stage.fetches("203", "702", journey)
    await stage.step("203 has fetched the caller")
    await stage.caller_hangs_up(journey)
    await stage.caller_hangs_up(first)


async def joined(stage: Stage, anna: Leg, asking: Leg, whither: str) -> None:
    """Join the caller with what ``asking`` reached."""
    anna.refer("asked", replaces=asking)
    stage.time_of(anna).resume(moment())
    await anna.until(anna.accepted)
    await stage.hears("AttendedTransfer")
    at = moment()
    await asking.gone()
    await stage.leaves(anna, at, "attended", whither)
