"""Painting regions, once for all tabs that show the same. Rule: what is cached is as new as its topics, or not used.

A cached region also ages: the times in it are counted from the moment of painting, so it is used for KEPT seconds only.
That is what a burst needs: fifty tabs that a single change wakes at once. Many changes change nothing that a region
shows; where it can be told by the facts alone (see Region), nothing is painted for a tab that has them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import structlog
from aiohttp import web

from ionas_phone.errors import PhoneError
from ionas_phone.render import Renderer
from ionas_phone.support.users import Permission, User
from ionas_phone.web.context import Context
from ionas_phone.web.regions import Region, Values
from ionas_phone.words import N_

_Kept = TypeVar("_Kept")
KEPT: Final = 0.25  # seconds; how wrong a ticking time in a cached region may be
REMEMBERED: Final = 500  # regions of people whose tabs are long closed are forgotten

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Painted:
    """A region as it goes to the browser. ``pops``: the legs of the ring cards in it; ``facts``: see Region.

    ``message``: all of it as it goes over the wire, made by whoever sends it first.
    """

    html: str
    pops: tuple[str, ...] = ()
    facts: Values | None = None
    message: bytes = b""

    def says(self, facts: Values | None) -> bool:
        """Tell whether it shows just these facts."""
        return facts is not None and (self.facts is facts or self.facts == facts)


@dataclass(slots=True)
class _Slot(Generic[_Kept]):
    """The latest painting of one region for those who see the same; one at a time paints, the others wait for it.

    Or the latest read of what several regions are painted from.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    version: tuple[int, ...] = ()
    at: float = float("-inf")
    kept: _Kept | None = None


class Painter:
    """Paints regions for whoever asks."""

    def __init__(self, world: Context, renderer: Renderer) -> None:
        """Begin with nothing painted."""
        self._world = world
        self._renderer = renderer
        self._slots: OrderedDict[tuple[object, ...], _Slot[Painted]] = OrderedDict()
        self._reads: OrderedDict[tuple[object, ...], _Slot[Values]] = OrderedDict()

    async def paint(self, region: Region, user: User, shown: Values | None = None) -> Painted:
        """Return ``region`` as ``user`` sees it now; never raises: a bug here must not take the ring away.

        ``shown``: the facts (see Region) that the tab shows already; if they are still all of them, nothing is painted
        and the html that is returned may be old.
        """
        about = (region.session_id, region.queue, region.asked)
        key = (region.name, *about, user.role, user.language, user.login if region.own else "")
        slot = _slot(self._slots, key)
        async with slot.lock:
            version, at = self._version(region, user), self._world.monotonic()
            kept = slot.kept
            if kept is not None and at - slot.at >= KEPT and not kept.says(shown):
                kept = None
            if kept is None or slot.version != version:
                painted = await self._paint(region, user, kept)
                if painted is not kept:
                    slot.kept, slot.at = painted, at
                slot.version = version  # only now: a cancelled painting leaves nothing old under it
                return painted
            return kept

    def _version(self, region: Region, user: User) -> tuple[int, ...]:
        """Asked before reading: what changes meanwhile is newer."""
        return self._world.hub.version(region.topics(user))

    async def _paint(self, region: Region, user: User, kept: Painted | None) -> Painted:
        """Paint, unless what is ``kept`` says the same."""
        try:
            values = await self._values(region, user)
            if kept and kept.says(values):
                return kept
            pops = values.get("pops", ())
            html = self._html(region.template, user, values)
            self._world.metrics.renders.labels(region.name).inc()
            return Painted(html, pops if isinstance(pops, tuple) else (), values if region.facts else None)
        except PhoneError as error:
            return self._away(region, user, error)
        except Exception:
            self._world.metrics.errors.inc()
            log.exception("region_failed", region=region.name)
            return self._away(region, user, PhoneError(N_("This part can't be shown at the moment.")))

    async def _values(self, region: Region, user: User) -> Values:
        if not region.share:
            return await region.load(self._world, user)
        slot = _slot(self._reads, (region.share, region.session_id))
        async with slot.lock:
            version, at = self._version(region, user), self._world.monotonic()
            if slot.kept is None or slot.version != version or at - slot.at >= KEPT:
                slot.kept = await region.load(self._world, user)
                slot.at, slot.version = at, version
            return slot.kept

    def _away(self, region: Region, user: User, error: PhoneError) -> Painted:
        return Painted(self._html("error/_region.html", user, {"name": region.name, "error": error}))

    def _html(self, template: str, user: User, values: Values) -> str:
        common = common_values(self._world, user)
        return self._renderer.html(template, user.language, self._world.now(), {**common, **values})


def _slot(slots: OrderedDict[tuple[object, ...], _Slot[_Kept]], key: tuple[object, ...]) -> _Slot[_Kept]:
    slot = slots.setdefault(key, _Slot())
    slots.move_to_end(key)
    if len(slots) > REMEMBERED:
        slots.popitem(last=False)
    return slot


PAINTER: Final = web.AppKey("painter", Painter)


def common_values(world: Context, user: User | None) -> dict[str, object]:
    """Return what every template may use: who reads, what they may do, whether there is a practice line."""
    return {
        "me": user,
        "may": lambda permission: user is not None and user.may(Permission(permission)),
        "practice": world.practice is not None,
    }
