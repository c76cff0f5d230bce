"""The everyday calls of the product's own queue. Rule: plays keep no truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.addition import LINES
from tests.lab.stage import MAX

if TYPE_CHECKING:
    from tests.lab.stage import Stage

SUPPRESSED = "+4961315550103"


async def answered(stage: Stage) -> None:
    """Anna's phone rings, she answers, the customer hangs up."""
    journey, _anna = await stage.reaches("201")
    await stage.caller_hangs_up(journey)


async def answered_assistant_hangs_up(stage: Stage) -> None:
    """The same, Anna hangs up."""
    _journey, anna = await stage.reaches("201", customer=MAX)
    await stage.assistant_hangs_up(anna)


async def abandon_waiting(stage: Stage) -> None:
    """Everybody is on a break; the customer waits and gives up."""
    await stage.breaks("201", "202", "203")
    journey = await stage.calls()
    await stage.caller_hangs_up(journey, "abandoned_waiting")
    await stage.breaks("201", "202", "203", over=True)


async def abandon_ringing(stage: Stage) -> None:
    """Anna's phone rings; the customer gives up."""
    journey = await stage.calls()
    await stage.rings("201", journey)
    await stage.caller_hangs_up(journey, "abandoned_ringing")


async def rings_out(stage: Stage) -> None:
    """Anna does not answer; Ben, whose turn is next, does."""
    journey = await stage.calls(MAX)
    await stage.rings_out(await stage.rings("201", journey))
    await stage.answers(await stage.rings("202", journey))
    await stage.caller_hangs_up(journey)


async def declined(stage: Stage) -> None:
    """Anna declines (603); Ben answers."""
    await declined_with(stage, 603)


async def declined_busy(stage: Stage) -> None:
    """Anna's phone says that it is busy (486); Ben answers."""
    await declined_with(stage, 486)


async def declined_with(stage: Stage, code: int) -> None:
    journey = await stage.calls()
    await stage.declines(await stage.rings("201", journey), code)
    await stage.answers(await stage.rings("202", journey))
    await stage.caller_hangs_up(journey)


async def anonymous_answered(stage: Stage) -> None:
    """The number is suppressed, but the carrier sends it along all the same."""
    leg = stage.customers.call_anonymously(asserted=SUPPRESSED)
    journey = await stage.arrives(leg, None, suppressed=True)
    await stage.answers(await stage.rings("201", journey))
    await stage.caller_hangs_up(journey)


async def queue_timeout(stage: Stage) -> None:
    """Nobody answers until the queue gives the customer back."""
    journey = await stage.calls(MAX)
    await stage.rings_out(await stage.rings("201", journey))
    await stage.rings("202", journey)
    await stage.lets_go(journey)


async def closed(stage: Stage) -> None:
    """Out of hours: an announcement and no queue."""
    await stage.pbx.cli("database put ionas opening closed")
    journey = await stage.calls(queues=())
    await stage.ends(journey, None, "refused_by_queue")


async def announcement(stage: Stage) -> None:
    """The customer hangs up before the word of welcome is over."""
    leg = stage.customers.call(*MAX)
    await leg.until(leg.answered)
    journey = await stage.arrives(leg, *MAX, queues=())
    await stage.caller_hangs_up(journey, "abandoned_waiting")


async def suppressed(stage: Stage) -> None:
    """Four ways to hide a number, one after the other."""
    line = LINES["codes"]
    for begin in (
        lambda: stage.customers.call_anonymously(to=line),
        lambda: stage.customers.call("anonymous", "Anonymous", to=line, privacy="id"),
        lambda: stage.customers.call(SUPPRESSED, "Erika Muster", to=line, asserted=SUPPRESSED, privacy="id"),
        lambda: stage.customers.call("restricted", "Restricted", to=line),
    ):
        journey = await stage.arrives(begin(), None, suppressed=True, queues=("lab-first",))
        await stage.rings("201", journey)
        await stage.caller_hangs_up(journey, "abandoned_ringing")
