"""Correcting measured time. Rule: a new row with a reason; what is refused stays as typed, and says why."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from ionas_phone.errors import Conflict, FormWrong, PhoneError
from ionas_phone.store import timers, work
from ionas_phone.support.corrections import may_lengthen, read_minutes, refuse_correction
from ionas_phone.support.time_entries import checked_reason
from ionas_phone.support.users import Permission
from ionas_phone.support.work import Deed
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_times import CorrectionForm
from ionas_phone.web.pages import fragment, is_htmx, page, see_other
from ionas_phone.web.sessions import id_of, path_of
from ionas_phone.web.timers import tell
from ionas_phone.web.times import new_key, session_time
from ionas_phone.web.typed import beside


@requires(Permission.DESK)
async def form(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/korrektur: an empty form."""
    return await _form(request, CorrectionForm(key=new_key()), {})


@requires(Permission.DESK)
async def correct(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/korrektur: write the correction down. Raises NotAllowed, NotThere."""
    world, session_id, typed = context(request), id_of(request), await read(request, CorrectionForm)
    user, wrong = signed_in(request), _all_wrong(typed)
    if wrong:
        return await _form(request, typed, wrong)
    change = read_minutes(typed.minutes) * (1 if typed.way == "more" else -1)
    deed = Deed(typed.key, world.now(), user.login)
    try:
        async with world.database.write() as connection:
            refuse_correction(user, await work.load(connection, session_id, deed.at), change)
            await timers.correct(connection, session_id, change, typed.reason, deed)
    except Conflict as refusal:
        return await _form(request, typed, {"": refusal})
    await tell(world, session_id, user.login)
    return web.Response(content_type="text/html") if is_htmx(request) else see_other(path_of(session_id))


def _all_wrong(typed: CorrectionForm) -> dict[str, PhoneError]:
    wrong: dict[str, PhoneError] = {}
    for check, text in ((read_minutes, typed.minutes), (checked_reason, typed.reason)):
        try:
            check(text)
        except FormWrong as error:
            wrong[error.field] = error
    return wrong


async def _form(request: web.Request, typed: CorrectionForm, wrong: Mapping[str, PhoneError]) -> web.Response:
    """Show the form as typed; what is ``wrong`` stands beside its field."""
    user = signed_in(request)
    values = await session_time(context(request), user, id_of(request))
    values |= {"form": typed, "errors": beside(wrong), "lengthen": may_lengthen(user)}
    status = max(map(status_of, wrong.values()), default=200)
    if is_htmx(request):
        return fragment(request, "corrections/_form.html", status=status, hx=True, **values)
    return await page(request, "corrections/form.html", page="desk", here="/", status=status, hx=False, **values)
