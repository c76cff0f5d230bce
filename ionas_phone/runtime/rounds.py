"""Work done again and again, in time or when somebody asks. Rule: whoever asks during a round gets another one.

What a round finds out, it found before it was asked for: so what wakes it counts from the round's beginning on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Rounds:
    """The rounds of one task. ``turn`` does one and returns the seconds until the next."""

    def __init__(self, turn: Callable[[], Awaitable[float]]) -> None:
        """Begin with nobody having asked."""
        self._turn = turn
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Have the next round come now."""
        self._asked.set()

    async def run(self) -> None:
        """Go round for ever."""
        while True:
            self._asked.clear()
            seconds = await self._turn()
            try:
                async with asyncio.timeout(seconds):
                    await self._asked.wait()
            except TimeoutError:
                continue
