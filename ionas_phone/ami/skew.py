"""How far a PBX's clock is from ours. Rule: its times are brought to our clock at the border, and only if they are off.

An answer tells the PBX's time at some moment between our question and its arrival. What fits into that stretch is no
difference; so a slow wire, or a loop of ours that was busy, never looks like a wrong clock. A clock that is right but
for a moment is left alone: then every time is, to the microsecond, what the PBX itself wrote down.
"""

from __future__ import annotations

from datetime import datetime, timedelta

NEAR = timedelta(seconds=2)  # nobody minds
_JUMP = timedelta(seconds=1)
_EARLY, _LATE = 2.5, 5.0  # seconds
_NONE = timedelta()


class Skew:
    """The difference to one PBX. ``ahead``: what is taken off its times; negative: its clock is slow."""

    def __init__(self) -> None:
        """Begin with clocks that agree."""
        self.ahead = _NONE
        self._measured = _NONE
        self._unsure = _NONE
        self._steady: timedelta | None = None  # the PBX's clock minus one of ours that nobody can set

    def compare(self, told: datetime, sent: datetime, received: datetime, steady: float) -> bool:
        """Take an answer's time; True if times before and after it can't be compared, or are corrected anew.

        ``sent``, ``received``: our clock; ``steady``: seconds of a clock that never jumps, at ``received``.
        """
        least, most = told - received, told - sent
        self._measured = max(least, min(most, self._measured))
        wanted = self._measured if abs(self._measured) > NEAR else _NONE
        corrected = abs(wanted - self.ahead) > _JUMP
        if corrected:
            self.ahead = wanted
        running = told - datetime.fromtimestamp(steady, told.tzinfo)
        unsure = self._unsure + (most - least)  # a slow answer tells less
        jumped = self._steady is not None and abs(running - self._steady) > _JUMP + unsure
        self._steady, self._unsure = running, most - least
        return corrected or jumped

    def likely(self, timestamp: str, received: datetime) -> bool:
        """Tell whether an event of this time can have come just now: it may be late, but not from the future."""
        try:
            late = received.timestamp() + self.ahead.total_seconds() - float(timestamp)
        except ValueError:
            return True  # whoever reads it will say so
        return -_EARLY < late < _LATE

    def ours(self, at: datetime) -> datetime:
        """Return what our clock showed at the PBX's time ``at``."""
        return at - self.ahead
