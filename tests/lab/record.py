"""Records real calls on our own dial plan: python -m tests.lab.record [FOLDER]. Rule: bytes as received.

Writes one file per kind of call with the stream after log-in, and snapshot_*.ami with the dialogue of a log-in that
asks for everything. The system name is a secret, so it is replaced by "lab" everywhere.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab.asterisk import Asterisk
from tests.lab.manager import Manager
from tests.lab.phones import Customers, Phone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.lab.legs import Leg

ERIKA = ("+4961315550101", "Erika Muster")
MAX = ("+4917139200102", "Max Beispiel")
SUPPRESSED = "+4961315550103"
RING, WAIT, TALK = 1.6, 2.3, 3.2  # seconds: people take their time, and practice plays it back

SNAPSHOT = (
    ("CoreSettings", "settings-1", ()),
    ("CoreStatus", "status-1", ()),
    ("CoreShowChannels", "channels-1", ()),
    ("QueueStatus", "queues-1", ()),
    ("BridgeList", "bridges-1", ()),
)


class Scene:
    """One Asterisk, three phones, a carrier, and somebody who listens at the manager interface."""

    def __init__(self, pbx: Asterisk, manager: Manager, customers: Customers, phones: list[Phone]) -> None:
        self.pbx, self.manager, self.customers = pbx, manager, customers
        self.anna, self.ben, self.cem = phones

    async def pause(self, *, paused: bool) -> None:
        """Send all members on a break, or back."""
        word = "pause" if paused else "unpause"
        for phone in (self.anna, self.ben, self.cem):
            await self.pbx.cli(f"queue {word} member PJSIP/{phone.name} queue support")

    async def in_talk(self, phone: Phone, caller: Leg, seconds: float = TALK) -> Leg:
        """Let ``phone`` ring, be answered and talk with ``caller``."""
        leg = await phone.next_call()
        leg.ring()
        await asyncio.sleep(RING)
        leg.answer()
        await leg.until(leg.answered)
        await caller.until(caller.answered)
        await asyncio.sleep(seconds)
        return leg


async def answered(scene: Scene) -> None:
    caller = scene.customers.call(*ERIKA)
    leg = await scene.in_talk(scene.anna, caller)
    await caller.hang_up()
    await leg.until(leg.ended)


async def answered_assistant_hangs_up(scene: Scene) -> None:
    caller = scene.customers.call(*MAX)
    leg = await scene.in_talk(scene.anna, caller)
    await leg.hang_up()
    await caller.until(caller.ended)


async def abandon_waiting(scene: Scene) -> None:
    """Everybody is on a break, so the caller waits, and gives up."""
    await scene.pause(paused=True)
    caller = scene.customers.call(*ERIKA)
    await scene.manager.until("Event: QueueCallerJoin")
    await asyncio.sleep(WAIT)
    await caller.hang_up()
    await scene.manager.until("Event: Hangup")
    await scene.pause(paused=False)


async def abandon_ringing(scene: Scene) -> None:
    caller = scene.customers.call(*ERIKA)
    leg = await scene.anna.next_call()
    leg.ring()
    await asyncio.sleep(WAIT)
    await caller.hang_up()
    await leg.until(leg.ended)


async def rings_out(scene: Scene) -> None:
    """Anna does not answer; Ben, whose turn is next, does."""
    caller = scene.customers.call(*MAX)
    leg = await scene.anna.next_call()
    leg.ring()
    await leg.until(leg.ended)
    await scene.in_talk(scene.ben, caller)
    await caller.hang_up()


async def declined(scene: Scene) -> None:
    """Anna presses "reject"; Ben answers."""
    caller = scene.customers.call(*ERIKA)
    leg = await scene.anna.next_call()
    leg.ring()
    await asyncio.sleep(RING)
    leg.reject(603)
    await scene.in_talk(scene.ben, caller)
    await caller.hang_up()


async def anonymous_answered(scene: Scene) -> None:
    """The carrier sends the suppressed number along all the same."""
    caller = scene.customers.call_anonymously(asserted=SUPPRESSED)
    await scene.in_talk(scene.anna, caller)
    await caller.hang_up()


async def queue_timeout(scene: Scene) -> None:
    """Anna's phone rings, then Ben's, until the queue gives the caller back."""
    caller = scene.customers.call(*MAX)
    for phone in (scene.anna, scene.ben):
        leg = await phone.next_call()
        leg.ring()
        await leg.until(leg.ended)
    await caller.until(caller.ended)


CALLS: dict[str, Callable[[Scene], Awaitable[None]]] = {
    scene.__name__: scene
    for scene in (
        *(answered, answered_assistant_hangs_up, abandon_waiting, abandon_ringing),
        *(rings_out, declined, anonymous_answered, queue_timeout),
    )
}


async def snapshots(scene: Scene) -> dict[str, bytes]:
    """Return the dialogue of a fresh log-in: idle, one waiting, one ringing, one talking."""
    found = {"idle": await snapshot(scene.pbx)}
    await scene.pause(paused=True)
    caller = scene.customers.call(*ERIKA)
    await scene.manager.until("Event: QueueCallerJoin")
    found["waiting"] = await snapshot(scene.pbx)
    await scene.pause(paused=False)
    leg = await scene.anna.next_call()
    leg.ring()
    await scene.manager.until("ChannelStateDesc: Ringing")
    found["ringing"] = await snapshot(scene.pbx)
    leg.answer()
    await scene.manager.until("Event: BridgeEnter")
    found["talking"] = await snapshot(scene.pbx)
    await caller.hang_up()
    await leg.until(leg.ended)
    return found


async def snapshot(pbx: Asterisk) -> bytes:
    """Log in anew, ask for everything, one question after the other, and return all that came."""
    async with Manager.of(pbx) as manager:
        for action, action_id, headers in SNAPSHOT:
            start = len(manager.received)
            manager.ask(action, *headers, action_id=action_id)
            await manager.until(f"ActionID: {action_id}", start)
            if b"EventList: start" in manager.received[start:]:
                await manager.until("EventList: Complete", start)
        return manager.received


async def staged(play: Callable[[Scene], Awaitable[object]]) -> tuple[object, bytes]:
    """Set a fresh scene (Anna's turn is first, ids start at 0), ``play`` it; return its result and the stream."""
    async with AsyncExitStack() as stack:
        # the phones go last, after the recording, so their signing in and out is not in it
        pbx = await stack.enter_async_context(Asterisk.running(ring_seconds=4, wait_seconds=8))
        await pbx.cli("database put ionas opening open")
        phones = [await stack.enter_async_context(Phone.registered(pbx, phone.extension)) for phone in pbx.plan.phones]
        customers = await stack.enter_async_context(Customers.of(pbx))
        async with Manager.of(pbx) as manager:
            start = len(manager.received)
            result = await play(Scene(pbx, manager, customers, phones))
            await asyncio.sleep(1)  # the last Hangup and QueueMemberStatus
            return result, _without_secret(manager.received[start:], pbx)


def _without_secret(stream: object, pbx: Asterisk) -> bytes:
    assert isinstance(stream, bytes)
    return stream.replace(pbx.written.secrets.system_name.encode(), b"lab")


async def recordings() -> dict[str, bytes]:
    """Return every file's contents by its name."""
    streams = {name: (await staged(play))[1] for name, play in CALLS.items()}

    async def play_snapshots(scene: Scene) -> dict[str, bytes]:
        return {name: _without_secret(dialogue, scene.pbx) for name, dialogue in (await snapshots(scene)).items()}

    found, _ = await staged(play_snapshots)
    assert isinstance(found, dict)
    return streams | {f"snapshot_{name}": dialogue for name, dialogue in found.items()}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, stream in asyncio.run(recordings()).items():
        (folder / f"{name}.ami").write_bytes(stream)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "tests/scenarios/lab22"))
