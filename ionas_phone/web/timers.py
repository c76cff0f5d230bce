"""The timer's buttons. Rule: the server's clock alone; sent twice a button works once, and a no says what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from ionas_phone.errors import Conflict
from ionas_phone.store import sessions, time_lists, timers, work
from ionas_phone.support.users import Permission
from ionas_phone.support.work import Command, Step
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import Context, context
from ionas_phone.web.forms import SearchForm, read
from ionas_phone.web.forms_times import KeyForm
from ionas_phone.web.pages import fragment, is_htmx, page, parts, see_other
from ionas_phone.web.regions import REGIONS, SESSION_REGIONS
from ionas_phone.web.sessions import id_of, path_of

COMMANDS: Final[dict[str, tuple[Command, Callable[..., Awaitable[Step]]]]] = {  # by the last word of their address
    "start": (Command.START, timers.start),
    "pause": (Command.PAUSE, timers.pause),
    "fortsetzen": (Command.RESUME, timers.resume),
    "beenden": (Command.STOP, timers.stop),
}


@requires(Permission.DESK)
async def press(request: web.Request) -> web.StreamResponse:
    """POST /vorgaenge/{id}/zeit/{command}: start, pause, resume or stop. A script gets no content: regions follow."""
    world, session_id, form = context(request), id_of(request), await read(request, KeyForm)
    deed = form.deed(world.now(), signed_in(request).login)
    command, do = COMMANDS[request.match_info["command"]]
    try:
        async with world.database.write() as connection:
            await do(connection, session_id, deed)
    except Conflict as refusal:
        await tell(world, session_id, deed.by)  # whoever saw a button that is refused sees something old
        other = await _elsewhere(world, session_id, deed.by) if command in {Command.START, Command.RESUME} else None
        if other is None:
            raise
        return await _refused(request, refusal, other)
    await tell(world, session_id, deed.by)
    return web.Response(status=204) if is_htmx(request) else see_other(path_of(session_id))


@requires(Permission.DESK)
async def clock(request: web.Request) -> web.StreamResponse:
    """GET /uhr?vorgang=…: the bar, and the time on that session's record, as they are now; for tabs that slept."""
    shown = (await read(request, SearchForm)).vorgang
    of_record = () if shown is None else (SESSION_REGIONS["time"].of(shown),)
    return await parts(request, REGIONS["timer"], *of_record)


async def tell(world: Context, session_id: int, *logins: str) -> None:
    """Say that a session's time is new: on its record, and to all who have worked on it."""
    async with world.database.read() as connection:
        session = await sessions.get(connection, session_id)
        worked = (await work.load(connection, session_id, world.now())).entries
    world.changed(session_id, session.assistant if session else None, *logins, *(entry.assistant for entry in worked))


async def _elsewhere(world: Context, session_id: int, login: str) -> int | None:
    async with world.database.read() as connection:
        running = await time_lists.running_of(connection, login)
    return running if running != session_id else None


async def _refused(request: web.Request, refusal: Conflict, other: int) -> web.Response:
    """Say that one's timer runs in another session, and lead there."""
    if is_htmx(request):
        return fragment(request, "timers/_elsewhere.html", status=409, error=refusal, other=other)
    return await page(request, "timers/elsewhere.html", page="desk", status=409, error=refusal, other=other)
