"""Editing a customer's record. Rule: what somebody else saved meanwhile is seen before anything is written over it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ionas_phone.errors import Conflict, NotThere, PhoneError, StoreAway
from ionas_phone.store import audit, customers, session_lists, users
from ionas_phone.support.customers import HARMLESS, Customer, checked
from ionas_phone.support.faults import all_wrong
from ionas_phone.support.sessions import SessionState
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import Context, context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_customers import EditForm, edited
from ionas_phone.web.once_more import give_way
from ionas_phone.web.pages import page, see_other
from ionas_phone.web.typed import beside

COUNTRIES = ("DE", "AT", "CH", "LU", "LI", "FR", "BE", "NL", "DK", "PL", "CZ", "IT", "ES", "GB", "TR", "US")


@requires(Permission.CUSTOMERS)
async def edit_form(request: web.Request) -> web.StreamResponse:
    """GET /kunden/{number}/bearbeiten: the record as a form."""
    customer = await named(request)
    if customer.number != request.match_info["number"]:
        return see_other(f"/kunden/{customer.number}/bearbeiten")
    return await _form(request, customer, edited(customer), {})


@requires(Permission.CUSTOMERS)
async def edit(request: web.Request) -> web.StreamResponse:
    """POST /kunden/{number}/bearbeiten: write the record. Sent twice, it is one change."""
    world, typed, customer = context(request), await read(request, EditForm), await named(request)
    new = typed.customer(practice=customer.practice)
    if wrong := all_wrong(new, HARMLESS, lambda tried: checked(tried, customer)):
        return await _form(request, customer, typed, wrong, 422)
    if customer.number != request.match_info["number"]:  # merged with another meanwhile: that record is another one
        return await _clash(request, customer, typed)
    try:
        async with world.database.write() as connection:
            by = signed_in(request).login
            await customers.update(connection, customer.id, new, typed.version, world.now(), by)
    except Conflict:
        return await _clash(request, await named(request), typed)
    except StoreAway as error:
        give_way(error)
        return await _form(request, customer, typed, {"": error}, status_of(error))
    await tell(world, customer.id)
    return see_other(f"/kunden/{customer.number}")


async def named(request: web.Request) -> Customer:
    """Return the customer that the address names; of one merged away, the one it was merged into. Raises NotThere."""
    async with context(request).database.read() as connection:
        customer = await customers.by_number(connection, request.match_info["number"])
    if customer is None:
        raise NotThere
    return customer


async def tell(world: Context, customer_id: int) -> None:
    """Let every page that shows an open session of this customer show the record as it is now."""
    async with world.database.read() as connection:
        theirs = await session_lists.history(connection, customer_id)
    for line in theirs:
        if line.state is SessionState.OPEN:
            world.changed(line.id)


def offered(country: str) -> tuple[str, ...]:
    """Return the countries a form offers: where customers may live, and what stands in the record."""
    return tuple(dict.fromkeys((*COUNTRIES, country or "DE")))


async def _clash(request: web.Request, now: Customer, typed: EditForm) -> web.Response:
    """Show what was saved meanwhile and what was typed, and the form with both together as far as they go together."""
    async with context(request).database.read() as connection:
        log = await audit.about(connection, "customer", now.id, limit=1)
        who = await users.by_login(connection, log[0].by) if log else None
    clash = {
        "differences": typed.differences(now),
        "by": who.name if who else "",
        "own": bool(log) and log[0].by == signed_in(request).login,
        "at": log[0].at if log else None,
    }
    return await _form(request, now, typed.over(now), {}, 409, clash=clash)


async def _form(
    request: web.Request,
    customer: Customer,
    typed: EditForm,
    wrong: Mapping[str, PhoneError],
    status: int = 200,
    **more: object,
) -> web.Response:
    values: dict[str, Any] = {"customer": customer, "form": typed, "errors": beside(wrong), "clash": None, **more}
    values |= {"countries": offered(typed.country), "was": json.dumps(typed.was, ensure_ascii=False)}
    return await page(request, "customers/edit.html", page="desk", here="/kunden", status=status, **values)
