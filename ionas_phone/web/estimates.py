"""Proposing what to do and what it will cost. Rule: the server computes the price; nothing else is written."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from ionas_phone.billing.prices import idle_cap, per_minute, price_of_estimate
from ionas_phone.errors import Conflict, FormWrong, PhoneError
from ionas_phone.store import estimates, work
from ionas_phone.support.estimates import NewEstimate
from ionas_phone.support.users import Permission
from ionas_phone.web import acceptances
from ionas_phone.web.access import requires
from ionas_phone.web.agreements import Agreement
from ionas_phone.web.context import context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_work import EstimateForm
from ionas_phone.web.pages import fragment, is_htmx, language_of, see_other
from ionas_phone.web.sessions import id_of
from ionas_phone.web.times import new_key
from ionas_phone.web.typed import beside, euros, named
from ionas_phone.web.work import agreement, changed, deed, form

_FIRST = (15, 30)  # minutes proposed to begin with
_MORE = (5, 15)  # and beyond what is used or accepted already
_PRICED = ("minutes_from", "minutes_to", "cap")  # the fields the price is of


@requires(Permission.DESK)
async def estimate_form(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/schaetzung: a proposal to be filled in; it begins with the one before."""
    known = await agreement(request)
    return await _form(request, known, beginning(known, language_of(request)), {})


@requires(Permission.DESK)
async def price(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/schaetzung/preis: what the proposal would cost, while one types; nothing is written."""
    new, wrong = (await read(request, EstimateForm)).estimate()
    wrong.pop("procedure", None)  # it has no price
    return fragment(request, "estimates/_price.html", costs=await _price(request, id_of(request), new, wrong))


@requires(Permission.DESK)
async def propose(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/schaetzung: write it down; the next form asks the customer. Sent twice, it is one."""
    world, session_id, typed = context(request), id_of(request), await read(request, EstimateForm)
    new, wrong = typed.estimate()
    if wrong:
        return await _form(request, await agreement(request), typed, wrong, 422)
    try:
        async with world.database.write() as connection:
            await estimates.propose(connection, session_id, new, deed(request, typed.key))
    except (FormWrong, Conflict) as error:
        return await _form(request, await agreement(request), typed, named(error), status_of(error))
    known = await agreement(request)
    changed(request, known)
    if is_htmx(request):
        return await acceptances.ask(request, known)
    return see_other(f"/vorgaenge/{session_id}/zustimmung")


def beginning(known: Agreement, language: str) -> EstimateForm:
    """Return what the form begins with: the proposal before, with minutes beyond those used or accepted already."""
    work_now = known.work
    before, reached = work_now.estimate, max(work_now.accepted_minutes or 0, -(-work_now.used_seconds // 60))
    low, high = (before.minutes_from, before.minutes_to) if before else _FIRST
    if reached >= high or work_now.acceptance:
        low, high = (reached + more for more in _MORE)
    return EstimateForm(
        key=new_key(),
        procedure=before.procedure if before else "",
        minutes_from=str(low),
        minutes_to=str(high),
        cap=euros(before.cap_cents, language) if before and before.cap_cents else "",
    )


async def _form(
    request: web.Request, known: Agreement, typed: EstimateForm, wrong: Mapping[str, PhoneError], status: int = 200
) -> web.Response:
    new, unread = typed.estimate()
    unread.pop("procedure", None)
    costs = await _price(request, known.session.id, new, unread)
    return await form(request, "estimates/_form.html", known, status, form=typed, errors=beside(wrong), costs=costs)


async def _price(
    request: web.Request, session_id: int, new: NewEstimate, wrong: Mapping[str, PhoneError]
) -> dict[str, object]:
    """Return what estimates/_price.html shows: the price, if it can be told; ``right``: fields without fault."""
    world = context(request)
    async with world.database.read() as connection:
        tariff, kind = await estimates.terms(connection, await work.records(connection, session_id), world.now())
    cents = None if wrong else price_of_estimate(new.minutes_to, tariff, kind, new.cap_cents)
    idle = not wrong and idle_cap(new, tariff, kind)
    return {
        "right": [name for name in _PRICED if name not in beside(wrong) and not (idle and name == "cap")],
        "price_cents": cents,
        "minutes": new.minutes_to,
        "tariff": tariff,
        "kind": kind,
        "per_minute": per_minute(tariff, kind),
        "uncapped_cents": price_of_estimate(new.minutes_to, tariff, kind) if new.cap_cents else None,
        "idle_cap": idle,
    }
