"""The page of the tariffs: what holds today, new versions, and what a refused form keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from ionas_phone.runtime import clock
from ionas_phone.store import tariffs
from ionas_phone.support.tariffs import Tariff, day_of
from ionas_phone.web.tariffs import PATH, states
from tests.agreements import STANDARD
from tests.desk_app import DeskApp, Visitor

TODAY = day_of(clock.now())
TYPED = {
    "name": "Winter",
    "valid_from": (TODAY + timedelta(days=9)).isoformat(),
    "gross": "1,49",
    "net": "1,25",
    "vat_percent": "19",
    "increment_minutes": "5",
    "rounding": "up",
    "minimum_minutes": "10",
}


async def versions(desk: DeskApp) -> tuple[Tariff, ...]:
    async with desk.world.database.read() as connection:
        return await tariffs.versions(connection)


def version(number: int, days: int) -> Tariff:
    return replace(STANDARD, id=number, valid_from=TODAY + timedelta(days=days))


def test_each_version_says_what_it_is_today() -> None:
    newest_first = [version(5, 9), version(4, 9), version(3, 0), version(2, 0), version(1, -9)]
    assert [state for _, state in states(newest_first, TODAY)] == ["coming", "replaced", "holds", "replaced", "over"]
    first, *rest = states(newest_first, TODAY, {5})
    assert (first[1], rest[0][1]) == ("withdrawn", "coming")
    assert states([version(1, 1)], TODAY) == ((version(1, 1), "coming"),)


async def test_a_new_version_is_written_down_once_and_the_old_one_holds_on(desk: DeskApp, office: Visitor) -> None:
    before = await versions(desk)
    for _ in range(2):  # a double click
        answer = await office.post(PATH, TYPED)
        assert (answer.status, answer.headers["Location"]) == (303, PATH)
    now_there = await versions(desk)
    assert now_there[1:] == before
    new = now_there[0]
    assert (new.name, new.gross_cents, new.net_cents, new.increment_minutes) == ("Winter", 149, 125, 5)
    text = await (await office.get(PATH)).text()
    assert "1,49\xa0€" in text
    assert "kommt" in text
    assert "gilt heute" in text


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(desk: DeskApp, office: Visitor) -> None:
    before = await versions(desk)
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    answer = await office.post(PATH, {**TYPED, "valid_from": yesterday, "gross": "1.234", "net": "<viel>"})
    text = await answer.text()
    assert answer.status == 422
    for field in ("valid_from", "gross", "net"):
        assert f'id="{field}-error"' in text
    assert "nicht für vergangene Tage" in text
    assert "etwa 23,80" in text
    for kept in (yesterday, "1.234", "&lt;viel&gt;", "Winter"):
        assert f'value="{kept}"' in text
    assert '<option value="up" selected>' in text
    assert await versions(desk) == before


async def test_prices_that_disagree_are_told_what_would_agree(desk: DeskApp, office: Visitor) -> None:
    before = await versions(desk)
    answer = await office.post(PATH, {**TYPED, "gross": "5,00", "net": "1,00"})
    assert answer.status == 422
    text = await answer.text()
    assert 'id="net-error"' in text
    assert "Bei 19 % Umsatzsteuer sind 5,00\xa0€ mit Steuer 4,20\xa0€ ohne" in text
    assert await versions(desk) == before


async def test_beyond_a_year_it_is_asked(desk: DeskApp, office: Visitor) -> None:
    far = {**TYPED, "valid_from": "2076-01-01"}
    answer = await office.post(PATH, far)
    assert answer.status == 422
    text = await answer.text()
    assert "mehr als ein Jahr" in text
    assert 'name="far" value="1">' in text
    assert 'name="far"' not in await (await office.get(PATH)).text()
    assert (await office.post(PATH, {**far, "far": "1"})).status == 303
    assert (await versions(desk))[0].valid_from.year == 2076


async def test_until_its_first_day_a_version_can_be_withdrawn(desk: DeskApp, office: Visitor, ben: Visitor) -> None:
    await office.post(PATH, TYPED)
    new, holds = await versions(desk)
    way = f"{PATH}/{new.id}/zuruecknehmen"
    assert way in await (await office.get(PATH)).text()
    assert (await ben.post(way, {})).status == 403
    for _ in range(2):  # a double click
        assert (await office.post(way, {})).status == 303
    text = await (await office.get(PATH)).text()
    assert "zurückgenommen" in text
    assert "kommt" not in text
    refused = await office.post(f"{PATH}/{holds.id}/zuruecknehmen", {})
    assert refused.status == 409
    assert "erster Tag ist da" in await refused.text()
    assert (await office.post(f"{PATH}/99/zuruecknehmen", {})).status == 404
    assert (await office.post(PATH, TYPED)).status == 303  # written down once more, it comes
    assert "kommt" in await (await office.get(PATH)).text()


async def test_a_number_out_of_bounds_is_told_the_bounds_in_the_unit_it_is_typed_in(office: Visitor) -> None:
    text = await (await office.post(PATH, {**TYPED, "gross": "1000,50", "vat_percent": "-5"})).text()
    assert "zwischen 0 und 1.000,00\xa0€" in text
    assert "zwischen 0 und 100 Prozent" in text
    assert "Cent." not in text


async def test_only_the_administrator_may(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    before = await versions(desk)
    for visitor in (anna, ben):
        assert (await visitor.get(PATH)).status == 403
        assert (await visitor.post(PATH, TYPED)).status == 403
        assert PATH not in await (await visitor.get("/")).text()
    assert await versions(desk) == before


async def test_a_form_no_page_of_ours_sends_is_refused(office: Visitor) -> None:
    assert (await office.post(PATH, {**TYPED, "rounding": "sideways"})).status == 422


async def test_without_the_database_it_is_said(
    office: Visitor, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    await office.get(PATH)
    await take_database_away()
    answer = await office.post(PATH, TYPED)
    assert answer.status == 503
    assert "Datenbank" in await answer.text()
