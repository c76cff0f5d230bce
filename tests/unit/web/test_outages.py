"""Reviewing time in doubt: it is kept or taken off, once, by whom it is for to say."""

from __future__ import annotations

import asyncio

import pytest

from ionas_phone.support.time_entries import OutageKind
from ionas_phone.support.work import Command
from tests.desk_app import Visitor
from tests.timed import Timed
from tests.unit.web.test_stream import drawn
from tests.unit.web.timed_people import anna, sophie

__all__ = ["anna", "sophie"]

HX = {"HX_Request": "true"}
FORM = {"key": "k", "way": "all", "minutes": "", "reason": "Strom war weg"}


@pytest.fixture
async def timed(timed: Timed) -> Timed:
    """Anna's timer has run for ten minutes, for five of which nobody could have stopped it."""
    await timed.worked(600)
    await timed.doubt(600, 300)
    return timed


async def path_of(timed: Timed) -> str:
    (mark,) = (await timed.work()).to_review
    return f"{timed.path}/pruefung/{mark.id}"


async def test_it_is_said_on_the_record_and_listed_for_supervisors(
    timed: Timed, anna: Visitor, sophie: Visitor
) -> None:
    path = await path_of(timed)
    record = await (await anna.get(timed.path)).text()
    assert (
        "(05:00 min): Die Zeit lief weiter, niemand konnte sie anhalten. Wird erst nach einer Prüfung berechnet."
        in record
    )
    assert f'href="{path}"' in record
    marks = await (await sophie.get("/leitung/zeiten")).text()
    assert f'href="{path}"' in marks
    assert "Erika Beispiel" in marks
    assert "/leitung/zeiten" in await (await sophie.get("/leitung")).text()
    assert (await anna.get("/leitung/zeiten")).status == 403


async def test_the_supervisor_keeps_it_and_every_list_forgets_it(timed: Timed, anna: Visitor, sophie: Visitor) -> None:
    path = await path_of(timed)
    async with await sophie.stream("times") as marks, await anna.stream() as annas:
        await drawn(marks, "marks")
        await annas.send_json({"t": "shows", "session": timed.id})
        await drawn(annas, "time")
        answer = await sophie.post(path, {"key": "k", "way": "keep"})
        assert (answer.status, answer.headers["Location"]) == (303, timed.path)
        assert "Keine Zeit ist zweifelhaft." in (await drawn(marks, "marks"))["marks"]
        assert "Die Zeit lief weiter" not in (await drawn(annas, "time"))["time"]
    work = await timed.work()
    assert (work.to_review, work.used_seconds) == ((), 600)


async def test_some_of_it_is_taken_off_by_the_supervisor(timed: Timed, sophie: Visitor) -> None:
    part = {**FORM, "way": "part", "minutes": "2:30"}
    assert (await sophie.post(await path_of(timed), part, **HX)).status == 200
    work = await timed.work()
    assert (work.used_seconds, [one.reason for one in work.corrections]) == (450, ["Strom war weg"])


async def test_who_worked_may_give_it_all_away_and_nothing_else(timed: Timed, anna: Visitor) -> None:
    path = await path_of(timed)
    form = await (await anna.get(path, **HX)).text()
    assert "Hat niemand gearbeitet, wird alles abgezogen." in form
    assert "es wurde gearbeitet" not in form
    for changes in ({"way": "keep"}, {"way": "part", "minutes": "1"}):
        refused = await anna.post(path, {**FORM, **changes}, **HX)
        assert (refused.status, "nur die Leitung" in await refused.text()) == (403, True)
    assert (await anna.post(path, FORM)).status == 303
    work = await timed.work()
    assert (work.used_seconds, work.to_review) == (300, ())


async def test_who_did_not_work_may_not(timed: Timed) -> None:
    async with await timed.desk.signed_in("ben") as ben:
        assert (await ben.post(await path_of(timed), FORM)).status == 403
    async with timed.desk.visitor() as stranger:
        assert (await stranger.post(await path_of(timed), FORM, **HX)).status == 401
    assert (await timed.work()).to_review


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"way": "part", "minutes": "x"}, "minutes"),
        ({"way": "part", "minutes": "5:01"}, "minutes"),
        ({"reason": ""}, "reason"),
    ],
    ids=str,
)
async def test_what_is_wrong_stands_beside_its_field(
    timed: Timed, sophie: Visitor, changes: dict[str, str], field: str
) -> None:
    path, typed = await path_of(timed), {**FORM, "minutes": "4", **changes}
    for headers in (HX, {}):
        answer = await sophie.post(path, typed, **headers)
        text = await answer.text()
        assert answer.status == 422
        assert f'id="{field}-error"' in text
        assert f'value="{typed["minutes"]}"' in text
    assert (await timed.work()).to_review


async def test_sent_twice_it_is_settled_once_and_a_second_person_is_told(
    timed: Timed, anna: Visitor, sophie: Visitor
) -> None:
    path = await path_of(timed)
    both = await asyncio.gather(*(sophie.post(path, FORM, **HX) for _ in range(2)))
    assert [answer.status for answer in both] == [200, 200]
    late = await anna.post(path, {**FORM, "key": "other"}, **HX)
    assert late.status == 409
    assert "Sophie Kern hat das schon entschieden" in await late.text()
    assert (await timed.work()).used_seconds == 300


async def test_a_clock_that_was_set_back_may_be_left_or_made_up_for(
    timed: Timed, anna: Visitor, sophie: Visitor
) -> None:
    await sophie.post(await path_of(timed), {"key": "k", "way": "keep"})
    await timed.do(Command.RESUME, 90)
    await timed.doubt(50, 110, OutageKind.CLOCK)
    path = await path_of(timed)
    form = await (await anna.get(path)).text()
    assert "zurückgestellt; vielleicht sind 01:00 min zu wenig gemessen." in form
    assert "Es bleibt, wie gemessen wurde." in form
    assert (await anna.post(path, {**FORM, "way": "part", "minutes": "1"})).status == 403
    assert (await sophie.post(path, {**FORM, "way": "part", "minutes": "1"})).status == 303
    assert [one.seconds for one in (await timed.work()).corrections] == [60]


async def test_what_is_not_there_is_said(timed: Timed, sophie: Visitor) -> None:
    for path in (f"{timed.path}/pruefung/77", "/vorgaenge/77/pruefung/1"):
        assert (await sophie.get(path)).status == 404
        assert (await sophie.post(path, FORM)).status == 404
    assert (await sophie.post(await path_of(timed), {**FORM, "way": "anders"})).status == 422
