"""The regions of a wallboard. Rule: those of one queue, from memory; a screen in the corridor names nobody in full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ionas_phone.live.board import BOARD, FIGURES, LINKS
from ionas_phone.support.users import Permission, User
from ionas_phone.support.wallboards import abbreviated, first_name
from ionas_phone.web.board_values import people_of, queue_view, waiting_in
from ionas_phone.web.context import Context
from ionas_phone.web.regions import Region

ROWS: Final = 4  # waiting callers, and people in each of two columns; more do not fit and are counted
_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class WallRegion:
    """A region about one queue; see Region."""

    name: str
    template: str
    topics: tuple[str, ...]

    def of(self, queue: str) -> Region:
        """Return the region as it is for one queue."""
        return Region(
            self.name,
            self.template,
            Permission.WALLBOARD,
            lambda _user: self.topics,
            lambda world, user: wall_values(world, user, queue),
            brisk=True,
            queue=queue,
        )


WALL_REGIONS: Final = (
    WallRegion("wall-tiles", "wallboards/_tiles.html", (BOARD, FIGURES)),
    WallRegion("wall-waiting", "wallboards/_waiting.html", (BOARD,)),
    WallRegion("wall-people", "wallboards/_people.html", (BOARD,)),
    WallRegion("wall-clock", "wallboards/_clock.html", (FIGURES,)),
    WallRegion("wall-links", "wallboards/_links.html", (LINKS,)),
)


def regions_of_wallboard(queue: str, user: User) -> tuple[Region, ...]:
    """Return the regions of a queue's wallboard that ``user`` may see, in painting order."""
    return tuple(region.of(queue) for region in WALL_REGIONS) if user.may(Permission.WALLBOARD) else ()


async def wall_values(world: Context, _user: User, queue: str) -> dict[str, Any]:
    """Return the values of all regions. ``day_ms``: milliseconds since midnight by the clocks of the house."""
    board, health, now = world.live.board(), world.live.health(), world.now()
    local = now.astimezone(world.timezone)
    seconds = (local.hour * 60 + local.minute) * 60 + local.second
    return {
        "queue": queue_view(world, queue, board, health),
        "waiting": waiting_in(board, queue, health),
        "people": people_of(board, queue),
        "health": health,
        "away": world.day.away,
        "rows": ROWS,
        "abbreviated": abbreviated,
        "first_name": first_name,
        "day_ms": seconds * _MS + local.microsecond // _MS,
    }
