"""Remote sessions by the desk: the ID, both ends, what is refused, and what the end of a session does with them."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from ionas_phone.store import remote
from ionas_phone.store import tables as t
from ionas_phone.support.remote import RemoteSession
from ionas_phone.support.sessions import SessionState
from tests.desk_app import Visitor
from tests.timed import Timed
from tests.unit.web.test_stream import drawn
from tests.unit.web.timed_people import anna

__all__ = ["anna"]

HX = {"HX_Request": "true"}


async def send(visitor: Visitor, timed: Timed, form: dict[str, str], path: str = "", **headers: str) -> tuple[int, str]:
    answer = await visitor.post(f"{timed.path}/fernwartung{path}", form, **headers)
    return answer.status, await answer.text()


async def looks(timed: Timed) -> tuple[RemoteSession, ...]:
    async with timed.desk.world.database.read() as connection:
        return await remote.of_session(connection, timed.id)


async def test_a_remote_session_begins_and_every_tab_shows_it(timed: Timed, anna: Visitor) -> None:
    async with await timed.desk.signed_in("sophie") as sophie, await sophie.stream() as stream:
        await stream.send_json({"t": "shows", "session": timed.id})
        assert "123 456 789" not in (await drawn(stream, "remote"))["remote"].replace('placeholder="123 456 789"', "")
        status, html = await send(anna, timed, {"remote_id": "123456789"}, **HX)
        assert (status, 'href="teamviewer10://control?device=123456789" data-connect' in html) == (200, True)
        pushed = (await drawn(stream, "remote"))["remote"]
        assert "123 456 789" in pushed
        assert "data-connect" not in pushed  # in other tabs nothing opens by itself
        assert "password" not in pushed.lower()
        assert "TeamViewer gestartet um " in pushed
        assert "data-since-ms" not in pushed  # whether anything connected, and since when, nobody knows
    (look,) = await looks(timed)
    assert (look.remote_id, look.started_by, look.ended_at) == ("123456789", "anna", None)


async def test_a_practice_call_leads_into_nobodys_computer(timed: Timed, anna: Visitor) -> None:
    async with timed.desk.world.database.write() as connection:
        await connection.execute(update(t.sessions).values(practice=True))
    status, html = await send(anna, timed, {"remote_id": "123456789"}, **HX)
    assert (status, "teamviewer10:" in html) == (200, False)
    record = await (await anna.get(timed.path)).text()
    assert "teamviewer10:" not in record
    assert "Übung: TeamViewer wird nicht gestartet." in record
    assert "ID festgehalten um " in record
    assert "TeamViewer gestartet" not in record
    assert "123 456 789" in record
    assert [look.remote_id for look in await looks(timed)] == ["123456789"]


async def test_it_ends_by_the_assistant_or_the_customer(timed: Timed, anna: Visitor) -> None:
    await send(anna, timed, {"remote_id": "123456789"}, **HX)
    assert await send(anna, timed, {}, "/ende") == (303, "")  # without scripts, too
    await send(anna, timed, {"remote_id": "987 654 321"})
    status, html = await send(anna, timed, {"broken_off": "1"}, "/ende", **HX)
    assert status == 200
    assert "vom Kunden abgebrochen" in html
    assert [one.broken_off for one in await looks(timed)] == [False, True]


@pytest.mark.parametrize("headers", [HX, {}], ids=["with scripts", "without"])
async def test_what_is_no_id_stays_as_typed_and_is_told(timed: Timed, anna: Visitor, headers: dict[str, str]) -> None:
    status, html = await send(anna, timed, {"remote_id": "12 <b>"}, **headers)
    assert status == 422
    assert "9 oder 10 Ziffern" in html
    assert 'value="12 &lt;b&gt;"' in html
    assert await looks(timed) == ()


async def test_another_computer_waits_until_the_first_is_left(timed: Timed, anna: Visitor) -> None:
    await send(anna, timed, {"remote_id": "123456789"})
    assert (await send(anna, timed, {"remote_id": "987654321"}, **HX))[0] == 409


async def test_nothing_begins_for_a_session_that_is_not_there(timed: Timed, anna: Visitor) -> None:
    answer = await anna.post("/vorgaenge/4711/fernwartung", {"remote_id": "123456789"})
    assert answer.status == 404


async def test_the_end_of_a_session_asks_about_an_open_one_and_records_its_end(timed: Timed, anna: Visitor) -> None:
    await send(anna, timed, {"remote_id": "123456789"})
    assert "noch als offen vermerkt" in await (await anna.get(timed.path)).text()
    question = await anna.post(f"{timed.path}/ende", {"outcome": "done", "key": "k"})
    assert question.status == 200
    assert "Die Fernwartung ist noch offen" in await question.text()
    assert (await timed.session()).state is SessionState.OPEN
    assert (await anna.post(f"{timed.path}/ende", {"outcome": "done", "key": "k", "sure": "1"})).status == 303
    (look,) = await looks(timed)
    assert (look.ended_by, look.broken_off) == ("anna", False)
    assert (await timed.session()).state is SessionState.CLOSED
    text = await (await anna.get(timed.path)).text()
    assert 'name="remote_id"' not in text
    assert "123 456 789" in text
