"""What all tests share."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.postgres", "tests.databases", "tests.lab.fixtures"]

# Of each kind the slowest files first, so that none of them is what everybody waits for at the end.
FIRST = (
    "tests/failures/test_store_postgres.py",
    "tests/integration/test_wheel.py",
    "tests/failures/test_link_breaks.py",
    "tests/e2e/test_line_through.py",
    "tests/failures/",
    "tests/integration/test_every_call.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the browser's files, those that wait for telephones and those that reckon evenly over the whole run.

    A few workers share the machine: side by side they shall not all need the processor, nor all wait. Within a file
    nothing changes.
    """
    files = dict.fromkeys(item.nodeid.partition("::")[0] for item in items)
    kinds: dict[str, list[str]] = {}
    for file in sorted(files, key=_rank):
        kinds.setdefault(_kind(file), []).append(file)
    place = {file: (n + 0.5) / len(alike) for alike in kinds.values() for n, file in enumerate(alike)}
    items.sort(key=lambda item: place[item.nodeid.partition("::")[0]])


def _rank(file: str) -> int:
    return next((n for n, place in enumerate(FIRST) if file.startswith(place)), len(FIRST))


def _kind(file: str) -> str:
    folder = file.split("/")[1]
    return "waits" if folder in {"failures", "integration"} else folder
