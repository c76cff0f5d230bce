"""Letting screens in and signing them off."""

from __future__ import annotations

import re

from ionas_phone.store import wallboards
from ionas_phone.support.wallboards import Wallboard
from ionas_phone.web.access import hash_of
from ionas_phone.web.wallboard_links import PATH
from tests.desk_app import DeskApp, Visitor, goodbye
from tests.unit.web.test_wallboards import Screen


async def every(desk: DeskApp) -> tuple[Wallboard, ...]:
    async with desk.world.database.read() as connection:
        return await wallboards.every(connection)


async def test_a_link_is_shown_once_and_only_its_hash_is_kept(desk: DeskApp, office: Visitor) -> None:
    text = await (await office.post(PATH, {"name": "Flur", "queue": "support"})).text()
    found = re.search(rf"{re.escape(desk.url)}/wandtafel/geraet/([\w-]{{43}})<", text)
    assert found
    (made,) = await every(desk)
    assert (made.name, made.queue, made.created_by) == ("Flur", "support", "office")
    assert found[1] not in await (await office.get(PATH)).text()
    async with desk.world.database.read() as connection:
        assert await wallboards.find(connection, hash_of(found[1])) == made


async def test_a_screen_that_is_signed_off_is_told_at_once(desk: DeskApp, office: Visitor) -> None:
    text = await (await office.post(PATH, {"name": "Flur", "queue": "support"})).text()
    found = re.search(r"/wandtafel/geraet/([\w-]{43})<", text)
    assert found
    async with Screen(desk.url) as screen:
        screen.token = found[1]
        stream = await screen.stream("wallboard/support")
        assert (await stream.receive_json())["t"] == "hello"
        (made,) = await every(desk)
        answer = await office.post(f"{PATH}/{made.id}/abmelden")
        assert (answer.status, answer.headers["Location"]) == (303, PATH)
        assert await goodbye(stream) == 4401
    assert "abgemeldet" in await (await office.get(PATH)).text()


async def test_what_is_wrong_is_said_and_kept(desk: DeskApp, office: Visitor) -> None:
    answer = await office.post(PATH, {"name": "<" * 61, "queue": "support"})
    text = await answer.text()
    assert answer.status == 422
    assert 'id="name-error"' in text
    assert "&lt;&lt;" in text
    assert (await office.post(PATH, {"name": "Flur", "queue": "nix"})).status == 422
    assert (await office.post(f"{PATH}/4711/abmelden")).status == 404
    assert await every(desk) == ()


async def test_assistants_may_not(desk: DeskApp, anna: Visitor) -> None:
    assert (await anna.get(PATH)).status == 403
    assert (await anna.post(PATH, {"name": "Flur", "queue": "support"})).status == 403
    assert (await anna.post(f"{PATH}/1/abmelden")).status == 403
    assert await every(desk) == ()
    assert PATH not in await (await anna.get("/")).text()


async def test_a_supervisor_hangs_them_up_and_takes_them_down(desk: DeskApp, ben: Visitor) -> None:
    assert f'href="{PATH}"' in await (await ben.get("/leitung")).text()
    page = await ben.get(PATH)
    assert page.status == 200
    assert "/verwaltung/benutzer" not in await page.text()  # no way to where they may not go
    assert "/wandtafel/geraet/" in await (await ben.post(PATH, {"name": "Flur", "queue": "support"})).text()
    (made,) = await every(desk)
    assert (await ben.post(f"{PATH}/{made.id}/abmelden")).status == 303
    (gone,) = await every(desk)
    assert gone.revoked_by == "ben"
