"""Answers made of templates. Rule: every page is rendered for its reader: language, permissions and regions.

Values each template has: ``me`` (User, None when signed out), ``page`` (its name in ``regions.PAGES``, "" if it has no
live regions), ``may("board")``, ``language``, ``now``, ``practice`` (there is a practice line), ``version``,
``here`` (the path, for the navigation).
"""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web
from markupsafe import Markup

from ionas_phone.render import Renderer
from ionas_phone.web.access import LOG_IN, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.painter import PAINTER, common_values
from ionas_phone.web.regions import Values, regions_of
from ionas_phone.web.static import STATIC

RENDERER: Final = web.AppKey("renderer", Renderer)


async def page(
    request: web.Request, template: str, *, page: str = "", status: int = 200, **values: object
) -> web.Response:
    """Return a whole page; ``page`` names it in ``regions.PAGES``: its regions are painted before it."""
    painted: dict[str, Markup] = {}
    if page:
        user = signed_in(request)
        for region in regions_of(page, user):
            html = (await request.app[PAINTER].paint(region.name, user)).html
            painted[region.name] = Markup(html)  # noqa: S704 - the output of a template, escaped there
    version = request.app[STATIC].version
    return _answer(
        request, template, status, {"page": page, "region": painted.__getitem__, "version": version, **values}
    )


def fragment(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """Return a part of a page, for htmx."""
    return _answer(request, template, status, values)


def see_other(path: str) -> web.Response:
    """Lead the browser on to ``path``, to be asked for by GET."""
    return web.Response(status=303, headers={hdrs.LOCATION: path})


def language_of(request: web.Request) -> str:
    """Return the reader's language; who is signed out may choose by ``?sprache=en``."""
    log_in = request.get(LOG_IN)
    chosen = log_in.user.language if log_in else request.query.get("sprache", "")
    return chosen if chosen in request.app[RENDERER].languages else context(request).default_language


def is_htmx(request: web.Request) -> bool:
    """Tell whether a script of ours asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def _answer(request: web.Request, template: str, status: int, values: Values) -> web.Response:
    world, log_in = context(request), request.get(LOG_IN)
    common = {**common_values(world, log_in.user if log_in else None), "here": request.path}
    html = request.app[RENDERER].html(template, language_of(request), world.now(), {**common, **values})
    return web.Response(text=html, status=status, content_type="text/html")
