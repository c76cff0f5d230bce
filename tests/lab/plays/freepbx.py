"""Calls on a dial plan of FreePBX's shape: a Local channel, and a phone behind it. Rule: plays keep no truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.freepbx import DESK, LINE, PREFIX, QUEUE, member
from tests.lab.plays.desks import MOBILE
from tests.lab.stage import ERIKA, MAX

if TYPE_CHECKING:
    from tests.lab.legs import Leg
    from tests.lab.stage import Stage
    from tests.lab.truth import Journey

SUPPRESSED = "+4961315550103"


async def freepbx_answered(stage: Stage) -> None:
    """Anna does not answer, Ben declines, Cem answers and holds; the customer hangs up."""
    journey = await calls(stage)
    await stage.rings_out(await stage.rings("201", journey))
    await stage.declines(await stage.rings("202", journey))
    cem = await stage.rings("203", journey)
    await stage.answers(cem, joined=4)
    await stage.holds(cem)
    await stage.unholds(cem)
    await stage.caller_hangs_up(journey)


async def freepbx_given_up(stage: Stage) -> None:
    """One customer gives up while everybody is on a break, one while Anna's phone rings; a number is suppressed."""
    everybody = [member(extension) for extension in stage.phones]
    for seat in everybody:
        await stage.pbx.cli(f"queue pause member {seat} queue {QUEUE}")
    await stage.step("a break")
    await stage.caller_hangs_up(await calls(stage, MAX), "abandoned_waiting")
    for seat in everybody:
        await stage.pbx.cli(f"queue unpause member {seat} queue {QUEUE}")
    await stage.step("the break is over")
    leg = stage.customers.call_anonymously(to=LINE, asserted=SUPPRESSED)
    journey = await stage.arrives(leg, None, suppressed=True, queues=(QUEUE,))
    await stage.rings("201", journey)
    await stage.caller_hangs_up(journey, "abandoned_ringing")


async def freepbx_internal(stage: Stage) -> None:
    """Anna rings Ben, who hangs up."""
    journey = await stage.dials("201", "202")
    ben = await stage.rings("202", journey)
    await stage.answers(ben)
    await stage.assistant_hangs_up(ben)


async def freepbx_blind(stage: Stage) -> None:
    """Anna, who has the caller by the queue, sends them to Ben with the key of her phone."""
    journey, anna = await reaches(stage)
    await stage.refers(anna, "202")
    ben = await stage.rings("202", journey)
    await stage.answers(ben)
    await stage.caller_hangs_up(journey)


async def freepbx_attended(stage: Stage) -> None:
    """Anna, who has the caller by the queue, asks Ben and joins the two."""
    journey, anna = await reaches(stage)
    question = await stage.asks(anna, "202")
    await stage.answers(question.asked)
    await stage.hands_over(anna, question)
    await stage.caller_hangs_up(journey)


async def freepbx_call_back(stage: Stage) -> None:
    """Anna has a customer called from her screen; the number is dialled where her phone dials."""
    await stage.manager.act(
        "Originate",
        Channel="PJSIP/201",
        Context=DESK,
        Exten=MOBILE,
        Priority="1",
        CallerID='"Anna" <201>',
        Async="true",
        ChannelId="click-1",
    )
    journey = await stage.clicked("201", MOBILE)
    there = await stage.customers.next_call()
    there.ring()
    await stage.step("the customer's phone rings")
    await stage.customer_answers(journey, there)
    await journey.leg.hang_up()
    await stage.ends(journey, "assistant")


async def calls(stage: Stage, customer: tuple[str, str] = ERIKA) -> Journey:
    """Let ``customer`` ring; the queue puts its prefix before their name."""
    number, name = customer
    leg = stage.customers.call(number, name, to=LINE)
    return await stage.arrives(leg, number, f"{PREFIX}{name}", queues=(QUEUE,))


async def reaches(stage: Stage) -> tuple[Journey, Leg]:
    """Let a customer call and Anna answer: four channels come together, by twos."""
    journey = await calls(stage)
    anna = await stage.rings("201", journey)
    await stage.answers(anna, joined=4)
    return journey, anna


PLAYS = (freepbx_answered, freepbx_given_up, freepbx_internal, freepbx_blind, freepbx_attended, freepbx_call_back)
