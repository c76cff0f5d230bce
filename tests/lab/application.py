"""An application that steers a switchboard over HTTP (ARI). Rule: one bridge for all; in a talk, who is left goes."""

from __future__ import annotations

import asyncio
import contextlib
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp

from tests.lab.addition import USER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.lab.asterisk import Asterisk

_BRIDGE = "together"


class Application:
    """One bridge for those who come; as with every bridge of an application, no other can be merged with it."""

    def __init__(
        self, session: aiohttp.ClientSession, events: aiohttp.ClientWebSocketResponse, key: dict[str, str], kind: str
    ) -> None:
        self._session, self._events, self._key, self._kind = session, events, key, kind

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, pbx: Asterisk, kind: str = "mixing") -> AsyncIterator[Application]:
        """Take up whoever the dial plan sends; needs the laboratory's addition.

        ``kind``: of the bridge; in one that is "holding" everybody hears music, and whoever is left may stay.
        """
        key = {"api_key": f"{USER}:{pbx.lab_secret}"}
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{pbx.lab_port}") as session,
            session.ws_connect("/ari/events", params={"app": USER, **key}) as events,
            asyncio.TaskGroup() as tasks,
        ):
            application = cls(session, events, key, kind)
            await application._ask("POST", f"bridges/{_BRIDGE}", type=kind)
            listening = tasks.create_task(application._listen())
            yield application
            listening.cancel()

    async def _listen(self) -> None:
        replaced: set[str] = set()  # who leaves because another channel takes the place
        async for message in self._events:
            event = message.json()
            if "replace_channel" in event:
                replaced.add(event["replace_channel"]["id"])
            elif event["type"] == "StasisStart":
                await self._ask("POST", f"bridges/{_BRIDGE}/addChannel", channel=event["channel"]["id"])
            elif self._kind == "holding":
                continue
            elif event["type"] == "ChannelLeftBridge" and event["channel"]["id"] not in replaced:
                for alone in event["bridge"]["channels"]:
                    await self._ask("DELETE", f"channels/{alone}")

    async def _ask(self, method: str, what: str, **params: str) -> None:
        async with self._session.request(method, f"/ari/{what}", params={**params, **self._key}) as reply:
            if method != "DELETE" or reply.status != HTTPStatus.NOT_FOUND:  # else they have just hung up themselves
                reply.raise_for_status()
