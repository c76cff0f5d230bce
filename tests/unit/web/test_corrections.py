"""Correcting time by a form: who may, what is refused with what was typed kept, and that it happens once."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.desk_app import Visitor
from tests.timed import Timed
from tests.unit.web.test_stream import drawn
from tests.unit.web.timed_people import anna, sophie

__all__ = ["anna", "sophie"]

HX = {"HX_Request": "true"}
LESS = {"key": "k", "way": "less", "minutes": "5", "reason": "Router neu gestartet"}


@pytest.fixture
async def timed(timed: Timed) -> Timed:
    """Anna has worked for ten minutes."""
    await timed.worked(600)
    return timed


async def send(visitor: Visitor, timed: Timed, form: dict[str, str], **headers: str) -> tuple[int, str]:
    answer = await visitor.post(f"{timed.path}/korrektur", form, **headers)
    return answer.status, await answer.text()


async def test_who_worked_takes_time_off_and_every_tab_shows_it(timed: Timed, anna: Visitor, sophie: Visitor) -> None:
    form = await (await anna.get(f"{timed.path}/korrektur", **HX)).text()
    (key,) = re.findall(r'name="key" value="([^"]+)"', form)
    async with await sophie.stream() as stream:
        await stream.send_json({"t": "shows", "session": timed.id})
        assert "00:10:00" in (await drawn(stream, "time"))["time"]
        assert await send(anna, timed, {**LESS, "key": key}, **HX) == (200, "")
        assert "00:05:00" in (await drawn(stream, "time"))["time"]
    assert (await timed.work()).used_seconds == 300


async def test_as_a_page_of_its_own_it_leads_back(timed: Timed, anna: Visitor) -> None:
    page = await (await anna.get(f"{timed.path}/korrektur")).text()
    assert "hx-post" not in page.partition('id="time-form"')[2].partition("</section>")[0]
    assert (await anna.post(f"{timed.path}/korrektur", LESS)).headers["Location"] == timed.path


async def test_sent_twice_it_happens_once(timed: Timed, anna: Visitor) -> None:
    assert await asyncio.gather(*(send(anna, timed, LESS, **HX) for _ in range(3))) == [(200, "")] * 3
    assert (await timed.work()).used_seconds == 300


async def test_only_a_supervisor_adds_time(timed: Timed, anna: Visitor, sophie: Visitor) -> None:
    more = {**LESS, "way": "more", "minutes": "2:30"}
    assert "mehr Zeit" not in await (await anna.get(f"{timed.path}/korrektur")).text()
    status, text = await send(anna, timed, more, **HX)
    assert (status, (await timed.work()).used_seconds) == (403, 600)
    assert "nur die Leitung" in text
    assert "mehr Zeit" in await (await sophie.get(f"{timed.path}/korrektur")).text()
    assert (await send(sophie, timed, more, **HX))[0] == 200
    assert (await timed.work()).used_seconds == 750


async def test_who_did_not_work_on_it_may_not_and_is_not_offered_it(timed: Timed) -> None:
    async with await timed.desk.signed_in("ben") as ben:
        assert "/korrektur" not in await (await ben.get(timed.path)).text()
        assert (await send(ben, timed, LESS))[0] == 403
    async with timed.desk.visitor() as stranger:
        assert (await send(stranger, timed, LESS, **HX))[0] == 401
    assert (await timed.work()).corrections == ()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"minutes": ""}, "minutes", "Minuten bitte so schreiben: 5, 2,5 oder 1:30."),
        ({"minutes": "viel"}, "minutes", "Minuten bitte so schreiben"),
        ({"reason": " "}, "reason", "Eine Korrektur braucht einen Grund"),
        ({"reason": "x" * 501}, "reason", "höchstens 500 Zeichen"),
    ],
    ids=["no minutes", "a word", "no reason", "too long a reason"],
)
async def test_what_is_wrong_stands_beside_its_field_and_stays_as_typed(
    timed: Timed, anna: Visitor, changes: dict[str, str], field: str, sentence: str
) -> None:
    typed = {**LESS, "minutes": "7,25", "reason": "Grund <hier>", **changes}
    for headers in (HX, {}):
        status, text = await send(anna, timed, typed, **headers)
        assert status == 422
        assert sentence in text
        assert f'id="{field}-error"' in text
        assert 'name="key" value="k"' in text
        other = "reason" if field == "minutes" else "minutes"
        assert ("Grund &lt;hier&gt;" if other == "reason" else "7,25") in text


async def test_everything_wrong_is_said_at_once(timed: Timed, anna: Visitor) -> None:
    _, text = await send(anna, timed, {"key": "k"}, **HX)
    assert 'id="minutes-error"' in text
    assert 'id="reason-error"' in text


async def test_never_less_than_nothing_nor_more_than_accepted(timed: Timed, sophie: Visitor) -> None:
    for changes in ({"minutes": "10:01"}, {"way": "more", "minutes": "10:01"}):
        status, text = await send(sophie, timed, {**LESS, **changes}, **HX)
        assert (status, 'role="alert"' in text, 'value="10:01"' in text) == (409, True, True)
    assert (await timed.work()).used_seconds == 600


async def test_what_is_not_there_cannot_be_corrected(timed: Timed, sophie: Visitor) -> None:
    assert (await sophie.get("/vorgaenge/77/korrektur")).status == 404
    assert (await sophie.post("/vorgaenge/77/korrektur", LESS)).status == 404
    assert (await send(sophie, timed, {**LESS, "way": "anders"}))[0] == 422
