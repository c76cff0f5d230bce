"""How the line is switched, for desks, boards and its page. Rule: it is what the telephone systems said last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ionas_phone.runtime.opening import OpeningSwitch
from ionas_phone.support.opening import Switch, Turn
from ionas_phone.support.users import User
from ionas_phone.web.context import Context


@dataclass(frozen=True, slots=True)
class SwitchView:
    """One position of the switch. ``pbx``: "" if all PBXes have it; ``turn``: who turned it, None: a telephone."""

    pbx: str
    switch: Switch
    turn: Turn | None


def views(opening: OpeningSwitch, now: datetime) -> tuple[SwitchView, ...]:
    """Return how the line is switched; one view if all telephone systems agree, none if none was asked yet."""
    found = {pbx: switch.at(now) for pbx, switch in opening.seen.items()}
    last = opening.last

    def view(pbx: str, switch: Switch) -> SwitchView:
        return SwitchView(pbx, switch, last if last and last.switch.at(now) == switch else None)

    if len(set(found.values())) == 1:
        return (view("", next(iter(found.values()))),)
    return tuple(view(pbx, switch) for pbx, switch in sorted(found.items()))


async def opening_values(world: Context, _user: User) -> dict[str, Any]:
    """Return the values of the line on desks and boards."""
    return {"opening": views(world.opening, world.now())}
