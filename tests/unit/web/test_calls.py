"""The list of all calls, and a call's page: what is asked for in words is found, what can't be is said in words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import CallKey, Direction, Gap, Stretch, StretchKind
from ionas_phone.store import calls, customers, sessions, sight
from ionas_phone.support.customers import NewCustomer
from tests.desk_app import DeskApp, Visitor
from tests.people import AT, call

ERIKA = NewCustomer(name="Erika Beispiel", phones=("+4961315550101",))
LATER, END = AT + timedelta(seconds=17), AT + timedelta(minutes=4)
ANSWERED = call(
    number="+4961315550101",
    answered_at=LATER,
    answered_by="anna",
    answered_interface="PJSIP/201",
    ended_at=END,
    outcome=Outcome.ANSWERED,
    ended_by="caller",
)
MISSED = call("missed", number="+4961315550199", offered_at=AT + timedelta(days=1), outcome=Outcome.ABANDONED_WAITING)


async def write(desk: DeskApp, *records: CallRecord) -> list[int]:
    async with desk.world.database.write() as connection:
        return [(await calls.record(connection, record)).id for record in records]


async def listed(visitor: Visitor, query: str = "", status: int = 200) -> str:
    answer = await visitor.get(f"/anrufe{query}")
    assert answer.status == status
    return await answer.text()


def ids(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'num when"><a href="/anrufe/(\d+)"', page)]


async def test_without_a_call_the_list_says_so(anna: Visitor) -> None:
    assert "Es ist noch kein Anruf gekommen." in await listed(anna)


async def test_the_newest_come_first_with_who_it_was_and_how_it_ended(desk: DeskApp, anna: Visitor) -> None:
    first, second = await write(desk, ANSWERED, MISSED)
    async with desk.world.database.write() as connection:
        await customers.create(connection, ERIKA, AT, "test")
    page = await listed(anna)
    assert ids(page) == [second, first]
    assert "Erika Beispiel" in page
    assert "Anna Berger" in page
    assert "wartend aufgelegt" in page
    assert "03:43" in page  # 17 s of waiting, then the talk


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?ausgang=missed", [2]),
        ("?ausgang=answered", [1]),
        ("?person=anna", [1]),
        ("?person=ben", []),
        ("?richtung=in", [2, 1]),
        ("?richtung=out", []),
        ("?schlange=support", [2, 1]),
        ("?schlange=other", []),
        ("?von=2026-11-23", [2]),
        ("?bis=22.11.2026", [1]),
        ("?von=1976-01-01&bis=2026-12-31", [2, 1]),
        ("?von=0001-01-01&bis=9999-12-31", [2, 1]),
        ("?wer=06131+5550101", [1]),
        ("?wer=5550199", [2]),
        ("?wer=Beispiel", [1]),
        ("?wer=10001", [1]),
        ("?vor=2", [1]),
        ("?vor=1", []),
        ("?vor=4711", []),
        ("?vor=%F0%9F%98%80", [2, 1]),
    ],
)
async def test_filters(desk: DeskApp, anna: Visitor, query: str, found: list[int]) -> None:
    await write(desk, ANSWERED, MISSED)
    async with desk.world.database.write() as connection:
        await customers.create(connection, ERIKA, AT, "test")
    assert ids(await listed(anna, query)) == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?von=gestern", "Das ist kein Tag"),
        ("?bis=31.02.2026", "Das ist kein Tag"),
        ("?von=2026-11-22&bis=2026-11-21", "liegt vor dem ersten"),
        ("?ausgang=weg", "So endet kein Anruf"),
    ],
)
async def test_what_can_not_be_used_is_said_beside_its_field(anna: Visitor, query: str, said: str) -> None:
    page = await listed(anna, query, 422)
    assert said in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("+49 12345678901234567890", False),
        ("😀", True),
        ("\u202eabc", True),
        ("%", True),
        ("0", True),
        ("11", True),
        ("110112", False),
    ],
)
async def test_an_odd_name_or_number_finds_nobody_and_says_so(
    desk: DeskApp, anna: Visitor, who: str, said: bool
) -> None:
    await write(desk, ANSWERED)
    page = await listed(anna, f"?wer={quote(who)}")
    assert ("kein Kunde, keine Kundennummer" if said else "So ist kein Anruf") in page


async def test_pages_follow_each_other_without_a_call_twice_or_never(desk: DeskApp, anna: Visitor) -> None:
    await write(desk, *(replace(ANSWERED, call=CallKey("mainz", f"c{n}")) for n in range(120)))
    seen: list[int] = []
    page = await listed(anna)
    while True:
        seen += ids(page)
        older = re.search(r'href="/anrufe\?([^"]*vor=\d+)"', page)
        if not older:
            break
        page = await listed(anna, f"?{older[1].replace('&amp;', '&')}")
    assert seen == list(range(120, 0, -1))
    assert "Zurück zu den neuesten" in page


def stretch(kind: StretchKind, begin: int, end: int | None, *words: str) -> Stretch:
    return Stretch(kind, AT + timedelta(seconds=begin), None if end is None else AT + timedelta(seconds=end), *words)


JOURNEY = (
    stretch(StretchKind.WAITING, 0, 17, "support"),
    stretch(StretchKind.RINGING, 5, 9, "support", "Ben Çelik", "missed"),
    stretch(StretchKind.RINGING, 10, 17, "support", "Anna Berger", "answered"),
    stretch(StretchKind.TALKING, 17, 240, "", "Anna Berger"),
    stretch(StretchKind.HOLD, 60, 90, "", "Anna Berger"),
    stretch(StretchKind.TRANSFER, 100, 100, "", "Anna Berger", "blind", "Ben Çelik"),
)


async def test_a_calls_page_draws_its_journey_and_says_the_same_in_a_table(desk: DeskApp, anna: Visitor) -> None:
    [number] = await write(desk, replace(ANSWERED, stretches=JOURNEY))
    page = await (await anna.get(f"/anrufe/{number}")).text()
    assert page.count('<g class="bar is-ringing"') == 3  # two, and the legend's
    assert "nicht angenommen" in page
    assert "Anna Berger → Ben Çelik" in page
    assert 'role="img"' in page
    assert '<td class="end num">223 s</td>' in page  # the talk's seconds
    assert ">30 s</td>" in page  # the hold's


async def test_the_list_names_whom_the_caller_was_passed_on_to(desk: DeskApp, anna: Visitor) -> None:
    sent = stretch(StretchKind.TRANSFER, 100, 100, "", "Anna Berger", "blind", "Ben Çelik")
    await write(desk, replace(ANSWERED, stretches=(sent,)))
    assert "weitergeleitet an Ben Çelik" in await listed(anna)


async def test_whoever_it_may_have_been_is_named(desk: DeskApp, anna: Visitor) -> None:
    async with desk.world.database.write() as connection:
        people = [
            await customers.create(connection, replace(ERIKA, name=name), AT, "anna") for name in ("Erika", "Moritz")
        ]
    (call_id,) = await write(desk, ANSWERED)
    text = await (await anna.get(f"/anrufe/{call_id}")).text()
    assert "einer von mehreren:" in text
    assert all(f'href="/kunden/{one.number}"><bdi>{one.name}</bdi>' in text for one in people)
    assert "<dd>keiner</dd>" in text  # no session


async def test_what_nobody_saw_is_drawn_as_not_seen(desk: DeskApp, anna: Visitor) -> None:
    lost = replace(
        ANSWERED, ended_at=None, stretches=(stretch(StretchKind.TALKING, 17, None, "", "Anna Berger"),), ended_by=None
    )
    [number] = await write(desk, lost)
    async with desk.world.database.write() as connection:
        await sight.record(connection, Gap("mainz", AT + timedelta(seconds=60), AT + timedelta(seconds=180), 0))
    page = await (await anna.get(f"/anrufe/{number}")).text()
    assert "In dieser Zeit hat der Dienst nichts gesehen." in page
    assert "Ende nicht gesehen" in page
    assert '<td class="end num">120 s</td>' in page


async def test_a_call_that_goes_on_is_drawn_as_it_is_now(desk: DeskApp, anna: Visitor) -> None:
    caller = desk.story.rings_in()
    key = desk.story.joins(caller)
    await write(desk, call(key.unique_id, offered_at=desk.story.live.picture.calls[key].offered_at))
    [number] = ids(await listed(anna))
    page = await (await anna.get(f"/anrufe/{number}")).text()
    assert "läuft" in page
    assert "dauert an" in page


async def test_a_call_leads_to_its_session_and_its_customer(desk: DeskApp, anna: Visitor) -> None:
    async with desk.world.database.write() as connection:
        await customers.create(connection, ERIKA, AT, "test")
        opened = await sessions.open_for_call(connection, ANSWERED, AT)
    page = await (await anna.get("/anrufe/1")).text()
    assert f'href="/vorgaenge/{opened.session_id}"' in page
    assert 'href="/kunden/10001"' in page


async def test_an_outgoing_call_was_dialled_before_anybody_talked(desk: DeskApp, anna: Visitor) -> None:
    rang = stretch(StretchKind.RINGING, 0, 3, "", "Anna Berger", "answered")
    talk = stretch(StretchKind.TALKING, 12, 20, "", "Anna Berger")
    [number] = await write(
        desk, replace(ANSWERED, offered_at=None, began_at=AT, direction=Direction.OUT, stretches=(rang, talk))
    )
    page = await (await anna.get(f"/anrufe/{number}")).text()
    assert "wird angerufen" in page
    assert '<td class="end num">9 s</td>' in page


async def test_a_suppressed_number_is_nowhere(desk: DeskApp, anna: Visitor) -> None:
    [number] = await write(desk, replace(ANSWERED, suppressed=True))
    for path in ("/anrufe", f"/anrufe/{number}"):
        page = await (await anna.get(path)).text()
        assert "Rufnummer unterdrückt" in page
        assert "5550101" not in page


async def test_a_call_that_does_not_exist_is_not_found(anna: Visitor) -> None:
    assert (await anna.get("/anrufe/4711")).status == 404
    assert (await anna.get("/anrufe/999999999999999999")).status == 404
