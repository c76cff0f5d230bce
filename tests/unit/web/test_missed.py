"""The shared list of missed callers, and calling back from it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from ionas_phone.live.answers import PhoneAnswered
from ionas_phone.live.board import MISSED
from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import MemberStatus
from ionas_phone.store import audit, calls
from ionas_phone.store.missed import HELD
from tests.desk_app import DeskApp, Visitor, desk_app
from tests.people import call
from tests.steered import steered
from tests.stories import ANNA, CUSTOMER
from tests.timed import Clocks
from tests.unit.web.test_stream import drawn

HX = {"HX_Request": "true"}
TAKE, GIVE_BACK = "/anrufe/verpasst/nehmen", "/anrufe/verpasst/zurueckgeben"
SETTLE, CALL = "/anrufe/verpasst/erledigt", "/anrufe/rueckruf"


class _GivenUp(Exception):
    """What a server says to the one of two transactions that it gives up."""

    sqlstate = "40P01"


def given_up(at: datetime, unique_id: str = "c1", number: str | None = CUSTOMER) -> CallRecord:
    made = call(unique_id, number=number, suppressed=number is None, offered_at=at, outcome=Outcome.ABANDONED_WAITING)
    return replace(made, ended_at=at + timedelta(seconds=97))


async def missed(desk: DeskApp, *numbers: str | None) -> None:
    """Have some callers given up."""
    at = desk.world.now() - timedelta(minutes=5)
    async with desk.world.database.write() as connection:
        for place, number in enumerate(numbers or (CUSTOMER,)):
            await calls.record(connection, given_up(at, f"m{place}", number))
    desk.world.hub.mark(MISSED, desk.world.monotonic())


async def page(visitor: Visitor) -> str:
    return await (await visitor.get("/anrufe")).text()


async def test_who_was_missed_stands_there_with_the_wait(desk: DeskApp, anna: Visitor) -> None:
    assert "Alle wurden angenommen" in await page(anna)
    await missed(desk, CUSTOMER, None)
    shown = await page(anna)
    assert "wartete 01:37" in shown
    assert "Ohne Rufnummer kann niemand zurückrufen." in shown
    assert shown.count('action="/anrufe/rueckruf"') == 1


async def test_a_caller_keeps_name_and_menu_when_a_newer_one_comes(desk: DeskApp, anna: Visitor) -> None:
    def named(shown: str) -> list[str]:
        return re.findall(r'id="((?:missed|settle)-[^"]+)"', shown)

    await missed(desk, CUSTOMER, None)
    before = named(await page(anna))
    async with desk.world.database.write() as connection:
        await calls.record(connection, given_up(desk.world.now(), "newer", "+4961315550199"))
    desk.world.hub.mark(MISSED, desk.world.monotonic())
    assert named(await page(anna)) == ["missed-4961315550199", "settle-4961315550199", *before]


async def test_two_want_to_call_back_and_the_second_is_told_who_was_first(
    desk: DeskApp, anna: Visitor, ben: Visitor
) -> None:
    await missed(desk)
    assert (await anna.post(TAKE, {"number": CUSTOMER}, **HX)).status == 200
    refused = await ben.post(TAKE, {"number": CUSTOMER}, **HX)
    assert refused.status == 409
    assert "Anna Berger is calling back already." in await refused.text()
    assert "Sie rufen zurück" in await page(anna)
    assert "Anna Berger is calling back" in await page(ben)
    assert (await anna.post(GIVE_BACK, {"number": CUSTOMER})).status == 303
    assert (await ben.post(TAKE, {"number": CUSTOMER}, **HX)).status == 200


async def test_it_is_settled_in_a_word_and_gone(desk: DeskApp, anna: Visitor) -> None:
    await missed(desk)
    refused = await anna.post(SETTLE, {"number": CUSTOMER, "word": "irgendwie"}, **HX)
    assert refused.status == 422
    assert "mit einem Wort" in await refused.text()
    assert (await anna.post(SETTLE, {"number": CUSTOMER, "word": "wrong number"}, **HX)).status == 200
    assert "Alle wurden angenommen" in await page(anna)
    gone = await anna.post(TAKE, {"number": CUSTOMER}, **HX)
    assert gone.status == 404
    assert "steht nicht mehr auf der Liste" in await gone.text()


async def test_the_list_is_redrawn_when_somebody_gives_up_and_when_they_get_through(
    desk: DeskApp, anna: Visitor
) -> None:
    async def until(words: str) -> None:
        while words not in (await drawn(stream, "missed"))["missed"]:
            pass

    async with await anna.stream("calls") as stream:
        await until("Alle wurden angenommen")
        caller = desk.story.rings_in("c1")
        desk.story.joins(caller)
        desk.story.after(20).gives_up(caller)
        await until("06131 5550101")
        caller = desk.story.after(60).rings_in("c2")
        desk.story.joins(caller)
        leg = desk.story.calls(caller, ANNA, "a1")
        desk.story.answers(caller, leg, ANNA)
        await until("Alle wurden angenommen")


async def test_whoever_has_not_called_back_in_time_looks_after_them_no_more(tmp_path: Path) -> None:
    async def until(region: str, words: str) -> None:
        async with asyncio.timeout(10):
            while words not in (await drawn(stream, region))[region]:
                pass

    clocks = Clocks()
    async with desk_app(tmp_path, now=clocks.now, monotonic=clocks.monotonic) as desk:
        await desk.person("anna", name="Anna Berger", extension="201")
        await missed(desk)
        async with await desk.signed_in("anna") as anna:
            await anna.post(TAKE, {"number": CUSTOMER}, **HX)
            for page, region, before, after in (
                ("calls", "missed", "Sie rufen zurück", "Ich rufe zurück"),
                ("desk", "missed-callers", "Niemand wartet auf einen Rückruf", "06131 5550101"),
            ):
                clocks.ahead = timedelta()
                async with await anna.stream(page) as stream:
                    await until(region, before)
                    clocks.ahead = HELD
                    desk.world.day.look()
                    await until(region, after)


async def test_calling_back_takes_the_caller_and_rings_ones_own_phone(desk: DeskApp, anna: Visitor) -> None:
    await missed(desk)
    async with steered(desk) as pbx:
        answer = await anna.post(CALL, {"number": CUSTOMER}, **HX)
        assert answer.status == 200
        assert "Ihr Telefon klingelt" in await answer.text()
        assert (await anna.post(CALL, {"number": CUSTOMER}, **HX)).status == 200  # a double click
        [asked] = [action.keys for action in pbx.actions if action.name == "Originate"]
        assert asked["Exten"] == CUSTOMER
        shown = await page(anna)
        assert "Sie rufen zurück" in shown
        assert "Ihr Telefon klingelt" in shown
        told = PhoneAnswered(at=desk.world.now(), pbx="mainz", asked=asked["ActionID"], answered=False, reason="3")
        desk.story.tell(told)
        assert "wurde nicht abgenommen" in await page(anna)
    async with desk.world.database.read() as connection:
        lines = await audit.find(connection, audit.AuditFilter(noun="call"), before=None, limit=9)
    assert [(line.entry.action, line.entry.by) for line in lines] == [("call_back", "anna"), ("take", "anna")]


async def test_a_phone_that_rings_is_no_failure_though_it_can_not_be_written_down(desk: DeskApp, anna: Visitor) -> None:
    def read_only(connection: Connection, _: object, __: str, values: object, *___: object) -> None:
        if "call_back" in str(values):
            connection.exec_driver_sql("PRAGMA query_only = 1")

    await missed(desk)
    event.listen(desk.world.database._writer.sync_engine, "before_cursor_execute", read_only)
    async with steered(desk) as pbx:
        answer = await anna.post(CALL, {"number": CUSTOMER}, **HX)
        assert answer.status == 200
        assert "Originate" in pbx.got


@pytest.mark.parametrize(("gives_way", "noted"), [(1, ["call_back", "take"]), (2, ["take"])])
async def test_a_call_back_whose_note_gives_way_to_somebody_else_s_is_noted_at_the_second_try(
    desk: DeskApp, anna: Visitor, gives_way: int, noted: list[str]
) -> None:
    tries: list[str] = []

    def gives_up(_: Connection, __: object, statement: str, values: object, *___: object) -> None:
        if "call_back" in str(values):
            tries.append(statement)
            if len(tries) <= gives_way:
                raise OperationalError(statement, None, _GivenUp())

    await missed(desk)
    event.listen(desk.world.database._writer.sync_engine, "before_cursor_execute", gives_up)
    async with steered(desk) as pbx:
        assert (await anna.post(CALL, {"number": CUSTOMER}, **HX)).status == 200
        assert pbx.got.count("Originate") == 1
    assert len(tries) == 2
    async with desk.world.database.read() as connection:
        lines = await audit.find(connection, audit.AuditFilter(noun="call"), before=None, limit=9)
    assert [line.entry.action for line in lines] == noted


async def test_what_somebody_else_looks_after_is_not_called_back(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    await missed(desk)
    await ben.post(TAKE, {"number": CUSTOMER}, **HX)
    async with steered(desk) as pbx:
        refused = await anna.post(CALL, {"number": CUSTOMER}, **HX)
        assert refused.status == 409
        assert "Ben Çelik ruft schon zurück." in await refused.text()
        assert "Originate" not in pbx.got


async def test_a_call_back_that_fails_gives_the_caller_back(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    await missed(desk)
    async with steered(desk) as pbx:
        pbx.errors["Originate"] = "Permission denied"
        refused = await anna.post(CALL, {"number": CUSTOMER}, **HX)
    assert refused.status == 502
    assert "write = reporting,originate,agent" in await refused.text()
    assert (await ben.post(TAKE, {"number": CUSTOMER}, **HX)).status == 200


async def test_a_call_abroad_asks_first_and_names_the_country(desk: DeskApp, anna: Visitor) -> None:
    abroad = {"number": "+41446681800"}
    async with steered(desk) as pbx:
        asked = await (await anna.post(CALL, abroad, **HX)).text()
        assert "in einem anderen Land: Schweiz" in asked
        assert 'name="sure" value="1"' in asked
        assert "Originate" not in pbx.got
        whole = await (await anna.post(CALL, abroad)).text()
        assert "Schweiz anrufen" in whole
        answer = await anna.post(CALL, {**abroad, "sure": "1"})
        assert (answer.status, answer.headers["Location"]) == (303, "/anrufe")
        assert "Originate" in pbx.got


@pytest.mark.parametrize("number", ["", "abc", "+49", "112", "😀", "+4961315550101\r\nX: y"])
async def test_what_is_no_number_is_refused_in_words(desk: DeskApp, anna: Visitor, number: str) -> None:
    async with steered(desk) as pbx:
        answer = await anna.post(CALL, {"number": number}, **HX)
        assert answer.status == 502
        assert "keine Nummer" in await answer.text()
        assert "Originate" not in pbx.got


async def test_a_phone_that_can_not_be_reached_is_said(desk: DeskApp, anna: Visitor) -> None:
    desk.story.member(ANNA, MemberStatus.UNAVAILABLE)
    async with steered(desk):
        answer = await anna.post(CALL, {"number": CUSTOMER}, **HX)
    assert "erreicht Ihr Telefon nicht" in await answer.text()


async def test_who_has_no_phone_has_no_button(desk: DeskApp, office: Visitor) -> None:
    await missed(desk)
    shown = await page(office)
    assert 'action="/anrufe/rueckruf"' not in shown
    assert "kein Telefon hinterlegt" in shown
