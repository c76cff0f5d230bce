"""A queue's wallboard: what it shows, and to whom."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import WSServerHandshakeError

from ionas_phone.live.nouns import Assistant, MemberStatus
from ionas_phone.store import wallboards
from ionas_phone.store.day import Day
from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.support.service_levels import day_around
from ionas_phone.support.wallboards import NewWallboard, Wallboard
from ionas_phone.web.access import hash_of
from ionas_phone.web.screens import COOKIE
from tests.desk_app import DeskApp, Visitor, goodbye
from tests.e2e.calls import ring
from tests.stories import ANNA

TOKEN = "sechzehn-graue-Elstern"
LINK = f"/wandtafel/geraet/{TOKEN}"
BOARD = "/wandtafel/support"


class Screen(Visitor):
    """A browser that nobody signed in; it keeps the cookie of a screen."""

    token = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Origin": self.url, **({"Cookie": f"{COOKIE}={self.token}"} if self.token else {})}


async def let_in(desk: DeskApp, queue: str = "support", token: str = TOKEN) -> Wallboard:
    async with desk.world.database.write() as connection:
        return await wallboards.add(connection, NewWallboard(queue, "Flur"), hash_of(token), desk.world.now(), "office")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


async def test_six_tiles_with_their_targets(desk: DeskApp, anna: Visitor) -> None:
    begin = day_around(desk.world.now(), desk.world.timezone)[0]
    await desk.has_read(Day(begin, targets={"support": QueueTargets("support", 30, 90, 0, 180)}))
    one = ring(desk, "1", number="061315550102")
    desk.story.answers(one.caller, one.leg, ANNA)
    desk.story.joins(desk.story.rings_in("w2", number="061315550177"))
    text = words(await (await anna.get(BOARD)).text())
    assert re.search(r"wartend 1 Ziel verfehlt Ziel: höchstens 0", text)
    assert re.search(r"längste Wartezeit 00:0\d .{0,60}Ziel: höchstens 03:00", text)
    assert re.search(r"bereit 1 jemand ist bereit 1 im Gespräch · 2 angemeldet", text)
    assert re.search(r"heute angenommen 1 von 2 angebotenen", text)
    assert re.search(r"Servicelevel heute 100 % im Ziel Ziel: 90 % in 30 s", text)
    assert re.search(r"heute aufgelegt 0", text)
    assert "Nummer mit Ende 177" in text  # nobody's number in full
    assert "5550177" not in text


async def test_a_screen_sees_its_queue_without_a_log_in_and_nothing_else(desk: DeskApp, anna: Visitor) -> None:
    made = await let_in(desk)
    async with Screen(desk.url) as screen:
        assert (await screen.get(BOARD)).status == 303  # to the log-in
        answer = await screen.get(LINK)
        assert (answer.status, answer.headers["Location"]) == (303, BOARD)
        cookie = answer.cookies[COOKIE]
        assert cookie["httponly"]
        assert cookie["secure"]
        screen.token = cookie.value
        answer = await screen.get(BOARD)
        text = await answer.text()
        assert answer.status == 200
        assert 'data-me=""' in text
        assert "Anna Berger" in text
        for path in ("/", "/leitung", "/kunden", "/verwaltung/wandtafeln", "/vorgaenge/1"):
            answer = await screen.get(path)
            assert (answer.status, answer.headers.get("Location", "")[:9]) == (303, "/anmelden"), path
        for path, data in (("/verwaltung/wandtafeln", {"name": "x"}), ("/kunden", {"name": "x"})):
            assert (await screen.post(path, data)).status in {303, 401}
        async with desk.world.database.read() as connection:
            found = await wallboards.find(connection, hash_of(screen.token))
    assert found
    assert found.id == made.id
    assert found.seen_at


async def test_the_stream_of_a_screen_tells_of_its_queue_alone(desk: DeskApp, anna: Visitor) -> None:
    made = await let_in(desk, token="t1")
    async with Screen(desk.url) as screen:
        screen.token = "t1"
        for page in ("desk", "board", "wallboard/other"):
            assert await goodbye(await screen.stream(page)) == 4401, page
        stream = await screen.stream("wallboard/support")
        assert (await stream.receive_json())["me"] == ""
        shown = {(await stream.receive_json())["id"] for _ in range(5)}
        assert shown == {f"region-wall-{part}" for part in ("tiles", "waiting", "people", "clock", "links")}
        ring(desk)
        while (message := await stream.receive_json()).get("id") != "region-wall-waiting":
            assert str(message.get("id")).startswith("region-wall-")
        assert "Nummer mit Ende" in message["html"]
        async with desk.world.database.write() as connection:
            await wallboards.revoke(connection, made.id, desk.world.now(), "office")
        desk.world.hub.stop(4401, f"wallboard/{made.id}")
        assert await goodbye(stream) == 4401
        answer = await screen.get(BOARD)
        assert answer.status == 403
        assert "Wandtafel abgemeldet" in await answer.text()


async def test_another_queue_is_refused_and_one_that_is_not_ours_is_not_there(desk: DeskApp, anna: Visitor) -> None:
    await let_in(desk, token="t1")
    async with Screen(desk.url) as screen:
        screen.token = "t1"
        assert (await screen.get("/wandtafel/other")).status == 403
    assert (await anna.get("/wandtafel/other")).status == 404


async def test_a_link_that_holds_no_more_says_so(desk: DeskApp) -> None:
    async with Screen(desk.url) as screen:
        answer = await screen.get("/wandtafel/geraet/nix")
        assert answer.status == 403
        assert "Wandtafel abgemeldet" in await answer.text()
        assert COOKIE not in answer.cookies


async def test_it_goes_on_without_the_database_and_says_so(
    desk: DeskApp, anna: Visitor, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    await anna.get(BOARD)
    await desk.world.day.turn()
    await take_database_away()
    await desk.world.day.turn()
    ring(desk)
    text = words(await (await anna.get(BOARD)).text())
    assert "wartend 1" in text


async def test_a_screen_comes_back_while_the_database_is_away(
    desk: DeskApp, anna: Visitor, office: Visitor, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    made = await let_in(desk, token="t1")
    await let_in(desk, token="t2")
    async with Screen(desk.url) as screen, Screen(desk.url) as stranger:
        screen.token, stranger.token = "t1", "t2"
        assert (await screen.get(BOARD)).status == 200
        await take_database_away()
        stream = await screen.stream("wallboard/support")
        assert (await stream.receive_json())["t"] == "hello"
        await stream.close()
        assert (await screen.get(BOARD)).status == 200
        answer = await stranger.get(BOARD)  # one that hung there before the service began: it asks until it is known
        assert (answer.status, answer.headers.get("Refresh")) == (503, "10")
        with pytest.raises(WSServerHandshakeError) as refused:
            await stranger.stream("wallboard/support")
        assert refused.value.status == 503
        await take_database_away()
        assert (await stranger.get(BOARD)).status == 200
        await office.post(f"/verwaltung/wandtafeln/{made.id}/abmelden")
        await take_database_away()
        assert (await screen.get(BOARD)).status == 503  # what was signed off is known no more


async def test_people_who_do_not_fit_are_counted(desk: DeskApp, anna: Visitor) -> None:
    def seat(number: int) -> None:
        desk.story.member(Assistant("", f"Platz {number}", f"PJSIP/3{number}", ""), MemberStatus.IDLE)

    for number in range(10, 16):  # beside Anna and Ben
        seat(number)
    text = words(await (await anna.get(BOARD)).text())
    assert text.count("Platz 1") == 6
    assert "weitere" not in text
    seat(16)
    text = words(await (await anna.get(BOARD)).text())
    assert text.count("Platz 1") == 6
    assert "und 1 weitere" in text


async def test_the_time_is_the_servers(desk: DeskApp, anna: Visitor) -> None:
    html = await (await anna.get(BOARD)).text()
    begin = day_around(desk.world.now(), desk.world.timezone)[0]
    found = re.search(r'data-day-ms="(\d+)"', html)
    assert found
    off = desk.world.now() - begin - timedelta(milliseconds=int(found[1]))
    assert timedelta() <= off < timedelta(minutes=1)


async def test_who_is_signed_in_finds_the_way_back_and_a_screen_needs_none(
    desk: DeskApp, anna: Visitor, ben: Visitor
) -> None:
    assert 'class="wall-back" href="/"' in await (await anna.get(BOARD)).text()
    assert 'class="wall-back" href="/leitung"' in await (await ben.get(BOARD)).text()
    await let_in(desk)
    async with Screen(desk.url) as screen:
        screen.token = TOKEN
        assert "wall-back" not in await (await screen.get(BOARD)).text()
