"""Remote sessions at the desk. Rule: the assistant says when one begins and ends; no password passes through here."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from ionas_phone.errors import Conflict, FormWrong, PhoneError
from ionas_phone.store import remote
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import Form, read
from ionas_phone.web.pages import fragment, is_htmx, page, see_other
from ionas_phone.web.remote_sessions import read_remote
from ionas_phone.web.sessions import id_of, path_of
from ionas_phone.web.typed import beside

LONGEST: Final = 40  # characters of an ID as typed


class StartForm(Form):
    """The ID the customer read out, as typed."""

    remote_id: str = ""


class EndForm(Form):
    """``broken_off``: the customer ended it."""

    broken_off: bool = False


@requires(Permission.DESK)
async def start(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/fernwartung: a remote session begins; the answer lets the browser open TeamViewer."""
    world, session_id, form = context(request), id_of(request), await read(request, StartForm)
    typed, by = form.remote_id[:LONGEST], signed_in(request).login
    try:
        async with world.database.write() as connection:
            await remote.start(connection, session_id, typed, world.now(), by)
    except (FormWrong, Conflict) as error:
        return await _refused(request, typed, error)
    world.written(session_id, by)
    return await _show(request, "remote/_section.html", connect=True)


@requires(Permission.DESK)
async def end(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/fernwartung/ende: it is over, or the customer has broken it off."""
    world, session_id, form = context(request), id_of(request), await read(request, EndForm)
    by = signed_in(request).login
    async with world.database.write() as connection:
        await remote.end(connection, session_id, world.now(), by, broken_off=form.broken_off)
    world.written(session_id, by)
    return await _show(request, "remote/_remote.html")


async def _show(request: web.Request, template: str, *, connect: bool = False) -> web.StreamResponse:
    if not is_htmx(request):
        return see_other(path_of(id_of(request)))
    found = await read_remote(context(request), id_of(request))
    return fragment(request, template, **{**found, "connect": connect})


async def _refused(request: web.Request, typed: str, error: PhoneError) -> web.StreamResponse:
    """Show what is wrong beside the field, in which everything stays as typed."""
    found = await read_remote(context(request), id_of(request))
    found |= {"typed": typed, "errors": beside({"remote_id": error})}
    if is_htmx(request):
        return fragment(request, "remote/_section.html", status=status_of(error), **found)
    return await page(request, "remote/page.html", page="desk", here="/", status=status_of(error), **found)
