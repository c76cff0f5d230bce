"""The list of calls follows by itself: the newest of what is asked for, painted once for all who ask for the same."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import aiohttp
import pytest

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import CallKey
from ionas_phone.support.users import Role, User
from ionas_phone.web.call_list_regions import LIST, asked_for, list_region, regions_of_list
from ionas_phone.web.forms_calls import CallsForm
from tests.desk_app import DeskApp, Visitor
from tests.unit.web.test_calls import ANSWERED, write
from tests.unit.web.test_stream import drawn

ANNA = User(1, "anna", "Anna", Role.ASSISTANT, "201", "PJSIP/201", "de")


def stream_of(asked: str) -> str:
    """Return how the browser names the page; quoted, as it stands in an address."""
    return quote(f"{LIST}{asked}", safe="")


async def shown(stream: aiohttp.ClientWebSocketResponse, count: int) -> str:
    """Read until the list shows so many calls."""
    while True:
        html = (await drawn(stream, "calls-list"))["calls-list"]
        if len(re.findall(r'<tr id="call-[0-9]+"', html)) == count:
            return html


def test_what_is_asked_for_is_an_address_without_the_page_one_has_turned_to() -> None:
    form = CallsForm(wer="Müll & Söhne", ausgang="missed", vor="12")
    assert asked_for(form) == "ausgang=missed&wer=M%C3%BCll+%26+S%C3%B6hne"
    assert asked_for(CallsForm()) == ""


def test_lists_of_other_calls_are_other_regions_and_all_are_the_newest_page() -> None:
    assert list_region("ausgang=missed").asked == "ausgang=missed"
    assert list_region("vor=12&weg=1").name == "calls-list"
    assert [region.name for region in regions_of_list("", ANNA)][-1] == "calls-list"
    assert {"calls", "links"} <= {*list_region("").topics(ANNA)}


async def test_a_call_appears_and_ends_by_itself(desk: DeskApp, anna: Visitor) -> None:
    async with await anna.stream(stream_of("")) as stream:
        await shown(stream, 0)
        caller = desk.story.rings_in("c1")
        desk.story.joins(caller)
        waiting = await shown(stream, 1)
        assert "wartet" in waiting
        assert 'class="tick"' in waiting  # how long, and it goes on
        assert "läuft" not in waiting
        desk.story.after(20).gives_up(caller)
        while "wartend aufgelegt" not in await shown(stream, 1):
            pass


async def test_a_filtered_list_shows_what_it_was_asked_for(desk: DeskApp, anna: Visitor) -> None:
    await write(desk, ANSWERED)
    async with await anna.stream(stream_of("ausgang=missed")) as stream:
        assert "So ist kein Anruf" in await shown(stream, 0)
        caller = desk.story.rings_in("c1")
        desk.story.joins(caller)
        desk.story.gives_up(caller)
        assert "wartend aufgelegt" in await shown(stream, 1)


@pytest.mark.parametrize("asked", ["", "wer=5550101"])
async def test_two_who_ask_for_the_same_are_painted_for_once(
    desk: DeskApp, anna: Visitor, ben: Visitor, asked: str
) -> None:
    async with desk.world.database.write() as connection:
        await connection.exec_driver_sql("UPDATE users SET role = 'assistant', language = 'de'")
    async with await anna.stream(stream_of(asked)) as one, await ben.stream(stream_of(asked)) as other:
        await shown(one, 0), await shown(other, 0)
        before = painted(desk)
        await write(desk, replace(ANSWERED, call=CallKey("mainz", "new"), outcome=Outcome.ANSWERED))
        desk.world.hub.mark("calls", desk.world.monotonic())
        await shown(one, 1), await shown(other, 1)
        assert painted(desk) == before + 1


def painted(desk: DeskApp) -> float:
    return desk.world.metrics.renders.labels("calls-list")._value.get()


async def test_a_page_of_older_calls_has_the_stream_of_the_newest_and_stands_still(
    desk: DeskApp, anna: Visitor
) -> None:
    first, second = await write(desk, ANSWERED, replace(ANSWERED, call=CallKey("mainz", "c9")))
    page = await (await anna.get(f"/anrufe?richtung=in&vor={second}")).text()
    assert f'data-page="{LIST}richtung=in"' in page
    assert f'id="call-{first}"' in page
    assert 'id="region-calls-list"' not in page
    assert "Diese Seite bleibt, wie sie ist." in page
