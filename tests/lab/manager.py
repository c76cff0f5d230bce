"""Manager sessions, to write down what arrives or to act. Rule: bytes as they came; our parser has no part."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from tests.lab import addition
from tests.lab.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.lab.asterisk import Asterisk

END = b"\r\n\r\n"


class Manager:
    """An account, logged in. ``received`` grows while the session is open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.received = b""
        self._over = False
        self._acted = 0
        self._reader, self._writer = reader, writer

    @classmethod
    @contextlib.asynccontextmanager
    async def of(cls, pbx: Asterisk) -> AsyncIterator[Manager]:
        """Log in as the service does; return when the greeting (banner, answer, FullyBooted) is complete."""
        async with cls._logged_in(pbx, pbx.plan.ami_user, pbx.secret) as manager:
            yield manager

    @classmethod
    @contextlib.asynccontextmanager
    async def acting(cls, pbx: Asterisk) -> AsyncIterator[Manager]:
        """Log in with the laboratory's account, which may start, move and end calls."""
        async with cls._logged_in(pbx, addition.USER, pbx.lab_secret) as manager:
            yield manager

    @classmethod
    @contextlib.asynccontextmanager
    async def _logged_in(cls, pbx: Asterisk, user: str, secret: str) -> AsyncIterator[Manager]:
        reader, writer = await asyncio.open_connection("127.0.0.1", pbx.plan.ami_port)
        manager = cls(reader, writer)
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(manager._listen())
            manager.ask("Login", f"Username: {user}", f"Secret: {secret}", action_id="login-1")
            await manager.until("Event: FullyBooted")
            try:
                yield manager
            finally:
                listening.cancel()
                writer.close()

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionError):  # as when Asterisk crashes
            while piece := await self._reader.read(65536):
                self.received += piece
        self._over = True

    async def cut_off(self) -> None:
        """Return when Asterisk has closed the session."""
        await until(lambda: self._over, "the manager session to end")

    async def act(self, action: str, **headers: str) -> dict[str, str]:
        """Have something done; return the answer. AssertionError if it was refused."""
        self._acted += 1
        action_id = f"act-{self._acted}"
        self.ask(action, *(f"{name}: {value}" for name, value in headers.items()), action_id=action_id)
        await self.until(f"ActionID: {action_id}\r\n")
        answer = next(block for block in self.blocks() if block.get("ActionID") == action_id)
        assert answer["Response"] == "Success", answer
        return answer

    def ask(self, action: str, *headers: str, action_id: str) -> None:
        lines = [f"Action: {action}", f"ActionID: {action_id}", *headers]
        self._writer.write("\r\n".join(lines).encode() + END)

    async def until(self, text: str, since: int = 0) -> None:
        """Return when ``text`` has arrived (after byte ``since``) in a block that is complete."""

        def arrived() -> bool:
            at = self.received.find(text.encode(), since)
            return at >= 0 and self.received.find(END, at) >= 0

        await until(arrived, f"{text!r} on the manager interface")

    async def until_count(self, text: str, times: int) -> None:
        """Return when ``text`` has arrived so many times."""
        await until(lambda: self.received.count(text.encode()) >= times, f"{times} times {text!r}")

    def blocks(self, since: int = 0) -> list[dict[str, str]]:
        """Return the complete blocks as dictionaries: enough for assertions (of repeated headers the last stays)."""
        whole = self.received[since:].rpartition(END)[0]
        lines = [block.decode("utf-8", "replace").split("\r\n") for block in whole.split(END)]
        return [dict(line.partition(": ")[::2] for line in block) for block in lines]

    def events(self, *names: str, since: int = 0) -> list[dict[str, str]]:
        """Return the events called ``names`` (all, if none is named)."""
        every = [block for block in self.blocks(since) if "Event" in block]
        return [event for event in every if not names or event["Event"] in names]
