"""pyami-asterisk: an asyncio stream reader, a task per event."""

from __future__ import annotations

import asyncio
import sys

from pyami_asterisk import AMIClient

from tests.bench.peers.meter import Meter


async def main(port: int) -> None:
    meter = Meter()

    def deliver(event: dict[str, str]) -> None:
        if event["Event"] == "Reload":
            meter.mark(event["Module"])
        else:
            meter.deliver()

    client = AMIClient(host="127.0.0.1", port=port, username="bench", secret="secret", ping_delay=0)
    client.register_event(["*"], deliver)
    await client.connect_ami()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
