"""What queues should achieve, kept by administrators. Rule: a change holds at once, for all of today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from ionas_phone.errors import Conflict, NotThere, PhoneError
from ionas_phone.store import queue_targets
from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.support.users import Permission
from ionas_phone.web.access import requires, signed_in
from ionas_phone.web.context import context
from ionas_phone.web.failures import status_of
from ionas_phone.web.forms import read
from ionas_phone.web.forms_queues import TargetsForm
from ionas_phone.web.pages import page, see_other
from ionas_phone.web.typed import beside, named

PATH: Final = "/verwaltung/warteschlangen"


@requires(Permission.ADMIN)
async def list_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/warteschlangen: every queue of ours with its targets."""
    world = context(request)
    async with world.database.read() as connection:
        written = await queue_targets.written(connection)
    every = [written.get(queue, QueueTargets(queue)) for queue in sorted({*world.live.queue_names(), *written})]
    return await page(request, "queue_targets/list.html", page="desk", every=every, here=PATH)


@requires(Permission.ADMIN)
async def targets_page(request: web.Request) -> web.StreamResponse:
    """GET /verwaltung/warteschlangen/{queue}. Raises NotThere."""
    targets = await _targets(request)
    return await _page(request, targets, TargetsForm.of(targets), {})


@requires(Permission.ADMIN)
async def save(request: web.Request) -> web.StreamResponse:
    """POST /verwaltung/warteschlangen/{queue}: over the version that was shown. Raises NotThere."""
    world, form, targets = context(request), await read(request, TargetsForm), await _targets(request)
    new, wrong = form.targets(targets.queue)
    if wrong:
        return await _page(request, targets, form, wrong)
    try:
        async with world.database.write() as connection:
            await queue_targets.save(connection, new, world.now(), signed_in(request).login)
    except Conflict as error:
        targets = await _targets(request)
        return await _page(request, targets, form.model_copy(update={"version": targets.version}), named(error))
    world.day.look()
    return see_other(PATH)


async def _targets(request: web.Request) -> QueueTargets:
    """Return the targets of the queue in the address. Raises NotThere."""
    world, queue = context(request), request.match_info["queue"]
    async with world.database.read() as connection:
        written = await queue_targets.written(connection)
    if queue not in written and queue not in world.live.queue_names():
        raise NotThere("There is no such queue.")
    return written.get(queue, QueueTargets(queue))


async def _page(
    request: web.Request, targets: QueueTargets, form: TargetsForm, wrong: Mapping[str, PhoneError]
) -> web.Response:
    """Show the form; ``targets``: what holds now."""
    first = next(iter(wrong.values()), None)
    return await page(
        request,
        "queue_targets/page.html",
        page="desk",
        here=PATH,
        status=status_of(first) if first else 200,
        targets=targets,
        form=form,
        errors=beside(wrong),
    )
