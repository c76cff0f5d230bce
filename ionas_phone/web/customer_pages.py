"""The page of a customer: who it is, by which numbers they are recognised, and what there was. Rule: it only shows."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ionas_phone.store import audit, call_lists, customer_history, customer_numbers, session_lists, users
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires
from ionas_phone.web.context import context
from ionas_phone.web.customer_edits import named
from ionas_phone.web.forms_customers import LABELS
from ionas_phone.web.pages import page, see_other

_SESSIONS = 20
_CALLS = 10
_CHANGES = 20


@requires(Permission.CUSTOMERS)
async def customer_page(request: web.Request) -> web.StreamResponse:
    """GET /kunden/{number}; the number of one merged away leads on to the other."""
    world, customer = context(request), await named(request)
    if customer.number != request.match_info["number"]:
        return see_other(f"/kunden/{customer.number}")
    async with world.database.read() as connection:
        lines = await session_lists.history(connection, customer.id, _SESSIONS)
        numbers = await customer_numbers.of_customer(connection, customer)
        log = await audit.about(connection, "customer", customer.id, _CHANGES)
        logins = {*(one.learned_by for one in numbers), *(entry.by for entry in log)}
        people = {login: await users.by_login(connection, login) for login in logins}
        times = await customer_history.times_of(connection, [line.id for line in lines], world.now())
        values: dict[str, Any] = {
            "lines": lines,
            "numbers": numbers,
            "names": {login: user.name if user else login for login, user in people.items()},
            "log": log,
            "labels": LABELS,
            "foreign": await customer_numbers.foreign(connection, customer.id),
            "calls": await call_lists.page(connection, call_lists.CallFilter(who=customer.number), _CALLS),
            "times": times,
            "worked": sum(times.get(line.id, 0) for line in lines if not line.practice),
        }
    return await page(request, "customers/page.html", page="desk", here="/kunden", customer=customer, **values)
