"""The page of the tariffs. Rule: a price is never changed; a new version begins today or later, and says from when.

Until its first day it can be withdrawn; it stays in the list as that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from aiohttp import web

from ionas_phone.errors import FormWrong
from ionas_phone.store import tariffs
from ionas_phone.support.tariffs import Tariff, day_of
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.forms import read
from ionas_phone.web.forms_admin import TariffForm
from ionas_phone.web.pages import language_of, page, see_other
from ionas_phone.web.typed import beside

PATH = "/verwaltung/tarife"


@requires(Permission.ADMIN)
async def tariffs_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/tarife: all versions, and a form that begins with what holds today."""
    return await _page(request, None, {})


@requires(Permission.ADMIN)
async def add(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/tarife: write a version down. Sent twice, it is one."""
    world, form = context(request), await read(request, TariffForm)
    new, wrong = form.tariff(day_of(world.now()))
    if wrong:
        return await _page(request, form, wrong)
    async with world.database.write() as connection:
        await tariffs.add(connection, new, world.now(), signed_in(request).login)
    return see_other(PATH)


@requires(Permission.ADMIN)
async def withdraw(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/tarife/{id}/zuruecknehmen: take it back before its first day. Raises NotThere, Conflict."""
    world = context(request)
    async with world.database.write() as connection:
        await tariffs.withdraw(connection, int(request.match_info["id"]), world.now(), signed_in(request).login)
    return see_other(PATH)


async def _page(request: web.Request, typed: TariffForm | None, wrong: Mapping[str, FormWrong]) -> web.Response:
    """Show all versions; ``typed``: what could not be written down, because of what is ``wrong``."""
    world = context(request)
    today = day_of(world.now())
    async with world.database.read() as connection:
        versions, withdrawn = await tariffs.versions(connection), await tariffs.withdrawn(connection)
    now_or_later = states(versions, today, withdrawn)
    holds = next((one for one, state in now_or_later if state == "holds"), None)
    empty = TariffForm.of(holds, today + timedelta(days=1), language_of(request)) if holds else TariffForm()
    return await page(
        request,
        "tariffs/page.html",
        page="desk",
        here=PATH,
        status=422 if wrong else 200,
        versions=now_or_later,
        today=today,
        form=typed or empty,
        ask_far=typed is not None and typed.is_far(today),
        errors=beside(wrong),
    )


def states(
    newest_first: Iterable[Tariff], today: date, withdrawn: Collection[int] = ()
) -> tuple[tuple[Tariff, str], ...]:
    """Return each version with what it is today.

    "coming", "holds", "over", "withdrawn", or "replaced" before it ever began.
    """
    found: list[tuple[Tariff, str]] = []
    later: date | None = None  # first day of the version that comes after
    for one in newest_first:
        if one.id in withdrawn:
            found.append((one, "withdrawn"))
            continue
        if one.valid_from == later:
            state = "replaced"
        elif one.valid_from > today:
            state = "coming"
        else:
            state = "holds" if later is None or later > today else "over"
        found.append((one, state))
        later = one.valid_from
    return tuple(found)
