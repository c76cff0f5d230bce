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
from ionas_phone.web.regions import Region, Values, regions_of, regions_of_session
from ionas_phone.web.static import STATIC

RENDERER: Final = web.AppKey("renderer", Renderer)


async def page(  # noqa: PLR0913 - what a page is made of, by name
    request: web.Request,
    template: str,
    *,
    page: str = "",
    regions: tuple[Region, ...] | None = None,
    session_id: int | None = None,
    status: int = 200,
    **values: object,
) -> web.Response:
    """Return a whole page; ``page`` names it in ``regions.PAGES``: its regions are painted before it.

    ``regions``: those of a page that stands not there; ``session_id``: the support session whose record is on it, with
    regions of its own.
    """
    if regions is None:
        regions = regions_of(page, signed_in(request)) if page else ()
    painted = await _painted(request, (*regions, *_of_record(request, session_id)))
    version = request.app[STATIC].version
    return _answer(
        request,
        template,
        status,
        {"page": page, "region": painted.__getitem__, "regions": painted.keys(), "version": version, **values},
    )


async def record_fragment(
    request: web.Request, template: str, session_id: int, *, status: int = 200, **values: object
) -> web.Response:
    """Return a part of a page that holds regions of a support session's record."""
    painted = await _painted(request, _of_record(request, session_id))
    return _answer(request, template, status, {"region": painted.__getitem__, **values})


async def parts(request: web.Request, *regions: Region) -> web.Response:
    """Return ``regions`` as they are now, one after the other."""
    return web.Response(text="\n".join((await _painted(request, regions)).values()), content_type="text/html")


def fragment(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """Return a part of a page, for htmx."""
    return _answer(request, template, status, values)


def see_other(path: str) -> web.Response:
    """Lead the browser on to ``path``, to be asked for by GET."""
    return web.Response(status=303, headers={hdrs.LOCATION: path})


def language_of(request: web.Request) -> str:
    """Return the reader's language; who is signed out may choose by ``?sprache=en``, else their browser is asked."""
    log_in, known = request.get(LOG_IN), request.app[RENDERER].languages
    wanted = request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(",")  # browsers name the best one first
    theirs = [request.query.get("sprache", ""), *(one.strip()[:2].lower() for one in wanted)]
    asked = [log_in.user.language] if log_in else theirs
    return next((one for one in asked if one in known), context(request).default_language)


def is_htmx(request: web.Request) -> bool:
    """Tell whether a script of ours asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def _of_record(request: web.Request, session_id: int | None) -> tuple[Region, ...]:
    return () if session_id is None else regions_of_session(session_id, signed_in(request))


async def _painted(request: web.Request, regions: tuple[Region, ...]) -> dict[str, Markup]:
    if not regions:
        return {}
    painter, user = request.app[PAINTER], signed_in(request)
    htmls = {region.name: (await painter.paint(region, user)).html for region in regions}
    return {name: Markup(html) for name, html in htmls.items()}  # noqa: S704 - the output of a template, escaped there


def _answer(request: web.Request, template: str, status: int, values: Values) -> web.Response:
    world, log_in = context(request), request.get(LOG_IN)
    common = {**common_values(world, log_in.user if log_in else None), "here": request.path}
    html = request.app[RENDERER].html(template, language_of(request), world.now(), {**common, **values})
    return web.Response(text=html, status=status, content_type="text/html")
