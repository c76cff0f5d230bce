"""Painting regions, once for all tabs that show the same. Rule: what is cached is as new as its topics, or not used.

A cached region also ages: the times in it are counted from the moment of painting, so it is used for KEPT seconds only.
That is what a burst needs: fifty tabs that a single change wakes at once.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiohttp import web

from ionas_phone.errors import PhoneError
from ionas_phone.render import Renderer
from ionas_phone.support.users import Permission, User
from ionas_phone.web.context import Context
from ionas_phone.web.regions import Region, Values
from ionas_phone.words import N_

KEPT: Final = 0.25  # seconds; how wrong a ticking time in a cached region may be
REMEMBERED: Final = 500  # regions of people whose tabs are long closed are forgotten

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Painted:
    """A region as it goes to the browser. ``pops``: the legs of the ring cards in it."""

    html: str
    pops: tuple[str, ...] = ()


@dataclass(slots=True)
class _Slot:
    """The latest painting of one region for those who see the same; one at a time paints, the others wait for it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    version: tuple[int, ...] = ()
    at: float = float("-inf")
    painted: Painted | None = None


class Painter:
    """Paints regions for whoever asks."""

    def __init__(self, world: Context, renderer: Renderer) -> None:
        """Begin with nothing painted."""
        self._world = world
        self._renderer = renderer
        self._slots: OrderedDict[tuple[object, ...], _Slot] = OrderedDict()

    async def paint(self, region: Region, user: User) -> Painted:
        """Return ``region`` as ``user`` sees it now; never raises: a bug here must not take the ring away."""
        slot = self._slot((region.name, region.session_id, user.role, user.language, user.login if region.own else ""))
        async with slot.lock:
            version = self._world.hub.version(region.topics(user))  # before reading: what changes meanwhile is newer
            fresh = self._world.monotonic() - slot.at < KEPT
            if slot.painted is None or slot.version != version or not fresh:
                at = self._world.monotonic()
                slot.painted = await self._paint(region, user)
                slot.at, slot.version = at, version  # only now: a cancelled painting leaves nothing old under it
            return slot.painted

    def _slot(self, key: tuple[object, ...]) -> _Slot:
        slot = self._slots.setdefault(key, _Slot())
        self._slots.move_to_end(key)
        if len(self._slots) > REMEMBERED:
            self._slots.popitem(last=False)
        return slot

    async def _paint(self, region: Region, user: User) -> Painted:
        self._world.metrics.renders.labels(region.name).inc()
        try:
            values = await region.load(self._world, user)
            pops = values.get("pops", ())
            return Painted(self._html(region.template, user, values), pops if isinstance(pops, tuple) else ())
        except PhoneError as error:
            return self._away(region, user, error)
        except Exception:
            self._world.metrics.errors.inc()
            log.exception("region_failed", region=region.name)
            return self._away(region, user, PhoneError(N_("This part can't be shown at the moment.")))

    def _away(self, region: Region, user: User, error: PhoneError) -> Painted:
        return Painted(self._html("error/_region.html", user, {"name": region.name, "error": error}))

    def _html(self, template: str, user: User, values: Values) -> str:
        common = common_values(self._world, user)
        return self._renderer.html(template, user.language, self._world.now(), {**common, **values})


PAINTER: Final = web.AppKey("painter", Painter)


def common_values(world: Context, user: User | None) -> dict[str, object]:
    """Return what every template may use: who reads, what they may do, whether there is a practice line."""
    return {
        "me": user,
        "may": lambda permission: user is not None and user.may(Permission(permission)),
        "practice": world.practice is not None,
    }
