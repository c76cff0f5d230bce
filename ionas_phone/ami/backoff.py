"""How long to wait before the next attempt. Rule: longer each time, and a little different for everybody."""

from __future__ import annotations

from collections.abc import Callable


class Backoff:
    """Pauses in seconds that double from ``first`` to ``longest``.

    ``jitter`` gives a number from 0 to 1: each pause is shortened by up to a half, never below ``first``, so that after
    an outage many services do not come back in step.
    """

    def __init__(self, first: float, longest: float, jitter: Callable[[], float]) -> None:
        self._first, self._longest, self._jitter = first, longest, jitter
        self._pause = first

    def reset(self) -> None:
        """Begin anew: the last attempt had succeeded."""
        self._pause = self._first

    def next(self) -> float:
        """Return the pause before the next attempt."""
        pause = self._pause
        self._pause = min(2 * pause, self._longest)
        return self.spread(pause)

    def spread(self, pause: float) -> float:
        """Return ``pause`` a little shortened."""
        return max(self._first, pause * (0.5 + self._jitter() / 2))
