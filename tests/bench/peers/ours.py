"""ionas_phone's own link: every defence, and facts instead of messages."""

from __future__ import annotations

import asyncio
import sys

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.connection import Link
from ionas_phone.live.events import PbxEvent, PbxReloaded
from ionas_phone.logs import configure
from ionas_phone.runtime.clock import now
from tests.bench.peers.meter import Meter


async def main(port: int) -> None:
    meter = Meter()

    def deliver(fact: PbxEvent, _received: float) -> None:
        if type(fact) is PbxReloaded:
            meter.mark(fact.module, refused=link.refused.total())
        else:
            meter.deliver()

    link = Link(PbxAddress("bench", "127.0.0.1", port, "bench", "secret", tls=False), deliver, now)
    await link.run()


if __name__ == "__main__":
    configure("error")
    asyncio.run(main(int(sys.argv[1])))
