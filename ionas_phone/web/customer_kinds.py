"""Whether a customer is a consumer, and has a framework contract. Rule: it is changed over the record as it was shown.

Prices and consents hang on it, so it has a form of its own, which opens where it matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from aiohttp import web

from ionas_phone.errors import Conflict, PhoneError
from ionas_phone.store import customers
from ionas_phone.support.customers import Customer, NewCustomer
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.agreements import read_agreement
from ionas_phone.web.context import context
from ionas_phone.web.customer_edits import named, tell
from ionas_phone.web.forms import KindForm, read
from ionas_phone.web.pages import fragment, is_htmx, page, see_other
from ionas_phone.web.sessions import path_of
from ionas_phone.web.typed import beside
from ionas_phone.web.work import done


@requires(Permission.CUSTOMERS)
async def kind_form(request: web.Request) -> web.StreamResponse:
    """GET /kunden/{number}/art?vorgang=…: what the customer is now; from a session the form leads back there."""
    customer = await named(request)
    asked = await read(request, KindForm)
    shown = KindForm(
        kind=customer.kind,
        framework_contract=customer.framework_contract,
        version=customer.version,
        vorgang=asked.vorgang,
    )
    return await _form(request, customer, shown, {})


@requires(Permission.CUSTOMERS)
async def change(request: web.Request) -> web.StreamResponse:
    """POST /kunden/{number}/art: write it into the record. Sent twice, it is one change."""
    world, typed, customer = context(request), await read(request, KindForm), await named(request)
    kept = {field.name: getattr(customer, field.name) for field in fields(NewCustomer)}
    new = NewCustomer(**kept | {"kind": typed.kind, "framework_contract": typed.framework_contract})
    by = signed_in(request).login
    try:
        async with world.database.write() as connection:
            await customers.update(connection, customer.id, new, typed.version, world.now(), by)
    except Conflict as error:
        again = typed.model_copy(update={"version": customer.version})
        return await _form(request, customer, again, {"": error}, 409)
    await tell(world, customer.id)
    if typed.vorgang is None:
        return see_other(f"/kunden/{customer.number}")
    if is_htmx(request):
        return done(request, await read_agreement(world, typed.vorgang), "kind")
    return see_other(path_of(typed.vorgang))


async def _form(
    request: web.Request, customer: Customer, typed: KindForm, wrong: Mapping[str, PhoneError], status: int = 200
) -> web.Response:
    values: dict[str, Any] = {"customer": customer, "form": typed, "errors": beside(wrong), "alone": is_htmx(request)}
    if is_htmx(request):
        return fragment(request, "customers/_kind.html", status=status, **values)
    return await page(request, "customers/kind.html", page="desk", here="/kunden", status=status, **values)
