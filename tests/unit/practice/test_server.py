"""The manager socket as clients meet it, honest ones and others; real sockets on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from typing import Any

import pytest

from ionas_phone.ami.frames import Frames
from ionas_phone.practice.answers import BANNER, Answers
from ionas_phone.practice.book import Book
from ionas_phone.practice.recording import Event
from ionas_phone.practice.server import CLIENTS, UNREAD_LIMIT, Server

NOW = datetime(2026, 11, 22, 10, 44, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server(Answers(Book(), "practice01", "support", NOW), lambda: NOW)
    await server.start()
    yield server
    await server.stop()


class Client:
    """A client that reads messages one by one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer, self._reader = writer, reader
        self._frames, self._read = Frames(), list[Any]()

    def send(self, *lines: str) -> None:
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")

    def log_in(self, user: str, secret: str) -> None:
        self.send("Action: Login", "ActionID: 1", f"Username: {user}", f"Secret: {secret}")

    async def next(self) -> Any:
        async with asyncio.timeout(10):
            while not self._read:
                data = await self._reader.read(65536)
                assert data, "the connection was closed"
                self._read += self._frames.feed(data)
        return self._read.pop(0)

    async def closed(self) -> bool:
        """Wait for the end; reading what is left before it."""
        async with asyncio.timeout(10):
            try:
                while await self._reader.read(65536):
                    pass
            except ConnectionResetError:
                return True
        return True


@asynccontextmanager
async def connected(server: Server, *, logged_in: bool = True) -> AsyncIterator[Client]:
    client = Client(*await asyncio.open_connection(server.address.host, server.address.port))
    if logged_in:
        client.log_in(server.address.user, server.address.secret)
        assert (await client.next()).keys["Message"] == "Authentication accepted"
        assert (await client.next()).name == "FullyBooted"
    try:
        yield client
    finally:
        client.writer.close()


async def test_it_greets_as_asterisk_22_does(server: Server) -> None:
    reader, writer = await asyncio.open_connection(server.address.host, server.address.port)
    assert await reader.readline() == BANNER == b"Asterisk Call Manager/11.0.0\r\n"
    writer.close()


@pytest.mark.parametrize("wrong", ["user", "secret", "both", "nothing given"])
async def test_a_wrong_log_in_is_refused_and_ends_the_connection(server: Server, wrong: str) -> None:
    async with connected(server, logged_in=False) as client:
        if wrong == "nothing given":
            client.send("Action: Login")
        else:
            user = server.address.user if wrong == "secret" else "somebody"
            client.log_in(user, server.address.secret if wrong == "user" else "guess")
        refusal = await client.next()
        assert (refusal.status, refusal.keys["Message"]) == ("Error", "Authentication failed")
        assert await client.closed()


async def test_before_the_log_in_nothing_is_told_and_nothing_permitted(server: Server) -> None:
    async with connected(server, logged_in=False) as client:
        client.send("Action: CoreShowChannels", "ActionID: 7")
        refusal = await client.next()
        assert (refusal.status, refusal.keys) == ("Error", {"ActionID": "7", "Message": "Permission denied"})
        server.tell(Event("Hangup", {"Cause": "16"}))
        client.log_in(server.address.user, server.address.secret)
        assert (await client.next()).status == "Success"
        assert (await client.next()).name == "FullyBooted"


async def test_everybody_who_is_logged_in_hears_every_event(server: Server) -> None:
    async with connected(server) as one, connected(server) as other:
        server.tell(Event("Hangup", {"Cause": "16"}))
        for client in (one, other):
            event = await client.next()
            assert (event.name, event.keys) == ("Hangup", {"Cause": "16"})


async def test_it_answers_in_order_and_says_goodbye(server: Server) -> None:
    async with connected(server) as client:
        client.send("Action: Ping", "ActionID: a")
        client.send("Action: CoreSettings", "ActionID: b")
        client.send("ActionID: c")
        client.send("Action: Logoff", "ActionID: d")
        client.send("Action: Ping", "ActionID: e")
        answers = [await client.next() for _ in range(4)]
        assert [(answer.status, answer.keys.get("ActionID")) for answer in answers] == [
            ("Success", "a"),
            ("Success", "b"),
            ("Error", "c"),
            ("Goodbye", "d"),
        ]
        assert answers[1].keys["SystemName"] == "practice01"
        assert await client.closed()


@pytest.mark.parametrize("action_id", ["a\nEvent: Hangup", "a\0", "a" * 2_000])
async def test_an_action_id_that_cannot_be_repeated_ends_the_connection(server: Server, action_id: str) -> None:
    async with connected(server) as client, connected(server) as honest:
        client.send("Action: Ping", f"ActionID: {action_id}")
        assert await client.closed()
        honest.send("Action: Ping", "ActionID: 1")
        assert (await honest.next()).keys["Ping"] == "Pong"


async def test_who_does_not_read_is_cut_off_and_holds_up_nobody(server: Server) -> None:
    async with connected(server) as reading, connected(server) as deaf:
        deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
        told = 0
        while len(server.peers) == 2:
            server.tell(Event("Newstate", {"Number": str(told), "Filling": "x" * 900}))
            told += 1
            await reading.next()
            assert told * 900 < 100 * UNREAD_LIMIT
        server.tell(Event("Hangup", {"Cause": "16"}))
        assert (await reading.next()).name == "Hangup"
        deaf.writer.transport.resume_reading()  # type: ignore[attr-defined]
        assert await deaf.closed()


async def test_who_does_not_log_in_is_cut_off_and_who_does_stays() -> None:
    server = Server(Answers(Book(), "practice01", "support", NOW), lambda: NOW, log_in_within=0.2)
    await server.start()
    async with connected(server) as guest, connected(server, logged_in=False) as silent:
        assert await silent.closed()
        guest.send("Action: Ping", "ActionID: 1")
        assert (await guest.next()).keys["Ping"] == "Pong"
    await server.stop()


async def test_only_so_many_clients_are_let_in(server: Server) -> None:
    sockets = []
    for _ in range(CLIENTS):
        connection = await asyncio.open_connection(server.address.host, server.address.port)
        assert await connection[0].readline() == BANNER
        sockets.append(connection[1])
    async with connected(server, logged_in=False) as one_more:
        assert await one_more.closed()
    for writer in sockets:
        writer.close()


async def test_it_listens_on_loopback_only_and_its_secret_is_new_each_time(server: Server) -> None:
    other = Server(Answers(Book(), "practice02", "support", NOW), lambda: NOW)
    await other.start()
    assert other.address.host == server.address.host == "127.0.0.1"
    assert other.address.port != server.address.port
    assert other.address.secret != server.address.secret
    assert len(other.address.secret) >= 32
    await other.stop()


async def test_when_it_stops_everybody_is_cut_off_and_nobody_gets_in() -> None:
    server = Server(Answers(Book(), "practice01", "support", NOW), lambda: NOW)
    with pytest.raises(RuntimeError, match="no address"):
        _ = server.address
    await server.start()
    address = server.address
    async with connected(server) as client:
        await server.stop()
        await server.stop()
        assert await client.closed()
    with closing(socket.socket()) as late, pytest.raises(ConnectionRefusedError):
        late.connect((address.host, address.port))
    with pytest.raises(RuntimeError, match="no address"):
        _ = server.address
