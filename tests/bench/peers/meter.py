"""What every client of the comparison counts. Rule: the standard library only; each has its own environment."""

from __future__ import annotations

import json
import os
import time

BEGIN, END = "bench-begin", "bench-end"  # as in tests.bench.stream


class Meter:
    """Counts what is delivered between the two markers, and the processor time of this process meanwhile."""

    def __init__(self) -> None:
        self.delivered = 0
        self._cpu = self._wall = 0.0

    def deliver(self) -> None:
        """Take one event."""
        self.delivered += 1

    def mark(self, module: str, **more: object) -> None:
        """Take a marker; at the last one say what was measured, and end the process."""
        if module == BEGIN:
            self.delivered, self._cpu, self._wall = 0, time.process_time(), time.perf_counter()
        elif module == END:
            cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
            print(json.dumps({"delivered": self.delivered, "cpu": cpu, "wall": wall, **more}), flush=True)
            os._exit(0)  # whatever else the client would still like to do
        else:
            self.deliver()  # a reload that was recorded
