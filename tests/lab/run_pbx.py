"""A switchboard to try the product on: Asterisk 22 with three SIPp phones. Rule: stays until Ctrl-C, leaves nothing.

make pbx    python -m tests.lab.run_pbx [--ring SECONDS] [--keep-hours]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from ionas_phone.dialplan import Phone
from tests.lab import ports, sipp
from tests.lab.asterisk import Asterisk
from tests.lab.tree import NotInstalled, cache

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {"201": "Anna", "202": "Ben", "203": "Cem"}


def state_file() -> Path:
    """Return where the running switchboard says how it is reached."""
    return cache() / "lab/pbx.json"


async def stay(ring: float, *, keep_hours: bool) -> None:
    """Run the switchboard until somebody presses Ctrl-C (or sends SIGTERM)."""
    enough = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, enough.set)
    places = {extension: ports.free_udp() for extension in NAMES}
    phones = tuple(Phone(number, name, f"sip:{number}@127.0.0.1:{places[number]}") for number, name in NAMES.items())
    async with AsyncExitStack() as stack:
        pbx = await stack.enter_async_context(Asterisk.running(phones=phones))
        for port in places.values():
            await stack.enter_async_context(sipp.phone(port, ring=ring))
        if not keep_hours:
            await pbx.cli("database put ionas opening open")
        stack.callback(state_file().unlink, missing_ok=True)
        announce(pbx, ring)
        await enough.wait()


def announce(pbx: Asterisk, ring: float) -> None:
    """Tell the person how to go on, and the call command where to ring."""
    host, port = pbx.sip
    state_file().parent.mkdir(parents=True, exist_ok=True)
    state_file().write_text(json.dumps({"host": host, "port": port, "line": pbx.plan.line}), "utf-8")
    lines = (
        f"The switchboard runs. Anna (201), Ben (202) and Cem (203) each let it ring {ring:g} s, then answer.",
        f"Manager:     {pbx.ami_url}",
        f"Secret file: {pbx.secret_file}",
        "",
        "Start the service beside it:",
        f"  IONAS_PBX_URLS={pbx.ami_url} IONAS_PBX_SECRET_FILE={pbx.secret_file} make run",
        "Let a customer ring:",
        "  make call FROM=061315550101",
        "",
        "Ctrl-C ends it.",
    )
    print("\n".join(lines), flush=True)  # noqa: T201 - it talks to a person


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make pbx", description="Run the laboratory's Asterisk with three desk phones."
    )
    parser.add_argument(
        "--ring", type=float, default=6, metavar="SECONDS", help="how long each phone rings (default 6)"
    )
    parser.add_argument("--keep-hours", action="store_true", help="keep the opening hours instead of being always open")
    options = parser.parse_args()
    try:
        asyncio.run(stay(options.ring, keep_hours=options.keep_hours))
    except NotInstalled as error:
        print(error, file=sys.stderr)  # noqa: T201 - it talks to a person
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
