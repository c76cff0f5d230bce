"""How a session ends, or goes on. Rule: what was typed is saved first, and nobody ends a call's session by accident."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.store import remote, session_texts, sessions, timers
from ionas_phone.support.sessions import Clash, Ending, SessionText
from ionas_phone.support.users import Permission
from ionas_phone.support.work import Deed
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import Context, context
from ionas_phone.web.forms import read
from ionas_phone.web.forms_times import EndForm
from ionas_phone.web.pages import page, see_other
from ionas_phone.web.records import Refused
from ionas_phone.web.sessions import id_of, path_of, record
from ionas_phone.web.texts import clashed


@requires(Permission.DESK)
async def end(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/ende: save the problem, then end the session, its timer with it. Sent twice, it ends once.

    While its call goes on, or a remote session is open, the answer is a question first; whoever is sure ends the
    remote session with it, so that nobody is recorded as having access to the computer any more.
    """
    world, session_id, form = context(request), id_of(request), await read(request, EndForm)
    deed = form.deed(world.now(), signed_in(request).login)
    if refused := await _save(world, session_id, form, deed):
        return await clashed(request, session_id, refused)
    if not form.sure and (question := await _question(request, session_id, form)):
        return question
    async with world.database.write() as connection:
        await timers.finish(connection, session_id, form.outcome, deed)
        await remote.end(connection, session_id, deed.at, deed.by)
        session = await sessions.get(connection, session_id)
    world.changed(session_id, deed.by, session.assistant if session else None)
    return see_other(path_of(session_id))


@requires(Permission.DESK)
async def reopen(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/oeffnen: somebody works on it again, also on what was interrupted."""
    world, session_id, by = context(request), id_of(request), signed_in(request).login
    async with world.database.write() as connection:
        await sessions.reopen(connection, session_id, world.now(), by)
        session = await sessions.get(connection, session_id)
        if session and session.outcome is Ending.INTERRUPTED:
            await sessions.end(connection, session_id, None, world.now(), by)
    world.changed(session_id, by, session.assistant if session else None)
    return see_other(path_of(session_id))


async def _question(request: web.Request, session_id: int, form: EndForm) -> web.Response | None:
    """Return the page that asks whether to end it although something still goes on; None if nothing does."""
    world = context(request)
    async with world.database.read() as connection:
        looking = await remote.open_of(connection, session_id) is not None
    on_line = [call for call in world.live.talking() if call.session_id == session_id]
    talking, practising = bool(on_line), any(call.practice for call in on_line)
    if not talking and not looking:
        return None
    values = (await record(request, session_id)).values()
    values |= {"form": form, "talking": talking, "practising": practising, "looking": looking}
    return await page(request, "sessions/ask_end.html", page="desk", here="/", **values)


async def _save(world: Context, session_id: int, form: EndForm, deed: Deed) -> Refused | None:
    """Save the problem that came along; return it if somebody else has written another one."""
    if form.problem is None or form.version is None:
        return None
    which = SessionText.PROBLEM
    async with world.database.write() as connection:
        saved = await session_texts.save(connection, session_id, which, form.version, form.problem, deed.at, deed.by)
    return Refused(which, form.problem, saved) if isinstance(saved, Clash) else None
