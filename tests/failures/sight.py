"""A fresh look at a PBX, past every relay, to compare a picture with. Rule: a real link, a real snapshot."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from ionas_phone.ami.connection import Link, PbxAddress
from ionas_phone.live.board import DeskCall, RingState
from ionas_phone.live.events import DirectoryRead, LinkChanged, SnapshotTaken
from ionas_phone.live.nouns import LinkState
from ionas_phone.live.state import Live
from ionas_phone.runtime.clock import now
from ionas_phone.support.phone_numbers import Line
from tests.lab.onlooker import TIMINGS
from tests.lab.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ionas_phone.live.events import Event
    from ionas_phone.live.nouns import Assistant
    from tests.lab.asterisk import Asterisk

TICK = 0.03
# What nobody can know who looks for the first time, and what only the store knows.
_UNKNOWABLE = {"held", "since", "longest_since", "waiting_since", "ringing_since", "talking_since", "by", "leg"}
_UNKNOWABLE |= {"session_id", "customer", "matches", "reason"}


class FreshSight:
    """Looks at one PBX anew as often as it is asked to."""

    def __init__(self, pbx: Asterisk, name: str, lines: tuple[str, ...], queues: frozenset[str]) -> None:
        self._lines = tuple(Line.parse(line) for line in lines)
        self._queues = queues
        self._name = name
        self._taken: list[SnapshotTaken] = []
        self._news = asyncio.Event()
        self._link = Link(PbxAddress.parse(f"{pbx.ami_url}#{name}", pbx.secret), self._see, now, timings=TIMINGS)

    @classmethod
    @contextlib.asynccontextmanager
    async def of(
        cls, pbx: Asterisk, name: str, lines: tuple[str, ...], queues: frozenset[str]
    ) -> AsyncIterator[FreshSight]:
        """Open the link; it comes back by itself when Asterisk does."""
        sight = cls(pbx, name, lines, queues)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(sight._link.run())
            try:
                await sight.linked()
                yield sight
            finally:
                task.cancel()

    async def linked(self) -> None:
        """Return when the PBX has shown itself."""
        await until(lambda: self._link.state is LinkState.UP, "a fresh look at the PBX")

    async def differences(self, live: Live, people: tuple[Assistant, ...]) -> list[str]:
        """Return in words what ``live`` shows otherwise than somebody would see who looks for the first time now."""
        self._news.clear()
        self._link.request_snapshot()
        async with asyncio.timeout(20):
            await self._news.wait()
        fresh, taken = Live(self._lines, self._queues), self._taken[-1]
        fresh.apply(DirectoryRead(at=now(), assistants=people), now())
        fresh.apply(LinkChanged(at=taken.at, pbx=self._name, state=LinkState.CONNECTING), now())
        fresh.apply(taken, now())
        ours, theirs = shown(live, people), shown(fresh, people)
        return [
            f"{place}: the service shows {_only(ours[place], theirs[place])},"
            f" a fresh look {_only(theirs[place], ours[place])}"
            for place in ours
            if ours[place] != theirs[place]
        ]

    def _see(self, event: Event, _received: float) -> None:
        if isinstance(event, SnapshotTaken):
            self._taken = [event]
            self._news.set()


def shown(live: Live, people: tuple[Assistant, ...]) -> dict[str, Any]:
    """Return all that board and desks show of now, by place."""
    board = live.board()
    places = {f"board.{field.name}": plain(getattr(board, field.name)) for field in fields(board)}
    for person in people:
        desk = live.desk(person.login)
        ringing = tuple(ring for ring in desk.rings if ring.state is RingState.RINGING)
        places |= {
            f"{person.login}'s state": desk.state,
            f"{person.login}'s rings": plain(ringing),
            f"{person.login}'s calls": plain(desk.calls),
        }
    return places


def plain(value: Any) -> Any:
    """Return ``value`` without what nobody can know at first sight; who is shown beside whom has no order."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return sorted((plain(one) for one in value), key=repr)
    if is_dataclass(value) and not isinstance(value, type):
        known = {field.name: getattr(value, field.name) for field in fields(value)}
        past = {"queue"} if isinstance(value, DeskCall) else set()  # by which somebody has come is shown nowhere
        return {name: plain(one) for name, one in known.items() if name not in _UNKNOWABLE | past}
    return value


def _only(one: Any, other: Any) -> Any:
    return [part for part in one if part not in other] if isinstance(one, list) else one
