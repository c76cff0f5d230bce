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
    """One position of the switch. ``pbx``: "" if all PBXes have it; ``turn``: who turned it, None: a telephone.

    ``switch`` None: it can't be asked at the moment. ``missed``: a turn that did not reach it, and does not hold there.
    """

    pbx: str
    switch: Switch | None
    turn: Turn | None
    missed: Turn | None = None


def views(opening: OpeningSwitch, now: datetime) -> tuple[SwitchView, ...]:
    """Return how the line is switched; one view if all telephone systems were asked and agree, none if none was."""
    found = {pbx: switch.at(now) for pbx, switch in opening.seen.items()}
    last = opening.last

    def view(name: str, pbx: str) -> SwitchView:
        switch = found.get(pbx)
        turn = last if last and last.switch.at(now) == switch else None
        return SwitchView(name, switch, turn, last if last and last.passed_over(pbx, switch, now) else None)

    if not found:
        return ()
    names = sorted({*found, *opening.pbxes})
    if len({found.get(pbx) for pbx in names}) == 1:
        return (view("", names[0]),)
    return tuple(view(pbx, pbx) for pbx in names)


async def opening_values(world: Context, _user: User) -> dict[str, Any]:
    """Return the values of the line on desks and boards."""
    return {"opening": views(world.opening, world.now())}
