"""The record of one support session. Rule: a text is saved over the version it was typed on, or both are shown."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.store import sessions
from ionas_phone.support.sessions import Clash, Saved
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.forms import ProblemForm, read
from ionas_phone.web.pages import fragment, is_htmx, page, record_fragment, see_other
from ionas_phone.web.records import Record, read_record


@requires(Permission.DESK)
async def session_page(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}: the desk with this record open."""
    return await show(request, await record(request, _id(request)))


@requires(Permission.DESK)
async def record_part(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/akte: the record alone."""
    found = await record(request, _id(request))
    return await record_fragment(request, "sessions/_record.html", found.session.id, **found.values())


@requires(Permission.DESK)
async def save_problem(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/problem: what was typed. A script gets the new version, or what somebody else wrote."""
    world, session_id, form = context(request), _id(request), await read(request, ProblemForm)
    by = signed_in(request).login
    async with world.database.write() as connection:
        saved = await sessions.save_problem(connection, session_id, form.version, form.problem, world.now(), by)
    if isinstance(saved, Clash):
        return await _clashed(request, session_id, form, saved)
    world.changed(session_id, by)
    if is_htmx(request):
        return fragment(request, "sessions/_saved.html", saved=saved)
    return see_other(path_of(session_id))


@requires(Permission.DESK)
async def close(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/abschliessen: save what stands in the form, then close. Sent twice, it closes once."""
    world, session_id, form = context(request), _id(request), await read(request, ProblemForm)
    by = signed_in(request).login
    async with world.database.write() as connection:
        saved = await sessions.save_problem(connection, session_id, form.version, form.problem, world.now(), by)
        if isinstance(saved, Saved):
            await sessions.close(connection, session_id, world.now(), by)
        session = await sessions.get(connection, session_id)
    if isinstance(saved, Clash):
        return await _clashed(request, session_id, form, saved)
    world.changed(session_id, by, session.assistant if session else None)
    return see_other(path_of(session_id))


@requires(Permission.DESK)
async def reopen(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/oeffnen: somebody works on it again."""
    world, session_id, by = context(request), _id(request), signed_in(request).login
    async with world.database.write() as connection:
        await sessions.reopen(connection, session_id, world.now(), by)
        session = await sessions.get(connection, session_id)
    world.changed(session_id, by, session.assistant if session else None)
    return see_other(path_of(session_id))


async def record(request: web.Request, session_id: int) -> Record:
    """Read a session and all that is shown with it. Raises NotThere."""
    return await read_record(context(request).database, session_id)


async def show(
    request: web.Request, record: Record, typed: str | None = None, clash: Clash | None = None
) -> web.Response:
    """Show a record as a page."""
    values = record.values(typed, clash)
    return await page(
        request,
        "sessions/page.html",
        page="desk",
        session_id=record.session.id,
        here="/",
        status=409 if clash else 200,
        **values,
    )


def path_of(session_id: int) -> str:
    """Return the address of a session's page."""
    return f"/vorgaenge/{session_id}"


def _id(request: web.Request) -> int:
    return int(request.match_info["id"])


async def _clashed(request: web.Request, session_id: int, form: ProblemForm, clash: Clash) -> web.Response:
    """Show both texts; what was typed stays in the field."""
    if is_htmx(request):
        return fragment(request, "sessions/_conflict.html", status=409, clash=clash, typed=form.problem)
    return await show(request, await record(request, session_id), form.problem, clash)
