"""How the line is switched, as it is shown."""

from __future__ import annotations

from dataclasses import replace

from ionas_phone.runtime import clock
from ionas_phone.support.opening import BY_HOURS, Opening, Switch, Turn
from ionas_phone.web.opening_values import opening_values, views
from tests.desk_app import DeskApp

CLOSED = Switch(Opening.CLOSED)


async def test_telephone_systems_that_disagree_are_named(desk: DeskApp) -> None:
    opening, now = desk.world.opening, clock.now()
    assert views(opening, now) == ()
    turn = Turn(CLOSED, now, "office", "Das Büro")
    opening.seen, opening.last = {"mainz": CLOSED, "bingen": CLOSED}, turn
    (one,) = views(opening, now)
    assert (one.pbx, one.switch, one.turn) == ("", CLOSED, turn)
    opening.seen["bingen"] = BY_HOURS
    assert [(view.pbx, view.switch, view.turn) for view in views(opening, now)] == [
        ("bingen", BY_HOURS, None),
        ("mainz", CLOSED, turn),
    ]
    opening.last = replace(turn, switch=Switch(Opening.OPEN))  # since then somebody dialled *62
    assert views(opening, now)[1].turn is None


async def test_desks_and_boards_show_the_same(desk: DeskApp) -> None:
    user = await desk.person("anna")
    assert await opening_values(desk.world, user) == {"opening": views(desk.world.opening, clock.now())}
