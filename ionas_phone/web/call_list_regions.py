"""The list of calls as a region. Rule: the newest page of what is asked for; who asks for the same shares it.

Which calls are asked for stands in the address of the page, and so in the name under which the page has its stream:
``LIST`` and the filters as an address has them, without ``vor``. Nothing more than a page of theirs would show is seen.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from ionas_phone.live.board import CALLS, LINKS
from ionas_phone.live.effects import Outcome
from ionas_phone.store import call_lists
from ionas_phone.store.call_lists import CallFilter, CallLine
from ionas_phone.support.users import Permission, User
from ionas_phone.web.context import Context
from ionas_phone.web.forms_calls import CallsForm, wanted
from ionas_phone.web.regions import Region, regions_of

LIST: Final = "calls/"  # how the page of a list is named on the stream


def asked_for(form: CallsForm) -> str:
    """Return which calls a page lists, as an address asks for them; however far one has turned its pages."""
    return urlencode({name: text for name, text in form.model_dump().items() if text and name != "vor"})


def regions_of_list(asked: str, user: User) -> tuple[Region, ...]:
    """Return the regions of the page with the newest of the calls that are ``asked`` for, in painting order."""
    around = regions_of("calls", user)
    return (*around, list_region(asked)) if user.may(Permission.DESK) else around


def list_region(asked: str) -> Region:
    """Return the list itself."""
    form = CallsForm.model_validate(dict(parse_qsl(asked))).model_copy(update={"vor": ""})
    return Region(
        "calls-list",
        "calls/_list.html",
        Permission.DESK,
        lambda _user: (CALLS, LINKS),
        lambda world, _user: list_values(world, form),
        reads_store=True,
        asked=asked,
        facts=True,
    )


async def list_values(world: Context, form: CallsForm) -> dict[str, Any]:
    """Return what a list of calls shows. ``older``: the address of the next page, "" if there is none.

    ``waits``: the ids of those that wait in a queue now; none on a page that stands still.
    """
    which: CallFilter = wanted(form, world.timezone)[0]
    async with world.database.read() as connection:
        found = await call_lists.page(connection, which)
    older = f"{asked_for(form)}&vor={found.lines[-1].id}".removeprefix("&") if found.more else ""
    sent_on = {one.id: call_lists.sent_on(one, world.live.journey) for one in found.lines}
    waits = frozenset(one.id for one in found.lines if not form.vor and _waits(world, one))
    return {"form": form, "found": found, "sent_on": sent_on, "older": older, "waits": waits}


def _waits(world: Context, call: CallLine) -> bool:
    """Tell whether somebody waits; of a call the picture does not know (any more) that can't be told."""
    waiting = call.outcome is Outcome.OPEN and call.offered_at is not None and call.answered_at is None
    return waiting and world.live.journey(call.key) is not None
