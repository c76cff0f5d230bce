"""What queues do with callers, and callers with queues. Rule: plays keep no truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.addition import LINES
from tests.lab.stage import ERIKA, MAX

if TYPE_CHECKING:
    from tests.lab.stage import Stage


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
