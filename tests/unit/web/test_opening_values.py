"""How the line is switched, as it is shown."""

from __future__ import annotations

from dataclasses import replace

from ionas_phone.runtime import clock
from ionas_phone.support.opening import BY_HOURS, Opening, Switch, Turn
from ionas_phone.web.opening_values import opening_values, views
from tests.desk_app import DeskApp
from tests.unit.ami.fake_pbx import FakePbx, Inbox
from tests.unit.ami.test_connection import link_to

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
    opening.last = replace(turn, missed=("bingen", "mainz"))
    bingen, mainz = views(opening, now)
    assert (bingen.missed, mainz.missed) == (opening.last, None)  # it shows that it was turned all the same
    opening.last = replace(turn, switch=Switch(Opening.OPEN))  # since then somebody dialled *62
    assert views(opening, now)[1].turn is None


async def test_one_that_can_not_be_asked_is_named_and_never_passed_over(desk: DeskApp) -> None:
    opening, now = desk.world.opening, clock.now()
    for name in ("bingen", "mainz"):
        desk.links[name] = link_to(FakePbx(), Inbox())
    assert views(opening, now) == ()
    opening.seen, opening.last = {"mainz": CLOSED}, Turn(CLOSED, now, "office", "Das Büro", ("bingen",))
    assert [(view.pbx, view.switch, view.missed) for view in views(opening, now)] == [
        ("bingen", None, opening.last),
        ("mainz", CLOSED, None),
    ]
    opening.seen["bingen"] = CLOSED
    assert [view.pbx for view in views(opening, now)] == [""]


async def test_desks_and_boards_show_the_same(desk: DeskApp) -> None:
    user = await desk.person("anna")
    assert await opening_values(desk.world, user) == {"opening": views(desk.world.opening, clock.now())}
