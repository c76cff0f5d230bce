"""Customers: looking for them, and writing new ones down. Rule: a form that is refused keeps what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from ionas_phone.errors import FormWrong, NotThere, PhoneError, StoreAway
from ionas_phone.store import customer_history, customer_numbers, customers, sessions
from ionas_phone.support import phone_numbers
from ionas_phone.support.customers import HARMLESS, Match, NewCustomer, checked, is_same
from ionas_phone.support.faults import all_wrong
from ionas_phone.support.sessions import Session
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.choices import chosen
from ionas_phone.web.context import context
from ionas_phone.web.customer_edits import offered
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import AttachForm, CustomerForm, SearchForm, read
from ionas_phone.web.once_more import give_way
from ionas_phone.web.pages import fragment, is_htmx, page, see_other
from ionas_phone.web.typed import beside
from ionas_phone.words import N_

_Holders = tuple[tuple[str, Match], ...]  # numbers, and who has them

MOST_FOUND: Final = 20
CHOSEN_MEANWHILE: Final = N_(
    "%(name)s was chosen for this session meanwhile; nothing was written down yet. Send the form again to create this "
    "customer and choose it instead, or go back."
)


@requires(Permission.CUSTOMERS)
async def search_page(request: web.Request) -> web.StreamResponse:
    """GET /kunden?q=…: the search as a page; if there is but one, it leads straight to the customer.

    Before anything is typed: the customers of late.
    """
    search = await _search(request, late=True)
    plain = not (search["session"] or search["attach"] or search["merge"])
    if plain and search["query"] and len(search["found"]) == 1:
        return see_other(f"/kunden/{search['found'][0].number}")
    return await page(request, "customers/list.html", page="desk", here="/kunden", **search)


@requires(Permission.CUSTOMERS)
async def search_part(request: web.Request) -> web.StreamResponse:
    """GET /kunden/suche?q=…&vorgang=…: what is found, while one types."""
    search = await _search(request, late="spaet" in request.query)
    return fragment(request, "customers/_found.html", **search)


@requires(Permission.CUSTOMERS)
async def attach(request: web.Request) -> web.StreamResponse:
    """POST /kunden/anhaengen: this number is this customer's from now on, as from the page of a call."""
    world, form = context(request), await read(request, AttachForm)
    async with world.database.write() as connection:
        by = signed_in(request).login
        await customer_numbers.attach(connection, form.customer, form.phone, world.now(), by)
        customer = await customers.known(connection, form.customer)
    return see_other(f"/kunden/{customer.number}")


@requires(Permission.CUSTOMERS)
async def create_form(request: web.Request) -> web.StreamResponse:
    """GET /kunden/neu?vorgang=…: an empty form; from a session with the caller's number."""
    form = await read(request, SearchForm)
    session = await _session(request, form.vorgang)
    number = session.number if session else form.nummer
    typed = CustomerForm(phones=phone_numbers.display(number) if number else "", instead_of=form.instead_of)
    return await _form(request, typed, session, {})


@requires(Permission.CUSTOMERS)
async def create(request: web.Request) -> web.StreamResponse:
    """POST /kunden: write a customer down, for a session or not."""
    world, typed, by = context(request), await read(request, CustomerForm), signed_in(request).login
    session = await _session(request, typed.vorgang)
    new = typed.customer(practice=session is not None and session.practice)
    if wrong := all_wrong(new, HARMLESS, checked):
        return await _form(request, typed, session, wrong)
    if session is None:
        return await _create_alone(request, typed, new)
    async with world.database.write() as connection:
        other = await sessions.chosen_meanwhile(connection, session.id, typed.instead_of)
        shared = () if other else _unseen(typed, await customer_numbers.holders(connection, new.phones))
        if other is None and not shared:
            customer = await customers.create(connection, new, world.now(), by)
            await sessions.set_customer(connection, session.id, customer.id, world.now(), by)
    if shared:
        return await _form(request, typed, session, {}, status=409, shared=shared)
    if other and not is_same(other, new):  # else the form was sent twice, and is done
        error = FormWrong(CHOSEN_MEANWHILE, name=other.display_name)
        again = typed.model_copy(update={"instead_of": other.id})
        return await _form(request, again, session, {"": error}, status=409)
    return await chosen(request, session.id)


async def _create_alone(request: web.Request, typed: CustomerForm, new: NewCustomer) -> web.StreamResponse:
    """Write down a customer who is not calling; while the database is away, the form is shown again as typed."""
    world = context(request)
    try:
        async with world.database.write() as connection:
            shared = _unseen(typed, await customer_numbers.holders(connection, new.phones))
            by = signed_in(request).login
            customer = None if shared else await customers.create(connection, new, world.now(), by)
    except StoreAway as error:
        give_way(error)
        return await _form(request, typed, None, {"": error}, status=status_of(error))
    if customer is None:
        return await _form(request, typed, None, {}, status=409, shared=shared)
    return see_other(f"/kunden/{customer.number}")


def _unseen(typed: CustomerForm, holders: _Holders) -> _Holders:
    """Return who has numbers of a new customer, unless that was said with the form already."""
    return () if {number for number, _ in holders} <= {*typed.shared.split()} else holders


async def _search(request: web.Request, *, late: bool) -> dict[str, Any]:
    """Return what the list of finds shows; ``late``: before anything is typed, the customers of late."""
    form = await read(request, SearchForm)
    query = form.q.strip()
    async with context(request).database.read() as connection:
        found = await customers.search(connection, query, MOST_FOUND + 1) if query else ()
        if late and not query:
            found = await customers.by_ids(connection, await customer_history.of_late(connection))
        last = await customer_history.last_sessions(connection, [one.id for one in found])
        merge = await customers.by_number(connection, form.zusammen) if form.zusammen else None
    found = tuple(one for one in found if merge is None or one.id != merge.id)
    shown = {"query": query, "found": found[:MOST_FOUND], "more": len(found) > MOST_FOUND, "last": last}
    session = await _session(request, form.vorgang)
    return shown | {"session": session, "instead_of": form.instead_of, "attach": form.nummer, "merge": merge}


async def _session(request: web.Request, session_id: int | None) -> Session | None:
    """Return the session a customer is looked for. Raises NotThere."""
    if session_id is None:
        return None
    async with context(request).database.read() as connection:
        session = await sessions.get(connection, session_id)
    if session is None:
        raise NotThere
    return session


async def _form(
    request: web.Request,
    typed: CustomerForm,
    session: Session | None,
    wrong: Mapping[str, PhoneError],
    *,
    status: int = 422,
    **more: object,
) -> web.Response:
    """Show the form with what was typed; ``status`` of the answer where something is ``wrong`` or to be seen, else 200.

    ``shared``, of ``more``: numbers that others have, which is to be seen before they are written down here, too.
    """
    values: dict[str, Any] = {"form": typed, "session": session, "errors": beside(wrong), "shared": (), **more}
    values["countries"] = offered(typed.country)
    status = status if wrong or more else 200
    if is_htmx(request):
        return fragment(request, "customers/_form.html", status=status, **values)
    return await page(request, "customers/new.html", page="desk", here="/kunden", status=status, **values)
