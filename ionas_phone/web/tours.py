"""Beginning and leaving the guided tour. Rule: neither changes anything but whether the strip is shown."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.live.board import sessions_topic
from ionas_phone.store import tours
from ionas_phone.support.users import Permission, User
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.pages import is_htmx, see_other


@requires(Permission.DESK)
async def begin(request: web.Request) -> web.StreamResponse:
    """POST /uebung/tour: begin the tour (anew); it goes on at the desk."""
    world, user = context(request), signed_in(request)
    async with world.database.write() as connection:
        await tours.begin(connection, user.id, world.now())
    return _led(request, user, "/")


@requires(Permission.DESK)
async def leave(request: web.Request) -> web.StreamResponse:
    """POST /uebung/tour/ende: leave the tour, wherever one is; the session stays as it is."""
    world, user = context(request), signed_in(request)
    async with world.database.write() as connection:
        await tours.leave(connection, user.id)
    return _led(request, user, "/uebung")


def _led(request: web.Request, user: User, path: str) -> web.Response:
    """Have the strip painted anew in all tabs; a page that was sent as a whole is led on."""
    world = context(request)
    world.hub.mark(sessions_topic(user.login), world.monotonic())
    return web.Response(status=204) if is_htmx(request) else see_other(path)
