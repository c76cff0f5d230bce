"""One's own account: the password, where one is signed in, and how one likes the desk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from ionas_phone.runtime.throttle import PER_NAME
from ionas_phone.store import users
from ionas_phone.support.users import Opens, User
from ionas_phone.web.account import PATH
from tests.desk_app import PASSWORD, DeskApp, Visitor, goodbye

NEW = "vierzehn rote Gänse"
TYPED = {"old": PASSWORD, "password": NEW, "again": NEW}


@pytest.fixture
async def elsewhere(desk: DeskApp, anna: Visitor) -> AsyncIterator[Visitor]:
    """Anna's other browser."""
    async with await desk.signed_in("anna") as visitor:
        yield visitor


async def known(desk: DeskApp, login: str) -> User:
    async with desk.world.database.read() as connection:
        user = await users.by_login(connection, login)
    assert user
    return user


async def opened(visitor: Visitor) -> aiohttp.ClientWebSocketResponse:
    stream = await visitor.stream()
    await stream.receive()
    return stream


async def signs_in(desk: DeskApp, password: str) -> bool:
    async with desk.visitor() as visitor:
        return (await visitor.post("/anmelden", {"name": "anna", "passwort": password})).status == 303


async def test_settings_are_ones_own_and_hold_at_once(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    stream = await opened(anna)
    before = await known(desk, "ben")
    answer = await anna.post(f"{PATH}/einstellungen", {"language": "en", "opens": "ring"})
    assert (answer.status, answer.headers["Location"]) == (303, f"{PATH}?fertig=einstellungen")
    assert await goodbye(stream) == 1012  # the tab comes again, as somebody who likes it otherwise
    mine = await known(desk, "anna")
    assert (mine.language, mine.opens, mine.sounds) == ("en", Opens.RING, False)
    text = await (await anna.get(f"{PATH}?fertig=einstellungen")).text()
    assert "Your settings are saved." in text
    assert re.search(r'value="ring" checked', text)
    assert not re.search(r'name="sounds" value="true" checked', text)
    assert await known(desk, "ben") == before


@pytest.mark.parametrize("wrong", [{"language": "fr"}, {"opens": "later"}, {"language": ""}])
async def test_a_setting_nobody_offers_is_refused(desk: DeskApp, anna: Visitor, wrong: dict[str, str]) -> None:
    before = await known(desk, "anna")
    answer = await anna.post(f"{PATH}/einstellungen", {"language": "de", "opens": "never", **wrong})
    assert answer.status == 422
    assert await known(desk, "anna") == before


async def test_a_new_password_ends_all_other_log_ins(desk: DeskApp, anna: Visitor, elsewhere: Visitor) -> None:
    here, there = await opened(anna), await opened(elsewhere)
    answer = await anna.post(f"{PATH}/passwort", TYPED)
    assert (answer.status, answer.headers["Location"]) == (303, f"{PATH}?fertig=passwort")
    assert await goodbye(there) == 4401
    assert not here.closed
    assert (await anna.get(PATH)).status == 200
    assert (await elsewhere.get(PATH)).headers["Location"].startswith("/anmelden")
    assert await signs_in(desk, NEW)
    assert not await signs_in(desk, PASSWORD)
    await here.close()


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"old": "falsch geraten"}, "old", "nicht das bisherige Passwort"),
        ({"old": ""}, "old", "bisherige Passwort wird gebraucht"),
        ({"again": NEW + "!"}, "again", "sind verschieden"),
        ({"password": "kurz", "again": "kurz"}, "password", "mindestens 10 Zeichen"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_no_password_comes_back(
    desk: DeskApp, anna: Visitor, wrong: dict[str, str], field: str, sentence: str
) -> None:
    answer = await anna.post(f"{PATH}/passwort", {**TYPED, **wrong})
    text = await answer.text()
    assert answer.status == 422
    assert f'id="{field}-error"' in text
    assert sentence in text
    assert NEW not in text
    assert PASSWORD not in text
    assert await signs_in(desk, PASSWORD)


async def test_guessing_the_old_password_is_slowed_down(desk: DeskApp, anna: Visitor) -> None:
    for _ in range(PER_NAME):
        assert (await anna.post(f"{PATH}/passwort", {**TYPED, "old": "geraten"})).status == 422
    answer = await anna.post(f"{PATH}/passwort", TYPED)
    assert answer.status == 429
    assert "Zu viele Versuche" in await answer.text()


async def test_log_ins_are_listed_with_the_one_that_asks(anna: Visitor, elsewhere: Visitor) -> None:
    text = await (await anna.get(PATH)).text()
    assert text.count("diese hier") == 1
    assert len(re.findall(r'name="log_in" value="\d+"', text)) == 1


async def test_one_log_in_is_ended_and_nobody_elses(
    desk: DeskApp, anna: Visitor, elsewhere: Visitor, ben: Visitor
) -> None:
    there, bens = await opened(elsewhere), await opened(ben)
    found = re.search(r'name="log_in" value="(\d+)"', await (await anna.get(PATH)).text())
    assert found
    assert (await ben.post(f"{PATH}/abmelden", {"log_in": found[1]})).status == 303  # it is not his
    assert not there.closed
    answer = await anna.post(f"{PATH}/abmelden", {"log_in": found[1]})
    assert answer.headers["Location"] == f"{PATH}?fertig=abgemeldet"
    assert await goodbye(there) == 4401
    assert not bens.closed
    await bens.close()


async def test_signed_out_everywhere_is_signed_out_here_too(anna: Visitor, elsewhere: Visitor) -> None:
    here, there = await opened(anna), await opened(elsewhere)
    answer = await anna.post(f"{PATH}/abmelden")
    assert (answer.status, answer.headers["Location"]) == (303, "/anmelden")
    assert [await goodbye(here), await goodbye(there)] == [4401, 4401]
