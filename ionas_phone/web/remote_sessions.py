"""What the desk shows of remote sessions. Rule: both ends of each, and who recorded them."""

from __future__ import annotations

from typing import Any

from ionas_phone.errors import NotThere
from ionas_phone.store import remote, sessions, users
from ionas_phone.web.context import Context
from ionas_phone.web.typed import Errors


async def read_remote(world: Context, session_id: int) -> dict[str, Any]:
    """Return what the region shows: the remote sessions of a support session, oldest first. Raises NotThere.

    ``names``: of those who recorded them, by log-in name. ``typed``, ``errors``: of the form; empty.
    """
    async with world.database.read() as connection:
        session = await sessions.get(connection, session_id)
        if session is None:
            raise NotThere("There is no such session (any more).")
        looks = await remote.of_session(connection, session_id)
        people = {one.started_by for one in looks} | {one.ended_by for one in looks if one.ended_by}
        names = {login: await users.name_of(connection, login) for login in people}
    return {"session": session, "looks": looks, "names": names, "typed": "", "errors": Errors(), "connect": False}
