"""The service, sampled: where its processor time goes. Rule: its own processor clock asks.

python -m tests.bench.profiled serve    SIGUSR1 begins, SIGUSR1 again ends and prints to standard error

Every millisecond of processor time (ITIMER_PROF) the whole stack is taken, through SQLAlchemy's greenlets, too. Time in
C is its caller's. Beside it, all statements that SQLAlchemy hands to a driver are counted, and all regions painted.
"""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from greenlet import getcurrent
from sqlalchemy import Engine, event

from ionas_phone.cli import main
from ionas_phone.render import Renderer

ROOT = Path(__file__).parents[2]
EVERY = 0.001  # seconds of processor time
SHOWN = 28
# What a sample is of: the innermost frame that belongs to one of these.
MATERIALS = ("jinja2", "asyncpg", "sqlalchemy", "aiohttp", "asyncio", "pydantic", "json", "structlog", "ionas_phone")


class Sampler:
    """Counts stacks while it is on."""

    def __init__(self) -> None:
        self.on = False
        self.counts: dict[str, Counter[str]] = {}
        self.began = 0.0

    def toggle(self, _number: int, _frame: FrameType | None) -> None:
        if self.on:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.report()
        else:
            names = ("material", "purpose", "self", "inclusive", "statements", "regions", "gc")
            self.counts, self.began = {name: Counter() for name in names}, time.process_time()
            signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        self.on = not self.on

    def sample(self, _number: int, frame: FrameType | None) -> None:
        stack = [where(one) for one in frames(frame)]
        if not stack:
            return
        self.counts["self"][stack[0]] += 1
        self.counts["inclusive"].update(set(stack))
        self.counts["material"][next((m for one in stack for m in MATERIALS if m in one), "other")] += 1
        ours = [one for one in stack if one.startswith("ionas_phone/") and "guard" not in one]
        inner = next((one for one in reversed(ours) if "app.py" not in one and "cli/" not in one), "the loop")
        self.counts["purpose"][inner] += 1

    def count(self, what: str, key: str) -> None:
        if self.on:
            self.counts[what][key] += 1

    def report(self) -> None:
        seconds = time.process_time() - self.began
        print(f"\n{seconds:.2f} s of processor time", file=sys.stderr)
        for name, counter in self.counts.items():
            print(f"\n-- {name}: {counter.total()}", file=sys.stderr)
            for key, count in counter.most_common(SHOWN):
                print(f"{count:8} {count / (counter.total() or 1):6.1%}  {key}", file=sys.stderr)
        sys.stderr.flush()


def frames(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield the stack, innermost first; behind a greenlet's own goes that of whoever waits for it."""
    greenlet = getcurrent()
    while frame:
        yield frame
        frame = frame.f_back
        while frame is None and greenlet and greenlet.parent:
            greenlet = greenlet.parent
            frame = greenlet.gr_frame


def where(frame: FrameType) -> str:
    """Return file and function, without the folders that say nothing."""
    path = frame.f_code.co_filename
    for mark in ("/site-packages/", "/templates/", "/python3.11/", f"{ROOT}/"):
        path = path.rpartition(mark)[2]
    return f"{path}:{frame.f_code.co_name}"


def watch(sampler: Sampler) -> None:
    """Count statements, paintings and collections."""
    event.listen(
        Engine, "before_cursor_execute", lambda *args: sampler.count("statements", " ".join(args[2].split())[:110])
    )
    event.listen(Engine, "begin", lambda _conn: sampler.count("statements", "BEGIN"))
    event.listen(Engine, "commit", lambda _conn: sampler.count("statements", "COMMIT"))
    event.listen(Engine, "rollback", lambda _conn: sampler.count("statements", "ROLLBACK"))
    html = Renderer.html

    def counted(self: Renderer, template: str, *args: object) -> str:
        sampler.count("regions", template)
        return html(self, template, *args)  # type: ignore[arg-type]

    Renderer.html = counted  # type: ignore[method-assign, assignment]
    gc.callbacks.append(
        lambda phase, info: sampler.count("gc", f"generation {info['generation']}") if phase == "stop" else None
    )


if __name__ == "__main__":
    ours = Sampler()
    watch(ours)
    signal.signal(signal.SIGPROF, ours.sample)
    signal.signal(signal.SIGUSR1, ours.toggle)
    sys.exit(main())
