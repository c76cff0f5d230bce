"""The desk itself. Rule: whoever is talking finds the record of that call, however they came here."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.pages import page
from ionas_phone.web.sessions import record, show


@requires(Permission.DESK)
async def desk_page(request: web.Request) -> web.StreamResponse:
    """GET /: the record of the call one is talking on, else what to expect."""
    calls = context(request).live.desk(signed_in(request).login).calls
    talking = next((call.session_id for call in calls if call.session_id is not None), None)
    if talking is None:
        return await page(request, "desk/page.html", page="desk")
    return await show(request, await record(request, talking))
