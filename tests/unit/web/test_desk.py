"""The desk: what its centre shows."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from ionas_phone.live.events import ChannelSeen, DialBegan
from ionas_phone.live.nouns import ChannelState
from ionas_phone.store import sessions
from ionas_phone.support.sessions import Ending
from ionas_phone.support.users import Role
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered, ring
from tests.stories import ANNA, CUSTOMER, channel
from tests.unit.web.test_missed import TAKE, missed
from tests.unit.web.test_stream import drawn


async def test_without_a_call_it_tells_what_to_expect(anna: Visitor) -> None:
    text = await (await anna.get("/")).text()
    assert "Hier öffnet sich Ihr nächster Anruf" in text
    assert "Es klingelt nicht" in text
    assert "/uebung" not in text  # there is no practice line here


async def test_what_was_closed_last_stands_there_while_nobody_rings(desk: DeskApp) -> None:
    session = await answered(desk)
    async with desk.world.database.write() as connection:
        await sessions.end(connection, session, Ending.DONE, desk.world.now(), "anna")
    desk.story.snapshot()
    desk.story.snapshot()  # the call is over
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get("/")).text()
        _, _, closed = text.partition("Zuletzt abgeschlossen")
        assert f'href="/vorgaenge/{session}"' in closed


@pytest.mark.parametrize(
    ("role", "leads_to"), [(Role.SUPERVISOR, 'primary" href="/leitung"'), (Role.ASSISTANT, "/kunden")]
)
async def test_who_has_no_phone_is_told_and_led_on(desk: DeskApp, role: Role, leads_to: str) -> None:
    await desk.person("sophie", role)
    async with await desk.signed_in("sophie") as sophie:
        text = await (await sophie.get("/")).text()
    _, _, centre = text.partition('id="centre"')
    assert "Hier ist kein Telefon für Sie eingerichtet" in centre
    assert leads_to in centre
    assert 'id="shift"' not in text  # nothing would ring


async def test_who_was_missed_leaves_a_trace_at_every_desk_until_somebody_calls_back(
    desk: DeskApp, anna: Visitor, ben: Visitor
) -> None:
    async with await ben.stream() as stream:
        assert "06131 5550101" not in (await drawn(stream, "missed-callers"))["missed-callers"]
        await missed(desk)
        assert "06131 5550101" in (await drawn(stream, "missed-callers"))["missed-callers"]
        assert "Verpasste Anrufer" in await (await anna.get("/")).text()
        assert (await anna.post(TAKE, {"number": CUSTOMER}, HX_Request="true")).status == 200
        assert "06131 5550101" not in (await drawn(stream, "missed-callers"))["missed-callers"]


async def test_of_who_was_missed_three_stand_at_the_desk_and_first_who_can_be_called_back(
    desk: DeskApp, anna: Visitor
) -> None:
    await missed(desk, None, CUSTOMER, "+4961315550118", "+4961315550119")
    text = await (await anna.get("/")).text()
    section = text[text.index('id="region-missed-callers"') :].partition("</section>")[0]
    assert set(re.findall(r'strong">([^<]+)<', section)) == {"06131 5550101", "06131 5550118", "06131 5550119"}
    assert 'num">4</span>' in section  # the fourth is counted


async def test_who_is_talking_finds_the_record_of_the_call(desk: DeskApp) -> None:
    session = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        text = await (await anna.get("/")).text()
    assert f'data-shown="/vorgaenge/{session}"' in text
    assert "Wer ruft an?" in text


@pytest.mark.parametrize("path", ["/", "/vorgaenge/1", "/kunden?q=Beispiel", "/kunden/10001"])
async def test_with_the_database_away_the_ring_and_the_stream_stay_on_every_page(
    desk: DeskApp, take_database_away: Callable[[], Awaitable[None]], path: str
) -> None:
    assert await answered(desk) == 1
    async with await desk.signed_in("anna") as anna:
        await anna.get("/")  # known from now on
        await take_database_away()
        ring(desk, "2", number="061315550102")
        away = await anna.get(path)
        text = await away.text()
        assert away.status == 503
        assert 'id="region-ring"' in text
        assert 'data-who="06131 5550102"' in text
        assert 'data-page="desk"' in text  # what the stream is opened by
        assert "Diese Seite lässt sich im Moment nicht anzeigen" in text
        assert f'href="{path}" data-once-back' in text
        assert "data-shown" not in text  # no field to type into that nobody would save
        await take_database_away()
        assert 'data-shown="/vorgaenge/1"' in await (await anna.get("/")).text()


async def test_what_could_not_be_sent_leads_to_no_address_that_only_takes_forms(
    desk: DeskApp, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    await answered(desk)
    async with await desk.signed_in("anna") as anna:
        await anna.get("/")
        await take_database_away()
        text = await (await anna.post("/vorgaenge/1/oeffnen")).text()
        assert "Es wurde nichts geändert." in text
        assert "data-once-back" not in text  # who is to go back and send it again is not led away
        await take_database_away()


async def test_a_ring_is_on_the_first_paint(desk: DeskApp, anna: Visitor) -> None:
    ring(desk, number="061315550102")
    text = await (await anna.get("/")).text()
    assert 'data-who="06131 5550102"' in text
    assert "wird nachgeschlagen" in text or "in keiner Kundenakte" in text


async def test_a_card_says_whether_the_queue_rings_or_somebody_directly(desk: DeskApp, anna: Visitor) -> None:
    ring(desk)
    text = await (await anna.get("/")).text()
    assert "Warteschlange support" in text
    assert "direkt angerufen" not in text
    story, caller = desk.story, desk.story.rings_in("caller-2", number="061315550102")
    leg = channel("leg-2", ANNA.interface, ChannelState.DOWN, linked_id=caller.linked_id)
    story.tell(ChannelSeen(at=story.now, pbx=story.pbx, channel=leg))
    story.tell(DialBegan(at=story.now, pbx=story.pbx, source=caller, dest=leg))
    text = await (await anna.get("/")).text()
    assert "direkt angerufen" in text
    assert "Warteschlange  " not in text


@pytest.mark.parametrize("path", ["/", "/vorgaenge/1", "/vorgaenge/1/akte", "/kunden", "/kunden/neu", "/leitung"])
async def test_nobody_sees_anything_signed_out(desk: DeskApp, path: str) -> None:
    async with desk.visitor() as visitor:
        answer = await visitor.get(path)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/anmelden")
