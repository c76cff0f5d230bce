"""panoramisk: an asyncio protocol, a callback per event."""

from __future__ import annotations

import asyncio
import sys

from panoramisk import Manager
from panoramisk.message import Message

from tests.bench.peers.meter import Meter


async def main(port: int) -> None:
    meter = Meter()
    manager = Manager(
        loop=asyncio.get_running_loop(), host="127.0.0.1", port=port, username="bench", secret="secret", ssl=False
    )

    def deliver(_manager: Manager, event: Message) -> None:
        if event.event == "Reload":
            meter.mark(event.module)
        else:
            meter.deliver()

    manager.register_event("*", deliver)
    await manager.connect()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
