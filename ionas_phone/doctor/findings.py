"""What was found. Rule: whatever is not well is a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class Grade(IntEnum):
    """How bad it is; the number is the exit code's."""

    WELL = 0
    ADVICE = 1  # it works, but not as it should, or it could not be found out
    FAULT = 2  # it does not work as it is


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``check``: its name for programs; ``pbx``: which one, if it is about one.

    ``sentence`` is marked, its ``%(name)s`` places are filled from ``values``.
    """

    check: str
    grade: Grade
    sentence: str
    values: dict[str, object] = field(default_factory=dict)
    pbx: str = ""

    def of(self, pbx: str) -> Finding:
        """Return the same about one PBX."""
        return Finding(self.check, self.grade, self.sentence, self.values, pbx)


def well(check: str, sentence: str, **values: object) -> Finding:
    """Nothing to do."""
    return Finding(check, Grade.WELL, sentence, values)


def advice(check: str, sentence: str, **values: object) -> Finding:
    """It works, but somebody should do something."""
    return Finding(check, Grade.ADVICE, sentence, values)


def fault(check: str, sentence: str, **values: object) -> Finding:
    """Somebody has to do something."""
    return Finding(check, Grade.FAULT, sentence, values)
