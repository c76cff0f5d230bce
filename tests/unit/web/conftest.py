"""A running desk for the tests of the web layer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from ionas_phone.support.users import Role
from tests.desk_app import DeskApp, Visitor, desk_app
from tests.timed import timed

__all__ = ["timed"]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskApp]:
    async with desk_app(tmp_path) as app:
        yield app


@pytest.fixture
async def anna(desk: DeskApp) -> AsyncIterator[Visitor]:
    await desk.person("anna", name="Anna Berger", extension="201")
    async with await desk.signed_in("anna") as visitor:
        yield visitor


@pytest.fixture
async def ben(desk: DeskApp) -> AsyncIterator[Visitor]:
    await desk.person("ben", Role.SUPERVISOR, name="Ben Çelik", extension="202", language="en")
    async with await desk.signed_in("ben") as visitor:
        yield visitor


@pytest.fixture
def take_database_away(desk: DeskApp, tmp_path: Path) -> Callable[[], Awaitable[None]]:
    """Return what puts a folder in the place of the database's file; a second call brings it back."""
    file, aside = tmp_path / "ionas.db", tmp_path / "aside.db"

    async def turn() -> None:
        await desk.world.database.close()
        if aside.exists():
            file.rmdir()
            aside.rename(file)
        else:
            file.rename(aside)
            file.mkdir()

    return turn


@pytest.fixture
async def office(desk: DeskApp) -> AsyncIterator[Visitor]:
    await desk.person("office", Role.ADMIN, name="Das Büro")
    async with await desk.signed_in("office") as visitor:
        yield visitor
