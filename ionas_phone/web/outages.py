"""Looking at time that is in doubt. Rule: none is billed before somebody has looked; the first look counts."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from ionas_phone.errors import Conflict, FormWrong, NotThere, PhoneError
from ionas_phone.store import outages, users, work
from ionas_phone.support.corrections import may_lengthen, read_minutes, refuse_review
from ionas_phone.support.time_entries import Outage, checked_reason
from ionas_phone.support.users import Permission
from ionas_phone.support.work import Deed
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_times import ReviewForm
from ionas_phone.web.pages import fragment, is_htmx, page, see_other
from ionas_phone.web.sessions import id_of, path_of
from ionas_phone.web.timers import tell
from ionas_phone.web.times import new_key, session_time
from ionas_phone.web.typed import beside


@requires(Permission.TIMES)
async def list_page(request: web.Request) -> web.StreamResponse:
    """GET /leitung/zeiten: all time that is in doubt."""
    return await page(request, "outages/list.html", page="times")


@requires(Permission.DESK)
async def form(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/pruefung/{mark}: the mark, and what may become of its time."""
    mark = await _mark(request)
    return await _form(request, mark, ReviewForm(key=new_key(), way="all" if mark.seconds > 0 else "keep"), {})


@requires(Permission.DESK)
async def review(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/pruefung/{mark}: settle it. Raises NotAllowed, NotThere, Conflict (somebody was first)."""
    world, session_id, typed = context(request), id_of(request), await read(request, ReviewForm)
    user, mark = signed_in(request), await _mark(request)
    deed = Deed(typed.key, world.now(), user.login)
    try:
        change = _change(mark, typed)
        if change:
            checked_reason(typed.reason)
        async with world.database.write() as connection:
            refuse_review(user, await work.load(connection, session_id, deed.at), mark, change)
            seen = await outages.review(connection, mark.id, change, typed.reason, deed)
            first = await users.name_of(connection, seen.reviewed_by or "")
    except (Conflict, FormWrong) as refusal:
        field = refusal.field if isinstance(refusal, FormWrong) else ""
        return await _form(request, mark, typed, {field: refusal})
    await tell(world, session_id, user.login)
    if seen.reviewed_by != user.login:
        raise Conflict("%(name)s has settled this already; the first look counts.", name=first)
    return web.Response(content_type="text/html") if is_htmx(request) else see_other(path_of(session_id))


def _change(mark: Outage, typed: ReviewForm) -> int:
    """Return the seconds that the session gets more (the clock was set back) or less. Raises FormWrong."""
    if typed.way == "keep":
        return 0
    if typed.way == "all":
        return -mark.seconds
    return read_minutes(typed.minutes) * (-1 if mark.seconds > 0 else 1)


async def _mark(request: web.Request) -> Outage:
    """Return the mark that the address names. Raises NotThere."""
    session_id, mark_id = id_of(request), int(request.match_info["mark"])
    async with context(request).database.read() as connection:
        known = (
            *await work.outages(connection, session_id),
            *await work.outages(connection, session_id, reviewed=True),
        )
    mark = next((one for one in known if one.id == mark_id), None)
    if mark is None:
        raise NotThere
    return mark


async def _form(request: web.Request, mark: Outage, typed: ReviewForm, wrong: Mapping[str, PhoneError]) -> web.Response:
    """Show the form as typed; what is ``wrong`` stands beside its field."""
    user = signed_in(request)
    values = await session_time(context(request), user, id_of(request))
    values |= {"form": typed, "errors": beside(wrong), "lengthen": may_lengthen(user), "mark": mark}
    status = max(map(status_of, wrong.values()), default=200)
    if is_htmx(request):
        return fragment(request, "outages/_form.html", status=status, hx=True, **values)
    return await page(request, "outages/form.html", page="desk", here="/leitung", status=status, hx=False, **values)
