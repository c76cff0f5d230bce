"""A running desk and browsers to look at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser import chromium, complaints, profile
from tests.desk_app import DeskApp, desk_app
from tests.e2e.calls import others_call
from tests.timed import timed

__all__ = ["chromium", "complaints", "profile", "timed"]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskApp]:
    async with desk_app(tmp_path) as app:
        yield app


@pytest.fixture
async def busy(desk: DeskApp) -> AsyncIterator[None]:
    """Meanwhile others' calls come and go."""
    async with others_call(desk):
        yield
