"""The opening switch: open or closed by hand, or by the hours. Rule: what the telephone system does is what is shown.

What stands in the telephone system is two words: the state ("auto", "open", "closed") and the second (Unix time) until
which it holds, "" without an end. By itself it goes by its hours again when that second has come, whether or not
anybody of us is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from ionas_phone.errors import FormWrong

LONGEST: Final = timedelta(days=366)
_SECONDS: Final = re.compile(r"[0-9]{9,11}")


class Opening(StrEnum):
    """Who decides whether the line is open."""

    HOURS = "hours"  # the telephone system's opening hours
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Switch:
    """A position of the switch. ``until``: UTC, whole seconds; then by the hours again; None: until it is turned."""

    state: Opening
    until: datetime | None = None

    def at(self, now: datetime) -> Switch:
        """Return the position as it counts ``now``."""
        return self if self.until is None or now < self.until else BY_HOURS


@dataclass(frozen=True, slots=True)
class Turn:
    """The switch as somebody turned it; ``by``: a log-in name, ``name``: how people know them.

    ``missed``: names of the telephone systems that did not confirm it.
    """

    switch: Switch
    at: datetime
    by: str
    name: str = ""
    missed: tuple[str, ...] = ()

    def passed_over(self, pbx: str, shows: Switch | None, now: datetime) -> bool:
        """Tell whether it did not reach a telephone system, which ``shows`` (None: nobody knows) another position."""
        return pbx in self.missed and shows != self.switch.at(now)


BY_HOURS: Final = Switch(Opening.HOURS)


def understood(word: str, until: str) -> Switch:
    """Return what a telephone system's two words mean; whatever it does not know it takes for its hours."""
    if word not in {Opening.OPEN, Opening.CLOSED}:
        return BY_HOURS
    end = datetime.fromtimestamp(int(until), UTC) if _SECONDS.fullmatch(until) else None
    return Switch(Opening(word), end)


def checked(new: Switch, now: datetime) -> Switch:
    """Return ``new``, the end in whole seconds. Raises FormWrong for an end that is none."""
    if new.state is Opening.HOURS or new.until is None:
        return Switch(new.state)
    if not now < new.until <= now + LONGEST:
        raise FormWrong("The end lies in the future, and within a year.", field="until")
    return Switch(new.state, new.until.replace(microsecond=0))
