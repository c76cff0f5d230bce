"""The record of one support session. Rule: a text is saved over the version it was typed on, or both are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ionas_phone.errors import NotThere
from ionas_phone.live.board import desk_topic
from ionas_phone.live.events import SessionOpened
from ionas_phone.store import customers, sessions
from ionas_phone.support.customers import Customer, Match
from ionas_phone.support.sessions import Clash, Saved, Session, SessionLine
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import Context, context
from ionas_phone.web.forms import ChoiceForm, ProblemForm, read
from ionas_phone.web.pages import fragment, is_htmx, page, see_other


@dataclass(frozen=True, slots=True)
class Record:
    """All that the centre of the desk shows. ``match``: the customer and why; ``matches``: who else has the number."""

    session: Session
    customer: Customer | None
    match: Match | None
    matches: tuple[Match, ...]
    history: tuple[SessionLine, ...]

    def values(self, typed: str | None = None, clash: Clash | None = None) -> dict[str, Any]:
        """Return what the templates need; ``typed``, ``clash``: a text that could not be saved, and why."""
        return {name: getattr(self, name) for name in self.__slots__} | {"typed": typed, "clash": clash}


@requires(Permission.DESK)
async def session_page(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}: the desk with this record open."""
    return await show(request, await record(request, _id(request)))


@requires(Permission.DESK)
async def record_part(request: web.Request) -> web.StreamResponse:
    """GET /vorgaenge/{id}/akte: the record alone."""
    return fragment(request, "sessions/_record.html", **(await record(request, _id(request))).values())


@requires(Permission.DESK)
async def save_problem(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/problem: what was typed. A script gets the new version, or what somebody else wrote."""
    world, session_id, form = context(request), _id(request), await read(request, ProblemForm)
    by = signed_in(request).login
    async with world.database.write() as connection:
        saved = await sessions.save_problem(connection, session_id, form.version, form.problem, world.now(), by)
    if isinstance(saved, Clash):
        return await _clashed(request, session_id, form, saved)
    _touch(world, by)
    if is_htmx(request):
        return fragment(request, "sessions/_saved.html", saved=saved)
    return see_other(path_of(session_id))


@requires(Permission.DESK)
async def close(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/abschliessen: save what stands in the form, then close. Sent twice, it closes once."""
    world, session_id, form = context(request), _id(request), await read(request, ProblemForm)
    by = signed_in(request).login
    async with world.database.write() as connection:
        saved = await sessions.save_problem(connection, session_id, form.version, form.problem, world.now(), by)
        if isinstance(saved, Saved):
            await sessions.close(connection, session_id, world.now(), by)
        session = await sessions.get(connection, session_id)
    if isinstance(saved, Clash):
        return await _clashed(request, session_id, form, saved)
    _touch(world, by, session.assistant if session else None)
    return see_other(path_of(session_id))


@requires(Permission.DESK)
async def reopen(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/oeffnen: somebody works on it again."""
    world, session_id, by = context(request), _id(request), signed_in(request).login
    async with world.database.write() as connection:
        await sessions.reopen(connection, session_id, world.now(), by)
        session = await sessions.get(connection, session_id)
    _touch(world, by, session.assistant if session else None)
    return see_other(path_of(session_id))


@requires(Permission.DESK)
async def choose_customer(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/kunde: whose session it is. The text being typed below is not touched."""
    world, session_id, form = context(request), _id(request), await read(request, ChoiceForm)
    by = signed_in(request).login
    async with world.database.write() as connection:
        await sessions.set_customer(connection, session_id, form.customer, world.now(), by, remember=form.remember)
    return await chosen(request, session_id)


async def chosen(request: web.Request, session_id: int) -> web.StreamResponse:
    """Answer a choice of customer, and tell every desk that shows the call."""
    world, now_there = context(request), await record(request, session_id)
    for call in world.live.board().talking:
        if call.session_id == session_id:
            world.post(SessionOpened(at=world.now(), call=call.call, session_id=session_id, customer=now_there.match))
    _touch(world, signed_in(request).login, now_there.session.assistant)
    if is_htmx(request):
        return fragment(request, "sessions/_chosen.html", **now_there.values())
    return see_other(path_of(session_id))


async def record(request: web.Request, session_id: int) -> Record:
    """Read a session and all that is shown with it. Raises NotThere."""
    async with context(request).database.read() as connection:
        session = await sessions.get(connection, session_id)
        if session is None:
            raise NotThere
        number, customer, match = session.number, None, None
        history: tuple[SessionLine, ...] = ()
        others = await customers.matches(connection, number) if number else ()
        if session.customer_id is not None:
            customer = await customers.get(connection, session.customer_id)
            match = await customers.match(connection, session.customer_id, number)
            lines = await sessions.history(connection, session.customer_id, limit=11)
            history = tuple(line for line in lines if line.id != session_id)[:10]
    others = tuple(other for other in others if other.customer_id != session.customer_id)
    return Record(session, customer, match, others, history)


async def show(
    request: web.Request, record: Record, typed: str | None = None, clash: Clash | None = None
) -> web.Response:
    """Show a record as a page."""
    values = record.values(typed, clash)
    return await page(request, "sessions/page.html", page="desk", here="/", status=409 if clash else 200, **values)


def path_of(session_id: int) -> str:
    """Return the address of a session's page."""
    return f"/vorgaenge/{session_id}"


def _id(request: web.Request) -> int:
    return int(request.match_info["id"])


async def _clashed(request: web.Request, session_id: int, form: ProblemForm, clash: Clash) -> web.Response:
    """Show both texts; what was typed stays in the field."""
    if is_htmx(request):
        return fragment(request, "sessions/_conflict.html", status=409, clash=clash, typed=form.problem)
    return await show(request, await record(request, session_id), form.problem, clash)


def _touch(world: Context, *logins: str | None) -> None:
    """What these people's desks show of their sessions is stale."""
    for login in filter(None, {*logins}):
        world.hub.mark(desk_topic(login), world.monotonic())
