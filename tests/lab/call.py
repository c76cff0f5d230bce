"""A customer who rings the switchboard of `make pbx`. Rule: Ctrl-C hangs up, it does not just go away.

make call FROM=061315550101    python -m tests.lab.call FROM [--name NAME] [--seconds N] [--anonymous]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from tests.lab.asterisk import CARRIER
from tests.lab.phones import Customers
from tests.lab.run_pbx import state_file


async def ring(options: argparse.Namespace, pbx: dict[str, str | int]) -> None:
    """Ring the line and stay until the time is over, Ctrl-C is pressed or the other side hangs up."""
    loop, enough = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, enough.set)
    customers = Customers("carrier", CARRIER, (str(pbx["host"]), int(pbx["port"])))
    await customers.open()
    say(f"{options.number} rings {pbx['line']} and stays {options.seconds:g} s at most; Ctrl-C hangs up")
    if options.anonymous:
        leg = customers.call_anonymously(to=str(pbx["line"]), asserted=options.number)
    else:
        leg = customers.call(options.number, options.name, to=str(pbx["line"]))
    loop.call_later(options.seconds, enough.set)
    async with asyncio.TaskGroup() as tasks:
        ends = [tasks.create_task(event.wait()) for event in (leg.ended, enough)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
    say(f"over: {leg.status}" if leg.ended.is_set() else "hanging up")
    await customers.close()


def say(what: str) -> None:
    print(what, flush=True)  # noqa: T201 - it talks to a person


def main() -> int:
    parser = argparse.ArgumentParser(prog="make call", description="Let a customer ring the switchboard of `make pbx`.")
    parser.add_argument("number", metavar="FROM", help="the customer's number, for example 061315550101")
    parser.add_argument("--name", default="", help="the name that is sent along")
    parser.add_argument("--seconds", type=float, default=60, help="how long the customer stays (default 60)")
    parser.add_argument("--anonymous", action="store_true", help="suppress the number")
    options = parser.parse_args()
    if not state_file().exists():
        print("No switchboard runs here. Start one in another window: make pbx", file=sys.stderr)  # noqa: T201
        return 2
    asyncio.run(ring(options, json.loads(state_file().read_text("utf-8"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
