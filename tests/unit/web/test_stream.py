"""The stream: all that is stale, to each tab at its own pace, for as long as the log-in holds."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import update

from ionas_phone.live.nouns import tag
from ionas_phone.runtime import clock
from ionas_phone.store import tables, users
from ionas_phone.support.phone_numbers import display
from ionas_phone.support.users import Role
from ionas_phone.web.context import Times
from ionas_phone.web.regions import PAGES
from ionas_phone.web.said import read
from ionas_phone.web.stream import LARGEST
from ionas_phone.web.stream import stream as let_in
from tests.desk_app import DeskApp, Visitor, desk_app, goodbye
from tests.e2e.calls import answered
from tests.stories import ANNA

QUICK = Times(beat=0.05, drain=0.3, closing=0.1)
MOST_BUFFERED = int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text(encoding="ascii").split()[2])  # bytes, for a socket


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[DeskApp]:
    """A desk that is impatient."""
    async with desk_app(tmp_path, QUICK) as app:
        yield app


async def until(stream: aiohttp.ClientWebSocketResponse, kind: str, **fields: object) -> dict[str, Any]:
    """Read on until a message of this kind, with these fields."""
    while True:
        message: dict[str, Any] = await stream.receive_json(timeout=20)
        if message["t"] == kind and fields.items() <= message.items():
            return message


async def eventually(condition: Callable[[], bool]) -> None:
    """Let the server go on until ``condition`` holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - there is no event: the end of other tasks is waited for
            await asyncio.sleep(0)


async def drawn(stream: aiohttp.ClientWebSocketResponse, *regions: str) -> dict[str, str]:
    """Read until all of ``regions`` have come; return their latest html."""
    html: dict[str, str] = {}
    while not set(regions) <= html.keys():
        message = await until(stream, "region")
        html[message["id"].removeprefix("region-")] = message["html"]
    return html


async def on_its_way(desk: DeskApp, stream: aiohttp.ClientWebSocketResponse) -> dict[str, str]:
    """Return what is sent until all that shows the links has come: behind the ring, and from the store."""
    desk.world.hub.mark("links", clock.monotonic())
    return await drawn(stream, "links", "open-sessions")


def ring(desk: DeskApp, leg: str = "leg-1") -> None:
    caller = desk.story.rings_in(f"caller-{leg}")
    desk.story.joins(caller)
    desk.story.calls(caller, ANNA, leg)


def value(desk: DeskApp, name: str, **labels: str) -> float:
    return desk.world.metrics.registry.get_sample_value(name, labels) or 0.0


# -- what is sent ------------------------------------------------------------------------------------------------------


async def test_a_tab_is_greeted_and_then_gets_everything(anna: Visitor) -> None:
    async with await anna.stream() as stream:
        hello = await stream.receive_json()
        assert hello.keys() == {"t", "version", "me"}
        assert (hello["t"], hello["me"]) == ("hello", "anna")
        assert hello["version"] in await (await anna.get("/")).text()
        html = await drawn(stream, "ring", "my-calls", "open-sessions", "queues", "links")
        assert all(f'id="region-{name}"' in text for name, text in html.items())


async def test_a_ring_reaches_the_one_it_concerns(desk: DeskApp, anna: Visitor, ben: Visitor) -> None:
    async with await anna.stream() as annas, await ben.stream() as bens:
        await drawn(annas, "ring", "my-calls", "open-sessions", "queues", "links")
        await drawn(bens, "ring", "my-calls", "open-sessions", "queues", "links")
        ring(desk)
        assert f'data-pop="{tag("mainz", "leg-1")}"' in (await drawn(annas, "ring"))["ring"]
        desk.world.hub.mark("links", clock.monotonic())
        assert "data-pop" not in (await drawn(bens, "links")).get("ring", "")


async def test_a_tab_that_shows_the_same_facts_is_sent_nothing(desk: DeskApp, anna: Visitor) -> None:
    async with await anna.stream() as stream:
        await drawn(stream, "ring", "my-calls", "status", "open-sessions", "queues", "links")
        ring(desk)
        assert (await drawn(stream, "ring"))["ring"].count("data-pop") == 1
        while {"ring", "my-calls", "status"} & (await on_its_way(desk, stream)).keys():
            pass  # the caller is recognised
        before = value(desk, "ionas_region_renders_total", region="ring")
        desk.world.hub.mark("desk/anna", clock.monotonic())
        assert not {"ring", "my-calls", "status"} & (await on_its_way(desk, stream)).keys()
        assert value(desk, "ionas_region_renders_total", region="ring") == before
        ring(desk, "leg-2")
        assert (await drawn(stream, "ring"))["ring"].count("data-pop") == 2
    async with await anna.stream() as stream:  # who comes back is sent all of it
        assert (await drawn(stream, "ring", "my-calls", "status"))["ring"].count("data-pop") == 2


async def test_a_ring_does_not_wait_for_a_busy_database(desk: DeskApp, anna: Visitor) -> None:
    async with await anna.stream() as stream, AsyncExitStack() as busy:
        await drawn(stream, "ring", "my-calls", "open-sessions", "queues", "links")
        reader = desk.world.database._reader
        for _ in range(reader.pool.size()):  # type: ignore[attr-defined] # a pool of fixed size
            await busy.enter_async_context(desk.world.database.read())
        desk.world.hub.mark("links", clock.monotonic())  # the list of calls is being read, and waits
        assert "open-sessions" not in await drawn(stream, "links")
        ring(desk)
        html = await drawn(stream, "ring")
        assert "open-sessions" not in html
        assert 'data-pop="' in html["ring"]
        await busy.aclose()
        assert 'id="region-open-sessions"' in (await drawn(stream, "open-sessions"))["open-sessions"]


async def test_who_comes_back_gets_what_happened_meanwhile(desk: DeskApp, anna: Visitor) -> None:
    async with await anna.stream() as stream:
        await drawn(stream, "ring")
    ring(desk)
    async with await anna.stream() as stream:
        assert (
            f'data-pop="{tag("mainz", "leg-1")}"'
            in (await drawn(stream, "ring", "my-calls", "open-sessions", "queues", "links"))["ring"]
        )


async def test_fifty_tabs_and_a_thousand_changes_are_a_few_paintings(desk: DeskApp, ben: Visitor) -> None:
    streams = [await ben.stream("board") for _ in range(50)]
    for stream in streams:
        await drawn(stream, "board-queues", "board-waiting", "board-members", "board-talking", "links")
    before = value(desk, "ionas_region_renders_total", region="board-waiting")
    for _ in range(1000):
        desk.world.hub.mark("board", clock.monotonic())
    for stream in streams:
        await drawn(stream, "board-waiting")
    assert value(desk, "ionas_region_renders_total", region="board-waiting") - before <= 2
    desk.world.hub.mark("links", clock.monotonic())
    for stream in streams:  # nothing else of the thousand is left to be sent, but for one that was on its way before
        sent = [(await until(stream, "region"))["id"]]
        while "links" not in sent[-1]:
            sent.append((await until(stream, "region"))["id"])
        assert sent.count("region-board-waiting") <= 1
        await stream.close()


async def test_regions_of_a_page_one_may_not_see_are_not_sent(anna: Visitor) -> None:
    async with await anna.stream("board") as stream:
        assert not [name for name in await drawn(stream, "ring", "links") if name.startswith("board")]


async def test_a_page_nobody_knows_has_no_stream(anna: Visitor) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await anna.stream("wandtafel")
    assert refused.value.status == 404


# -- the record that is shown ------------------------------------------------------------------------------------------


async def test_a_record_is_followed_as_long_as_it_is_shown(desk: DeskApp) -> None:
    first = await answered(desk)
    async with await desk.signed_in("anna") as anna, await anna.stream() as stream:
        await drawn(stream, "ring", "timer", "my-calls", "open-sessions", "queues", "links")
        await stream.send_json({"t": "shows", "session": first})
        assert (await until(stream, "region", id="region-history"))["session"] == first
        desk.world.changed(first)
        assert (await until(stream, "region", id="region-history"))["session"] == first
        await stream.send_json({"t": "shows", "session": 4711})
        other = await until(stream, "region", id="region-history")
        assert other["session"] == 4711
        assert "Diesen Vorgang gibt es nicht" in other["html"]
        await stream.send_json({"t": "shows", "session": None})
        await eventually(lambda: not desk.world.hub.watching("session/4711"))
        desk.world.changed(first)
        desk.world.changed(4711)
        desk.world.hub.mark("links", clock.monotonic())
        assert "history" not in await drawn(stream, "links")


# -- pops --------------------------------------------------------------------------------------------------------------


async def test_a_painted_pop_is_timed_by_our_own_clock(desk: DeskApp, anna: Visitor) -> None:
    async with await anna.stream() as stream:
        await drawn(stream, "ring")
        started = clock.monotonic()
        ring(desk)
        await drawn(stream, "ring")
        await stream.send_json({"t": "painted", "pops": [tag("mainz", "leg-1"), "forged"], "hidden": False})
        await stream.send_json({"t": "painted", "pops": [tag("mainz", "leg-1")], "hidden": False})
        await eventually(lambda: value(desk, "ionas_tabs") == 1 and value(desk, "ionas_pops_painted_total") > 0)
        elapsed = clock.monotonic() - started
    await eventually(lambda: value(desk, "ionas_tabs") == 0)  # all that was said has been heard
    assert value(desk, "ionas_pops_sent_total") == 1
    assert value(desk, "ionas_pops_painted_total") == 1
    assert value(desk, "ionas_pop_latency_seconds_count") == 1
    assert 0 < value(desk, "ionas_pop_latency_seconds_sum") < elapsed


async def test_a_tab_in_the_background_has_painted_nothing(desk: DeskApp, anna: Visitor) -> None:
    async with await anna.stream() as stream:
        await drawn(stream, "ring")
        ring(desk)
        await drawn(stream, "ring")
        await stream.send_json({"t": "painted", "pops": [tag("mainz", "leg-1")], "hidden": True})
    await eventually(lambda: value(desk, "ionas_tabs") == 0)
    assert value(desk, "ionas_pops_painted_total") == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"t":"subscribe","topic":"board"}',
        '{"t":"painted"}',
        '{"t":"painted","pops":"leg-1","hidden":false}',
        '{"t":"painted","pops":[1],"hidden":false}',
        '{"t":"painted","pops":[],"hidden":"no"}',
        '{"t":"shows"}',
        '{"t":"shows","session":0}',
        '{"t":"shows","session":"1"}',
        '{"t":"shows","session":10000000000000000000}',
        json.dumps({"t": "painted", "pops": ["leg"] * 51, "hidden": False}),
        "[" * 4000,
    ],
)
async def test_a_browser_that_speaks_another_language_is_shown_out(anna: Visitor, text: str) -> None:
    assert read(text) is None
    async with await anna.stream() as stream:
        await stream.send_str(text)
        assert await goodbye(stream) == 1008


async def test_a_browser_that_says_too_much_is_shown_out(desk: DeskApp, anna: Visitor) -> None:
    async with await anna.stream() as stream:
        await stream.send_str("x" * (LARGEST + 1))
        assert await goodbye(stream) == 1009
    assert value(desk, "ionas_http_errors_total") == 0


# -- as long as the log-in holds ---------------------------------------------------------------------------------------


async def test_without_a_log_in_the_tab_is_told_so(desk: DeskApp) -> None:
    async with desk.visitor() as visitor, await visitor.stream() as stream:
        assert await goodbye(stream) == 4401


async def test_a_log_in_that_runs_out_ends_its_stream(quick: DeskApp) -> None:
    await quick.person("anna")
    async with await quick.signed_in("anna") as anna, await anna.stream() as stream:
        assert (await until(stream, "beat")).keys() == {"t", "now_ms"}
        async with quick.world.database.write() as connection:
            await connection.execute(update(tables.logins).values(absolute_until=clock.now()))
        assert await goodbye(stream) == 4401
    assert value(quick, "ionas_tabs_ended_total", code="4401") == 1
    await eventually(lambda: quick.world.hub.watching() == 0)


async def test_a_user_who_was_disabled_elsewhere_loses_the_stream(quick: DeskApp) -> None:
    await quick.person("anna")
    async with await quick.signed_in("anna") as anna, await anna.stream() as stream:
        async with quick.world.database.write() as connection:
            await users.disable(connection, "anna", clock.now(), "test")
        assert await goodbye(stream) == 4401


async def test_another_role_begins_another_stream(quick: DeskApp) -> None:
    await quick.person("anna")
    async with await quick.signed_in("anna") as anna, await anna.stream() as stream:
        async with quick.world.database.write() as connection:
            await connection.execute(update(tables.users).values(role="supervisor"))
        assert await goodbye(stream) == 1012


async def test_a_bug_of_ours_ends_one_stream_and_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calm = True

    def now() -> datetime:
        if not calm:
            raise ZeroDivisionError
        return clock.now()

    async with desk_app(tmp_path, QUICK, now=now) as desk:
        await desk.person("anna")
        async with await desk.signed_in("anna") as anna, await anna.stream() as stream:
            await drawn(stream, *PAGES["desk"])  # no painting is under way any more
            calm = False
            assert await goodbye(stream) == 1011
        await eventually(lambda: value(desk, "ionas_tabs") == 0)
        assert value(desk, "ionas_http_errors_total") == 1
    assert "stream_failed" in capsys.readouterr().out


UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


async def test_a_tab_that_leaves_while_it_is_let_in_is_nobodys_bug(desk: DeskApp) -> None:
    gone = make_mocked_request("GET", "/strom?seite=desk", UPGRADE, app=desk.runner.app)
    gone.protocol.transport = None  # aiohttp's way to say that the connection was lost
    answer = await let_in(gone)
    assert not answer.prepared
    assert value(desk, "ionas_http_errors_total") == 0


# -- who does not read -------------------------------------------------------------------------------------------------


async def deaf(visitor: Visitor, page: str = "board", *said: object) -> socket.socket:
    """Open a stream on a socket with hardly any buffer, say something, and never read from it."""
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    peer.setblocking(False)
    loop = asyncio.get_running_loop()
    host, port = "127.0.0.1", int(visitor.url.rpartition(":")[2])
    await loop.sock_connect(peer, (host, port))
    lines = [
        f"GET /strom?seite={page} HTTP/1.1",
        f"Host: {host}:{port}",
        *(f"{name}: {value}" for name, value in {**UPGRADE, **visitor.headers}.items()),
    ]
    await loop.sock_sendall(peer, ("\r\n".join(lines) + "\r\n\r\n").encode())
    assert (await loop.sock_recv(peer, 12)).endswith(b"101")
    for message in said:
        text = json.dumps(message).encode()
        await loop.sock_sendall(peer, bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text)  # masked with nothing
    return peer


async def _busy_board(desk: DeskApp) -> None:
    """Let 150 callers wait: a board of some 100 kB."""
    await desk.person("ben", Role.SUPERVISOR, extension="202")
    for number in range(150):
        desk.story.joins(desk.story.rings_in(f"caller-{number}", number=f"0613155501{number:02}"), position=number)


async def test_a_tab_that_never_reads_holds_up_nobody(tmp_path: Path) -> None:
    async with desk_app(tmp_path, replace(QUICK, drain=600.0, pace=0.0)) as desk, AsyncExitStack() as stack:
        await _busy_board(desk)
        ben = await stack.enter_async_context(await desk.signed_in("ben"))
        heard, lazy = [await stack.enter_async_context(await ben.stream("board")) for _ in range(2)]
        three = [await deaf(ben) for _ in range(3)]
        sent = 0
        async with asyncio.timeout(60):  # who is held up would wait for ever
            while sent < 2 * MOST_BUFFERED:  # no deaf tab takes anything any more, long before that
                desk.world.hub.mark("board", clock.monotonic())
                sent += len((await drawn(heard, "board-waiting"))["board-waiting"])
        assert value(desk, "ionas_tabs_ended_total", code="4408") == 0
        assert value(desk, "ionas_tabs") == 5
        desk.story.joins(desk.story.rings_in("late", number="061315550999"), position=150)
        while display("+4961315550999") not in (await drawn(lazy, "board-waiting"))["board-waiting"]:
            pass  # who reads again has what came meanwhile before them, and then what is newest
        for tab in three:
            tab.close()
        await eventually(lambda: value(desk, "ionas_tabs") == 2)
        assert value(desk, "ionas_http_errors_total") == 0  # a tab that goes away is nobody's bug


async def test_a_tab_that_never_reads_is_dropped(tmp_path: Path) -> None:
    async with desk_app(tmp_path, replace(QUICK, pace=0.0)) as desk, AsyncExitStack() as stack:
        await _busy_board(desk)
        ben = await stack.enter_async_context(await desk.signed_in("ben"))
        heard = await stack.enter_async_context(await ben.stream("board"))
        for _ in range(3):
            stack.callback((await deaf(ben)).close)
        async with asyncio.timeout(60):
            while value(desk, "ionas_tabs_ended_total", code="4408") < 3:
                desk.world.hub.mark("board", clock.monotonic())
                await drawn(heard, "board-waiting")
        await eventually(lambda: value(desk, "ionas_tabs") == 1)
