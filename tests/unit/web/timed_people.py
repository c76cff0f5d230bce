"""Anna, Ben and Sophie at the timed desk, signed in; a file that wants them takes them from here."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.desk_app import Visitor
from tests.timed import Timed


@pytest.fixture
async def anna(timed: Timed) -> AsyncIterator[Visitor]:
    async with await timed.desk.signed_in("anna") as visitor:
        yield visitor


@pytest.fixture
async def ben(timed: Timed) -> AsyncIterator[Visitor]:
    async with await timed.desk.signed_in("ben") as visitor:
        yield visitor


@pytest.fixture
async def sophie(timed: Timed) -> AsyncIterator[Visitor]:
    async with await timed.desk.signed_in("sophie") as visitor:
        yield visitor
