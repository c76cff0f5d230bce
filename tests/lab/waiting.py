"""Waiting for what another process does. Rule: for a condition, never for a time; and never for ever."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_TICK = 0.02


async def until(look: Callable[[], T], what: str, seconds: float = 15) -> T:
    """Return ``look()`` as soon as it is true; AssertionError naming ``what`` if that takes longer than ``seconds``."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not (seen := look()):
        assert loop.time() < deadline, f"waited {seconds} s in vain for {what}"
        await asyncio.sleep(_TICK)
    return seen
