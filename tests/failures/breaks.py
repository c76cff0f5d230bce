"""What may happen to the wire under running calls, and what the board says meanwhile. Rule: told in three words.

Each is done by the tests, which want it to come right, and by `make bench`, which says how soon it did.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.failures.scene import Scene

TRICKLE = 6_000  # bytes a second; the busy line says about 25,000
UNSEEN = 3  # calls that come and go meanwhile


class Break(NamedTuple):
    """``spoil``: make it happen; ``said``: on the board, in German, as long as it lasts."""

    spoil: Callable[[Scene], Awaitable[None]]
    said: str


LOST = "Keine Verbindung zur Telefonanlage mainz seit"


async def cut(scene: Scene) -> None:
    """Every connection is closed in order."""
    await scene.relay.cut()


async def reset(scene: Scene) -> None:
    """Every connection is reset, as by a firewall that was started anew."""
    await scene.relay.cut(reset=True)


async def half_open(scene: Scene) -> None:
    """Nothing comes through any more, and nobody is told: a cable was pulled."""
    scene.relay.swallow()


async def slow(scene: Scene) -> None:
    """Everything comes, but ever later."""
    scene.relay.trickle(TRICKLE)


BREAKS = {
    "cut": Break(cut, LOST),
    "reset": Break(reset, LOST),
    "half-open": Break(half_open, LOST),
    "slow": Break(slow, LOST),
}


async def suffer(scene: Scene, one: Break) -> float:
    """Let it happen, until it is noticed and calls were missed; mend it; return the seconds to a right picture."""
    await one.spoil(scene)
    await scene.shows(one.said)
    await scene.calls_pass(UNSEEN)
    await scene.relay.mend()
    return await scene.picture_is_right()
