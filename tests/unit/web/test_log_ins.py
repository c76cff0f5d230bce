"""Open tabs hear at once what became of their log-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from ionas_phone.store import logins, users
from tests.desk_app import DeskApp, Visitor, goodbye


async def log_ins_of(desk: DeskApp, login: str) -> list[int]:
    async with desk.world.database.read() as connection:
        user = await users.by_login(connection, login)
        assert user
        return [one.id for one in await logins.of_user(connection, user.id, desk.world.now())]


async def test_a_log_in_that_ended_is_not_remembered_either(
    desk: DeskApp, anna: Visitor, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    await anna.get("/")
    (mine,) = await log_ins_of(desk, "anna")
    desk.known.forget_all([mine])
    await take_database_away()
    assert (await anna.get("/konto")).status == 503  # nobody knows any more whose cookie this is


@pytest.mark.parametrize(("path", "code"), [("/konto/abmelden", 4401), ("/konto/einstellungen", 1012)])
async def test_tabs_are_told_by_the_code_they_are_closed_with(anna: Visitor, path: str, code: int) -> None:
    stream = await anna.stream()
    await stream.receive()
    assert (await anna.post(path, {"language": "de", "opens": "never"})).status == 303
    assert await goodbye(stream) == code
