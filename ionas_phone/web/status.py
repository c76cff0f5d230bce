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
    """POST /status: take one's phone out of the queues, or put it back. Raises FormWrong, NotSteered.

    Who sits at the practice line alone pauses there; who has a real phone pauses that, and is ready at both.
    """
    typed = await read(request, StatusForm)
    world, login, reason = context(request), signed_in(request).login, typed.pause or None
    phones = world.live.phones(login)
    alone = bool(world.wrap_ups.practised(login)) and not any(phone.seats for phone in phones)
    practised = (alone or not reason) and await world.wrap_ups.pause_practised(login, reason)
    if any(phone.paused for phone in phones) or not (practised or alone):
        await world.steering.pause(login, reason)
    return await parts(request, REGIONS["status"]) if is_htmx(request) else see_other("/")
