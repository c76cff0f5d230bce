"""The practice page: four buttons on the real practice line, and none without one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ionas_phone.app import Service
from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey
from ionas_phone.runtime import clock
from ionas_phone.store import calls, customers, missed, queue_targets
from ionas_phone.support.queue_targets import QueueTargets
from tests.desk_app import PASSWORD, DeskApp, Visitor
from tests.lab.waiting import until
from tests.people import call
from tests.service import practising
from tests.steered import steered
from tests.unit.web.test_sessions import HX
from tests.unit.web.test_stream import drawn


@pytest.fixture
async def service(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Service]:
    async with practising(tmp_path, migrated_file) as service:
        yield service


@pytest.fixture
async def anna(service: Service) -> AsyncIterator[Visitor]:
    async with Visitor(service.url) as visitor:
        assert (await visitor.post("/anmelden", {"name": "anna", "passwort": PASSWORD})).status == 303
        yield visitor


async def test_who_sits_at_the_practice_line_alone_is_ready_there_and_nowhere_else(anna: Visitor) -> None:
    page = await (await anna.get("/")).text()
    assert "Übung: bereit" in page
    assert "in keiner Warteschlange" not in page


async def test_a_pause_of_who_only_practises_keeps_practice_callers_away(service: Service, anna: Visitor) -> None:
    live = service.engine.live
    assert 'popovertarget="pause-menu"' in await (await anna.get("/uebung")).text()
    assert (await anna.post("/status", {"pause": "Urlaub"}, **HX)).status == 422
    assert (await anna.post("/status", {"pause": "Meal"}, **HX)).status == 200
    await until(lambda: live.desk("anna").state == "paused", "the pause")
    page = await (await anna.get("/uebung")).text()
    assert "Übung: Essen" in page
    assert "Pause: Ihr Übungstelefon klingelt nicht" in page
    refused = await anna.post("/uebung/klingeln", {"kind": "known"}, **HX)
    assert (refused.status, "in einer Pause" in await refused.text()) == (400, True)
    rows = {row.login: row for row in live.board().members}
    assert (rows["anna"].state, rows["anna"].reason) == ("paused", "Meal")
    assert all(row.practice for row in rows.values())
    for _ in range(2):  # a double click
        assert (await anna.post("/status", {"pause": ""}, **HX)).status == 200
    await until(lambda: live.desk("anna").state == "available", "the phone to be ready")
    assert "Übung: bereit" in await (await anna.get("/")).text()
    assert (await anna.post("/uebung/klingeln", {"kind": "known"}, **HX)).status == 204


async def test_ring_in_pick_up_hang_up(service: Service, anna: Visitor) -> None:
    live = service.engine.live
    page = await (await anna.get("/uebung")).text()
    assert "Ihr Telefon ist frei" in page
    assert (await anna.post("/uebung/klingeln", {"kind": "known"}, **HX)).status == 204
    await until(lambda: live.desk("anna").rings, "the ring card")
    assert live.desk("anna").rings[0].practice
    assert "Ihr Telefon klingelt" in await (await anna.get("/uebung")).text()
    answer = await anna.post("/uebung/annehmen")
    assert (answer.status, answer.headers["Location"]) == (303, "/uebung")
    await until(lambda: live.desk("anna").calls and live.desk("anna").calls[0].session_id, "the session")
    assert "Übung" in await (await anna.get("/")).text()
    end = f"/vorgaenge/{live.desk('anna').calls[0].session_id}/ende"
    asked = await (await anna.post(end, {"key": "k", "outcome": "done"})).text()
    assert "In der Übung legen Sie am Übungstelefon auf." in asked
    assert '<a href="/uebung">Zum Übungstelefon</a>' in asked
    await anna.post("/uebung/auflegen", **HX)
    await until(lambda: not live.desk("anna").calls, "the end of the call")


async def test_who_practises_is_marked_on_the_wallboard(service: Service, anna: Visitor) -> None:
    await anna.post("/uebung/schlange", **HX)
    await until(lambda: service.engine.live.board().waiting, "somebody who waits")
    (queue, *_) = service.engine.live.queue_names()
    _, _, waiting = (await (await anna.get(f"/wandtafel/{queue}")).text()).partition('id="region-wall-waiting"')
    assert "Übung" in waiting.partition("</section>")[0]
    people = (await (await anna.get(f"/wandtafel/{queue}")).text()).partition('id="region-wall-people"')[2]
    assert "Übung: " in people.partition("</section>")[0]


async def test_hold_ask_and_hand_over(service: Service, anna: Visitor) -> None:
    live = service.engine.live
    await anna.post("/uebung/klingeln", {"kind": "unknown"}, **HX)
    await anna.post("/uebung/annehmen", **HX)
    await until(lambda: live.desk("anna").calls, "the call")
    assert (await anna.post("/uebung/halten", **HX)).status == 204
    await until(lambda: live.desk("anna").calls[0].held, "the music")
    assert "Der Anrufer hört Musik" in await (await anna.get("/uebung")).text()
    await anna.post("/uebung/fortsetzen", **HX)
    await until(lambda: not live.desk("anna").calls[0].held, "the end of the music")
    page = await (await anna.get("/uebung")).text()
    assert '<option value="ben">Ben Çelik</option>' in page
    assert (await anna.post("/uebung/kollege", {"colleague": "sophie", "how": "ask"}, **HX)).status == 400
    assert (await anna.post("/uebung/kollege", {"colleague": "ben", "how": "shout"}, **HX)).status == 422
    assert (await anna.post("/uebung/kollege", {"colleague": "ben", "how": "send"}, **HX)).status == 204
    await until(lambda: live.desk("ben").rings, "the ring at Ben's")
    assert live.desk("ben").rings[0].practice
    assert (await anna.post("/uebung/uebergeben", **HX)).status == 400


async def test_a_question_is_called_off_while_the_colleagues_phone_rings(service: Service, anna: Visitor) -> None:
    live, line = service.engine.live, service.practice
    assert line
    await anna.post("/uebung/klingeln", {"kind": "known"}, **HX)
    await anna.post("/uebung/annehmen", **HX)
    await until(lambda: live.desk("anna").calls, "the call")
    assert (await anna.post("/uebung/kollege", {"colleague": "ben", "how": "ask"}, **HX)).status == 204
    page = await (await anna.get("/uebung")).text()
    assert "Bei Ben Çelik klingelt es" in page
    assert re.search(r"<p>gehalten: [0-9 ]+</p>", page)  # the caller's number, and said to be theirs
    assert (await anna.post("/uebung/zurueck", **HX)).status == 204
    assert (line.state("anna").state, line.state("anna").other) == ("talking", "")
    await until(lambda: "ben" in dict(line.colleagues("anna")), "Ben's phone to be free")
    await until(lambda: not live.desk("anna").calls[0].held, "the end of the music")


async def test_who_passed_the_caller_on_stands_on_the_record_and_in_the_list(service: Service, anna: Visitor) -> None:
    live = service.engine.live
    await anna.post("/uebung/klingeln", {"kind": "known"}, **HX)
    await anna.post("/uebung/annehmen", **HX)
    await until(lambda: live.desk("anna").calls and live.desk("anna").calls[0].session_id, "the session")
    session_id = live.desk("anna").calls[0].session_id
    await anna.post("/uebung/kollege", {"colleague": "ben", "how": "ask"}, **HX)
    await until(lambda: service.practice and service.practice.state("anna").state == "consulting", "Ben to pick up")
    await anna.post("/uebung/uebergeben", **HX)
    await until(lambda: not live.desk("anna").calls and live.desk("ben").calls, "the caller with Ben alone")
    assert "Der Anrufer wurde an Ben Çelik weitergeleitet." in await (await anna.get("/uebung")).text()
    assert "weitergeleitet an <bdi>Ben Çelik</bdi>" in await (await anna.get("/")).text()
    head = await (await anna.get(f"/vorgaenge/{session_id}")).text()
    assert re.search(r"Anna Berger hat um \d\d:\d\d an Ben Çelik weitergeleitet", head)
    assert "weitergeleitet an Ben Çelik" in await (await anna.get("/anrufe")).text()


async def test_three_wait_and_one_gives_up(service: Service, anna: Visitor) -> None:
    assert (await anna.post("/uebung/schlange", **HX)).status == 204
    await until(lambda: len(service.engine.live.board().waiting) == 3, "three who wait")
    assert "3 Anrufer warten" in await (await anna.get("/uebung")).text()
    assert (await anna.post("/uebung/schlange", **HX)).status == 400
    assert (await anna.post("/uebung/schlange/aufgeben", **HX)).status == 204
    await until(lambda: len(service.engine.live.board().waiting) == 2, "two who wait")


async def test_a_real_customer_neither_gets_nor_loses_a_number_by_practising(service: Service, anna: Visitor) -> None:
    live = service.engine.live
    await anna.post("/uebung/klingeln", {"kind": "known"}, **HX)
    await anna.post("/uebung/annehmen", **HX)
    await until(lambda: live.desk("anna").calls and live.desk("anna").calls[0].session_id, "the session")
    session_id = live.desk("anna").calls[0].session_id
    form = await (await anna.get(f"/vorgaenge/{session_id}/kunde", **HX)).text()
    assert "/loesen" not in form
    answer = await anna.post("/kunden/10001/loesen", {"phone": "+4961315550101", "vorgang": str(session_id)}, **HX)
    assert answer.status == 409
    async with service.database.read() as connection:
        erika = await customers.by_number(connection, "10001")
    assert erika
    assert erika.phones == ("+4961315550101",)


async def test_the_caller_gives_up(service: Service, anna: Visitor) -> None:
    await anna.post("/uebung/klingeln", {"kind": "suppressed"}, **HX)
    await until(lambda: service.engine.live.desk("anna").rings, "the ring card")
    assert "Rufnummer unterdrückt" in await (await anna.get("/")).text()
    assert (await anna.post("/uebung/aufgeben", **HX)).status == 204


async def test_the_wrong_button_is_refused_in_words(anna: Visitor) -> None:
    answer = await anna.post("/uebung/annehmen", **HX)
    assert answer.status == 400
    assert answer.headers["HX-Retarget"] == "#notice"
    assert "klingelt" in await answer.text()
    assert (await anna.post("/uebung/klingeln", {"kind": "nonsense"}, **HX)).status == 400


async def test_without_a_practice_line_there_is_no_page(desk: DeskApp) -> None:
    await desk.person("cem")
    async with await desk.signed_in("cem") as cem:
        assert (await cem.get("/uebung")).status == 404
        assert (await cem.post("/uebung/klingeln", {"kind": "known"})).status == 404


async def test_after_a_practice_call_one_wraps_up_until_one_is_ready(service: Service, anna: Visitor) -> None:
    async with service.database.write() as connection:
        await queue_targets.save(connection, QueueTargets("support", wrap_up=0), service.now(), "office")
    await service.day.turn()
    live = service.engine.live
    await anna.post("/uebung/klingeln", {"kind": "known"}, **HX)
    await anna.post("/uebung/annehmen", **HX)
    await until(lambda: live.desk("anna").calls, "the call")
    await anna.post("/uebung/auflegen", **HX)
    await until(lambda: live.desk("anna").reason == "Wrap-up", "the wrap-up")
    assert "Jetzt bereit" in await (await anna.get("/")).text()
    assert (await anna.post("/status", {"pause": ""}, **HX)).status == 200
    await until(lambda: live.desk("anna").state == "available", "the phone to be ready")


async def test_who_was_missed_in_practice_is_called_back_and_leaves_the_list(service: Service, anna: Visitor) -> None:
    async def until_missed(words: str) -> str:
        while words not in (shown := (await drawn(stream, "missed"))["missed"]):
            pass
        return shown

    live = service.engine.live
    async with await anna.stream("calls") as stream:
        await until_missed("Alle wurden angenommen")
        await anna.post("/uebung/klingeln", {"kind": "known"}, **HX)
        await until(lambda: live.desk("anna").rings, "the ring card")
        await anna.post("/uebung/aufgeben", **HX)
        shown = await until_missed("Übung")
        assert "Verpasst </h2>" in shown  # it is the real ones that are counted
        (number,) = re.findall(r'name="number" value="([^"]+)"', shown)[:1]
        assert (await anna.post("/anrufe/rueckruf", {"number": number}, **HX)).status == 502  # there is no real line
        answer = await anna.post("/anrufe/rueckruf", {"number": number, "practice": "1"}, **HX)
        assert "Ihr Übungstelefon klingelt" in await answer.text()
        await until_missed("Sie rufen zurück")
        await until(lambda: service.practice and service.practice.state("anna").state == "calling", "the phone")
        assert "abnehmen, dann wird angerufen" in await (await anna.get("/uebung")).text()
        await anna.post("/uebung/annehmen", **HX)
        assert "Der Kunde nimmt ab" in await (await anna.get("/uebung")).text()
        await anna.post("/uebung/kunde", **HX)
        await until(lambda: live.desk("anna").calls and live.desk("anna").calls[0].session_id, "the session")
        assert live.desk("anna").calls[0].practice
        await until_missed("Alle wurden angenommen")
        await anna.post("/uebung/auflegen", **HX)
        await until(lambda: not live.desk("anna").calls, "the end of the call")


async def test_beside_real_misses_those_of_practice_stand_behind_and_are_not_counted(
    service: Service, anna: Visitor
) -> None:
    at = clock.now() - timedelta(minutes=5)
    real = replace(call("r1", number="+4961315550188", outcome=Outcome.ABANDONED_WAITING), began_at=at, ended_at=at)
    practised = replace(real, call=CallKey(PRACTICE_PBX, "p1"), number="+4961315550901", began_at=clock.now())
    async with service.database.write() as connection:
        for record in (practised, real):
            await calls.record(connection, record)
    shown = (await (await anna.get("/anrufe")).text()).partition('id="region-missed"')[2].partition("</section>")[0]
    assert re.search(r'Verpasst <span class="muted num">1</span>', shown)
    assert re.findall(r'id="missed-([^"]+)"', shown) == ["4961315550188", "practice-4961315550901"]
    short = (await (await anna.get("/")).text()).partition('id="region-missed-callers"')[2].partition("</section>")[0]
    assert re.search(r'Verpasste Anrufer</h2><span class="hint num">1</span>', short)
    assert "06131 5550188" in short
    assert "weitere" not in short
    assert "Übung" not in short
    async with service.database.read() as connection:
        assert [one.number for one in await missed.everybody(connection, clock.now())] == ["+4961315550188"]


async def test_without_a_practice_line_nobody_is_called_back_for_practice(desk: DeskApp) -> None:
    await desk.person("ben", name="Ben", extension="202")
    async with await desk.signed_in("ben") as ben, steered(desk) as pbx:
        for path in ("/anrufe/rueckruf", "/anrufe/verpasst/nehmen", "/anrufe/verpasst/erledigt"):
            sent = {"number": "+4961315550101", "practice": "1", "word": "wrong number"}
            assert (await ben.post(path, sent, **HX)).status == 404
        assert "Originate" not in pbx.got


async def test_the_board_says_that_people_are_ready_to_practise(service: Service) -> None:
    await service.day.turn()
    async with Visitor(service.url) as sophie:
        assert (await sophie.post("/anmelden", {"name": "sophie", "passwort": PASSWORD})).status == 303
        board = await (await sophie.get("/leitung")).text()
    for words in ("Übung: bereit", "nicht bekannt", "Übung zählt nicht"):
        assert words in board
