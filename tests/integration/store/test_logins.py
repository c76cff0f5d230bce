from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from ionas_phone.errors import RowRefused
from ionas_phone.store import audit, logins
from ionas_phone.store.database import Database
from ionas_phone.support.users import User
from tests.people import AT

TOKEN, OTHER = sha256(b"token").digest(), sha256(b"other").digest()
IDLE, ABSOLUTE = timedelta(hours=1), timedelta(hours=10)
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def login(database: Database, anna: User) -> logins.Login:
    async with database.write() as connection:
        return await logins.open(connection, anna.id, TOKEN, AT, "Firefox", idle=IDLE, absolute=ABSOLUTE)


async def test_a_token_leads_to_whose_it_is(database: Database, anna: User, login: logins.Login) -> None:
    assert login == logins.Login(login.id, anna.id, AT, AT, AT + IDLE, AT + ABSOLUTE, "Firefox")
    async with database.read() as connection:
        assert await logins.find(connection, TOKEN, AT) == (login, anna)
        assert await logins.find(connection, OTHER, AT) is None
        (entry,) = await audit.about(connection, "login", login.id)
    assert (entry.by, entry.action) == ("anna", "open")


async def test_many_are_asked_for_at_once(database: Database, anna: User, login: logins.Login) -> None:
    async with database.write() as connection:
        other = await logins.open(connection, anna.id, OTHER, AT, idle=2 * IDLE, absolute=ABSOLUTE)
    async with database.read() as connection:
        both = await logins.find_all(connection, (TOKEN, OTHER, b"stranger"), AT)
        assert both == {TOKEN: (login, anna), OTHER: (other, anna)}
        assert await logins.find_all(connection, (TOKEN, OTHER), AT + IDLE) == {OTHER: (other, anna)}
        assert await logins.find_all(connection, (), AT) == {}


async def test_unused_it_runs_out(database: Database, login: logins.Login) -> None:
    async with database.read() as connection:
        assert await logins.find(connection, TOKEN, AT + IDLE - A_MOMENT) is not None
        assert await logins.find(connection, TOKEN, AT + IDLE) is None


async def test_used_it_holds_on_but_not_for_ever(database: Database, login: logins.Login) -> None:
    at = AT
    while at + IDLE < AT + ABSOLUTE:
        at += IDLE - A_MOMENT
        async with database.write() as connection:
            assert await logins.find(connection, TOKEN, at) is not None
            await logins.touch(connection, login.id, at, IDLE)

    async with database.read() as connection:
        found = await logins.find(connection, TOKEN, AT + ABSOLUTE - A_MOMENT)
        assert found is not None
        assert (found[0].seen_at, found[0].idle_until) == (at, AT + ABSOLUTE)
        assert await logins.find(connection, TOKEN, AT + ABSOLUTE) is None


async def test_a_late_touch_takes_nothing_back(database: Database, anna: User, login: logins.Login) -> None:
    async with database.write() as connection:
        await logins.touch(connection, login.id, AT - IDLE, IDLE)
        assert await logins.find(connection, TOKEN, AT) == (login, anna)


def test_a_touch_is_due_once_a_minute() -> None:
    login = logins.Login(1, 1, AT, AT, AT, AT, "")

    assert not login.wants_touch(AT + timedelta(seconds=59))
    assert login.wants_touch(AT + timedelta(seconds=60))


@pytest.mark.parametrize(("idle", "absolute"), [(60, 90), (90, 60)])
def test_it_holds_until_the_first_of_its_two_clocks_has_run_out(idle: int, absolute: int) -> None:
    login = logins.Login(1, 1, AT, AT, AT + timedelta(seconds=idle), AT + timedelta(seconds=absolute), "")

    assert login.holds(AT + timedelta(seconds=59))
    assert not login.holds(AT + timedelta(seconds=60))


async def test_signed_out_it_is_over_and_once_is_enough(database: Database, login: logins.Login) -> None:
    async with database.write() as connection:
        for _ in range(2):
            await logins.revoke(connection, TOKEN, AT)
        await logins.revoke(connection, OTHER, AT)
        assert await logins.find(connection, TOKEN, AT) is None
        actions = [entry.action for entry in await audit.about(connection, "login", login.id)]
    assert actions == ["close", "open"]


async def test_signed_out_everywhere(database: Database, anna: User, ben: User, login: logins.Login) -> None:
    async with database.write() as connection:
        await logins.open(connection, ben.id, OTHER, AT)
        await logins.revoke_all(connection, anna.id, AT, "ben")
        assert await logins.find(connection, TOKEN, AT) is None
        assert await logins.find(connection, OTHER, AT) is not None


async def test_signed_out_everywhere_else(database: Database, anna: User, login: logins.Login) -> None:
    async with database.write() as connection:
        other = await logins.open(connection, anna.id, OTHER, AT)
        assert await logins.revoke_all(connection, anna.id, AT, "anna", but=login.id) == (other.id,)
        assert await logins.find(connection, TOKEN, AT) is not None
        assert await logins.find(connection, OTHER, AT) is None


async def test_one_browser_is_signed_out_by_its_owner_only(
    database: Database, anna: User, ben: User, login: logins.Login
) -> None:
    async with database.write() as connection:
        assert await logins.revoke_one(connection, ben.id, login.id, AT, "ben") == ()
        assert await logins.find(connection, TOKEN, AT) is not None
        assert await logins.revoke_one(connection, anna.id, login.id, AT, "anna") == (login.id,)
        assert await logins.revoke_one(connection, anna.id, login.id, AT, "anna") == ()
        assert await logins.find(connection, TOKEN, AT) is None
        entry, *_ = await audit.about(connection, "login", login.id)
    assert (entry.by, entry.action) == ("anna", "close")


async def test_where_somebody_is_signed_in_used_last_comes_first(
    database: Database, anna: User, ben: User, login: logins.Login
) -> None:
    async with database.write() as connection:
        other = await logins.open(connection, anna.id, OTHER, AT + A_MOMENT)
        await logins.open(connection, ben.id, sha256(b"ben").digest(), AT)
        assert await logins.of_user(connection, anna.id, AT) == (other, login)
        assert await logins.of_user(connection, anna.id, AT + IDLE) == (other,)  # the first one has run out
        await logins.revoke(connection, OTHER, AT)
        assert await logins.of_user(connection, anna.id, AT + IDLE) == ()


async def test_who_is_there_and_since_when_nothing_was_heard(
    database: Database, anna: User, ben: User, login: logins.Login
) -> None:
    async with database.write() as connection:
        await logins.open(connection, anna.id, OTHER, AT + A_MOMENT)
        assert await logins.present(connection, AT) == {anna.id: logins.Presence(2, AT + A_MOMENT)}
        assert await logins.present(connection, AT + IDLE) == {anna.id: logins.Presence(1, AT + A_MOMENT)}
        await logins.revoke_all(connection, anna.id, AT, "anna")
        assert await logins.present(connection, AT) == {}


async def test_what_ended_long_ago_is_forgotten(database: Database, anna: User, login: logins.Login) -> None:
    async with database.write() as connection:
        await logins.open(connection, anna.id, OTHER, AT)  # holds for hours more
        assert await logins.purge(connection, AT + IDLE) == 0
        assert await logins.purge(connection, AT + IDLE + A_MOMENT) == 1
        assert await logins.find(connection, OTHER, AT) is not None
        await logins.revoke(connection, OTHER, AT)
        assert await logins.purge(connection, AT + A_MOMENT) == 1


async def test_only_a_part_of_a_long_description_is_kept(database: Database, anna: User) -> None:
    async with database.write() as connection:
        login = await logins.open(connection, anna.id, TOKEN, AT, "x" * 5000)
    assert login.user_agent == "x" * 200


@pytest.mark.parametrize("token", [b"", b"short", b"x" * 33])
async def test_only_a_hash_is_stored(database: Database, anna: User, token: bytes) -> None:
    with pytest.raises(RowRefused):
        async with database.write() as connection:
            await logins.open(connection, anna.id, token, AT)


async def test_a_token_is_one_persons(database: Database, ben: User, login: logins.Login) -> None:
    with pytest.raises(RowRefused):
        async with database.write() as connection:
            await logins.open(connection, ben.id, TOKEN, AT)
