"""One's own state in the queues. Rule: the switchboard keeps it; shown is what it says, not what was pressed."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.forms import Form, read
from ionas_phone.web.pages import is_htmx, parts, see_other
from ionas_phone.web.regions import REGIONS


class StatusForm(Form):
    """What one wants to be. ``pause``: the reason of a pause, "" to be ready for calls."""

    pause: str = ""


@requires(Permission.DESK)
async def change(request: web.Request) -> web.StreamResponse:
    """POST /status: take one's phone out of the queues, or put it back. Raises FormWrong, NotSteered."""
    typed = await read(request, StatusForm)
    world, login = context(request), signed_in(request).login
    practised = not typed.pause and await world.wrap_ups.end_practised(login)
    if not practised or any(phone.paused for phone in world.live.phones(login)):
        await world.steering.pause(login, typed.pause or None)
    return await parts(request, REGIONS["status"]) if is_htmx(request) else see_other("/")
