"""Whose support session it is. Rule: a choice says over whom it is made; no later one is overruled unasked."""

from __future__ import annotations

from aiohttp import web

from ionas_phone.errors import Conflict
from ionas_phone.live.events import SessionOpened
from ionas_phone.store import customer_numbers, customers, sessions
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.forms import ChoiceForm, DetachForm, read
from ionas_phone.web.pages import fragment, is_htmx, page, record_fragment, see_other
from ionas_phone.web.records import Record, read_record
from ionas_phone.web.sessions import id_of


@requires(Permission.DESK)
async def choose_form(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/kunde: those with the number, a search, and the way to a new customer."""
    world = context(request)
    found = await read_record(world.database, id_of(request), world.now())
    if is_htmx(request):
        return fragment(request, "sessions/_choose.html", **found.values())
    return see_other(f"/kunden?vorgang={found.session.id}&instead_of={found.session.customer_id or ''}")


@requires(Permission.DESK)
async def choose(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/kunde: whose session it is. The text being typed below is not touched."""
    world, session_id, form = context(request), id_of(request), await read(request, ChoiceForm)
    by = signed_in(request).login
    async with world.database.write() as connection:
        other = await sessions.chosen_meanwhile(connection, session_id, form.instead_of)
        done = other is None or other.id == form.customer
        if done:
            await sessions.set_customer(connection, session_id, form.customer, world.now(), by, remember=form.remember)
        wanted = await customers.get(connection, form.customer)
    if done:
        return await chosen(request, session_id)
    found = await read_record(world.database, session_id, world.now())
    return await _show(request, found, status=409, wanted=wanted, remember=form.remember)


@requires(Permission.CUSTOMERS)
async def allow(request: web.Request) -> web.StreamResponse:
    """POST /kunden/{number}/erlauben: what was said about this phone number was wrong, it may be theirs again."""
    world, number, form = context(request), request.match_info["number"], await read(request, DetachForm)
    async with world.database.write() as connection:
        customer = await customers.by_number(connection, number)
        if customer:
            await customer_numbers.allow(connection, customer.id, form.phone, world.now(), signed_in(request).login)
    return see_other(f"/kunden/{number}")


@requires(Permission.CUSTOMERS)
async def detach(request: web.Request) -> web.StreamResponse:
    """POST /kunden/{number}/loesen: this phone number is not theirs; from a session, whose it is may be chosen next."""
    world, number, form = context(request), request.match_info["number"], await read(request, DetachForm)
    async with world.database.write() as connection:
        customer = await customers.by_number(connection, number)
        session = await sessions.get(connection, form.vorgang) if form.vorgang is not None else None
        if customer and session and session.practice and not customer.practice:
            raise Conflict("This was practice: the number stays in the customer's record.")
        if customer:
            await customer_numbers.detach(connection, customer.id, form.phone, world.now(), signed_in(request).login)
    if form.vorgang is None:
        return see_other(f"/kunden/{number}")
    return await chosen(request, form.vorgang, choosing=True)


async def chosen(request: web.Request, session_id: int, *, choosing: bool = False) -> web.StreamResponse:
    """Answer a choice of customer, and tell every desk that shows the call. ``choosing``: it may go on."""
    world = context(request)
    found = await read_record(world.database, session_id, world.now())
    for call in world.live.talking():
        if call.session_id == session_id:
            world.post(SessionOpened(at=world.now(), call=call.call, session_id=session_id, customer=found.match))
    world.changed(session_id, signed_in(request).login, found.session.assistant)
    if not is_htmx(request):
        return see_other(f"/vorgaenge/{session_id}")
    return await _show(request, found, choosing=choosing)


async def _show(request: web.Request, found: Record, *, status: int = 200, **more: object) -> web.Response:
    """Show whose session it is; the rest of the record stays as it is on the page."""
    session_id, values = found.session.id, found.values() | more
    if is_htmx(request):
        part = await record_fragment(request, "sessions/_customer.html", session_id, status=status, **values)
        part.headers.update({"HX-Retarget": "#customer", "HX-Reswap": "outerHTML"})  # whichever form it came from
        return part
    return await page(
        request, "sessions/page.html", page="desk", session_id=session_id, here="/", status=status, **values
    )
