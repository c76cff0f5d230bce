"""Whether a connection is alive, and until when nothing is missing of what it told. Rule: it is told the time.

All seconds are of one clock that nobody sets, but for the instants at which something has happened at the PBX.
"""

from __future__ import annotations

from datetime import datetime


class Pulse:
    """The signs of life of one connection. ``latest``: when what was told last has happened, by our clock."""

    def __init__(self, now: float) -> None:
        """Begin with the connection: so far nothing is missing."""
        self.latest: datetime | None = None
        self._last_byte = self._last_ping = self._sure = now
        self._pings: dict[str, float] = {}  # those that are not answered yet, and when they were sent

    def beat(self, now: float) -> None:
        """Bytes came."""
        self._last_byte = now

    def pinged(self, action_id: str, now: float, *, awaited: bool) -> None:
        """A ping was sent; not ``awaited``: nobody will tell of its answer."""
        self._last_ping = now
        if awaited:
            self._pings[action_id] = now

    def answered(self, action_id: str) -> float | None:
        """Return when the ping that is answered was sent; None if it is none. All until then has been told."""
        sent = self._pings.pop(action_id, None)
        if sent is not None:
            self._sure = sent
        return sent

    def told_all(self, asked: float) -> None:
        """The lists that were asked for then have come: they say all of that moment."""
        self._sure = asked

    @property
    def asking(self) -> bool:
        """Whether a ping is on its way."""
        return bool(self._pings)

    def silence(self, now: float) -> float:
        """Return for how many seconds no byte has come."""
        return now - self._last_byte

    def rest(self, now: float) -> float:
        """Return for how many seconds no ping was sent."""
        return now - self._last_ping

    def waited(self, now: float) -> float:
        """Return for how many seconds the oldest ping has not been answered."""
        return now - next(iter(self._pings.values()), now)

    def heard_until(self, now: float, at: datetime) -> float:
        """Return until when nothing is missing of what the PBX told: what came late leaves the rest on its way.

        That was when the last thing told has happened (``at``: our clock ``now``), or when was asked what was answered
        last.
        """
        if self.latest is None:
            return self._sure
        age = max((at - self.latest).total_seconds(), 0.0)
        return min(max(self._sure, now - age), self._last_byte)
