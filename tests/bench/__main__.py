"""`make bench`: measures, prints, writes docs/benchmarks.md. Rule: a figure counts only if this command prints it."""

from __future__ import annotations

import asyncio
import os
import platform
from pathlib import Path

from tests.bench import tabs

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def main() -> None:
    """Measure everything, one part after the other: they would disturb each other."""
    rows = asyncio.run(tabs.run())
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    table = ["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]
    text = "\n".join(["# Benchmarks", "", f"Written by `make bench` on {machine}.", "", *table, ""])
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
