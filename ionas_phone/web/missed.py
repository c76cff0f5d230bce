"""Callers nobody answered: one list for all, and calling back. Rule: of two at once the second is told of the first."""

from __future__ import annotations

from typing import Any

import structlog
from aiohttp import web

from ionas_phone.errors import Contended, FormWrong, NotSteered, NotThere, StoreAway
from ionas_phone.live.board import MISSED, desk_topic
from ionas_phone.store import missed
from ionas_phone.support.dialling import Abroad
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import Context, context
from ionas_phone.web.forms import Form, read
from ionas_phone.web.missed_lists import WORDS
from ionas_phone.web.pages import fragment, is_htmx, page, see_other
from ionas_phone.words import N_

log = structlog.get_logger(__name__)


class MissedForm(Form):
    """A missed caller, or one of ``practice``. ``number``: "" of all who withhold it. ``word``: how it was settled."""

    number: str = ""
    word: str = ""
    practice: bool = False


class CallForm(Form):
    """A number to be called. ``sure``: although it is abroad; ``practice``: by the practice line, which pretends it."""

    number: str
    sure: bool = False
    practice: bool = False


@requires(Permission.DESK)
async def take(request: web.Request) -> web.StreamResponse:
    """POST /anrufe/verpasst/nehmen: look after a caller. Raises Conflict (somebody does), NotThere."""
    world, typed, by = context(request), await read(request, MissedForm), signed_in(request).login
    async with world.database.write() as connection:
        await missed.take(connection, typed.number, by, world.now(), practice=_practised(world, typed))
    return _done(request)


@requires(Permission.DESK)
async def give_back(request: web.Request) -> web.StreamResponse:
    """POST /anrufe/verpasst/zurueckgeben: let somebody else look after a caller. Raises NotThere."""
    world, typed, by = context(request), await read(request, MissedForm), signed_in(request).login
    async with world.database.write() as connection:
        await missed.give_back(connection, typed.number, by, world.now(), practice=_practised(world, typed))
    return _done(request)


@requires(Permission.DESK)
async def settle(request: web.Request) -> web.StreamResponse:
    """POST /anrufe/verpasst/erledigt: take a caller off the list. Raises Conflict, NotThere, FormWrong."""
    world, typed, by = context(request), await read(request, MissedForm), signed_in(request).login
    if typed.word not in WORDS:
        raise FormWrong(N_("Say in a word how it was settled."), field="word")
    async with world.database.write() as connection:
        await missed.settle(connection, typed.number, typed.word, by, world.now(), practice=_practised(world, typed))
    return _done(request)


@requires(Permission.DESK)
async def call(request: web.Request) -> web.StreamResponse:
    """POST /anrufe/rueckruf: ring one's own phone, then the number. Raises NotSteered, Conflict (somebody does)."""
    world, typed, by = context(request), await read(request, CallForm), signed_in(request).login
    practice = _practised(world, typed)
    async with world.database.write() as connection:
        listed = await missed.listed(connection, typed.number, world.now(), practice=practice)
        if listed:
            await missed.take(connection, typed.number, by, world.now(), practice=practice)
    try:
        anew = await world.steering.call(by, typed.number, sure=typed.sure, practice=practice)
    except NotSteered as error:
        if listed and listed.taken_by != by:
            async with world.database.write() as connection:
                await missed.give_back(connection, typed.number, by, world.now(), practice=practice)
        if isinstance(error, Abroad):
            return await _ask(request, typed, error)
        raise
    finally:
        world.hub.mark(MISSED, world.monotonic())
    if listed and anew:
        await _note(request, listed)
    if not is_htmx(request):
        return see_other("/uebung" if practice else "/anrufe")
    return fragment(request, "calls/_called.html", number=typed.number, practised=practice)


def _practised(world: Context, typed: MissedForm | CallForm) -> bool:
    """Tell whether it is about practice. Raises NotThere: there is no practice line."""
    if typed.practice and world.practice is None:
        raise NotThere
    return typed.practice


async def _note(request: web.Request, listed: missed.Missed) -> None:
    """Write down that a phone rings to call somebody back; it does so too while the database is away.

    A note that gives way is tried once more here: the form is not done again, or the phone would ring again.
    """
    try:
        try:
            await _called_back(request, listed)
        except Contended:
            await _called_back(request, listed)
    except StoreAway:
        log.warning("call_back_not_noted", login=signed_in(request).login, call=listed.last.id)


async def _called_back(request: web.Request, listed: missed.Missed) -> None:
    """Raises StoreAway."""
    world = context(request)
    async with world.database.write() as connection:
        await missed.called_back(connection, listed, signed_in(request).login, world.now())


async def _ask(request: web.Request, typed: CallForm, abroad: Abroad) -> web.StreamResponse:
    asked: dict[str, Any] = {"number": typed.number, "practised": typed.practice, "region_code": abroad.region}
    if is_htmx(request):
        return fragment(request, "calls/_abroad.html", hx=True, **asked)
    return await page(request, "calls/abroad.html", page="calls", here="/anrufe", hx=False, **asked)


def _done(request: web.Request) -> web.Response:
    """Nothing is answered but that it was done: the list is redrawn wherever it is seen."""
    world = context(request)
    world.hub.mark(MISSED, world.monotonic())
    world.hub.mark(desk_topic(signed_in(request).login), world.monotonic())
    return web.Response(content_type="text/html") if is_htmx(request) else see_other("/anrufe")
