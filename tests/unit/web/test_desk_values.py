"""What the regions of a desk show, and what they leave out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ionas_phone.errors import StoreAway
from ionas_phone.live.board import Desk, RingState
from ionas_phone.live.nouns import MemberStatus
from ionas_phone.support.users import User
from ionas_phone.web import desk_values
from tests.desk_app import DeskApp
from tests.stories import ANNA


async def anna(desk: DeskApp) -> User:
    return await desk.person("anna", name="Anna Berger", extension="201")


def shown(values: dict[str, object]) -> Desk:
    found = values["desk"]
    assert isinstance(found, Desk)
    return found


async def test_only_a_card_that_rings_is_a_pop_and_the_slot_knows_nothing_else(desk: DeskApp) -> None:
    user = await anna(desk)
    first, second = desk.story.rings_in(), desk.story.rings_in("c2", number="061315550177")
    desk.story.joins(first)
    desk.story.joins(second, position=2)
    desk.story.rings_out(first, desk.story.calls(first, ANNA, "a1"), ANNA)
    desk.story.after(1).calls(second, ANNA, "a2")
    values = await desk_values.ring(desk.world, user)
    rung = {card.state: card.leg for card in shown(values).rings}
    assert values["pops"] == (rung[RingState.RINGING],)
    assert set(rung) == {RingState.RINGING, RingState.MISSED}
    assert (shown(values).state, shown(values).since, shown(values).calls) == (None, None, ())


async def test_since_when_is_no_part_of_a_state_and_calls_stand_by_themselves(desk: DeskApp) -> None:
    user = await anna(desk)
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason="Meal")
    before = await desk_values.status(desk.world, user)
    desk.story.after(60).member(ANNA, MemberStatus.IDLE, paused=True, reason="Meal")
    assert await desk_values.status(desk.world, user) == before
    assert (shown(before).state, shown(before).reason, shown(before).since) == ("paused", "Meal", None)
    assert (before["practises"], before["practice_pause"]) == (False, None)
    desk.story.comes_through()
    calls = await desk_values.my_calls(desk.world, user)
    assert (calls["calls"], calls["seated"]) == (desk.world.live.desk("anna").calls, True)
    assert shown(await desk_values.status(desk.world, user)).calls == ()


async def test_without_the_database_a_desk_says_so_and_shows_its_calls(
    desk: DeskApp, take_database_away: Callable[[], Awaitable[None]]
) -> None:
    user = await anna(desk)
    desk.story.comes_through()
    there = await desk_values.open_sessions(desk.world, user)
    assert there["away"] is None
    await take_database_away()
    away = await desk_values.open_sessions(desk.world, user)
    assert isinstance(away["away"], StoreAway)
    assert len(shown(away).calls) == 1


async def test_without_a_practice_line_there_is_no_practice_phone(desk: DeskApp) -> None:
    assert await desk_values.practice_phone(desk.world, await anna(desk)) == {
        "phone": None,
        "colleagues": (),
        "pause": None,
    }


async def test_queues_and_links_are_everybodys(desk: DeskApp) -> None:
    user = await anna(desk)
    assert await desk_values.queues(desk.world, user) == {"queues": desk.world.live.queues()}
    assert await desk_values.links(desk.world, user) == {"health": desk.world.live.health()}
