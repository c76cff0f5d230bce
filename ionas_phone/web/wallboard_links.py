"""Screens are let in and signed off by supervisors. Rule: a link is shown once, in answer to its form."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Final

from aiohttp import web

from ionas_phone.errors import FormWrong, PhoneError
from ionas_phone.store import wallboards
from ionas_phone.support.users import Permission
from ionas_phone.support.wallboards import NewWallboard, Wallboard, checked
from ionas_phone.web.access import hash_of, requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.forms import read
from ionas_phone.web.forms_queues import WallboardForm
from ionas_phone.web.pages import page, see_other
from ionas_phone.web.screens import forget_screen, owner_of
from ionas_phone.web.stream import SIGNED_OUT
from ionas_phone.web.typed import beside, named

PATH: Final = "/verwaltung/wandtafeln"


@requires(Permission.SCREENS)
async def list_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/wandtafeln: every screen that was ever let in."""
    return await _page(request, WallboardForm(queue=_queues(request)[0]), {})


@requires(Permission.SCREENS)
async def add(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/wandtafeln: make a link for a screen; the answer shows it, once."""
    world, form = context(request), await read(request, WallboardForm)
    try:
        new = _new(form, _queues(request))
    except FormWrong as error:
        return await _page(request, form, named(error))
    token = secrets.token_urlsafe(32)
    async with world.database.write() as connection:
        made = await wallboards.add(connection, new, hash_of(token), world.now(), signed_in(request).login)
    link = f"{world.public_url or request.url.origin()}/wandtafel/geraet/{token}"
    return await _page(request, WallboardForm(queue=form.queue), {}, made, link)


@requires(Permission.SCREENS)
async def revoke(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/wandtafeln/{id}/abmelden: the screen says so at once. Raises NotThere."""
    world, wallboard_id = context(request), int(request.match_info["id"])
    async with world.database.write() as connection:
        await wallboards.revoke(connection, wallboard_id, world.now(), signed_in(request).login)
    forget_screen(request, wallboard_id)
    world.hub.stop(SIGNED_OUT, owner_of(wallboard_id))
    return see_other(PATH)


def _new(form: WallboardForm, queues: Collection[str]) -> NewWallboard:
    """Return the screen as it would be let in. Raises FormWrong."""
    if form.queue not in queues:
        raise FormWrong("There is no such queue.", field="queue")
    return checked(NewWallboard(form.queue, form.name))


def _queues(request: web.Request) -> tuple[str, ...]:
    return context(request).live.queue_names()


async def _page(
    request: web.Request,
    form: WallboardForm,
    wrong: Mapping[str, PhoneError],
    made: Wallboard | None = None,
    link: str = "",
) -> web.Response:
    """Show all screens; ``made``, ``link``: the one that was let in just now."""
    async with context(request).database.read() as connection:
        every = await wallboards.every(connection)
    return await page(
        request,
        "wallboards/list.html",
        page="desk",
        here=PATH,
        status=422 if wrong else 200,
        every=every,
        queues=_queues(request),
        made=made,
        link=link,
        form=form,
        errors=beside(wrong),
    )
