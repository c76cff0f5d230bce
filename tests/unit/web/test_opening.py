"""The page of the opening switch and its line on desks and boards; the link is a real one, the PBX behaves as told."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.runtime import clock
from ionas_phone.web.opening import PATH, _end
from tests.desk_app import DeskApp, Visitor
from tests.steered import steered
from tests.unit.ami.fake_pbx import FakePbx, Inbox
from tests.unit.ami.test_connection import link_to

BERLIN = ZoneInfo("Europe/Berlin")


async def obeys(pbx: FakePbx, state: str) -> None:
    await pbx.until("Originate")
    pbx.variables |= {"opening": state}


async def test_it_is_turned_and_everybody_reads_who_did(desk: DeskApp, office: Visitor, ben: Visitor) -> None:
    async with steered(desk) as pbx:
        pbx.variables["DIALPLAN_EXISTS(ionas-opening-switch,0,1)"] = "1"
        await desk.world.opening.turn()
        assert "nach Öffnungszeiten" in await (await office.get("/")).text()
        async with asyncio.TaskGroup() as group:
            group.create_task(obeys(pbx, "closed"))
            answer = await office.post(PATH, {"state": "closed", "until": ""})
        assert (answer.status, answer.headers["Location"]) == (303, PATH)
        await desk.world.opening.turn()
    for path in ("/", PATH):
        text = await (await office.get(path)).text()
        assert "von Hand geschlossen" in text
        assert "bis zum nächsten Umschalten" in text
        assert "umgeschaltet von Das Büro" in text
    assert "closed by hand" in await (await ben.get("/leitung")).text()


async def test_where_nothing_can_be_switched_the_page_says_so(desk: DeskApp, office: Visitor) -> None:
    page = await (await office.get(PATH)).text()
    assert "die Übungsanlage hat keinen Öffnungsschalter" in page
    assert 'class="button primary" disabled' in page
    async with steered(desk):
        page = await (await office.get(PATH)).text()
    assert "Öffnungsschalter" not in page
    assert 'class="button primary" disabled' not in page


async def test_what_can_not_be_done_is_said_and_what_was_typed_is_kept(office: Visitor) -> None:
    soon = (clock.now() + timedelta(hours=3)).astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")
    answer = await office.post(PATH, {"state": "closed", "until": soon})
    text = await answer.text()
    assert answer.status == 502
    assert "keine Telefonanlage verbunden" in text
    assert f'value="{soon}"' in text
    assert 'value="closed" checked' in text
    for until, said in (
        ("2020-01-01T10:00", "in der Zukunft"),
        ("bald", "2026-12-31T18:00"),
        ("0001-01-01T00:00", "2026-12-31T18:00"),
    ):
        answer = await office.post(PATH, {"state": "open", "until": until})
        assert answer.status == 422
        assert said in await answer.text()


async def test_a_turn_that_reaches_one_of_two_says_so_and_stays_said(desk: DeskApp, office: Visitor) -> None:
    async with steered(desk) as pbx:
        pbx.variables["DIALPLAN_EXISTS(ionas-opening-switch,0,1)"] = "1"
        desk.links["bingen"] = link_to(FakePbx(), Inbox())
        async with asyncio.TaskGroup() as group:
            group.create_task(obeys(pbx, "closed"))
            answer = await office.post(PATH, {"state": "closed", "until": ""})
        text = await answer.text()
        assert answer.status == 502
        assert "Die Telefonanlage bingen ist gerade nicht zu erreichen" in text
        assert "Die Telefonanlage mainz hat umgeschaltet." in text
        assert "von Hand geschlossen" in text
        for path in ("/", PATH):
            text = await (await office.get(path)).text()
            assert "von Hand geschlossen" in text
            assert "nicht bekannt: lässt sich gerade nicht fragen" in text.replace("&#39;", "'")
            assert "nicht erreicht, als Das Büro" in text


async def test_only_the_administrator_may(anna: Visitor, ben: Visitor) -> None:
    for visitor in (anna, ben):
        assert (await visitor.get(PATH)).status == 403
        assert (await visitor.post(PATH, {"state": "open"})).status == 403


def test_an_end_is_typed_in_the_time_of_the_house() -> None:
    summer = _end("2026-07-01T18:00", BERLIN)
    assert summer == datetime(2026, 7, 1, 18, 0, tzinfo=BERLIN)
    assert summer.utcoffset() == timedelta()
    assert _end(" ", BERLIN) is None
    for wrong in ("heute abend", "0001-01-01T00:00", "9999-12-31T23:59-12:00"):
        with pytest.raises(FormWrong):
            _end(wrong, BERLIN)
