"""What the regions of a desk show, and what they leave out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ionas_phone.errors import StoreAway
from ionas_phone.live.board import Desk, Health, RingState
from ionas_phone.live.events import LinkChanged
from ionas_phone.live.nouns import LinkState, MemberStatus
from ionas_phone.support.users import User
from ionas_phone.web import desk_values
from tests.desk_app import DeskApp
from tests.stories import ANNA

T = TypeVar("T")


async def anna(desk: DeskApp) -> User:
    return await desk.person("anna", name="Anna Berger", extension="201")


def typed(values: dict[str, object], name: str, kind: type[T]) -> T:
    found = values[name]
    assert isinstance(found, kind)
    return found


def shown(values: dict[str, object]) -> Desk:
    return typed(values, "desk", Desk)


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


async def test_a_caller_who_waits_and_a_link_that_is_lost_are_seen_at_every_desk(desk: DeskApp) -> None:
    users = (await anna(desk), await desk.person("ben", name="Ben Çelik", extension="202"))
    desk.story.joins(desk.story.rings_in())
    desk.story.tell(LinkChanged(at=desk.story.now, pbx="mainz", state=LinkState.LOST, reason="away"))
    for user in users:
        [queue] = typed(await desk_values.queues(desk.world, user), "queues", tuple)
        assert (queue.queue, queue.waiting) == ("support", 1)
        [link] = typed(await desk_values.links(desk.world, user), "health", Health).links
        assert (link.pbx, link.state, link.reason) == ("mainz", LinkState.LOST, "away")
