"""What all tests share."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.postgres", "tests.databases", "tests.lab.fixtures"]

# The slowest files first, so that none of them is what everybody waits for at the end; unit tests fill the gaps.
FIRST = (
    "tests/failures/test_store_postgres.py",
    "tests/integration/test_wheel.py",
    "tests/failures/test_link_breaks.py",
    "tests/e2e/test_line_through.py",
    "tests/failures/",
    "tests/integration/test_every_call.py",
    "tests/e2e/",
    "tests/integration/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the files by how long they take; within a file nothing changes."""
    items.sort(key=lambda item: next((n for n, place in enumerate(FIRST) if item.nodeid.startswith(place)), len(FIRST)))
