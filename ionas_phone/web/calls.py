"""The calls of the line. Rule: whoever may use the desk may see every call; no suppressed number is seen."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ionas_phone.errors import NotThere
from ionas_phone.live.nouns import Gap
from ionas_phone.store import call_lists, customer_numbers, sight, users
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.axis import axis, facts
from ionas_phone.web.call_list_regions import LIST, asked_for, list_values, regions_of_list
from ionas_phone.web.context import Context, context
from ionas_phone.web.forms import read
from ionas_phone.web.forms_calls import CallsForm, wanted
from ionas_phone.web.pages import page
from ionas_phone.web.regions import regions_of
from ionas_phone.web.typed import beside


@requires(Permission.DESK)
async def list_page(request: web.Request) -> web.StreamResponse:
    """GET /anrufe?von=…&bis=…&ausgang=…: all calls, newest first, and which ones. What is older does not change."""
    world, form, user = context(request), await read(request, CallsForm), signed_in(request)
    asked, (_, wrong) = asked_for(form), wanted(form, world.timezone)
    async with world.database.read() as connection:
        people = await users.everybody(connection)
    values: dict[str, Any] = {
        "form": form,
        "errors": beside(wrong),
        "asked": asked,
        "people": [(one.login, one.name) for one in people if one.interface],
        "queues": sorted({queue.queue for queue in world.live.queues()} | ({form.schlange} - {""})),
    }
    if form.vor:
        values |= {"regions": regions_of("calls", user), **await list_values(world, form)}
    else:
        values |= {"regions": regions_of_list(asked, user)}
    status = 422 if wrong else 200
    return await page(request, "calls/list.html", page=f"{LIST}{asked}", here="/anrufe", status=status, **values)


@requires(Permission.DESK)
async def call_page(request: web.Request) -> web.StreamResponse:
    """GET /anrufe/{id}: one call, its journey drawn and in a table. Raises NotThere."""
    world, call_id = context(request), int(request.match_info["id"])
    async with world.database.read() as connection:
        call = await call_lists.one(connection, call_id)
        if call is None:
            raise NotThere
        number = None if call.customer or call.suppressed else call.number
        several = await customer_numbers.matches(connection, number) if number else ()
        now = world.now()
        gaps = (
            *await sight.during(connection, call.pbx, call.began_at, call.ended_at or now),
            *_lasting(world, call.pbx),
        )
    journey = call_lists.journey(call, world.live.journey)
    found = facts(call, journey, (*gaps, *_lasting(world, call.pbx)), now)
    values: dict[str, Any] = {"call": call, "several": several, "facts": found, "axis": axis(found, call)}
    return await page(request, "calls/page.html", page="calls", here="/anrufe", **values)


def _lasting(world: Context, pbx: str) -> tuple[Gap, ...]:
    return tuple(gap for gap in world.live.health().gaps if gap.pbx == pbx and gap.ended_at is None)
