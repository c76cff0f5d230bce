"""The page of the opening switch. Rule: a turn counts when the telephone systems confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from aiohttp import web

from ionas_phone.errors import FormWrong, NotSteered, PhoneError
from ionas_phone.runtime.opening import Answer
from ionas_phone.support.opening import Opening, Switch, checked
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_queues import OpeningForm
from ionas_phone.web.opening_values import views
from ionas_phone.web.pages import page, see_other
from ionas_phone.web.typed import beside, named

PATH: Final = "/verwaltung/oeffnung"


@requires(Permission.ADMIN)
async def opening_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/oeffnung: how the line is switched, and the switch."""
    return await _page(request, OpeningForm(), {})


@requires(Permission.ADMIN)
async def turn(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/oeffnung: turn it, and see it turned."""
    world, form = context(request), await read(request, OpeningForm)
    try:
        switch = checked(Switch(form.state, _end(form.until, world.timezone)), world.now())
        answers = await world.opening.set(switch, signed_in(request).login)
    except (FormWrong, NotSteered) as error:
        return await _page(request, form, named(error))
    if any(answer.problem for answer in answers):
        await world.opening.turn()  # the page says how each stands now, whatever it answered
        return await _page(request, form, {}, answers)
    return see_other(PATH)


def _end(text: str, zone: tzinfo) -> datetime | None:
    """Read a day and time as browsers send it, in the time of the house. Raises FormWrong."""
    if not text.strip():
        return None
    try:
        typed = datetime.fromisoformat(text.strip())
        return (typed if typed.tzinfo else typed.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the first and the last day there is have no UTC everywhere
        raise FormWrong("Write the end as 2026-12-31T18:00.", field="until") from error


async def _page(
    request: web.Request, form: OpeningForm, wrong: Mapping[str, PhoneError], answers: tuple[Answer, ...] = ()
) -> web.Response:
    world = context(request)
    shown = views(world.opening, world.now())
    first = next(filter(None, (*wrong.values(), *(answer.problem for answer in answers))), None)
    return await page(
        request,
        "opening/page.html",
        page="desk",
        here=PATH,
        status=status_of(first) if first else 200,
        opening=shown,
        switches=world.opening.pbxes,
        states=tuple(Opening),
        form=form,
        errors=beside(wrong),
        answers=answers,
    )
