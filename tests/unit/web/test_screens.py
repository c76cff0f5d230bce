"""What a screen may: see wallboards."""

from __future__ import annotations

from ionas_phone.support.users import Permission, Role
from ionas_phone.web.access import hash_of
from ionas_phone.web.roll_call import RollCall
from ionas_phone.web.screens import Screen, ScreenLogIn, again, find_screen
from tests.desk_app import DeskApp
from tests.unit.web.test_wallboards import let_in


def test_a_screen_may_see_wallboards_and_nothing_else() -> None:
    nobody = Screen(0, "", "Flur", Role.ADMIN, "", "", "de")  # whatever role stands there
    assert [one for one in Permission if nobody.may(one)] == [Permission.WALLBOARD]


async def test_a_screen_is_asked_for_again_with_each_beat(desk: DeskApp) -> None:
    made = await let_in(desk, token="t1")
    found = await find_screen(desk.world, hash_of("t1"))
    assert found
    assert (found.wallboard.id, found.owner, found.user.login) == (made.id, f"wallboard/{made.id}", "")
    assert found.wallboard.seen_at is None
    await again(
        desk.world, RollCall(desk.world), found
    )  # a screen that hangs there for weeks is seen, though nobody loads its page
    seen = await again(desk.world, RollCall(desk.world), found)
    assert isinstance(seen, ScreenLogIn)
    assert seen.wallboard.seen_at
    assert await find_screen(desk.world, hash_of("t2")) is None
