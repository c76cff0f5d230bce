"""The timer's buttons: what they do, what they refuse, and who is told."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from ionas_phone.store import timers
from ionas_phone.support.sessions import Ending
from ionas_phone.support.work import Command, WorkState
from tests import agreed
from tests.desk_app import Visitor
from tests.timed import Timed
from tests.unit.web.test_stream import drawn, until
from tests.unit.web.timed_people import anna, ben

__all__ = ["anna", "ben"]

HX = {"HX_Request": "true"}
START, PAUSE, RESUME, STOP = Command.START, Command.PAUSE, Command.RESUME, Command.STOP


def keys(html: str) -> dict[str, str]:
    """Return the keys of the timer's buttons in a page, by the last word of their address."""
    found = re.findall(
        r'action="/vorgaenge/\d+/zeit/(\w+)"[^>]*>\s*<input type="hidden" name="key" value="([^"]+)"', html
    )
    return dict(found)


async def text_of(visitor: Visitor, path: str) -> str:
    answer = await visitor.get(path)
    assert answer.status == 200
    return await answer.text()


async def press(visitor: Visitor, timed: Timed, word: str, key: str = "k1", **headers: str) -> int:
    return (await visitor.post(f"{timed.path}/zeit/{word}", {"key": key}, **headers)).status


async def test_each_button_does_what_it_says(timed: Timed, anna: Visitor) -> None:
    offered = [({"start"}, "start", WorkState.RUNNING), ({"pause", "beenden"}, "pause", WorkState.PAUSED)]
    offered += [
        ({"fortsetzen", "beenden"}, "fortsetzen", WorkState.RUNNING),
        ({"pause", "beenden"}, "beenden", WorkState.STOPPED),
    ]
    for words, word, state in offered:
        page = await text_of(anna, timed.path)
        buttons = keys(page)
        assert buttons.keys() == words
        assert len(set(buttons.values())) == len(buttons)  # a key of its own for each
        answer = await anna.post(f"{timed.path}/zeit/{word}", {"key": buttons[word]})
        assert (answer.status, answer.headers["Location"]) == (303, timed.path)
        assert (await timed.work()).state is state


async def test_a_script_gets_nothing_but_regions(timed: Timed, anna: Visitor) -> None:
    assert await press(anna, timed, "start", **HX) == 204


async def test_a_double_click_starts_once_and_an_old_button_does_not_undo(timed: Timed, anna: Visitor) -> None:
    assert await asyncio.gather(*(press(anna, timed, "start", "same") for _ in range(3))) == [303, 303, 303]
    assert await press(anna, timed, "pause", "p1") == 303
    assert await press(anna, timed, "start", "same") == 303  # sent again by a browser that got no answer
    work = await timed.work()
    assert (work.state, len(work.entries)) == (WorkState.PAUSED, 1)


async def test_two_people_at_once_have_one_timer_and_the_other_is_told(
    timed: Timed, anna: Visitor, ben: Visitor
) -> None:
    statuses = await asyncio.gather(press(anna, timed, "start", "a"), press(ben, timed, "start", "b"))
    assert sorted(statuses) == [303, 409]
    assert len((await timed.work()).entries) == 1
    answer = await (anna if statuses[0] == 409 else ben).post(f"{timed.path}/zeit/start", {"key": "c"}, **HX)
    assert "läuft" in await answer.text()


async def test_before_the_customer_has_accepted_there_is_no_button_and_no_way(timed: Timed, anna: Visitor) -> None:
    database = timed.desk.world.database
    free = await agreed.desk(database, await agreed.customer(database), "2")
    page = await text_of(anna, f"/vorgaenge/{free.session_id}")
    assert keys(page) == {}
    assert "kostet der Anruf nichts" in page
    answer = await anna.post(f"/vorgaenge/{free.session_id}/zeit/start", {"key": "k"}, **HX)
    assert answer.status == 409
    assert "vorher darf nichts etwas kosten" in await answer.text()


async def test_whose_timer_runs_elsewhere_is_led_there(timed: Timed, anna: Visitor) -> None:
    other = await timed.another()
    await timed.do(START, here=other)
    page = await text_of(anna, timed.path)
    assert f'<a href="/vorgaenge/{other.session_id}">Zum Vorgang {other.session_id}</a>' in page
    assert "start" not in keys(page)
    for headers in (HX, {}):
        answer = await anna.post(f"{timed.path}/zeit/start", {"key": "k"}, **headers)
        text = await answer.text()
        assert answer.status == 409
        assert "in einem anderen Vorgang" in text
        assert f'href="/vorgaenge/{other.session_id}"' in text


async def test_who_is_signed_out_or_asks_for_nonsense_changes_nothing(timed: Timed, anna: Visitor) -> None:
    async with timed.desk.visitor() as stranger:
        assert await press(stranger, timed, "start", **HX) == 401
    assert (await anna.post(f"{timed.path}/zeit/start", {})).status == 422
    assert (await anna.post(f"{timed.path}/zeit/start", {"key": ""})).status == 422
    assert (await anna.post(f"{timed.path}/zeit/zurueck", {"key": "k"})).status == 404
    assert (await anna.post("/vorgaenge/77/zeit/start", {"key": "k"})).status == 404
    assert (await timed.work()).state is WorkState.ACCEPTED


async def test_a_key_of_another_session_is_refused(timed: Timed, anna: Visitor) -> None:
    other = await timed.another()
    await press(anna, timed, "start", "k")
    await press(anna, timed, "beenden", "k2")
    assert (await anna.post(f"/vorgaenge/{other.session_id}/zeit/start", {"key": "k"})).status == 409


async def test_while_the_database_is_away_it_is_said_and_nothing_changes(
    timed: Timed, anna: Visitor, tmp_path: Path
) -> None:
    await anna.get("/")  # known by now
    await timed.desk.world.database.close()
    file, aside = tmp_path / "ionas.db", tmp_path / "aside.db"
    file.rename(aside)
    file.mkdir()
    answer = await anna.post(f"{timed.path}/zeit/start", {"key": "k"}, **HX)
    assert answer.status == 503
    assert "Datenbank" in await answer.text()
    await timed.desk.world.database.close()
    file.rmdir()
    aside.rename(file)
    assert await press(anna, timed, "start", "k") == 303


# -- who is told -------------------------------------------------------------------------------------------------------


async def test_bar_and_record_of_every_tab_follow(timed: Timed, anna: Visitor, ben: Visitor) -> None:
    async with await anna.stream("board") as elsewhere, await ben.stream() as bens:
        await drawn(elsewhere, "timer")
        await until(bens, "region", id="region-links")
        await bens.send_json({"t": "shows", "session": timed.id})
        await drawn(bens, "time", "ends")
        await press(anna, timed, "start")
        bar = (await drawn(elsewhere, "timer"))["timer"]
        assert 'data-state="running"' in bar
        assert "Erika Beispiel" in bar
        seen = await drawn(bens, "time", "ends")
        assert "Anna Berger, seit" in seen["time"]
        assert "Die Zeit läuft" in seen["ends"]


async def test_the_limit_pauses_and_every_tab_says_so(timed: Timed, anna: Visitor) -> None:
    await timed.do(START, 1186.5)
    async with await anna.stream("board") as stream:
        assert "is-amber" in (await drawn(stream, "timer"))["timer"]
        timed.later(14)
        bar = (await drawn(stream, "timer"))["timer"]
    assert 'data-state="paused"' in bar
    assert "Vereinbarte Zeit aufgebraucht" in bar
    assert f'href="{timed.path}/schaetzung"' in bar
    page = await text_of(anna, timed.path)
    assert "20 von 20 vereinbarten Minuten" in page
    assert "00:20:00" in page
    assert "bisher 23,80\xa0€ inkl. USt. für 20 min" in page
    assert "fortsetzen" not in keys(page)


async def test_at_80_percent_every_tab_is_warned(timed: Timed, anna: Visitor) -> None:
    await timed.do(START, 946.5)
    async with await anna.stream("board") as stream:
        assert 'data-warn="none"' in (await drawn(stream, "timer"))["timer"]
        timed.later(14)
        assert "80 % verbraucht" in (await drawn(stream, "timer"))["timer"]


async def test_the_bar_shows_what_runs_else_what_was_paused_last_else_nothing(timed: Timed, anna: Visitor) -> None:
    async def bar() -> str:
        return (await text_of(anna, "/uhr")).partition("</section>")[0]

    assert "<time" not in await bar()
    other = await timed.another()
    await timed.worked(100)
    assert f'href="{timed.path}"' in await bar()
    await timed.do(START, 100, here=other)
    assert f'href="/vorgaenge/{other.session_id}"' in await bar()
    await timed.do(STOP, 50, here=other)
    text = await bar()
    assert f'href="{timed.path}"' in text
    assert "00:01:40" in text
    async with timed.desk.world.database.write() as connection:
        await timers.finish(connection, timed.id, Ending.INTERRUPTED, agreed.deed())
    timed.desk.world.changed(timed.id, "anna")
    assert "<time" not in await bar()


async def test_the_clock_is_asked_with_and_without_a_record(timed: Timed, anna: Visitor) -> None:
    await timed.worked(62)
    both = await text_of(anna, f"/uhr?vorgang={timed.id}")
    assert 'id="region-timer"' in both
    assert 'id="region-time"' in both
    assert both.count("00:01:02") == 2
    assert 'id="region-time"' not in await text_of(anna, "/uhr?vorgang=")
    assert (await anna.get("/uhr?vorgang=x")).status == 422


async def test_every_stretch_and_correction_is_listed(timed: Timed, anna: Visitor) -> None:
    await timed.worked(541)
    async with timed.desk.world.database.write() as connection:
        await timers.correct(connection, timed.id, -30, "Kaffee <geholt>", agreed.deed())
    page = await text_of(anna, timed.path)
    assert "1 Abschnitt, 1 Korrektur" in page
    assert "09:01" in page
    assert "Kaffee &lt;geholt&gt;" in page
    assert "−00:30" in page
    assert "00:08:31" in page
