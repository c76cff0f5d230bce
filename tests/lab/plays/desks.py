"""Calls between phones, from phones to the world, and calls that somebody else takes. Rule: plays keep no truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.addition import LINES
from tests.lab.application import Application
from tests.lab.stage import MAX, moment
from tests.lab.truth import Journey, Ringing, device

if TYPE_CHECKING:
    from tests.lab.stage import Stage

MOBILE = "+4917139200102"


async def consultation(stage: Stage) -> None:
    """Anna asks Ben while the caller waits, and goes on with the caller herself."""
    journey, anna = await stage.reaches("201")
    question = await stage.asks(anna, "202")
    await stage.answers(question.asked)
    await stage.thanks(question)
    await stage.unholds(anna)
    await stage.caller_hangs_up(journey)


async def consultation_called_off(stage: Stage) -> None:
    """Anna rings Ben while the caller waits, and goes back to the caller before he answers."""
    journey, anna = await stage.reaches("201")
    question = await stage.asks(anna, "202")
    await stage.thinks_better(question)
    await stage.unholds(anna)
    await stage.caller_hangs_up(journey)


async def hold(stage: Stage) -> None:
    """Anna puts the caller on hold twice."""
    _journey, anna = await stage.reaches("201")
    for _ in range(2):
        await stage.holds(anna)
        await stage.unholds(anna)
    await stage.assistant_hangs_up(anna)


async def hold_abandoned(stage: Stage) -> None:
    """The caller hangs up while on hold."""
    journey, anna = await stage.reaches("201")
    await stage.holds(anna)
    await stage.caller_hangs_up(journey)


async def pickup_group(stage: Stage) -> None:
    """Ben takes the call that rings at Anna's phone (*8)."""
    await picked_up(stage, "*8")


async def pickup_directed(stage: Stage) -> None:
    """Ben names the phone whose call he takes."""
    await picked_up(stage, "*9201")


async def picked_up(stage: Stage, code: str) -> None:
    journey = await stage.calls()
    await stage.rings("201", journey)
    ben = stage.phones["202"].dial(code)
    await ben.until(ben.answered)
    stage.journey_of[ben] = journey
    await stage.taken(journey, ben)
    await stage.hears("AgentConnect")  # the queue notices up to half a second later
    stage.talks(journey, device(ben), moment())
    journey.transfer("pickup", "PJSIP/201", device(ben))
    await stage.step("202 has picked the call up")
    await stage.caller_hangs_up(journey)


async def redirect(stage: Stage) -> None:
    """Somebody moves the caller from Anna to Ben through the manager interface."""
    journey, anna = await stage.reaches("201")
    at = moment()
    await stage.manager.act("Redirect", Channel="PJSIP/trunk-00000000", Context="ionas-desk", Exten="202", Priority="1")
    await stage.leaves(anna, at, "redirect", "PJSIP/202")
    ben = await stage.rings("202", journey)
    await stage.answers(ben)
    await stage.caller_hangs_up(journey)


async def direct(stage: Stage) -> None:
    """A customer rings Anna's own number: no queue."""
    journey = await stage.calls(to=LINES["direct"], queues=())
    anna = await stage.rings("201", journey)
    await stage.answers(anna)
    await stage.caller_hangs_up(journey)


async def direct_unanswered(stage: Stage) -> None:
    """Anna does not answer her own number; the customer gives up."""
    journey = await stage.calls(to=LINES["direct"], queues=())
    await stage.rings("201", journey)
    await stage.caller_hangs_up(journey, "abandoned_ringing")


async def internal(stage: Stage) -> None:
    """Anna rings Ben."""
    journey = await stage.dials("201", "202")
    ben = await stage.rings("202", journey)
    await stage.answers(ben)
    await stage.caller_hangs_up(journey)


async def outbound(stage: Stage) -> None:
    """Anna rings a customer, who hangs up."""
    journey = await stage.dials("201", "017139200102", MOBILE)
    there = await stage.customers.next_call()
    there.ring()
    await stage.step("the customer's phone rings")
    await stage.customer_answers(journey, there)
    await there.hang_up()
    await stage.ends(journey, "caller")


async def originate(stage: Stage) -> None:
    """Anna has a customer called from her screen: her own phone rings first."""
    await _clicks(stage)
    journey = await stage.clicked("201", MOBILE)
    there = await stage.customers.next_call()
    there.ring()
    await stage.step("the customer's phone rings")
    await stage.customer_answers(journey, there)
    await journey.leg.hang_up()
    await stage.ends(journey, "assistant")


async def originate_unanswered(stage: Stage) -> None:
    """Anna has a customer called from her screen, and does not take her own phone off: nobody is called."""
    await _clicks(stage, Timeout="1200")
    leg = await stage.phones["201"].next_call()
    journey = Journey(leg, "internal", "201", "Anna", offered_at=leg.began)
    journey.rung.append(Ringing(leg))
    stage.journeys.append(journey)
    await stage.step("201 rings")
    await stage.ends(journey, None, "failed")
    journey.rung[0].outcome = "caller_gave_up"  # nobody has: the switchboard lets it ring no longer


async def _clicks(stage: Stage, **more: str) -> None:
    """Anna clicks a customer's number: her phone shall ring, and theirs once she has answered."""
    await stage.manager.act(
        "Originate",
        Channel="PJSIP/201",
        Context="lab-originate",
        Exten="017139200102",
        Priority="1",
        CallerID='"Anna" <201>',
        Async="true",
        ChannelId="click-1",
        **more,
    )


async def local(stage: Stage) -> None:
    """The member is a Local channel that stays."""
    journey, _anna = await stage.reaches("201", to=LINES["local"], queues=("lab-local",))
    await stage.caller_hangs_up(journey)


async def local_optimised(stage: Stage) -> None:
    """The member is a Local channel that takes itself out when both talk."""
    journey, _anna = await stage.reaches("201", to=LINES["localopt"], queues=("lab-localopt",))
    await stage.caller_hangs_up(journey)


async def parked(stage: Stage) -> None:
    """Anna parks the caller (700), Ben fetches them (701)."""
    journey, anna = await stage.reaches("201")
    await stage.refers(anna, "700", "700")
    await stage.fetches("202", "701", journey)
    await stage.step("202 has fetched the caller")
    await stage.caller_hangs_up(journey)


async def parked_beside(stage: Stage) -> None:
    """Anna and Ben each park a caller, who are in one bridge then and don't hear each other; Cem fetches the first."""
    first, anna = await stage.reaches("201")
    await stage.refers(anna, "700", "700")
    second, ben = await stage.reaches("202", customer=MAX)
    await stage.refers(ben, "700", "700")
    await stage.fetches("203", "701", first)
    await stage.step("203 has fetched the first caller")
    await stage.caller_hangs_up(second)
    await stage.caller_hangs_up(first)


async def parked_by_application(stage: Stage) -> None:
    """An application (ARI) has the caller hear music; Ben comes into the same bridge, and neither hears the other."""
    async with Application.running(stage.pbx, "holding"):
        journey, anna = await stage.reaches("201")
        await stage.refers(anna, "794", "794")
        await stage.hears("BridgeEnter", 3)
        ben = await stage.dials("202", "794")
        await stage.hears("BridgeEnter", 4)
        await stage.step("202 is in the same bridge")
        await ben.leg.hang_up()
        await stage.ends(ben, "caller", "failed")
        await stage.caller_hangs_up(journey)


async def direct_declined(stage: Stage) -> None:
    """Anna declines a call to her own number."""
    journey = await stage.calls(to=LINES["direct"], queues=())
    anna = await stage.rings("201", journey)
    await stage.declines(anna)
    await stage.ends(journey, None, "failed")


async def outbound_unanswered(stage: Stage) -> None:
    """Anna rings a customer, who does not answer; she hangs up."""
    journey = await stage.dials("201", "017139200102", MOBILE)
    there = await stage.customers.next_call()
    there.ring()
    await stage.step("the customer's phone rings")
    await journey.leg.hang_up()
    await there.until(there.ended)
    await stage.ends(journey, "assistant", "failed")
