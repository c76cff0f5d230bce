"""The page of the practice line. Rule: it only presses the virtual phone's buttons; what happens then is the desk's."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from ionas_phone.errors import NotThere
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import PracticePhone, context
from ionas_phone.web.forms import ColleagueForm, RingForm, read
from ionas_phone.web.pages import is_htmx, page, see_other

BUTTONS: Final = {  # by the last word of their address
    "annehmen": "pick_up",
    "auflegen": "hang_up",
    "aufgeben": "give_up",
    "halten": "hold",
    "fortsetzen": "resume",
    "zurueck": "back",
    "uebergeben": "hand_over",
    "kunde": "answer",
}


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
async def press(request: web.Request) -> web.StreamResponse:
    """POST /uebung/annehmen and so on: press a button; aufgeben: the caller hangs up; kunde: who is called answers."""
    await _phone(request).do(signed_in(request).login, BUTTONS[request.match_info["button"]])
    return _pressed(request)


@requires(Permission.DESK)
async def turn_to(request: web.Request) -> web.StreamResponse:
    """POST /uebung/kollege: ask a colleague, or send the caller there."""
    form = await read(request, ColleagueForm)
    await _phone(request).turn_to(signed_in(request).login, form.how.value, form.colleague)
    return _pressed(request)


@requires(Permission.DESK)
async def fill_queue(request: web.Request) -> web.StreamResponse:
    """POST /uebung/schlange: one caller of each kind comes into the queue."""
    await _phone(request).fill_queue(signed_in(request).login)
    return _pressed(request)


@requires(Permission.DESK)
async def leave_queue(request: web.Request) -> web.StreamResponse:
    """POST /uebung/schlange/aufgeben: the caller who waits longest hangs up."""
    await _phone(request).leave_queue(signed_in(request).login)
    return _pressed(request)


def _phone(request: web.Request) -> PracticePhone:
    practice = context(request).practice
    if practice is None:
        raise NotThere
    return practice


def _pressed(request: web.Request) -> web.Response:
    """Nothing to show: the regions change by themselves."""
    return web.Response(status=204) if is_htmx(request) else see_other("/uebung")
