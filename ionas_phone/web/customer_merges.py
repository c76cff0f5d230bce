"""Merging two records of one customer. Rule: what it does is shown beforehand, and done to exactly what was shown."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ionas_phone.errors import Conflict, NotThere
from ionas_phone.live.events import SessionOpened
from ionas_phone.store import customer_merges, customers
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import Context, context
from ionas_phone.web.customer_edits import named, tell
from ionas_phone.web.forms import read
from ionas_phone.web.forms_customers import MergeForm
from ionas_phone.web.pages import page, see_other
from ionas_phone.web.records import read_record


@requires(Permission.CUSTOMERS)
async def merge_form(request: web.Request) -> web.StreamResponse:
    """GET /kunden/{number}/zusammenfuehren?mit=…: what a merge would do; without another, the search for one."""
    kept, other = await named(request), request.query.get("mit")
    if other is None:
        return see_other(f"/kunden?zusammen={kept.number}")
    return await _preview(request, await read(request, MergeForm))


@requires(Permission.CUSTOMERS)
async def merge(request: web.Request) -> web.StreamResponse:
    """POST /kunden/{number}/zusammenfuehren: merge the other into this one. Sent twice, it is one merge."""
    world, form = context(request), await read(request, MergeForm)
    kept, gone = await named(request), await _other(world, form.mit)
    if kept.id == gone and form.mit != kept.number:  # done before
        return see_other(f"/kunden/{kept.number}")
    try:
        async with world.database.write() as connection:
            versions, by = (form.kept, form.gone), signed_in(request).login
            moved = await customer_merges.merge(connection, kept.id, gone, versions, world.now(), by)
    except Conflict as error:
        return await _preview(request, form, error)
    await tell(world, kept.id)
    for call in world.live.talking():
        if call.session_id in moved:
            found = await read_record(world.database, call.session_id, world.now())
            world.post(SessionOpened(at=world.now(), call=call.call, session_id=call.session_id, customer=found.match))
    return see_other(f"/kunden/{kept.number}")


async def _other(world: Context, number: str) -> int:
    async with world.database.read() as connection:
        customer = await customers.by_number(connection, number)
    if customer is None:
        raise NotThere
    return customer.id


async def _preview(request: web.Request, form: MergeForm, error: Conflict | None = None) -> web.Response:
    world, kept, gone = context(request), await named(request), await _other(context(request), form.mit)
    async with world.database.read() as connection:
        found = await customer_merges.preview(connection, kept.id, gone)
    values: dict[str, Any] = {"preview": found, "error": error if not found.refused else None}
    status = 409 if error else 200
    return await page(request, "customers/merge.html", page="desk", here="/kunden", status=status, **values)
