"""Recorded streams of real switchboards, and what belongs to reading them. Rule: no test in here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ionas_phone.ami.frames import Frames, Message
from ionas_phone.ami.guard import Guard
from ionas_phone.ami.translate import translate
from ionas_phone.live.events import PbxEvent

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CAPTURES = sorted(SCENARIOS.glob("captures/*.ami"))
RECORDINGS = sorted(SCENARIOS.glob("lab22/*.ami"))
CALLS = [path for path in [*CAPTURES, *RECORDINGS] if not path.name.startswith("snapshot_")]
SYSTEM_NAMES = {"captures": "pbx1", "lab22": "lab"}
END = b"\r\n\r\n"


def messages(data: bytes) -> list[Message]:
    """Read a stream in one go."""
    return Frames().feed(data)


def admitted(path: Path, refused: Counter[str] | None = None) -> list[Message]:
    """Read what the guard believes of a recording."""
    guard = Guard(refused)
    guard.learn(SYSTEM_NAMES[path.parent.name])
    return guard.admit(messages(path.read_bytes()))


def facts(path: Path) -> list[PbxEvent]:
    """Read the facts of a recording."""
    return [fact for message in admitted(path) for fact in translate(message, "mainz")]
