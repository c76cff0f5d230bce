"""The board: what supervisors see, and that assistants don't."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from ionas_phone.ami import faults
from ionas_phone.live.events import (
    BridgeEntered,
    CallHeld,
    ChannelSeen,
    ClockCompared,
    DatabaseSeen,
    DirectoryRead,
    LinkChanged,
    SnapshotTaken,
)
from ionas_phone.live.nouns import PRACTICE_PBX, ChannelState, Gap, LinkState, MemberStatus, SeenQueue
from ionas_phone.live.wrap_up import WrapUp
from ionas_phone.store import sight
from ionas_phone.store.day import Day, RunningTimer
from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.support.users import Role
from ionas_phone.support.work import Warn
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import ring
from tests.stories import ANNA, BEN, Story, asks, channel


async def test_it_shows_queues_callers_people_and_calls(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    first = ring(desk, "1", number="061315550102")
    desk.story.joins(desk.story.rings_in("caller-2", number="061315550103"), position=2)
    desk.story.member(BEN, MemberStatus.IDLE, paused=True, reason="Lunch")
    text = _words(await (await ben.get("/leitung")).text())
    assert "nobody is ready" in text
    assert re.search(
        r"waiting 2 nobody is ready longest wait 00:0\d limit 02:00 soon over 02:00 over 02:00 ready 0 none of 2"
        r" talking 0",
        text,
    )
    assert re.search(r"1 06131 5550102 .{0,160}Anna Berger 00:0\d", text)
    assert re.search(r"2 06131 5550103 .{0,160}nobody is ready 00:0\d", text)
    assert re.search(r"Ben Çelik support pause Lunch 00:0\d", text)
    desk.story.answers(first.caller, first.leg, ANNA)
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"06131 5550102 .{0,99}talking", text.partition("Calls in progress")[2])


async def test_a_tile_is_red_or_amber_only_with_the_words_why(desk: DeskApp, ben: Visitor) -> None:
    desk.story.joins(desk.story.rings_in("caller-1"))
    for most, kind, why in ((0, "is-bad", "more than 0"), (1, "is-warn", "limit: 1"), (9, "is-ok", "")):
        await _most_waiting(desk, most)
        assert (kind, f"waiting 1 {why}".strip()) in await _tiles(ben)
    for person in (ANNA, BEN):
        desk.story.member(person, MemberStatus.IDLE, paused=True)
    for most in (0, 1, 9):  # the worst reason is the one that is said
        await _most_waiting(desk, most)
        found = await _tiles(ben)
        assert ("is-bad", "waiting 1 nobody is ready") in found
        assert ("is-bad", "ready 0 none of 2") in found
    for person in (ANNA, BEN):
        desk.story.member(person, MemberStatus.UNAVAILABLE)
    assert ("is-bad", "ready 0 nobody is there") in await _tiles(ben)


async def test_who_asks_a_colleague_is_said_at_the_caller_and_at_both_phones(
    desk: DeskApp, anna: Visitor, ben: Visitor
) -> None:
    first = ring(desk, "1", number="061315550102")
    desk.story.answers(first.caller, first.leg, ANNA)
    desk.story.tell(CallHeld(at=desk.story.now, pbx=desk.story.pbx, unique_id=first.leg.unique_id))
    asked = asks(desk.story)
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"Anna Berger support asks a colleague rings Ben Çelik", text)
    assert re.search(r"Ben Çelik support rings: a colleague asks from Anna Berger", text)
    assert re.search(r"06131 5550102 .{0,99}Anna Berger rings Ben Çelik on hold", text)
    wall = _words((await (await ben.get("/wandtafel/support")).text()).partition('id="region-wall-people"')[2])
    assert re.search(r"Anna Berger asks a colleague .*Ben Çelik rings: a colleague asks", wall)
    own = channel("own-1", ANNA.interface, dialled=BEN.extension)
    for leg in (own, replace(asked, state=ChannelState.UP)):
        desk.story.tell(BridgeEntered(at=desk.story.now, pbx=desk.story.pbx, bridge="b2", channel=leg))
    desk.story.member(BEN, MemberStatus.IN_USE)
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"Anna Berger support asks a colleague asks Ben Çelik", text)
    assert re.search(r"Ben Çelik support is asked by a colleague with Anna Berger", text)
    wall = _words((await (await ben.get("/wandtafel/support")).text()).partition('id="region-wall-people"')[2])
    assert re.search(r"Anna Berger asks a colleague .*Ben Çelik is asked by a colleague", wall)
    assert re.search(r"06131 5550102 .{0,99}Anna Berger asks Ben Çelik on hold", text)
    desk.story.gone(own)
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"Ben Çelik support on another call \d", text)  # and not with whom: nobody knows


async def test_a_break_stays_in_sight_while_a_colleague_asks(desk: DeskApp, ben: Visitor) -> None:
    first = ring(desk, "1", number="061315550102")
    desk.story.answers(first.caller, first.leg, ANNA)
    desk.story.tell(CallHeld(at=desk.story.now, pbx=desk.story.pbx, unique_id=first.leg.unique_id))
    desk.story.member(BEN, MemberStatus.RINGING, paused=True, reason="Meal")
    asked = asks(desk.story)
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"Ben Çelik support pause Meal · asked by Anna Berger", text)
    wall = _words((await (await ben.get("/wandtafel/support")).text()).partition('id="region-wall-people"')[2])
    assert re.search(r"Ben Çelik pause", wall)
    desk.story.tell(ChannelSeen(at=desk.story.now, pbx=desk.story.pbx, channel=replace(asked, state=ChannelState.UP)))
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"Ben Çelik support pause Meal · asked by Anna Berger", text)


async def test_what_a_telephone_system_says_keeps_to_its_place(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    turned = "\N{RIGHT-TO-LEFT OVERRIDE}Anna"
    desk.story.tell(DirectoryRead(at=desk.story.now, assistants=(replace(ANNA, name=turned), BEN)))
    first = ring(desk, "1", number="061315550102")
    desk.story.answers(first.caller, first.leg, ANNA)
    desk.story.joins(desk.story.rings_in("caller-2", number="061315550103"))
    html = await (await ben.get("/leitung")).text()
    for said in (turned, "06131 5550102", "06131 5550103"):
        assert f"<bdi>{said}</bdi>" in html
    assert html.count(turned) == html.count(f"<bdi>{turned}</bdi>") == 2  # at the phones, and who talks


async def test_beside_somebody_ready_it_is_not_said_that_nobody_is_rung(desk: DeskApp, ben: Visitor) -> None:
    desk.story.joins(desk.story.rings_in("caller-1", number="061315550103"))
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"1 06131 5550103 .{0,160}– 00:0\d", text)


async def test_what_is_practice_explains_itself(desk: DeskApp, ben: Visitor) -> None:
    await desk.world.day.turn()
    practice = Story(PRACTICE_PBX, live=desk.engine.live)
    practice.joins(practice.rings_in("p1", number="061315550103"))
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"1 06131 5550103 Practice .{0,99}waits for the practice phone", text)
    assert "offered 0 practice does not count" in text


async def test_nobody_ready_for_a_waiting_caller_is_an_alarm_in_words(desk: DeskApp, ben: Visitor) -> None:
    for person in (ANNA, BEN):
        desk.story.member(person, MemberStatus.UNAVAILABLE)
    desk.story.joins(desk.story.rings_in("caller-1"))
    text = await (await ben.get("/leitung")).text()
    assert "nobody is ready" in text
    assert "phone not reachable" in text


async def test_a_caller_for_whom_a_phone_rings_is_no_alarm(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    desk.story.member(BEN, MemberStatus.UNAVAILABLE)
    ring(desk)
    text = await (await ben.get("/leitung")).text()
    assert "callers are waiting" in text
    assert "nobody is ready" not in text


async def test_an_empty_board_says_so(desk: DeskApp, ben: Visitor) -> None:
    text = _words(await (await ben.get("/leitung")).text())
    assert "Nobody is waiting" in text
    assert "No call at the moment" in text


async def test_todays_figures_come_with_their_formula(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    await desk.world.day.turn()
    first = ring(desk)
    desk.story.answers(first.caller, first.leg, ANNA)
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"offered 1 answered 1 abandoned 0 Service level 100 % on target average wait 00:00", text)
    assert "Service level = answered within 20 s ÷ offered" in text
    assert "at least" not in text
    assert "practice does not count" not in text
    assert re.search(r"Yesterday until \d\d:\d\d: 0 offered, 0 answered, 0 abandoned, service level –", text)


async def test_a_day_with_a_gap_says_at_least(desk: DeskApp, ben: Visitor) -> None:
    await desk.world.day.turn()
    at, pbx = desk.story.now, desk.story.pbx
    desk.story.tell(SnapshotTaken(at=at, pbx=pbx, queues=(SeenQueue("support", 5, 0),)))
    desk.story.member(BEN, MemberStatus.IDLE)
    desk.story.tell(LinkChanged(at=at, pbx=pbx, state=LinkState.LOST, reason=""))
    text = _words(await (await ben.get("/leitung")).text())
    assert "with times nobody saw" in text
    assert re.search(r"offered at least 0 answered at least 0 abandoned at least 0", text)
    assert re.search(rf"Telephone system {pbx} no connection since \d\d:\d\d", text)


async def test_yesterdays_figures_say_so_if_there_were_times_nobody_saw(desk: DeskApp, ben: Visitor) -> None:
    ago = desk.world.now() - timedelta(days=1)  # whatever the clocks of the house do in between
    async with desk.world.database.write() as connection:
        await sight.record(connection, Gap("mainz", ago - timedelta(days=1), ago + timedelta(minutes=90), 3))
    await desk.world.day.turn()
    text = _words(await (await ben.get("/leitung")).text())
    assert re.search(r"Yesterday until \d\d:\d\d, with times nobody saw: at least 0 offered, 0 answered", text)
    assert "offered at least" not in text  # that was yesterday


async def test_whose_timer_runs_stands_beside_their_name(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    now = desk.world.now()
    timers = {"anna": RunningTimer(7, now - timedelta(minutes=17, seconds=42), Warn.AMBER)}
    await desk.has_read(Day(now, timers=timers, marks=3))
    html = await (await ben.get("/leitung")).text()
    assert re.search(r"Anna Berger Timer of session 7 17:4\d", _words(html))
    assert 'href="/vorgaenge/7"' in html
    assert "3 times to review" in html


async def test_who_waits_longest_comes_first_and_is_marked(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    for number, ago in enumerate((30, 90, 60)):
        desk.story.skipped = timedelta(seconds=-ago)
        desk.story.joins(desk.story.rings_in(f"w{number}", number=f"06131555011{number}"), position=number + 1)
    desk.story.skipped = timedelta()
    text = _words(await (await ben.get("/leitung")).text()).partition("Waiting callers")[2]
    first, second, third = (text.index(f"5550{number}") for number in (111, 112, 110))
    assert first < text.index("waits longest") < second < third


async def test_assistants_may_not_see_it(anna: Visitor) -> None:
    answer = await anna.get("/leitung")
    assert answer.status == 403
    assert "Ihre Rolle" in await answer.text()
    assert "/leitung" not in await (await anna.get("/")).text()


async def test_only_who_has_a_phone_gets_a_ring_slot(desk: DeskApp, ben: Visitor) -> None:
    await desk.person("sophie", Role.SUPERVISOR)
    async with await desk.signed_in("sophie") as sophie:
        assert 'id="region-ring"' not in await (await sophie.get("/leitung")).text()
    assert 'id="region-ring"' in await (await ben.get("/leitung")).text()


async def test_a_clock_that_is_off_and_a_switchboard_that_stops_are_said(desk: DeskApp, anna: Visitor) -> None:
    pbx, at = desk.story.pbx, desk.story.now
    desk.story.tell(ClockCompared(at=at, pbx=pbx, ahead=timedelta(hours=-2)))
    desk.story.tell(LinkChanged(at=at, pbx=pbx, state=LinkState.UP, reason=faults.CLOSING.reason))
    text = _words(await (await anna.get("/")).text())
    assert f"Die Uhr der Telefonanlage {pbx} geht 02:00:00 nach. Die Zeiten hier stimmen trotzdem." in text
    assert f"Telefonanlage {pbx}: Die Telefonanlage hält an, sobald das letzte Gespräch zu Ende ist" in text


async def test_a_second_service_on_the_same_database_is_said_though_it_answers(desk: DeskApp, anna: Visitor) -> None:
    rival = "Another ionas-phone has taken over this database; stop one of the two."
    desk.story.tell(DatabaseSeen(at=desk.story.now, up=True, reason=rival))
    html = await (await anna.get("/")).text()
    assert "Ein anderes ionas-phone hat diese Datenbank übernommen; einen der beiden Dienste beenden." in _words(html)
    assert "data-database-away" not in html


def _words(html: str) -> str:
    """What a person reads of a page: no tags, single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


async def test_who_wraps_up_is_said_with_the_longest_it_may_last(desk: DeskApp, ben: Visitor) -> None:
    half = WrapUp(30, desk.world.now() + timedelta(seconds=20))
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=half.written)
    text = _words(await (await ben.get("/leitung")).text())
    assert "Wrap-up at most 00:30" in text
    assert half.written not in text


async def _most_waiting(desk: DeskApp, most: int) -> None:
    await desk.has_read(Day(desk.world.now(), targets={"support": QueueTargets("support", most_waiting=most)}))


async def _tiles(visitor: Visitor) -> list[tuple[str, str]]:
    """Return colour and words of each of the live figures."""
    html = (await (await visitor.get("/leitung")).text()).partition('<dl class="live">')[2].partition("</dl>")[0]
    return [
        (kind, _words(tile).strip())
        for kind, tile in re.findall(r'<div class="(is-\w+)"[^>]*>(.*?)</div>', html, re.DOTALL)
    ]
