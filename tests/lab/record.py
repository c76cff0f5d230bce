"""Records real calls on our own dial plan. Rule: bytes as received.

python -m tests.lab.record [--asterisk 16] [PLAY …]

Writes into tests/scenarios/lab22 (lab16) one stream after log-in per play, and what it was as JSON beside it; the play
"snapshots" is four log-ins that ask for everything. The system name is a secret, so it is "lab" everywhere.
Practice plays some of these to people: after a new recording of those, copy them to ionas_phone/practice/recordings.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab.evidence import examine
from tests.lab.manager import Manager
from tests.lab.repertoire import PLAYS, Play
from tests.lab.stage import Stage

if TYPE_CHECKING:
    from tests.lab.asterisk import Asterisk

AT_ONCE = 3
AFTERWARDS = 1.0  # seconds: the last Hangup and QueueMemberStatus
SNAPSHOT = ("CoreSettings", "CoreStatus", "CoreShowChannels", "QueueStatus", "BridgeList")
IDS = ("settings-1", "status-1", "channels-1", "queues-1", "bridges-1")


async def record(name: str, play: Play, major: int, folder: Path) -> None:
    """Play it on an Asterisk of its own and write down what was heard and what it was."""

    async def breathe(_stage: Stage, _what: str) -> None:
        await asyncio.sleep(play.pace)

    async with Stage.set(major, breathe, **play.needs) as stage:
        start = len(stage.stream.received)
        await play.play(stage)
        await asyncio.sleep(AFTERWARDS)
        await examine(stage)
        truth = [journey.told() for journey in stage.journeys]
        (folder / f"{name}.ami").write_bytes(without_secret(stage.stream.received[start:], stage.pbx))
        (folder / f"{name}.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", "utf-8")


async def record_snapshots(major: int, folder: Path) -> None:
    """Log in when nobody calls, and while somebody waits, is rung for, and talks."""

    async def nothing(_stage: Stage, _what: str) -> None:
        return

    async def look(stage: Stage, what: str) -> None:
        (folder / f"snapshot_{what}.ami").write_bytes(without_secret(await snapshot(stage.pbx), stage.pbx))

    async with Stage.set(major, nothing) as stage:
        await look(stage, "idle")
        await stage.breaks("201", "202", "203")
        journey = await stage.calls()
        await look(stage, "waiting")
        await stage.breaks("201", "202", "203", over=True)
        anna = await stage.rings("201", journey)
        await stage.stream.until("ChannelStateDesc: Ringing")
        await look(stage, "ringing")
        await stage.answers(anna)
        await stage.hears("BridgeEnter", 2)
        await look(stage, "talking")
        await stage.caller_hangs_up(journey)


async def snapshot(pbx: Asterisk) -> bytes:
    """Log in anew, ask for everything, one question after the other, and return all that came."""
    async with Manager.of(pbx) as manager:
        for action, action_id in zip(SNAPSHOT, IDS, strict=True):
            start = len(manager.received)
            manager.ask(action, action_id=action_id)
            await manager.until(f"ActionID: {action_id}", start)
            if b"EventList: start" in manager.received[start:]:
                await manager.until("EventList: Complete", start)
        return manager.received


def without_secret(stream: bytes, pbx: Asterisk) -> bytes:
    return stream.replace(pbx.written.secrets.system_name.encode(), b"lab")


async def record_all(names: list[str], major: int, folder: Path) -> bool:
    """Record these; what fails is said and holds up nothing. Returns whether all went well."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> None:
        async with room:
            await (record_snapshots(major, folder) if name == "snapshots" else record(name, PLAYS[name], major, folder))

    results = await asyncio.gather(*map(one, names), return_exceptions=True)
    for name, result in zip(names, results, strict=True):
        say(f"Asterisk {major}: {name}{f' FAILED: {root_of(result)!r}' if result else ''}")
    return not any(results)


def root_of(error: BaseException) -> BaseException:
    """Return what is at the bottom of groups of errors."""
    return root_of(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def say(what: str) -> None:
    print(what, flush=True)  # noqa: T201 - it talks to a person


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.record", description="Record real calls anew.")
    parser.add_argument("plays", nargs="*", metavar="PLAY", help="which ones (default: all, and the snapshots)")
    parser.add_argument("--asterisk", type=int, default=22, metavar="MAJOR", help="22 (default) or 16")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="default: tests/scenarios/lab22 (lab16)")
    options = parser.parse_args()
    every = [*PLAYS, "snapshots"]
    if unknown := set(options.plays) - set(every):
        parser.error(f"no such play: {', '.join(sorted(unknown))}. There are: {', '.join(every)}")
    folder = options.into or Path(f"tests/scenarios/lab{options.asterisk}")
    folder.mkdir(parents=True, exist_ok=True)
    return 0 if asyncio.run(record_all(options.plays or every, options.asterisk, folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
