"""The desk itself. Rule: whoever is talking finds the record of that call, however they came here."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from aiohttp import web

from ionas_phone.errors import StoreAway
from ionas_phone.store import session_lists
from ionas_phone.support.sessions import SessionLine
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import Context, context
from ionas_phone.web.pages import page
from ionas_phone.web.sessions import record, show

_RECENT: Final = 8  # sessions


@requires(Permission.DESK)
async def desk_page(request: web.Request) -> web.StreamResponse:
    """GET /: the record of the call one is talking on, else what to expect."""
    world, login = context(request), signed_in(request).login
    calls = world.live.desk(login).calls
    talking = next((call.session_id for call in calls if call.session_id is not None), None)
    if talking is None:
        return await page(request, "desk/page.html", page="desk", recent=await _recent(world, login))
    return await show(request, await record(request, talking))


async def _recent(world: Context, login: str) -> tuple[SessionLine, ...]:
    """Return what somebody closed last; nothing while the database is away: the phone rings all the same."""
    with suppress(StoreAway):
        async with world.database.read() as connection:
            return await session_lists.closed_of(connection, login, _RECENT)
    return ()
