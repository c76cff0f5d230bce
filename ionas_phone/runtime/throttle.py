"""Slowing down whoever guesses passwords. Rule: an attempt counts when it begins, so that parallel ones all count.

Counted per log-in name (a name is attacked from many addresses) and per address (an address tries many names), in a
sliding window. A right password takes its name's attempts back; an attempt nobody could look at takes back itself.
Pure: the second is an argument.
"""

from __future__ import annotations

from collections import deque
from math import ceil

from ionas_phone.errors import TooOften

WINDOW = 300.0  # seconds in which attempts are counted
PER_NAME = 8
PER_ADDRESS = 30  # a whole office may stand behind one address
_KEPT = 10_000  # names and addresses remembered at most; the ones heard of least recently go first


class Throttle:
    """The attempts of the last minutes, by name and by address."""

    def __init__(self) -> None:
        """Begin with nobody suspected."""
        self._attempts: dict[tuple[str, str], deque[float]] = {}

    def attempt(self, name: str, address: str, now: float) -> None:
        """Count an attempt at second ``now`` (monotonic).

        Raises TooOften (value ``seconds``: until the next may be made); a refused attempt does not count.
        """
        keys = ((("name", name.casefold()), PER_NAME), (("address", address), PER_ADDRESS))
        waits = [self._wait(key, most, now) for key, most in keys]
        if max(waits) > 0:
            raise TooOften("Too many attempts. Try again in %(seconds)d seconds.", seconds=ceil(max(waits)))
        for key, _ in keys:
            times = self._attempts.pop(key, deque())
            times.append(now)
            self._attempts[key] = times  # last in the dict: heard of most recently
        while len(self._attempts) > _KEPT:
            del self._attempts[next(iter(self._attempts))]

    def succeeded(self, name: str, address: str) -> None:
        """Take back the attempts of ``name`` and this one of ``address``: the password was right."""
        self._attempts.pop(("name", name.casefold()), None)
        times = self._attempts.get(("address", address))
        if times:
            times.pop()

    def take_back(self, name: str, address: str) -> None:
        """Take back the latest attempt of both: nobody could look whether the password was right."""
        for key in (("name", name.casefold()), ("address", address)):
            if times := self._attempts.get(key):
                times.pop()

    def _wait(self, key: tuple[str, str], most: int, now: float) -> float:
        """Seconds until another attempt is free; 0 if one is. Forgets what is older than the window."""
        times = self._attempts.get(key)
        if times is None:
            return 0.0
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if not times:
            del self._attempts[key]
        return times[0] + WINDOW - now if len(times) >= most else 0.0
