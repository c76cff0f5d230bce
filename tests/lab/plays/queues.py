"""What queues do with callers, and callers with queues. Rule: plays keep no truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.addition import LINES
from tests.lab.stage import ERIKA, MAX
from tests.lab.waiting import until

if TYPE_CHECKING:
    from tests.lab.stage import Stage

ODD_NAMES = (  # as sent in From, as it should be shown
    ('Erika \\"die Schnelle\\" Muster', 'Erika "die Schnelle" Muster'),
    ("Jürgen Groß, Käfertal (2) 📞", "Jürgen Groß, Käfertal (2) 📞"),
    ("Zeile\u2028Event: Hangup\u2028Cause: 16", "ZeileEvent: HangupCause: 16"),
    ("Muster " * 20, ("Muster " * 20)[:79]),
)


async def two_queues(stage: Stage) -> None:
    """Two queues ring Anna's phone at once. She takes one; the other caller gives up."""
    erika = await stage.calls(ERIKA, to=LINES["codes"], queues=("lab-first",))
    first = await stage.rings("201", erika)
    max_ = await stage.calls(MAX, to=LINES["other"], queues=("lab-other",))
    await stage.rings("201", max_)
    await stage.answers(first)
    await stage.caller_hangs_up(max_, "abandoned_ringing")
    await stage.assistant_hangs_up(first)


async def queue_after_queue(stage: Stage) -> None:
    """Anna does not answer within the first queue's time; the second one rings Ben."""
    journey = await stage.calls(to=LINES["chain"], queues=("lab-first",))
    anna = await stage.rings("201", journey)
    await stage.rings_out(anna)
    await stage.enters(journey, "lab-second")
    ben = await stage.rings("202", journey)
    await stage.answers(ben)
    await stage.caller_hangs_up(journey)


async def ring_all(stage: Stage) -> None:
    """All three phones ring; Ben is the quickest."""
    journey = await stage.calls(to=LINES["ringall"], queues=("lab-ringall",))
    phones = [await stage.rings(name, journey) for name in ("201", "202", "203")]
    await stage.answers(phones[1])
    await stage.assistant_hangs_up(phones[1])


async def ring_all_abandoned(stage: Stage) -> None:
    """All three phones ring, and the caller gives up."""
    journey = await stage.calls(to=LINES["ringall"], queues=("lab-ringall",))
    for name in ("201", "202", "203"):
        await stage.rings(name, journey)
    await stage.caller_hangs_up(journey, "abandoned_ringing")


async def autopause(stage: Stage) -> None:
    """Anna does not answer and is put on a break for it; Ben answers."""
    journey = await stage.calls(to=LINES["autopause"], queues=("lab-autopause",))
    await stage.rings_out(await stage.rings("201", journey))
    await stage.hears("QueueMemberPause")
    await stage.answers(await stage.rings("202", journey))
    await stage.caller_hangs_up(journey)


async def wrapup(stage: Stage) -> None:
    """Anna has just had a call; the next caller waits until her wrap-up is over."""
    erika, _anna = await stage.reaches("201", to=LINES["wrapup"], queues=("lab-wrapup",))
    await stage.caller_hangs_up(erika)
    other, _anna = await stage.reaches("201", customer=MAX, to=LINES["wrapup"], queues=("lab-wrapup",))
    await stage.caller_hangs_up(other)


async def refused_empty(stage: Stage) -> None:
    """Nobody sits in the queue, so nobody may join it."""
    journey = await stage.calls(to=LINES["empty"], queues=())
    await stage.ends(journey, None, "refused_by_queue")


async def refused_full(stage: Stage) -> None:
    """One may wait, the second is turned away."""
    erika = await stage.calls(to=LINES["full"], queues=("lab-full",))
    await stage.rings("201", erika)
    other = await stage.calls(MAX, to=LINES["full"], queues=())
    await until(lambda: doors(stage) == 2, "the second caller to come to the queue's door")
    await stage.caller_hangs_up(erika, "abandoned_ringing")
    await stage.ends(other, None, "refused_by_queue")


def doors(stage: Stage) -> int:
    """Count who came to a queue, let in or not: no event tells of those who were not."""
    return sum((row.event, row.application) == ("APP_START", "Queue") for row in stage.pbx.cel())


async def key(stage: Stage) -> None:
    """The caller presses 1 and is out of the queue; an announcement follows."""
    journey = await stage.calls(to=LINES["key"], queues=("lab-key",))
    await stage.rings("201", journey)
    await journey.leg.press("1")
    await stage.lets_go(journey, "abandoned_waiting", "caller_gave_up")


async def shared(stage: Stage) -> None:
    """Two seats with one phone: Anna declines at the first and is rung at the second."""
    journey = await stage.calls(to=LINES["shared"], queues=("lab-shared",))
    await stage.declines(await stage.rings("201", journey), 486)
    await stage.answers(await stage.rings("201", journey))
    await stage.caller_hangs_up(journey)


async def forwarded(stage: Stage) -> None:
    """Anna's phone sends the caller on to Cem's (302)."""
    journey = await stage.calls()
    anna = await stage.rings("201", journey)
    anna.forward("203")
    stage.stops(anna, "declined")
    await stage.answers(await stage.rings("203", journey))
    await stage.caller_hangs_up(journey)


async def reload(stage: Stage) -> None:
    """The queues are read anew while one caller talks and another waits."""
    await stage.breaks("202", "203")
    erika, _anna = await stage.reaches("201")
    other = await stage.calls(MAX)
    await stage.pbx.cli("module reload app_queue.so")
    await stage.hears("Reload")
    await stage.step("the queues were read anew")
    await stage.caller_hangs_up(other, "abandoned_waiting")
    await stage.caller_hangs_up(erika)


async def odd_names(stage: Stage) -> None:
    """Names that nobody should be able to do harm with."""
    for sent, shown in ODD_NAMES:
        leg = stage.customers.call(ERIKA[0], sent, to=LINES["codes"])
        journey = await stage.arrives(leg, ERIKA[0], shown, queues=("lab-first",))
        await stage.rings("201", journey)
        await stage.caller_hangs_up(journey, "abandoned_ringing")


async def stopped(stage: Stage) -> None:
    """Asterisk is stopped at its console while one caller talks and another waits: it hangs up on everybody."""
    await stage.breaks("202", "203")
    erika, _anna = await stage.reaches("201")
    other = await stage.calls(MAX)
    await stage.pbx.cli("core stop now")
    await stage.pbx.stopped()
    await stage.ends(other, None, "queue_timeout")
    await stage.ends(erika, None)
