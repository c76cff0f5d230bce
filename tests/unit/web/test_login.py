"""Log-in and log-out: what the cookie is like, what guessing costs, where a log-in leads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, event

from ionas_phone.runtime import clock
from ionas_phone.runtime.throttle import PER_NAME
from ionas_phone.store import users
from ionas_phone.support.users import Role
from ionas_phone.web.access import COOKIE
from ionas_phone.web.login import local
from tests.desk_app import PASSWORD, DeskApp, Visitor, desk_app, goodbye


async def test_the_cookie_can_be_read_by_no_script_and_no_other_host(desk: DeskApp) -> None:
    await desk.person("anna")
    async with desk.visitor() as visitor:
        answer = await visitor.post("/anmelden", {"name": "Anna", "passwort": PASSWORD})
        assert answer.status == 303
        (cookie,) = answer.headers.getall("Set-Cookie")
        name, _, rest = cookie.partition("=")
        token, *flags = rest.split("; ")
        assert name == "__Host-ionas"
        assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
        assert len(token) == 43  # 256 bits


@pytest.mark.parametrize(("name", "password"), [("anna", "wrong"), ("nobody", PASSWORD), ("ANNA", PASSWORD + " ")])
async def test_wrong_name_and_wrong_password_look_the_same(desk: DeskApp, name: str, password: str) -> None:
    await desk.person("anna")
    async with desk.visitor() as visitor:
        answer = await visitor.post("/anmelden", {"name": name, "passwort": password})
        text = await answer.text()
        assert answer.status == 422
        assert "Name oder Passwort ist falsch." in text
        assert f'value="{name}"' in text  # what was typed is kept, the password is not
        assert password not in text
        assert "Set-Cookie" not in answer.headers


async def test_a_name_nobody_has_costs_as_much_work_as_a_wrong_password(
    desk: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.person("anna")
    checked: list[str] = []
    verify = PasswordHasher.verify

    def counting(hasher: PasswordHasher, stored: str, password: str) -> bool:
        checked.append(password)
        return verify(hasher, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    for name in ("anna", "nobody"):
        async with desk.visitor() as visitor:
            assert (await visitor.post("/anmelden", {"name": name, "passwort": f"wrong of {name}"})).status == 422
    assert checked == ["wrong of anna", "wrong of nobody"]


@pytest.mark.parametrize("what", ["password", "disabled"])
async def test_what_was_right_when_the_hash_was_read_opens_nothing_if_it_is_not_any_more(
    desk: DeskApp, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    await desk.person("anna")
    loop, verify = asyncio.get_running_loop(), PasswordHasher.verify

    async def change() -> None:
        async with desk.world.database.write() as connection:
            if what == "password":
                await users.set_password(connection, "anna", "another", clock.now(), "test")
            else:
                await users.disable(connection, "anna", clock.now(), "test")

    def slow(hasher: PasswordHasher, stored: str, password: str) -> bool:
        right = verify(hasher, stored, password)
        asyncio.run_coroutine_threadsafe(change(), loop).result(10)
        return right

    monkeypatch.setattr(PasswordHasher, "verify", slow)
    async with desk.visitor() as visitor:
        answer = await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD})
        assert answer.status == 422
        assert "Name oder Passwort ist falsch." in await answer.text()
        assert "Set-Cookie" not in answer.headers


async def test_a_hash_of_former_times_is_made_anew_at_the_next_log_in(desk: DeskApp) -> None:
    await desk.person("anna")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    async with desk.world.database.write() as connection:
        await users.set_password(connection, "anna", cheap, clock.now(), "test")
    for _ in range(2):
        async with desk.visitor() as visitor:
            assert (await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD})).status == 303
        async with desk.world.database.read() as connection:
            found = await users.for_log_in(connection, "anna")
        assert found
        assert found[1].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_an_empty_form_costs_no_attempt(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        for _ in range(PER_NAME + 5):
            answer = await visitor.post("/anmelden", {"name": "anna", "passwort": ""})
            assert answer.status == 422
        assert "Name und Passwort werden beide gebraucht." in await answer.text()


async def test_guessing_is_slowed_down_even_when_the_last_guess_is_right(desk: DeskApp) -> None:
    await desk.person("anna")
    async with desk.visitor() as visitor:
        for _ in range(PER_NAME):
            assert (await visitor.post("/anmelden", {"name": "anna", "passwort": "wrong"})).status == 422
        answer = await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD})
        assert answer.status == 429
        assert "Zu viele Versuche." in await answer.text()


async def test_what_the_database_could_not_answer_costs_no_attempt(
    desk: DeskApp, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    await desk.person("anna")
    async with desk.visitor() as visitor:
        await take_database_away()
        for _ in range(PER_NAME + 1):
            assert (await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD})).status == 503
        await take_database_away()
        assert (await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD})).status == 303


async def test_a_disabled_user_stays_out(desk: DeskApp) -> None:
    await desk.person("anna")
    async with desk.world.database.write() as connection:
        await users.disable(connection, "anna", clock.now(), "test")
    async with desk.visitor() as visitor:
        assert (await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD})).status == 422


async def test_sign_out_ends_the_log_in_everywhere_it_is_open(desk: DeskApp, anna: Visitor) -> None:
    async with await anna.stream() as stream:
        assert (await stream.receive_json())["t"] == "hello"
        token = anna.cookie
        answer = await anna.post("/abmelden")
        assert (answer.status, answer.headers["Location"]) == (303, "/anmelden")
        assert "Max-Age=0" in answer.headers["Set-Cookie"]
        assert await goodbye(stream) == 4401
    anna.cookie = token
    assert (await anna.get("/")).status == 303
    assert (await anna.post("/abmelden")).status == 303  # once more: nothing happens


async def test_another_browser_stays_signed_in(desk: DeskApp, anna: Visitor) -> None:
    async with await desk.signed_in("anna") as other:
        await anna.post("/abmelden")
        assert (await other.get("/")).status == 200


async def test_a_new_log_in_in_the_same_browser_ends_the_old_one(desk: DeskApp, anna: Visitor) -> None:
    old = anna.cookie
    await anna.post("/anmelden", {"name": "anna", "passwort": PASSWORD})
    assert anna.cookie != old
    anna.cookie = old
    assert (await anna.get("/")).status == 303


async def test_a_log_in_leads_to_where_somebody_wanted_to_go(desk: DeskApp) -> None:
    await desk.person("anna")
    async with desk.visitor() as visitor:
        form = await visitor.get("/anmelden?ziel=/kunden/10023")
        assert 'name="ziel" value="/kunden/10023"' in await form.text()
        answer = await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD, "ziel": "/kunden/10023"})
        assert answer.headers["Location"] == "/kunden/10023"
        assert (await visitor.get("/anmelden")).headers["Location"] == "/"  # signed in already


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "", "/\t/evil", "/x\r\nSet-Cookie:a"],
)
def test_a_log_in_never_leads_to_somebody_elses_page(target: str) -> None:
    assert local(target) == "/"


async def test_the_form_speaks_english_when_asked(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        text = await (await visitor.get("/anmelden?sprache=en")).text()
        assert '<html lang="en">' in text
        assert "Sign in" in text
        assert "Set-Cookie" not in (await visitor.get("/anmelden?sprache=en")).headers
        answer = await visitor.post("/anmelden?sprache=en", {"name": "x", "passwort": "y"})
        assert "Name or password is wrong." in await answer.text()


async def test_the_language_chosen_on_the_way_in_is_kept_and_no_other_is(desk: DeskApp) -> None:
    await desk.person("anna")
    filled = {"name": "anna", "passwort": PASSWORD}
    async with desk.visitor() as visitor:
        form = await (await visitor.get("/anmelden?sprache=en")).text()
        assert 'action="/anmelden?sprache=en"' in form
        await visitor.post("/anmelden?sprache=en", filled)
        assert '<html lang="en">' in await (await visitor.get("/konto")).text()
    async with desk.visitor() as visitor:  # nothing is chosen: it is as it was left
        await visitor.post("/anmelden", filled)
        assert '<html lang="en">' in await (await visitor.get("/konto")).text()


async def test_a_language_that_can_not_be_kept_keeps_nobody_out(desk: DeskApp) -> None:
    await desk.person("anna")

    def read_only(connection: Connection, _: object, statement: str, *__: object) -> None:
        if statement.startswith("UPDATE users SET"):
            connection.exec_driver_sql("PRAGMA query_only = 1")

    event.listen(desk.world.database._writer.sync_engine, "before_cursor_execute", read_only)
    async with desk.visitor() as visitor:
        answer = await visitor.post("/anmelden?sprache=en", {"name": "anna", "passwort": PASSWORD})
        assert answer.status == 303
        assert '<html lang="de">' in await (await visitor.get("/konto")).text()


async def test_who_has_chosen_nothing_is_spoken_to_as_their_browser_is(desk: DeskApp) -> None:
    await desk.person("anna")
    async with desk.visitor() as visitor:
        english = {"Accept_Language": "en-GB,en;q=0.9,de;q=0.8"}
        form = await (await visitor.get("/anmelden", **english)).text()
        assert '<html lang="en">' in form
        assert 'action="/anmelden"' in form
        assert '<html lang="de">' in await (await visitor.get("/anmelden", Accept_Language="fr,nl")).text()
        assert '<html lang="en">' in await (await visitor.get("/anmelden", Accept_Language="fr, en;q=0.8")).text()
        await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD}, **english)
        assert '<html lang="de">' in await (await visitor.get("/konto", **english)).text()  # as the account says


async def test_in_the_overlay_the_same_person_goes_on_where_they_were(desk: DeskApp) -> None:
    await desk.person("anna")
    await desk.person("ben")
    async with desk.visitor() as visitor:
        form = await (await visitor.get("/anmelden?anwesend=anna", HX_Request="true")).text()
        assert "<html" not in form
        assert 'name="anwesend" value="anna"' in form
        filled = {"passwort": PASSWORD, "anwesend": "anna"}
        wrong = await visitor.post("/anmelden", {**filled, "name": "anna", "passwort": "x"}, HX_Request="true")
        assert wrong.status == 422
        assert "<html" not in await wrong.text()
        same = await visitor.post("/anmelden", {**filled, "name": "Anna"}, HX_Request="true")
        assert (same.status, same.headers["HX-Trigger"]) == (204, "signed-in")
        assert COOKIE in same.cookies
        other = await visitor.post("/anmelden", {**filled, "name": "ben"}, HX_Request="true")
        assert (other.status, other.headers["HX-Redirect"]) == (204, "/")


@pytest.mark.parametrize(
    ("public_url", "counted"), [(None, "127.0.0.1"), ("https://phone.example.org", "192.0.2.1")], ids=["alone", "proxy"]
)
async def test_a_proxys_word_counts_only_where_there_is_a_proxy(
    tmp_path: Path, public_url: str | None, counted: str
) -> None:
    async with desk_app(tmp_path, public_url=public_url) as desk, desk.visitor() as visitor:
        headers = {"X_Forwarded_For": "203.0.113.7, 192.0.2.1"} | ({"Origin": public_url} if public_url else {})
        await visitor.post("/anmelden", {"name": "anna", "passwort": "x"}, **headers)
        assert [key for kind, key in desk.world.throttle._attempts if kind == "address"] == [counted]


async def test_both_languages_are_offered_and_lead_to_the_same_place(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        text = await (await visitor.get("/anmelden?ziel=/kunden?q=a")).text()
    assert 'href="?sprache=en&ziel=/kunden%3Fq%3Da" lang="en"' in text.replace("&amp;", "&")
    assert 'lang="de" hreflang="de" aria-current="true"' in text
    assert re.search(r'name="name"[^>]* autofocus', text)


async def test_after_a_wrong_password_the_password_has_the_focus(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        text = await (await visitor.post("/anmelden", {"name": "anna", "passwort": "falsch"})).text()
    assert re.search(r'name="passwort"[^>]* autofocus', text)
    assert not re.search(r'name="name"[^>]* autofocus', text)


@pytest.mark.parametrize(
    ("role", "extension", "home"),
    [
        (Role.ASSISTANT, "201", "/"),
        (Role.ASSISTANT, "", "/"),
        (Role.SUPERVISOR, "201", "/"),
        (Role.SUPERVISOR, "", "/leitung"),
        (Role.ADMIN, "", "/verwaltung"),
    ],
)
async def test_who_has_no_phone_begins_where_there_is_work(
    desk: DeskApp, role: Role, extension: str, home: str
) -> None:
    await desk.person("dora", role, extension=extension)
    for sent, led in (({}, home), ({"ziel": "/kunden"}, "/kunden")):
        async with desk.visitor() as visitor:
            answer = await visitor.post("/anmelden", {"name": "dora", "passwort": PASSWORD, **sent})
            assert answer.headers["Location"] == led
            assert (await visitor.get("/")).status == 200
