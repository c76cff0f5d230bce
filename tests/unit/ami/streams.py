"""Recorded streams of real switchboards, and what belongs to reading them. Rule: no test in here."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

from ionas_phone.ami.frames import Frames, Message
from ionas_phone.ami.guard import Guard
from ionas_phone.ami.translate import translate
from ionas_phone.live.events import PbxEvent
from ionas_phone.live.nouns import Channel, Member

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CAPTURES = sorted(SCENARIOS.glob("captures/*.ami"))
RECORDINGS = sorted(SCENARIOS.glob("lab22/*.ami"))
SYSTEM_NAMES = {"captures": "pbx1", "lab16": "lab", "lab22": "lab"}
ALL = [path for path in sorted(SCENARIOS.glob("*/*.ami")) if path.parent.name in SYSTEM_NAMES]
CALLS = [path for path in ALL if not path.name.startswith("snapshot_")]
CLOSELY = {*CAPTURES, *RECORDINGS[:12]}  # what takes long is done to these in full and to the others in part
END = b"\r\n\r\n"


def name_of(path: Path) -> str:
    """Name a recording in a test's id."""
    return f"{path.parent.name}/{path.stem}"


def in_part(paths: list[Path], step: int) -> list[Path]:
    """Choose all that are looked at closely, and of the others one in ``step``."""
    return [path for path in paths if path in CLOSELY] + [path for path in paths if path not in CLOSELY][::step]


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


def story(path: Path) -> list[str]:
    """Write the facts of a recording as lines that a person can compare with what happened.

    Seconds since the first fact, the fact, its texts; channels by letters in order of appearance.
    """
    found = facts(path)
    letters: dict[str, str] = {}
    return [f"{(fact.at - found[0].at).total_seconds():.1f} {_words(fact, letters)}" for fact in found]


def _words(fact: PbxEvent, letters: dict[str, str]) -> str:
    words = [type(fact).__name__]
    for field in dataclasses.fields(fact):
        value = getattr(fact, field.name)
        if isinstance(value, Channel):
            letter = letters.setdefault(value.unique_id, "UABCDEFGHIJ"[len(letters)])
            words.append(f"{field.name}={letter}")
        elif isinstance(value, Member):
            words.append(f"{value.queue}/{value.name}:{value.status}{'/paused' if value.paused else ''}")
        elif field.name in {"unique_id", "swapped"}:
            words.append(f"{field.name}={letters.get(value, value)}")
        elif field.name not in {"at", "pbx", "linked_id", "bridge", "source"}:
            words.append(f"{field.name}={value}")
    return " ".join(words)
