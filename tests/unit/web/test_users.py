"""Who may sign in: what the administrator changes holds at once, and nobody locks the last door from inside."""

from __future__ import annotations

import re

import pytest

from ionas_phone.live.nouns import Assistant, MemberStatus
from ionas_phone.store import audit, users
from ionas_phone.support.users import Role, User
from ionas_phone.web.users import PATH
from tests.desk_app import PASSWORD, DeskApp, Visitor, goodbye

NEW = "vierzehn rote Gänse"
DORA = {"login": "dora", "name": "Dora Lang", "role": "assistant", "extension": "204", "interface": "PJSIP/204"}


async def known(desk: DeskApp, login: str) -> User | None:
    async with desk.world.database.read() as connection:
        return await users.by_login(connection, login)


async def there(desk: DeskApp, login: str) -> User:
    user = await known(desk, login)
    assert user
    return user


def typed(user: User, **other: str) -> dict[str, str]:
    return {
        "name": user.name,
        "role": user.role.value,
        "extension": user.extension,
        "interface": user.interface,
        "language": user.language,
        "version": str(user.version),
        **other,
    }


async def signs_in(desk: DeskApp, login: str, password: str) -> bool:
    async with desk.visitor() as visitor:
        return (await visitor.post("/anmelden", {"name": login, "passwort": password})).status == 303


async def deeds(desk: DeskApp, user: User) -> list[tuple[str, str, tuple[str, ...]]]:
    async with desk.world.database.read() as connection:
        return [(entry.by, entry.action, entry.fields) for entry in await audit.about(connection, "user", user.id)]


async def test_everybody_is_listed_with_phone_and_state(desk: DeskApp, office: Visitor, anna: Visitor) -> None:
    text = await (await office.get(PATH)).text()
    for words in ("Anna Berger", "PJSIP/201", "support", "Das Büro", "kein Telefon", "angemeldet"):
        assert words in text
    assert (await office.get("/verwaltung")).headers["Location"] == PATH


async def test_somebody_new_gets_a_password_that_is_shown_once(desk: DeskApp, office: Visitor) -> None:
    answer = await office.post(PATH, DORA)
    text = await answer.text()
    found = re.search(r'class="secret">([^<]+)<', text)
    assert found
    assert await signs_in(desk, "dora", found[1])
    dora = await there(desk, "dora")
    assert found[1] not in await (await office.get(f"{PATH}/{dora.id}")).text()


async def test_a_new_extension_works_without_a_restart(desk: DeskApp, office: Visitor) -> None:
    await office.post(PATH, {**DORA, "password": NEW})
    story, dora = desk.story, Assistant("dora", "Dora Lang", "PJSIP/204", "204")
    story.member(dora, MemberStatus.IDLE)
    caller = story.rings_in()
    story.joins(caller)
    story.calls(caller, dora, "leg1")
    assert [card.caller.number for card in desk.world.live.desk("dora").rings] == ["+4961315550101"]
    assert await signs_in(desk, "dora", NEW)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"login": "anna"}, "login"),
        ({"login": "do ra"}, "login"),
        ({"interface": "PJSIP/201"}, "interface"),
        ({"interface": "204"}, "interface"),
        ({"extension": "zwei"}, "extension"),
        ({"password": "kurz"}, "password"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    desk: DeskApp, office: Visitor, anna: Visitor, wrong: dict[str, str], field: str
) -> None:
    answer = await office.post(PATH, {**DORA, **wrong})
    text = await answer.text()
    assert answer.status == 422
    assert f'id="{field}-error"' in text
    assert 'value="Dora Lang"' in text
    assert await known(desk, "dora") is None


async def test_a_change_holds_at_once_for_whoever_is_signed_in(desk: DeskApp, office: Visitor, anna: Visitor) -> None:
    stream = await anna.stream()
    await stream.receive()
    user = await there(desk, "anna")
    new = typed(user, role="supervisor", extension="209", interface="PJSIP/209", language="en")
    answer = await office.post(f"{PATH}/{user.id}", new)
    assert answer.headers["Location"] == f"{PATH}/{user.id}?fertig=geaendert"
    assert await goodbye(stream) == 1012
    assert (await anna.get("/leitung")).status == 200
    assert '<html lang="en">' in await (await anna.get("/")).text()
    assert (await deeds(desk, user))[0] == ("office", "update", ("role", "extension", "interface", "language"))
    desk.story.member(Assistant("anna", "", "PJSIP/209", "209"), MemberStatus.IDLE)
    assert desk.world.live.desk("anna").state is not None


async def test_of_two_who_edit_at_once_the_second_sees_both(desk: DeskApp, office: Visitor, anna: Visitor) -> None:
    seen = await there(desk, "anna")
    await office.post(f"{PATH}/{seen.id}", typed(seen, name="Anna Neu"))
    answer = await office.post(f"{PATH}/{seen.id}", typed(seen, name="Anna Anders"))
    text = await answer.text()
    assert answer.status == 409
    assert 'value="Anna Anders"' in text
    assert "Anna Neu" in text
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found
    await office.post(f"{PATH}/{seen.id}", typed(seen, name="Anna Anders", version=found[1]))
    assert (await there(desk, "anna")).name == "Anna Anders"


async def test_a_slip_does_not_let_anybody_save_over_what_they_have_not_seen(
    desk: DeskApp, office: Visitor, anna: Visitor
) -> None:
    seen = await there(desk, "anna")
    await office.post(f"{PATH}/{seen.id}", typed(seen, role="supervisor"))
    slip = await office.post(f"{PATH}/{seen.id}", typed(seen, extension="zwei"))
    assert slip.status == 422
    kept = re.search(r'name="version" value="(\d+)"', await slip.text())
    assert kept
    answer = await office.post(f"{PATH}/{seen.id}", typed(seen, extension="209", version=kept[1]))
    assert answer.status == 409
    now = await there(desk, "anna")
    assert (now.role, now.extension) == (Role.SUPERVISOR, "201")
    shown = re.search(r'name="version" value="(\d+)"', await answer.text())
    assert shown
    await office.post(f"{PATH}/{seen.id}", typed(now, extension="209", version=shown[1]))
    now = await there(desk, "anna")
    assert (now.role, now.extension) == (Role.SUPERVISOR, "209")


async def test_the_last_administrator_stays_one(desk: DeskApp, office: Visitor) -> None:
    me = await there(desk, "office")
    for path, sent in ((f"{PATH}/{me.id}", typed(me, role="assistant")), (f"{PATH}/{me.id}/sperre", {"disabled": "1"})):
        answer = await office.post(path, sent)
        assert answer.status == 422
        assert "die letzte Administration" in await answer.text()
    await desk.person("chef", Role.ADMIN)
    assert (await office.post(f"{PATH}/{me.id}", typed(me, role="assistant"))).status == 303
    assert (await office.get(PATH)).status == 403


async def test_who_is_kept_out_is_out_at_once(desk: DeskApp, office: Visitor, anna: Visitor) -> None:
    stream = await anna.stream()
    await stream.receive()
    user = await there(desk, "anna")
    await office.post(f"{PATH}/{user.id}/sperre", {"disabled": "true"})
    assert await goodbye(stream) == 4401
    assert (await anna.get("/")).headers["Location"].startswith("/anmelden")
    assert not await signs_in(desk, "anna", PASSWORD)
    assert desk.world.live.desk("anna").state is None
    text = await (await office.get(f"{PATH}/{user.id}?fertig=gesperrt")).text()
    assert "gesperrt" in text
    await office.post(f"{PATH}/{user.id}/sperre")
    assert await signs_in(desk, "anna", PASSWORD)
    assert [action for _, action, _ in await deeds(desk, user)][:2] == ["enable", "disable"]


async def test_another_password_signs_out_whoever_had_the_old_one(
    desk: DeskApp, office: Visitor, anna: Visitor
) -> None:
    stream = await anna.stream()
    await stream.receive()
    user = await there(desk, "anna")
    assert (await office.post(f"{PATH}/{user.id}/passwort", {"password": "kurz"})).status == 422
    assert NEW in await (await office.post(f"{PATH}/{user.id}/passwort", {"password": NEW})).text()
    assert await goodbye(stream) == 4401
    assert await signs_in(desk, "anna", NEW)


async def test_signed_out_by_the_administrator(desk: DeskApp, office: Visitor, anna: Visitor) -> None:
    stream = await anna.stream()
    await stream.receive()
    user = await there(desk, "anna")
    assert (await office.post(f"{PATH}/{user.id}/abmelden")).status == 303
    assert await goodbye(stream) == 4401
    assert await signs_in(desk, "anna", PASSWORD)


@pytest.mark.parametrize("rest", ["", "/passwort", "/sperre", "/abmelden"])
async def test_nobody_there_and_nobody_else_may(desk: DeskApp, office: Visitor, ben: Visitor, rest: str) -> None:
    assert (await office.post(f"{PATH}/999999999999999999{rest}", {"name": "x"})).status == 404
    user = await there(desk, "ben")
    assert (await ben.post(f"{PATH}/{user.id}{rest}", typed(user, role="admin"))).status == 403
    assert await there(desk, "ben") == user


async def test_the_pages_are_the_administrators(office: Visitor, ben: Visitor) -> None:
    for path in (PATH, f"{PATH}/neu", "/verwaltung"):
        assert (await ben.get(path)).status == 403
    assert (await office.get(f"{PATH}/neu")).status == 200
    assert (await office.get(f"{PATH}/777777")).status == 404
