"""The wallboard of a queue. Rule: read from five metres, without a log-in, and honest about what it can't know."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from markupsafe import Markup

from ionas_phone.store import wallboards
from ionas_phone.support.users import Permission
from ionas_phone.web.access import hash_of
from ionas_phone.web.context import context
from ionas_phone.web.pages import RENDERER, see_other
from ionas_phone.web.painter import PAINTER, common_values
from ionas_phone.web.screens import COOKIE, PAGE, ScreenLogIn, ScreenOff, Viewer, give_token, note_visit, viewer_of
from ionas_phone.web.static import STATIC
from ionas_phone.web.wallboard_regions import regions_of_wallboard


async def wallboard_page(request: web.Request) -> web.StreamResponse:
    """GET /wandtafel/{queue}. Raises SignedOut, NotAllowed, NotThere, StoreAway."""
    queue = request.match_info["queue"]
    try:
        viewer = await viewer_of(request, queue)
    except ScreenOff as error:
        return _page(request, "wallboards/off.html", None, status=403, error=error)
    world, painter = context(request), request.app[PAINTER]
    regions = regions_of_wallboard(queue, viewer.user)
    htmls = {region.name: Markup((await painter.paint(region, viewer.user)).html) for region in regions}  # noqa: S704 - the output of a template, escaped there
    # A person came here from somewhere; a screen has nowhere to go back to.
    back = "" if isinstance(viewer, ScreenLogIn) else "/leitung" if viewer.user.may(Permission.BOARD) else "/"
    shown: dict[str, Any] = {"queue": queue, "region": htmls.__getitem__, "back": back}
    response = _page(request, "wallboards/page.html", viewer, page=f"{PAGE}{queue}", **shown)
    if isinstance(viewer, ScreenLogIn):
        give_token(response, request.cookies[COOKIE])
        await note_visit(world, viewer)
    return response


async def let_in(request: web.Request) -> web.StreamResponse:
    """GET /wandtafel/geraet/{token}: the browser keeps the token, and goes where it does not stand in the address."""
    token = request.match_info["token"]
    async with context(request).database.read() as connection:
        found = await wallboards.find(connection, hash_of(token))
    if found is None:
        return _page(request, "wallboards/off.html", None, status=403, error=ScreenOff())
    response = see_other(f"/wandtafel/{found.queue}")
    give_token(response, token)
    return response


def _page(
    request: web.Request, template: str, viewer: Viewer | None, *, status: int = 200, **values: object
) -> web.Response:
    """Fill a template in the language of whoever looks."""
    world, user = context(request), viewer.user if viewer else None
    language = user.language if user else world.default_language
    common = {**common_values(world, user), "here": request.path, "version": request.app[STATIC].version}
    html = request.app[RENDERER].html(template, language, world.now(), {**common, **values})
    return web.Response(text=html, status=status, content_type="text/html")
