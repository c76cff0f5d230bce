"""The record of one support session. Rule: whoever opens it sees all that is known of this customer, and why."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires
from ionas_phone.web.context import context
from ionas_phone.web.pages import page, record_fragment
from ionas_phone.web.records import Record, Refused, read_record


@requires(Permission.DESK)
async def session_page(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}: the desk with this record open."""
    return await show(request, await record(request, id_of(request)))


@requires(Permission.DESK)
async def record_part(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/akte: the record alone."""
    found = await record(request, id_of(request))
    return await record_fragment(request, "sessions/_record.html", found.session.id, **found.values())


async def record(request: web.Request, session_id: int) -> Record:
    """Read a session and all that is shown with it. Raises NotThere."""
    world = context(request)
    return await read_record(world.database, session_id, world.now())


async def show(request: web.Request, record: Record, refused: Refused | None = None) -> web.Response:
    """Show a record as a page; with a text that was ``refused``, both texts."""
    values = record.values(refused)
    return await page(
        request,
        "sessions/page.html",
        page="desk",
        session_id=record.session.id,
        here="/",
        status=409 if refused else 200,
        **values,
    )


def path_of(session_id: int) -> str:
    """Return the address of a session's page."""
    return f"/vorgaenge/{session_id}"


def id_of(request: web.Request) -> int:
    """Return the session that the address names."""
    return int(request.match_info["id"])
