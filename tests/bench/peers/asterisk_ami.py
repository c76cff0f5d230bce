"""asterisk-ami's client: a thread that reads; with "loop" as a second word its events go on into asyncio."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from asterisk.ami import AMIClient

from tests.bench.peers.meter import Meter


def took(meter: Meter, event: Any) -> None:
    if event.name == "Reload":
        meter.mark(event["Module"])
    else:
        meter.deliver()


async def main(port: int, *, into_loop: bool) -> None:
    meter, loop = Meter(), asyncio.get_running_loop()

    def deliver(event: Any, **_more: object) -> None:
        if into_loop:
            loop.call_soon_threadsafe(took, meter, event)
        else:
            took(meter, event)

    client = AMIClient(address="127.0.0.1", port=port)
    client.add_event_listener(deliver)
    client.login(username="bench", secret="secret")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), into_loop=sys.argv[2:] == ["loop"]))
