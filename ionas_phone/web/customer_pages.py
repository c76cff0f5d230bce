"""The page of a customer: who it is, by which numbers they are recognised, and what there was. Rule: it only shows."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ionas_phone.store import call_lists, customer_history, customer_numbers, sessions, users
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires
from ionas_phone.web.context import context
from ionas_phone.web.customer_edits import named
from ionas_phone.web.pages import page, see_other

_SESSIONS = 20
_CALLS = 10


@requires(Permission.CUSTOMERS)
async def customer_page(request: web.Request) -> web.StreamResponse:
    """GET /kunden/{number}; the number of one merged away leads on to the other."""
    world, customer = context(request), await named(request)
    if customer.number != request.match_info["number"]:
        return see_other(f"/kunden/{customer.number}")
    async with world.database.read() as connection:
        lines = await sessions.history(connection, customer.id, _SESSIONS)
        numbers = await customer_numbers.of_customer(connection, customer)
        learned = {one.learned_by: await users.by_login(connection, one.learned_by) for one in numbers}
        values: dict[str, Any] = {
            "lines": lines,
            "numbers": numbers,
            "learned_by": {login: user.name if user else login for login, user in learned.items()},
            "foreign": await customer_numbers.foreign(connection, customer.id),
            "calls": await call_lists.page(connection, call_lists.Wanted(who=customer.number), _CALLS),
            "times": await customer_history.times_of(connection, [line.id for line in lines], world.now()),
        }
    return await page(request, "customers/page.html", page="desk", here="/kunden", customer=customer, **values)
