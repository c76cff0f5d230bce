from __future__ import annotations

import asyncio
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import insert, update

from ionas_phone.errors import Conflict, FormWrong, NotThere, RowRefused
from ionas_phone.live.nouns import Assistant
from ionas_phone.store import audit, logins, users
from ionas_phone.store import tables as t
from ionas_phone.store.database import Database
from ionas_phone.support.users import Opens, Role, Taste, User
from tests.people import ANNA, AT, BEN, HASH, OFFICE

TOKEN = sha256(b"token").digest()


async def test_a_new_user_can_be_found_in_any_case_of_letters(database: Database, anna: User) -> None:
    assert anna == User(anna.id, "anna", "Anna Beispiel", Role.ASSISTANT, "201", "PJSIP/201", "de")
    async with database.read() as connection:
        assert await users.by_login(connection, "ANNA") == anna
        assert await users.by_login(connection, "ann_") is None
        assert await users.for_log_in(connection, " Anna ") == (anna, HASH)
        assert await users.for_log_in(connection, "nobody") is None
        (entry,) = await audit.about(connection, "user", anna.id)
    assert (entry.by, entry.action) == ("office", "create")


async def test_names_keep_their_spelling(database: Database) -> None:
    async with database.write() as connection:
        added = await users.add(connection, replace(ANNA, login="JörgÄ"), HASH, AT, "office")
        assert await users.by_login(connection, "JÖRGä") == added
    assert added.login == "JörgÄ"


@pytest.mark.parametrize("login", ["anna", "Anna", "ANNA"])
async def test_a_taken_name_is_said_at_its_field(database: Database, anna: User, login: str) -> None:
    async with database.write() as connection:
        with pytest.raises(FormWrong, match="taken") as refused:
            await users.add(connection, replace(BEN, login=login), HASH, AT, "office")
    assert refused.value.field == "login"


async def test_a_phone_has_one_owner_but_many_have_none(database: Database, anna: User) -> None:
    async with database.write() as connection:
        with pytest.raises(FormWrong, match="belongs to somebody else") as refused:
            await users.add(connection, replace(BEN, interface="PJSIP/201"), HASH, AT, "office")
        for login in ("carla", "dora"):
            await users.add(connection, replace(OFFICE, login=login), HASH, AT, "office")
    assert refused.value.field == "interface"


@pytest.mark.parametrize("same", [{"login_key": "anna"}, {"interface": "PJSIP/201"}])
async def test_the_database_itself_refuses_doubles(database: Database, anna: User, same: dict[str, str]) -> None:
    row: dict[str, object] = {
        "login": "x",
        "login_key": "x",
        "name": "x",
        "password_hash": "x",
        "role": "admin",
        "extension": "",
    }
    row |= {"interface": "", "language": "de", "disabled": False, "created_at": AT}
    with pytest.raises(RowRefused):
        async with database.write() as connection:
            await connection.execute(insert(t.users).values(row | same))


async def test_everybody_and_the_directory_are_in_order(database: Database, anna: User) -> None:
    async with database.write() as connection:
        office = await users.add(connection, OFFICE, HASH, AT, "anna")
        ben = await users.add(connection, replace(BEN, login="Ben"), HASH, AT, "anna")
        await users.disable(connection, "ben", AT, "anna")

    async with database.read() as connection:
        assert await users.everybody(connection) == (anna, replace(ben, disabled=True), office)
        assert await users.directory(connection) == (Assistant("anna", "Anna Beispiel", "PJSIP/201", "201"),)


async def test_who_is_disabled_is_signed_out_and_stays_out(database: Database, anna: User) -> None:
    async with database.write() as connection:
        await logins.open(connection, anna.id, TOKEN, AT)
        await users.disable(connection, "Anna", AT, "office")
        await users.disable(connection, "anna", AT, "office")
        assert await logins.find(connection, TOKEN, AT) is None
        assert await users.for_log_in(connection, "anna") is None
        await users.disable(connection, "anna", AT, "office", disabled=False)
        assert await users.for_log_in(connection, "anna") == (anna, HASH)
        assert await logins.find(connection, TOKEN, AT) is None
        actions = [entry.action for entry in await audit.about(connection, "user", anna.id)]
    assert actions == ["enable", "disable", "create"]


async def test_another_password_signs_out_everywhere(database: Database, anna: User) -> None:
    async with database.write() as connection:
        await logins.open(connection, anna.id, TOKEN, AT)
        await users.set_password(connection, "anna", "another", AT, "office")
        assert await users.for_log_in(connection, "anna") == (anna, "another")
        assert await logins.find(connection, TOKEN, AT) is None
        entry, *_ = await audit.about(connection, "user", anna.id)
    assert entry.fields == ("password",)


async def test_ones_own_new_password_leaves_this_log_in(database: Database, anna: User) -> None:
    async with database.write() as connection:
        here = await logins.open(connection, anna.id, TOKEN, AT)
        there = await logins.open(connection, anna.id, sha256(b"there").digest(), AT)
        assert await users.set_password(connection, "anna", "another", AT, "anna", but=here.id) == (there.id,)
        assert await logins.find(connection, TOKEN, AT) is not None


async def test_a_log_in_that_is_being_opened_ends_with_the_password_it_was_opened_by(
    database: Database, anna: User
) -> None:
    async def change() -> None:
        async with database.write() as connection:
            await users.set_password(connection, "anna", "another", AT, "office")

    async with asyncio.TaskGroup() as group, database.write() as connection:
        assert await users.still_right(connection, anna.id, HASH)
        changing = group.create_task(change())
        await asyncio.wait([changing], timeout=0.2)  # it waits for us: were it done, it would not see our log-in
        await logins.open(connection, anna.id, TOKEN, AT)
    async with database.write() as connection:
        assert await logins.find(connection, TOKEN, AT) is None
        assert not await users.still_right(connection, anna.id, HASH)
        assert await users.still_right(connection, anna.id, "another")
        await users.disable(connection, "anna", AT, "office")
        assert not await users.still_right(connection, anna.id, "another")


async def test_what_people_decide_for_themselves_is_kept_and_audited(database: Database, anna: User) -> None:
    assert (anna.opens, anna.sounds, anna.version) == (Opens.ANSWER, True, 1)
    async with database.write() as connection:
        for _ in range(2):  # the same again changes nothing
            await users.set_taste(connection, "Anna", Taste("en", Opens.NEVER, sounds=True), AT)
        found = await users.by_login(connection, "anna")
        entries = await audit.about(connection, "user", anna.id)
        with pytest.raises(FormWrong):
            await users.set_taste(connection, "anna", Taste("fr", Opens.NEVER, sounds=True), AT)
        with pytest.raises(NotThere):
            await users.set_taste(connection, "nobody", Taste("de", Opens.NEVER, sounds=True), AT)
    assert found == replace(anna, language="en", opens=Opens.NEVER, version=2)
    assert [(entry.by, entry.action, entry.fields) for entry in entries] == [
        ("anna", "update", ("language", "opens")),
        ("office", "create", ("login", "name", "role", "extension", "interface", "language")),
    ]


async def test_the_database_itself_refuses_a_setting_nobody_knows(database: Database, anna: User) -> None:
    with pytest.raises(RowRefused):
        async with database.write() as connection:
            await connection.execute(update(t.users).values(opens="sometimes"))


async def test_the_same_password_hashed_anew_signs_nobody_out(database: Database, anna: User) -> None:
    async with database.write() as connection:
        await logins.open(connection, anna.id, TOKEN, AT)
        await users.rehash(connection, anna.id, HASH, "stronger")
        assert await users.for_log_in(connection, "anna") == (anna, "stronger")
        assert await logins.find(connection, TOKEN, AT) is not None
        await users.rehash(connection, anna.id, HASH, "of a password that was changed meanwhile")
        assert await users.for_log_in(connection, "anna") == (anna, "stronger")


async def test_whom_nobody_knows_cannot_be_changed(database: Database) -> None:
    async with database.write() as connection:
        with pytest.raises(NotThere, match="no user nobody"):
            await users.disable(connection, "nobody", AT, "office")
        with pytest.raises(NotThere, match="no user nobody"):
            await users.set_password(connection, "nobody", "hash", AT, "office")


async def test_people_are_called_by_their_name_and_strangers_by_their_log_in(database: Database, anna: User) -> None:
    async with database.read() as connection:
        assert [await users.name_of(connection, login) for login in ("ANNA", "service")] == [anna.name, "service"]


async def test_an_edit_says_which_fields_it_changed(database: Database, anna: User) -> None:
    new = replace(ANNA, login="ignored", name=" Anna Neu ", role=Role.SUPERVISOR, extension="209", interface="")
    async with database.write() as connection:
        await users.edit(connection, anna.id, 1, new, AT, "office")
        await users.edit(connection, anna.id, 1, new, AT, "office")  # the same again changes nothing
        found = await users.by_id(connection, anna.id)
        entries = await audit.about(connection, "user", anna.id)
    role = Role.SUPERVISOR
    assert found == replace(anna, name="Anna Neu", role=role, extension="209", interface="", version=2)
    assert [entry.fields for entry in entries[:-1]] == [("name", "role", "extension", "interface")]


async def test_an_edit_over_an_old_version_is_refused(database: Database, anna: User) -> None:
    async with database.write() as connection:
        await users.edit(connection, anna.id, 1, replace(ANNA, name="Eins"), AT, "office")
        with pytest.raises(Conflict):
            await users.edit(connection, anna.id, 1, replace(ANNA, name="Zwei"), AT, "ben")
        await users.edit(connection, anna.id, 2, replace(ANNA, name="Zwei"), AT, "ben")
        assert (await users.by_id(connection, anna.id)).name == "Zwei"


async def test_an_edit_cannot_take_somebodys_phone_or_nobody(database: Database, anna: User, ben: User) -> None:
    async with database.write() as connection:
        with pytest.raises(FormWrong) as refused:
            await users.edit(connection, ben.id, 1, replace(BEN, interface="PJSIP/201"), AT, "office")
        with pytest.raises(NotThere):
            await users.edit(connection, 999_999, 1, BEN, AT, "office")
    assert refused.value.field == "interface"


async def test_the_last_administrator_neither_goes_nor_is_demoted(database: Database, anna: User) -> None:
    async with database.write() as connection:
        office = await users.add(connection, OFFICE, HASH, AT, "-")
        for role in (Role.ASSISTANT, Role.SUPERVISOR):
            with pytest.raises(FormWrong, match="last administrator"):
                await users.edit(connection, office.id, 1, replace(OFFICE, role=role), AT, "office")
        with pytest.raises(FormWrong, match="last administrator"):
            await users.disable(connection, "office", AT, "office")
        await users.edit(connection, anna.id, 1, replace(ANNA, role=Role.ADMIN), AT, "office")
        await users.disable(connection, "office", AT, "office")
        with pytest.raises(FormWrong, match="last administrator"):
            await users.disable(connection, "anna", AT, "anna")


async def test_of_two_administrators_who_go_at_once_one_stays(database: Database) -> None:
    async with database.write() as connection:
        for login in ("anton", "berta"):
            await users.add(connection, replace(OFFICE, login=login), HASH, AT, "-")

    async def go(login: str) -> bool:
        try:
            async with database.write() as connection:
                await users.disable(connection, login, AT, login)
        except FormWrong:
            return False
        return True

    assert sorted(await asyncio.gather(go("anton"), go("berta"))) == [False, True]
