"""Keeps a task alive. Rule: a task that fails is logged, counted and restarts only itself; nobody else notices."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

_log = structlog.get_logger(__name__)
_FIRST, _LONGEST = 0.1, 10.0  # seconds between a failure and the next start


async def guarded(name: str, run: Callable[[], Awaitable[None]], failed: Callable[[str], None]) -> None:
    """Await ``run()``, again after each exception; ``failed(name)`` counts those. Ends when ``run`` returns."""
    pause = _FIRST
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await run()
        except Exception:  # noqa: BLE001 - whatever it was, the other tasks must not feel it
            _log.exception("a task failed and starts again", task=name)
            failed(name)
        else:
            return
        if asyncio.get_running_loop().time() - started > _LONGEST:
            pause = _FIRST
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST)
