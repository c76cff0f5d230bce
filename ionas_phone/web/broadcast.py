"""What many tabs show alike: painted once and given to all of them in a plain loop. Rule: no tab is waited for.

A tab that can't take it at once (its own writer is busy with the region, or its buffer holds something) is told that
the region is stale, and its own writer sends it when the tab takes something again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from aiohttp import web

from ionas_phone.runtime.hub import Watch
from ionas_phone.support.users import User
from ionas_phone.web.context import Context
from ionas_phone.web.painter import Painted, Painter
from ionas_phone.web.regions import Region, Values


class Receiver(Protocol):
    """A tab. None of this waits for it."""

    def shows(self, region: Region, painted: Painted) -> bool:
        """Tell whether it shows just these facts of the region already."""

    async def offer(self, region: Region, painted: Painted) -> None:
        """Take the region at once, or have its own writer send it; never raises for a tab that is gone."""


def is_common(region: Region) -> bool:
    """Tell whether all of one role and language see the same, whatever they have open."""
    return not region.own and region.session_id is None


@dataclass(slots=True)
class _Crowd:
    """The tabs that see the same of a region; ``user``: one of those who look; ``facts``: as all were told last."""

    region: Region
    user: User
    facts: Values | None = None
    tabs: dict[Receiver, None] = field(default_factory=dict)


class _Round:
    """The regions that are sent together, every ``pace`` seconds if something changed."""

    def __init__(self, world: Context, painter: Painter, pace: float) -> None:
        self._watch = Watch(world.hub)  # nobody's: it goes on until the service ends
        self._painter = painter
        self._pace = pace
        self._crowds: dict[str, _Crowd] = {}

    def join(self, region: Region, user: User, tab: Receiver) -> None:
        key = _key(region, user)
        if key not in self._crowds:
            self._crowds[key] = _Crowd(region, user)
            self._watch.follow(key, region.topics(user), stale=False)  # who joins paints for itself first
        self._crowds[key].tabs[tab] = None

    def leave(self, region: Region, user: User, tab: Receiver) -> None:
        key = _key(region, user)
        crowd = self._crowds.get(key)
        if crowd is None or tab not in crowd.tabs:
            return  # gone before it had begun
        del crowd.tabs[tab]
        if not crowd.tabs:
            del self._crowds[key]
            self._watch.follow(key, (), stale=False)

    async def run(self) -> None:
        for key, known in self._crowds.items():  # after a failure nobody knows who was told what
            self._watch.follow(key, known.region.topics(known.user))
        while True:
            for key in await self._watch.changed(self._pace):
                if crowd := self._crowds.get(key):
                    await self._tell(crowd)

    async def _tell(self, crowd: _Crowd) -> None:
        region = crowd.region
        painted = await self._painter.paint(region, crowd.user, crowd.facts)
        tabs = [tab for tab in crowd.tabs if not tab.shows(region, painted)]
        if tabs and painted.says(crowd.facts):  # the times in what all the others show may be old
            painted = await self._painter.paint(region, crowd.user)
        crowd.facts = painted.facts
        for tab in tabs:
            if tab in crowd.tabs:
                await tab.offer(region, painted)


class Broadcast:
    """All rounds. Whoever runs the application runs ``run``."""

    def __init__(self, world: Context, painter: Painter) -> None:
        """Begin with nobody looking."""
        times = world.times
        self._brisk = _Round(world, painter, times.soon)
        self._calm = _Round(world, painter, times.pace)
        self._stored = _Round(world, painter, times.pace)  # what is read from the store holds up nothing else
        self._asked = _Round(world, painter, times.pace)  # nor does what somebody looks for in it

    def join(self, tab: Receiver, user: User, regions: Iterable[Region]) -> None:
        """Give these common regions to the tab of ``user`` whenever they change from now on."""
        for region in regions:
            self._round_of(region).join(region, user, tab)

    def leave(self, tab: Receiver, user: User, regions: Iterable[Region]) -> None:
        """Give them no more."""
        for region in regions:
            self._round_of(region).leave(region, user, tab)

    async def run(self) -> None:
        """Send for ever."""
        async with asyncio.TaskGroup() as group:
            for one in (self._brisk, self._calm, self._stored, self._asked):
                group.create_task(one.run())

    def _round_of(self, region: Region) -> _Round:
        if region.asked:
            return self._asked
        return self._stored if region.reads_store else self._brisk if region.brisk else self._calm


def _key(region: Region, user: User) -> str:
    return f"{region.name}/{region.queue}/{region.asked}/{user.role}/{user.language}"


BROADCAST: Final = web.AppKey("broadcast", Broadcast)
