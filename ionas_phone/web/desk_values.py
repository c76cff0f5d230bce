"""What the regions show that every desk has. Rule: read off the live picture; of the store, one's open sessions alone.

Where the browser counts on by itself, or a stream alone can know since when, an instant is left out: facts that differ
in nothing else are the same, and a tab that shows them is sent nothing.
"""

from __future__ import annotations

from dataclasses import replace

from ionas_phone.errors import StoreAway
from ionas_phone.live.board import RingState
from ionas_phone.live.wrap_up import plain
from ionas_phone.runtime.steering import REASONS
from ionas_phone.store import session_lists
from ionas_phone.support.sessions import SessionLine
from ionas_phone.support.users import User
from ionas_phone.web.context import Context


async def ring(world: Context, user: User) -> dict[str, object]:
    """Return the cards of the ring slot; ``pops``: the legs that ring now, whose painting is timed."""
    desk = world.live.desk(user.login)
    rings = replace(desk, state=None, since=None, reason="", calls=(), sent=())
    return {"desk": rings, "pops": tuple(card.leg for card in desk.rings if card.state is RingState.RINGING)}


async def status(world: Context, user: User) -> dict[str, object]:
    """Return one's own state and phones; ``practice_pause``: why one is paused at the practice line, None if not."""
    return {
        "desk": replace(world.live.desk(user.login), since=None, rings=(), calls=(), sent=()),
        "phones": world.live.phones(user.login),
        "practises": bool(world.wrap_ups.practised(user.login)),
        "practice_pause": _practice_pause(world, user),
        "reasons": REASONS,
    }


async def my_calls(world: Context, user: User) -> dict[str, object]:
    """Return one's own calls and whom one sent on; ``seated``: whether one sits in any queue."""
    desk = world.live.desk(user.login)
    return {"calls": desk.calls, "sent": desk.sent, "seated": desk.state is not None}


async def open_sessions(world: Context, user: User) -> dict[str, object]:
    """Return one's own open sessions; ``away``: why they could not be read. The calls are seen all the same."""
    found: tuple[SessionLine, ...] = ()
    away: StoreAway | None = None
    try:
        async with world.database.glance() as connection:
            found = await session_lists.open_of(connection, user.login)
    except StoreAway as error:
        away = error
    return {"desk": world.live.desk(user.login), "open_sessions": found, "away": away}


async def queues(world: Context, _user: User) -> dict[str, object]:
    """Return the queues in a line each."""
    return {"queues": world.live.queues()}


async def links(world: Context, _user: User) -> dict[str, object]:
    """Return how the links and the database stand."""
    return {"health": world.live.health()}


async def practice_phone(world: Context, user: User) -> dict[str, object]:
    """Return one's own practice phone, who could be asked, and why it is paused; None without a practice line."""
    if world.practice is None:
        return {"phone": None, "colleagues": (), "pause": None}
    return {
        "phone": world.practice.state(user.login),
        "colleagues": world.practice.colleagues(user.login),
        "pause": _practice_pause(world, user),
    }


def _practice_pause(world: Context, user: User) -> str | None:
    practised = world.wrap_ups.practised(user.login)
    return next((plain(seat.reason) for seat in practised if seat.paused), None)
