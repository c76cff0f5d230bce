"""The ends of a session: what was typed comes along, the timer ends with it, and a call going on is asked about."""

from __future__ import annotations

import asyncio

import pytest

from ionas_phone.support.sessions import Ending, SessionState
from ionas_phone.support.work import Command, WorkState
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered
from tests.timed import Timed
from tests.unit.web.test_sessions import stored
from tests.unit.web.test_stream import drawn
from tests.unit.web.timed_people import anna

__all__ = ["anna"]

WORDS = {"done": "erledigt", "customer_alone": "Kunde macht es selbst", "declined": "abgelehnt"}


async def end(visitor: Visitor, timed: Timed, outcome: str, key: str = "k", **more: str) -> int:
    return (await visitor.post(f"{timed.path}/ende", {"outcome": outcome, "key": key, **more})).status


async def page(visitor: Visitor, timed: Timed) -> str:
    return await (await visitor.get(timed.path)).text()


async def test_in_a_closed_session_nothing_is_still_to_be_agreed(desk: DeskApp) -> None:
    session = await answered(desk)
    async with await desk.signed_in("anna") as visitor:
        assert "noch nicht vereinbart" in await (await visitor.get(f"/vorgaenge/{session}")).text()
        await visitor.post(f"/vorgaenge/{session}/ende", {"outcome": "done", "key": "k", "sure": "1"})
        text = await (await visitor.get(f"/vorgaenge/{session}")).text()
    assert "Vorgang abgeschlossen" in text
    assert "nichts vereinbart" in text
    assert "noch nicht vereinbart" not in text


@pytest.mark.parametrize("outcome", WORDS)
async def test_each_end_closes_takes_the_text_along_and_can_be_undone(
    timed: Timed, anna: Visitor, outcome: str
) -> None:
    version = str((await timed.session()).version)
    for _ in range(2):  # a double click
        assert await end(anna, timed, outcome, problem="Alles gut", version=version) == 303
    closed = await timed.session()
    assert (closed.state, closed.outcome, closed.problem) == (SessionState.CLOSED, outcome, "Alles gut")
    text = await page(anna, timed)
    assert "Vorgang abgeschlossen" in text
    assert WORDS[outcome] in text
    assert 'name="problem"' not in text
    assert (await anna.post(f"{timed.path}/oeffnen")).status == 303
    again = await timed.session()
    assert (again.state, again.outcome, again.problem) == (SessionState.OPEN, None, "Alles gut")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("done", WorkState.STOPPED), ("customer_alone", WorkState.STOPPED), ("interrupted", WorkState.PAUSED)],
)
async def test_a_running_timer_ends_with_it_as_it_was_said_before(
    timed: Timed, anna: Visitor, outcome: str, state: WorkState
) -> None:
    await timed.do(Command.START, 60)
    text = await page(anna, timed)
    assert "Die Zeit läuft: „Unterbrechen“ pausiert sie, jeder andere Abschluss stoppt sie." in text
    assert 'value="declined"' not in text  # what was worked on was not declined
    assert await end(anna, timed, outcome) == 303
    assert ((await timed.work()).state, (await timed.work()).running) == (state, None)


async def test_interrupted_it_stays_open_and_goes_on_another_day(timed: Timed, anna: Visitor) -> None:
    assert await end(anna, timed, "interrupted") == 303
    text = await page(anna, timed)
    assert "Unterbrochen: geht an einem anderen Tag weiter." in text
    assert 'name="problem"' in text
    assert "unterbrochen" in await (await anna.get("/")).text()  # among the open sessions
    assert (await timed.session()).state is SessionState.OPEN
    await anna.post(f"{timed.path}/oeffnen")
    assert (await timed.session()).outcome is None
    await end(anna, timed, "interrupted", "k2")
    assert (await anna.post(f"{timed.path}/zeit/start", {"key": "s"})).status == 303
    assert (await timed.session()).outcome is None


async def test_what_was_worked_on_cannot_be_declined(timed: Timed, anna: Visitor) -> None:
    await timed.do(Command.START, 60)
    assert await end(anna, timed, "declined") == 409
    assert (await timed.work()).state is WorkState.RUNNING


async def test_of_two_ends_at_once_the_first_counts_and_the_other_is_told(timed: Timed, anna: Visitor) -> None:
    async with await timed.desk.signed_in("ben") as ben:
        ends = await asyncio.gather(end(anna, timed, "done", "a"), end(ben, timed, "customer_alone", "b"))
    assert sorted(ends) == [303, 409]
    wanted = Ending.DONE if ends[0] == 303 else Ending.CUSTOMER_ALONE
    assert (await timed.session()).outcome is wanted


async def test_another_text_is_shown_and_nothing_ends(timed: Timed, anna: Visitor) -> None:
    version = str((await timed.session()).version)
    async with await timed.desk.signed_in("ben") as ben:
        await ben.post(f"{timed.path}/problem", {"problem": "Bens", "version": version})
    assert await end(anna, timed, "done", problem="Annas", version=version) == 409
    assert (await timed.session()).state is SessionState.OPEN


async def test_every_tab_sees_the_end(timed: Timed, anna: Visitor) -> None:
    async with await timed.desk.signed_in("ben") as ben, await ben.stream() as stream:
        await stream.send_json({"t": "shows", "session": timed.id})
        await drawn(stream, "head", "time", "ends")
        await end(anna, timed, "done")
        html = await drawn(stream, "head", "ends")
    assert "erledigt" in html["head"]
    assert "Vorgang abgeschlossen" in html["ends"]


async def test_while_the_call_goes_on_it_asks_first_and_the_text_is_saved(desk: DeskApp) -> None:
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        path = f"/vorgaenge/{session}"
        assert "Das Gespräch läuft noch." in await (await anna.get(path)).text()
        form = {"key": "k", "outcome": "interrupted", "problem": "Toner", "version": "1"}
        asked = await anna.post(f"{path}/ende", form)
        text = await asked.text()
        assert asked.status == 200
        assert f"Vorgang {session} unterbrechen, obwohl noch mit dem Kunden gesprochen wird?" in text
        assert "Aufgelegt wird am eigenen Telefon" in text
        assert 'href="/uebung">Zum' not in text
        assert ((await stored(desk, session)).problem, (await stored(desk, session)).outcome) == ("Toner", None)
        assert (await anna.post(f"{path}/ende", {"key": "k", "outcome": "interrupted", "sure": "1"})).status == 303
    assert (await stored(desk, session)).outcome is Ending.INTERRUPTED


async def test_who_may_not_or_asks_for_nonsense_ends_nothing(timed: Timed, anna: Visitor) -> None:
    async with timed.desk.visitor() as stranger:
        answer = await stranger.post(f"{timed.path}/ende", {"outcome": "done", "key": "k"}, HX_Request="true")
        assert answer.status == 401
    assert await end(anna, timed, "vielleicht") == 422
    assert await end(anna, timed, "done", key="") == 422
    assert (await timed.session()).state is SessionState.OPEN
    for path in ("/vorgaenge/77/ende", "/vorgaenge/77/oeffnen"):
        assert (await anna.post(path, {"outcome": "done", "key": "k"})).status == 404
