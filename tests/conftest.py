"""What all tests share."""

from __future__ import annotations

pytest_plugins = ["tests.postgres", "tests.databases", "tests.lab.fixtures"]
