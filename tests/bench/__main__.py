"""`make bench`: measures, prints, writes docs/benchmarks.md. Rule: a figure counts only if this command prints it.

python -m tests.bench [--write] [--profile] [PART …]
    without a part: all, and the page is written; with --write it is written of some parts, too, and names those left
    out; with --profile it is said beside the tables where the service's time goes (which takes some)
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import time
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from ionas_phone.runtime.clock import now
from tests.bench import boards, first_paint, lookup, pops, recovery, search, service, switchboard, wire
from tests.bench.table import Table
from tests.lab.tree import newest
from tests.postgres import _newest

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PARTS = {
    "wire": wire.run,
    "lookup": lookup.run,
    "search": search.run,
    "pops": pops.run,
    "boards": boards.run,
    "first_paint": first_paint.run,
    "switchboard": switchboard.run,
    "recovery": recovery.run,
}
VERSIONS = ("aiohttp", "sqlalchemy", "asyncpg", "aiosqlite")


def main(wanted: list[str]) -> None:
    """Measure everything, one part after the other: they would disturb each other."""
    write, service.PROFILED = "--write" in wanted or not wanted, "--profile" in wanted
    wanted = [name for name in wanted if not name.startswith("--")] or [*PARTS]
    began, load = time.monotonic(), [os.getloadavg()[0]]
    tables: list[Table] = []
    for name in wanted:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        tables.append(measured(name))
        load.append(os.getloadavg()[0])
        print(tables[-1].markdown(), flush=True)
    if write:
        seconds = time.monotonic() - began
        PAGE.write_text(page(tables, now(), seconds, load, [*PARTS.keys() - {*wanted}]), encoding="utf-8")


def measured(name: str) -> Table:
    """Measure one part; that it could not be measured is a result, too."""
    try:
        return asyncio.run(PARTS[name]())
    except Exception as error:  # noqa: BLE001 - the other parts are still to be measured
        traceback.print_exc()
        failed = Table(f"{name}: could not be measured", ("", ""))
        failed.row("why", repr(error).replace("|", "/")[:200])
        failed.goal("to be measured at all", reached=False)
        return failed


def page(tables: list[Table], at: datetime, seconds: float, load: list[float], left_out: list[str]) -> str:
    """Put the tables together, and in front of them where and when they were measured."""
    head = (
        f"Written by `make bench` on {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC in {seconds / 60:.0f} minutes: "
        f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, Asterisk {newest()}, PostgreSQL {_newest().parent.name}, "
        + ", ".join(f"{name} {version(name)}" for name in VERSIONS)
        + f". Load average before the first part {load[0]:.1f}, after each of them "
        + ", ".join(f"{one:.1f}" for one in load[1:])
        + ": a machine that does something else meanwhile gives worse figures."
    )
    goals = [(table.title, what) for table in tables for what, reached in table.goals if not reached]
    missed = "\n".join(f"- {title}: {what}" for title, what in goals) or "None."
    if left_out:
        head += " Not measured this time: " + ", ".join(sorted(left_out)) + "."
    parts = ["# Benchmarks", head, "## Goals that are missed", missed, *(table.markdown() for table in tables)]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def processor() -> str:
    """Return what the processor calls itself."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main(sys.argv[1:])
