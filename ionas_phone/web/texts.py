"""The texts of a session: problem, summary, prevention. Rule: saved over the version typed on, or both are shown."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from ionas_phone.store import session_texts
from ionas_phone.support.sessions import Clash, SessionText
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.forms import read
from ionas_phone.web.forms_times import TextForm
from ionas_phone.web.pages import fragment, is_htmx, see_other
from ionas_phone.web.records import Refused
from ionas_phone.web.sessions import id_of, path_of, record, show

TEXTS: Final = {  # by the last word of their address
    "problem": SessionText.PROBLEM,
    "zusammenfassung": SessionText.SUMMARY,
    "vorbeugung": SessionText.PREVENTION,
}


@requires(Permission.DESK)
async def save(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/{text}: what was typed. A script gets the new version, or what somebody else wrote."""
    world, session_id, form = context(request), id_of(request), await read(request, TextForm)
    which, by = TEXTS[request.match_info["text"]], signed_in(request).login
    typed = form.text(which)
    async with world.database.write() as connection:
        saved = await session_texts.save(connection, session_id, which, form.version, typed, world.now(), by)
    if isinstance(saved, Clash):
        return await clashed(request, session_id, Refused(which, typed, saved))
    world.written(session_id, by)
    if is_htmx(request):
        return fragment(request, "sessions/_saved.html", saved=saved)
    return see_other(path_of(session_id))


async def clashed(request: web.Request, session_id: int, refused: Refused) -> web.Response:
    """Show both texts; what was typed stays in the field."""
    if is_htmx(request):
        return fragment(request, "sessions/_conflict.html", status=409, clash=refused.clash, typed=refused.typed)
    return await show(request, await record(request, session_id), refused)
