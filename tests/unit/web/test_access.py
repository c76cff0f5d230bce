"""Only somebody known, from a page of ours, with the permission named, gets through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select, update

from ionas_phone.errors import StoreAway
from ionas_phone.runtime import clock
from ionas_phone.store import tables, users
from ionas_phone.store.database import Database
from ionas_phone.web.access import COOKIE, hash_of
from tests.desk_app import DeskApp, Visitor, desk_app
from tests.unit.web.test_customers import everybody


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1:PORT.evil.example"},
        {"Origin": "http://localhost.evil.example:PORT"},
        {"Origin": "https://127.0.0.1:PORT"},
        {"Origin": "http://127.0.0.1:PORT:PORT"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
async def test_a_foreign_page_changes_nothing_and_sees_nothing(
    desk: DeskApp, anna: Visitor, headers: dict[str, str]
) -> None:
    port = desk.url.rpartition(":")[2]
    sent = {name: value.replace("PORT", port) for name, value in headers.items()}
    sent["Cookie"] = f"{COOKIE}={anna.cookie}"
    async with aiohttp.ClientSession() as foreign:
        async with foreign.post(f"{desk.url}/abmelden", headers=sent, allow_redirects=False) as answer:
            assert answer.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await foreign.ws_connect(f"{desk.url}/strom?seite=desk", headers=sent)
        assert refused.value.status == 403
    assert (await anna.get("/")).status == 200


@pytest.mark.parametrize("origin", ["http://127.0.0.1:PORT", "http://localhost:PORT", "http://[::1]:PORT"])
async def test_this_machine_has_several_names(desk: DeskApp, anna: Visitor, origin: str) -> None:
    origin = origin.replace("PORT", desk.url.rpartition(":")[2])
    async with await anna.stream(Origin=origin) as stream:
        assert (await stream.receive_json())["t"] == "hello"


async def test_a_browser_that_leaves_origin_out_says_the_same_otherwise(desk: DeskApp, anna: Visitor) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"{COOKIE}={anna.cookie}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{desk.url}/abmelden", headers=headers, allow_redirects=False) as answer,
    ):
        assert answer.status == 303


async def test_behind_a_proxy_only_the_public_address_counts(tmp_path: Path) -> None:
    async with desk_app(tmp_path, public_url="https://phone.example.org") as desk, desk.visitor() as visitor:
        assert (await visitor.post("/abmelden")).status == 403
        ours = await visitor.post("/abmelden", Origin="https://phone.example.org")
        assert ours.status == 303
        assert ours.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("header", [{}, {"Ionas_Person": "ben"}])
async def test_what_was_typed_on_the_page_of_somebody_else_is_not_done(
    desk: DeskApp, anna: Visitor, header: dict[str, str]
) -> None:
    typed = {"name": "Erika Beispiel", "phones": "06131 5550101"}
    refused = await anna.post("/kunden", {**typed, "person": "anna" if header else "ben"}, **header)
    assert refused.status == 401
    assert (await anna.post("/abmelden", {"person": "ben"})).status == 303
    assert (await anna.get("/")).status == 200  # who pressed that was signed out before
    assert await everybody(desk) == ()
    assert (await anna.post("/kunden", {**typed, "person": "anna"})).status == 303
    (erika,) = await everybody(desk)
    assert erika.name == "Erika Beispiel"


async def test_a_role_without_the_permission_is_refused(anna: Visitor, ben: Visitor) -> None:
    refused = await anna.get("/leitung")
    assert refused.status == 403
    assert "Ihre Rolle umfasst diese Seite nicht." in await refused.text()
    assert (await ben.get("/leitung")).status == 200


async def test_a_token_that_was_made_up_opens_nothing(desk: DeskApp, anna: Visitor) -> None:
    anna.cookie = "made-up"
    answer = await anna.get("/leitung?x=1")
    assert (answer.status, answer.headers["Location"]) == (303, "/anmelden?ziel=/leitung%3Fx%3D1")


@pytest.mark.parametrize("column", ["idle_until", "absolute_until"])
async def test_a_log_in_ends_by_itself(desk: DeskApp, anna: Visitor, column: str) -> None:
    async with desk.world.database.write() as connection:
        await connection.execute(update(tables.logins).values({column: clock.now() - timedelta(seconds=1)}))
    assert (await anna.get("/")).status == 303


async def test_a_user_who_was_disabled_is_out_at_once(desk: DeskApp, anna: Visitor) -> None:
    async with desk.world.database.write() as connection:
        await users.disable(connection, "anna", clock.now(), "test")
    assert (await anna.get("/")).status == 303


async def test_without_the_database_whoever_was_known_stays_and_strangers_wait(desk: DeskApp, anna: Visitor) -> None:
    assert (await anna.get("/")).status == 200
    here = desk.world.database._reader, desk.world.database._glancer
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    desk.world.database._reader, desk.world.database._glancer = away._reader, away._glancer
    try:
        desk_page = await anna.get("/")
        assert desk_page.status == 200
        assert 'class="ring-slot' in await desk_page.text()
        known, anna.cookie = anna.cookie, "somebody-else"
        assert (await anna.get("/")).status == 503
        anna.cookie = known
    finally:
        desk.world.database._reader, desk.world.database._glancer = here
        await away.close()
    await anna.post("/abmelden")
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    desk.world.database._reader, desk.world.database._glancer = away._reader, away._glancer
    try:
        anna.cookie = known
        assert (await anna.get("/")).status == 503  # signed out before: no longer known
    finally:
        desk.world.database._reader, desk.world.database._glancer = here
        await away.close()


async def test_use_moves_the_idle_end_on(desk: DeskApp, anna: Visitor) -> None:
    earlier = clock.now() - timedelta(hours=3)
    logins = tables.logins
    async with desk.world.database.write() as connection:
        await connection.execute(update(logins).values(seen_at=earlier, idle_until=clock.now() + timedelta(minutes=1)))
    await anna.get("/")
    await desk.known.write_uses(desk.world.database)
    async with desk.world.database.read() as connection:
        row = (await connection.execute(select(logins.c.idle_until, logins.c.token_hash))).one()
    assert row.idle_until > clock.now() + timedelta(hours=11)
    assert row.token_hash == hash_of(anna.cookie)


async def test_use_that_could_not_be_written_down_is_not_forgotten(
    desk: DeskApp, anna: Visitor, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    logins = tables.logins
    async with desk.world.database.write() as connection:
        await connection.execute(update(logins).values(seen_at=clock.now() - timedelta(hours=3)))
    assert (await anna.get("/")).status == 200
    await take_database_away()
    with pytest.raises(StoreAway):
        await desk.known.write_uses(desk.world.database)
    await take_database_away()
    await desk.known.write_uses(desk.world.database)
    async with desk.world.database.read() as connection:
        seen = (await connection.execute(select(logins.c.seen_at))).scalar_one()
    assert seen > clock.now() - timedelta(minutes=1)


async def test_a_page_of_somebody_else_is_signed_out_though_its_browser_is_not(desk: DeskApp, anna: Visitor) -> None:
    await desk.person("bülent", name="Bülent")
    async with await desk.signed_in("bülent") as other:
        assert (await other.get("/leitung", Ionas_Person="b%C3%BClent")).status == 403  # known, as the page says
        refused = await other.post("/kunden", {"name": "Erika"}, Ionas_Person="anna", HX_Request="true")
    assert (refused.status, refused.headers["HX-Trigger"]) == (401, "signed-out")
