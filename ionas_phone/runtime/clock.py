"""What time it is. Rule: the only place that asks; everybody else is told."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the clock


def monotonic() -> float:
    """Return seconds on a clock that never jumps; for latencies and time-outs."""
    return time.monotonic()
