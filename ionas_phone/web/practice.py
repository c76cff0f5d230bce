"""The page of the practice line. Rule: it only presses the virtual phone's buttons; what happens then is the desk's."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.errors import NotThere
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import PracticePhone, context
from ionas_phone.web.forms import RingForm, read
from ionas_phone.web.pages import is_htmx, page, see_other


@requires(Permission.DESK)
async def practice_page(request: web.Request) -> web.StreamResponse:
    """GET /uebung: a virtual phone beside the ring slot."""
    _phone(request)
    return await page(request, "practice/page.html", page="practice")


@requires(Permission.DESK)
async def ring_in(request: web.Request) -> web.StreamResponse:
    """POST /uebung/klingeln: a known, unknown or suppressed caller rings in."""
    form = await read(request, RingForm)
    await _phone(request).ring_in(signed_in(request).login, form.kind)
    return _pressed(request)


@requires(Permission.DESK)
async def pick_up(request: web.Request) -> web.StreamResponse:
    """POST /uebung/annehmen."""
    await _phone(request).pick_up(signed_in(request).login)
    return _pressed(request)


@requires(Permission.DESK)
async def hang_up(request: web.Request) -> web.StreamResponse:
    """POST /uebung/auflegen."""
    await _phone(request).hang_up(signed_in(request).login)
    return _pressed(request)


@requires(Permission.DESK)
async def give_up(request: web.Request) -> web.StreamResponse:
    """POST /uebung/aufgeben: the caller hangs up."""
    await _phone(request).give_up(signed_in(request).login)
    return _pressed(request)


def _phone(request: web.Request) -> PracticePhone:
    practice = context(request).practice
    if practice is None:
        raise NotThere
    return practice


def _pressed(request: web.Request) -> web.Response:
    """Nothing to show: the regions change by themselves."""
    return web.Response(status=204) if is_htmx(request) else see_other("/uebung")
