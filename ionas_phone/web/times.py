"""What pages show of measured time. Rule: one instant for all that is shown together, and elapsed time by our clock."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from ionas_phone.billing.minutes import used
from ionas_phone.errors import NotThere
from ionas_phone.store import customers, remote, sessions, time_lists, users, work
from ionas_phone.support.corrections import may_lengthen, may_shorten
from ionas_phone.support.sessions import Session
from ionas_phone.support.users import User
from ionas_phone.support.work import Work, WorkState
from ionas_phone.web.context import Context

_IN_HAND: Final = frozenset({WorkState.ACCEPTED, WorkState.PAUSED})


def new_key() -> str:
    """Return a key for one button or form: sent twice with it, a thing is done once."""
    return str(uuid4())


def used_ms(found: Work) -> int:
    """Return the milliseconds used, from which a browser lets the clock go on."""
    if found.running is None:
        return found.used_seconds * 1000
    return int(used(found.entries, found.corrections, found.at).total_seconds() * 1000)


async def session_time(world: Context, user: User, session_id: int) -> dict[str, Any]:
    """Return the values of a record's time and end: its Work, and what ``user`` may do. Raises NotThere."""
    async with world.database.read() as connection:
        session = await sessions.get(connection, session_id)
        if session is None:
            raise NotThere("There is no such session (any more).")
        found = await work.load(connection, session_id, world.now())
        running = await time_lists.running_of(connection, user.login)
        looking = await remote.open_of(connection, session_id)
        names = {login: await users.name_of(connection, login) for login in {one.by for one in found.corrections}}
    return {
        **_common(session, found),
        "names": names,
        "elsewhere": running if running != session_id else None,
        "may_correct": found.newest_acceptance is not None and (may_lengthen(user) or may_shorten(user, found)),
        "talking": is_talking(world, session_id),
        "looking": looking is not None,
    }


async def my_timer(world: Context, user: User) -> dict[str, Any]:
    """Return the values of the bar, ``work`` None if there is nothing to show.

    It is the timer of ``user`` that runs; else that of the call they are talking on, once it may start; else the one
    that they, or its limit, paused last.
    """
    talking = [call.session_id for call in world.live.desk(user.login).calls if call.session_id]
    async with world.database.glance() as connection:
        at_hand = await time_lists.at_hand(connection, user.login, talking)
    if at_hand.nothing:  # as with most calls: there is a timer only where something was accepted
        return {"work": None}
    running, paused = at_hand.running, at_hand.paused
    async with world.database.read() as connection:
        for session_id in filter(None, (running, *at_hand.accepted, paused)):
            session = await sessions.get(connection, session_id)
            found = await work.load(connection, session_id, world.now())
            if session and (session_id in {running, paused} or found.state in _IN_HAND):
                customer = await customers.get(connection, session.customer_id) if session.customer_id else None
                return {**_common(session, found), "elsewhere": None, "customer": customer}
    return {"work": None}


async def marks(world: Context, _user: User) -> dict[str, Any]:
    """Return the values of the list of marks to review."""
    async with world.database.read() as connection:
        return {"marks": await time_lists.to_review(connection)}


def is_talking(world: Context, session_id: int) -> bool:
    """Tell whether a call of this session is going on."""
    return any(call.session_id == session_id for call in world.live.talking())


def _common(session: Session, found: Work) -> dict[str, Any]:
    return {"session": session, "work": found, "used_ms": used_ms(found), "key": new_key}
