"""The texts of a session: saved over the version they were typed on, each for itself."""

from __future__ import annotations

import asyncio

import pytest

from ionas_phone.live.board import TIMES, session_topic
from ionas_phone.support.sessions import SessionState
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered, ring
from tests.stories import ANNA
from tests.unit.web.test_sessions import HX, NUMBER, customer, stored

PATHS = {"problem": "problem", "summary": "zusammenfassung", "prevention": "vorbeugung"}


async def test_a_draft_is_saved_over_the_version_it_was_typed_on(desk: DeskApp) -> None:
    session = await answered(desk)
    before = await stored(desk, session)
    async with await desk.signed_in("anna") as anna:
        form = {"problem": "Drucker druckt nicht", "version": str(before.version)}
        part = await anna.post(f"/vorgaenge/{session}/problem", form, **HX)
        assert part.status == 200
        assert "bleibt änderbar" in await part.text()
        after = await stored(desk, session)
        assert after.problem == "Drucker druckt nicht"
        assert f'data-version="{after.version}"' in await part.text()
        again = await anna.post(f"/vorgaenge/{session}/problem", form, **HX)  # the answer was lost, it is sent again
        assert again.status == 200
        assert (await stored(desk, session)).version == after.version


async def test_a_draft_wakes_those_who_show_the_session_and_nobody_who_looks_at_times(desk: DeskApp) -> None:
    session = await answered(desk)
    watch = desk.world.hub.watch("log-in 1", {"texts": [session_topic(session)], "marks": [TIMES]})
    await watch.changed()
    async with await desk.signed_in("anna") as anna:
        form = {"problem": "Toner leer", "version": str((await stored(desk, session)).version)}
        assert (await anna.post(f"/vorgaenge/{session}/problem", form, **HX)).status == 200
    assert (await watch.changed()).keys() == {"texts"}
    watch.close()


async def test_two_texts_are_both_shown_and_none_is_lost(desk: DeskApp) -> None:
    session = await answered(desk)
    version = str((await stored(desk, session)).version)
    await desk.person("ben", name="Ben Çelik")
    async with await desk.signed_in("ben") as ben, await desk.signed_in("anna") as anna:
        await ben.post(f"/vorgaenge/{session}/problem", {"problem": "Toner <leer>", "version": version})
        mine = {"problem": "Kein Strom?", "version": version}
        for headers in (HX, {}):
            answer = await anna.post(f"/vorgaenge/{session}/problem", mine, **headers)
            text = await answer.text()
            assert answer.status == 409
            assert "Ben Çelik hat um" in text
            assert "Toner &lt;leer&gt;" in text
            assert "Kein Strom?" in text
    after = await stored(desk, session)
    assert (after.problem, after.state) == ("Toner <leer>", SessionState.OPEN)


async def test_a_text_of_ones_own_other_window_is_called_so(desk: DeskApp) -> None:
    session = await answered(desk)
    version = str((await stored(desk, session)).version)
    async with await desk.signed_in("anna") as anna:
        await anna.post(f"/vorgaenge/{session}/problem", {"problem": "Toner", "version": version})
        answer = await anna.post(f"/vorgaenge/{session}/problem", {"problem": "Strom", "version": version}, **HX)
        text = await answer.text()
    assert answer.status == 409
    assert "In einem anderen Fenster von Ihnen wurde um" in text
    assert "Anna Berger" not in text


async def test_a_text_over_which_the_session_was_closed_is_still_there(desk: DeskApp) -> None:
    session = await answered(desk)
    version = (await stored(desk, session)).version
    await desk.person("ben", name="Ben Çelik")
    async with await desk.signed_in("ben") as ben, await desk.signed_in("anna") as anna:
        done = {"key": "k", "outcome": "done", "sure": "1"}
        await ben.post(f"/vorgaenge/{session}/ende", {**done, "problem": "Bens Text", "version": str(version)})
        late = await anna.post(f"/vorgaenge/{session}/problem", {"problem": "Annas Text", "version": str(version)})
        text = await late.text()
    assert late.status == 409
    assert "Vorgang abgeschlossen" in text
    assert ">\nAnnas Text</textarea>" in text
    assert "data-theirs>Bens Text<" in text


@pytest.mark.parametrize("form", [{}, {"problem": "x"}, {"problem": "x", "version": "new"}, {"version": "1"}], ids=str)
async def test_a_form_no_page_of_ours_sends_changes_nothing(desk: DeskApp, form: dict[str, str]) -> None:
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        answer = await anna.post(f"/vorgaenge/{session}/problem", form)
        assert answer.status == 422
        assert "laden Sie die Seite neu" in await answer.text()
    assert (await stored(desk, session)).problem == ""


@pytest.mark.parametrize("name", PATHS)
async def test_each_text_is_saved_for_itself(desk: DeskApp, name: str) -> None:
    session = await answered(desk)
    version = str((await stored(desk, session)).version)
    async with await desk.signed_in("anna") as anna:
        for number, (field, path) in enumerate(PATHS.items()):  # all typed on the same version: no clash
            answer = await anna.post(
                f"/vorgaenge/{session}/{path}", {field: f"Text {number}", "version": version}, **HX
            )
            assert answer.status == 200
        page = await (await anna.get(f"/vorgaenge/{session}")).text()
    after = await stored(desk, session)
    assert (after.problem, after.summary, after.prevention) == ("Text 0", "Text 1", "Text 2")
    assert f'id="{name}-state"' in page
    assert page.count("bleibt änderbar") == len(PATHS)


@pytest.mark.parametrize(("field", "path"), list(PATHS.items())[1:])
async def test_a_clash_is_shown_in_the_field_it_is_about(desk: DeskApp, field: str, path: str) -> None:
    session = await answered(desk)
    version = str((await stored(desk, session)).version)
    await desk.person("ben", name="Ben Çelik")
    async with await desk.signed_in("ben") as ben, await desk.signed_in("anna") as anna:
        await ben.post(f"/vorgaenge/{session}/{path}", {field: "Bens Text", "version": version})
        answer = await anna.post(f"/vorgaenge/{session}/{path}", {field: "Annas Text", "version": version})
        text = await answer.text()
    assert answer.status == 409
    assert text.count('class="conflict"') == 1
    form = text.partition(f'id="{field}-form"')[2].partition("</form>")[0]
    assert ">\nAnnas Text</textarea>" in form
    assert "data-theirs>Bens Text<" in form


async def test_a_text_that_is_too_long_says_so(desk: DeskApp) -> None:
    session = await answered(desk)
    form = {"summary": "x" * 10_001, "version": str((await stored(desk, session)).version)}
    async with await desk.signed_in("anna") as anna:
        answer = await anna.post(f"/vorgaenge/{session}/zusammenfassung", form, **HX)
        assert (answer.status, "10000" in await answer.text()) == (422, True)
        wrong = await anna.post(f"/vorgaenge/{session}/vorbeugung", {"summary": "x", "version": "1"})
        assert wrong.status == 422
    assert (await stored(desk, session)).summary == ""


async def test_the_last_advice_is_read_at_the_next_call(desk: DeskApp) -> None:
    await customer(desk, "Erika Beispiel", NUMBER)
    first = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        form = {"prevention": "Keine Anhänge <öffnen>", "version": str((await stored(desk, first)).version)}
        await anna.post(f"/vorgaenge/{first}/vorbeugung", form)
        assert "Letzter Rat" not in await (await anna.get(f"/vorgaenge/{first}")).text()  # it is this call's own
        call = ring(desk, "2")
        desk.story.answers(call.caller, call.leg, ANNA)
        second = await _opened_besides(desk, first)
        page = await (await anna.get(f"/vorgaenge/{second}")).text()
    advice = page.partition("Letzter Rat zur Vorbeugung")[2]
    assert "Keine Anhänge &lt;öffnen&gt;" in advice
    assert f'href="/vorgaenge/{first}"' in advice


async def _opened_besides(desk: DeskApp, first: int) -> int:
    async with asyncio.timeout(20):
        while True:
            found = {call.session_id for call in desk.world.live.desk("anna").calls} - {None, first}
            if found:
                return int(found.pop() or 0)
            await asyncio.sleep(0)


async def test_what_is_not_there_can_not_be_written_on(anna: Visitor) -> None:
    for field, path in PATHS.items():
        assert (await anna.post(f"/vorgaenge/77/{path}", {field: "x", "version": "1"})).status == 404
