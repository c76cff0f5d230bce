"""Wrap-up after a call, as the switchboard keeps it: in the reason of a pause. Rule: its end is read off nothing else.

So it survives every restart of ours, and whoever pauses for another reason, or is ready again, has ended it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

REASON: Final = "Wrap-up"  # of a pause without an end: until somebody is ready again
_CLOCKS_DRIFT: Final = timedelta(seconds=5)  # by less a clock is set without anybody wanting it
_WRITTEN: Final = re.compile(rf"{REASON}/([1-9][0-9]{{0,3}})/([0-9]{{9,11}})")


@dataclass(frozen=True, slots=True)
class WrapUp:
    """A wrap-up that ends by itself: of so many ``seconds``, at ``until`` (UTC)."""

    seconds: int
    until: datetime

    @property
    def since(self) -> datetime:
        """Return when it began."""
        return self.until - timedelta(seconds=self.seconds)

    def is_over(self, now: datetime) -> bool:
        """Tell whether its time is up, or our clock was set back, so that there is more left than it ever had."""
        return not timedelta() < self.until - now <= timedelta(seconds=self.seconds) + _CLOCKS_DRIFT

    @property
    def written(self) -> str:
        """Return the reason of the pause."""
        return f"{REASON}/{self.seconds}/{int(self.until.timestamp())}"


def read(reason: str) -> WrapUp | None:
    """Return what a pause's reason says of a wrap-up's end, None if it is about something else."""
    found = _WRITTEN.fullmatch(reason)
    return WrapUp(int(found[1]), datetime.fromtimestamp(int(found[2]), UTC)) if found else None


def plain(reason: str) -> str:
    """Return the reason of a pause as it is shown, an English msgid."""
    return REASON if read(reason) else reason


@dataclass(frozen=True, slots=True)
class QueueSeat:
    """A member of one of our queues. ``interface``: as QueuePause wants it; ``login``: whose it is, if ours."""

    pbx: str
    queue: str
    interface: str
    login: str | None
    paused: bool
    reason: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Return what stays the same, whatever becomes of its pause."""
        return self.pbx, self.queue, self.interface

    @property
    def wrap_up(self) -> WrapUp | None:
        """Return the wrap-up it is paused for, if that ends by itself."""
        return read(self.reason) if self.paused else None
