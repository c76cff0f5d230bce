"""The pages of the texts: versions that only grow, a preview while one types, two people at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from ionas_phone.store import scripts
from ionas_phone.support.scripts import Script
from ionas_phone.web.scripts import PATH
from tests.desk_app import DeskApp, Visitor
from tests.unit.web.test_sessions import HX

CAP = f"{PATH}/cap/consumer/de"
NEW = "Teurer als {cap} wird es nicht."


async def of_cap(desk: DeskApp) -> list[Script]:
    async with desk.world.database.read() as connection:
        return [one for one in await scripts.versions(connection) if one.name.startswith("cap/consumer/de/")]


async def test_all_texts_are_listed_with_their_newest_version(office: Visitor) -> None:
    text = await (await office.get(PATH)).text()
    assert text.count(f'href="{PATH}/') == 16
    assert f'href="{CAP}"' in text
    assert "Zuerst die Obergrenze: Was ich gleich vorschlage, kostet auf keinen Fall mehr als {cap}." in text


async def test_a_new_version_leaves_the_old_one_as_it_was(desk: DeskApp, office: Visitor) -> None:
    before = await of_cap(desk)
    for _ in range(2):  # a double click
        answer = await office.post(CAP, {"text": NEW, "version": "2"})
        assert (answer.status, answer.headers["Location"]) == (303, CAP)
    newest, *older = await of_cap(desk)
    assert (newest.version, newest.text, older) == (3, NEW, before)
    text = await (await office.get(CAP)).text()
    assert "Als Version 4 speichern" in text
    assert "Teurer als 25,00\xa0€ wird es nicht." in text
    assert all(one.text in text for one in before)


async def test_what_could_not_be_filled_in_is_refused_and_stays_in_the_field(desk: DeskApp, office: Visitor) -> None:
    before = await of_cap(desk)
    answer = await office.post(CAP, {"text": "Nie mehr als {limit} <b>!</b>", "version": "2"})
    text = await answer.text()
    assert answer.status == 422
    assert 'id="text-error"' in text
    assert "{limit}" in text
    assert "Nie mehr als {limit} &lt;b&gt;!&lt;/b&gt;</textarea>" in text
    assert await of_cap(desk) == before


async def test_two_people_at_once_do_not_overwrite_each_other_unseen(desk: DeskApp, office: Visitor) -> None:
    await office.post(CAP, {"text": NEW, "version": "2"})
    mine = {"text": "Höchstens {cap}.", "version": "2"}
    answer = await office.post(CAP, mine)
    text = await answer.text()
    assert answer.status == 409
    assert "hat jemand Version 3 geschrieben" in text
    assert "Höchstens {cap}.</textarea>" in text
    assert NEW in text
    assert 'name="version" value="3"' in text
    assert len(await of_cap(desk)) == 3
    assert (await office.post(CAP, {**mine, "version": "3"})).status == 303
    newest, *_ = await of_cap(desk)
    assert newest.text == "Höchstens {cap}."


async def test_the_preview_comes_while_one_types_and_writes_nothing(desk: DeskApp, office: Visitor) -> None:
    part = await (await office.post(f"{CAP}/vorschau", {"text": NEW}, **HX)).text()
    assert "Teurer als 25,00\xa0€ wird es nicht." in part
    assert "<html" not in part
    assert "{limit}" in await (await office.post(f"{CAP}/vorschau", {"text": "{limit}"}, **HX)).text()
    page = await (await office.post(f"{CAP}/vorschau", {"text": NEW})).text()  # without a script
    assert "Teurer als 25,00\xa0€ wird es nicht." in page
    assert f"{NEW}</textarea>" in page
    assert len(await of_cap(desk)) == 2


@pytest.mark.parametrize("place", ["cap/consumer/fr", "withdrawal/business/de", "song/consumer/de", "cap/friend/de"])
async def test_a_text_that_is_not_there_is_said(office: Visitor, place: str) -> None:
    assert (await office.get(f"{PATH}/{place}")).status == 404


async def test_only_the_administrator_may(desk: DeskApp, anna: Visitor) -> None:
    for path in (PATH, CAP):
        assert (await anna.get(path)).status == 403
    assert (await anna.post(CAP, {"text": NEW, "version": "2"})).status == 403
    assert (await anna.post(f"{CAP}/vorschau", {"text": NEW})).status == 403
    assert len(await of_cap(desk)) == 2


async def test_without_the_database_it_is_said(
    office: Visitor, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    await office.get(PATH)
    await take_database_away()
    assert (await office.post(CAP, {"text": NEW, "version": "2"}, **HX)).status == 503
