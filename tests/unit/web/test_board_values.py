"""What boards are put together from: picture, store, targets; nothing is claimed that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.live.board import QueueSummary
from ionas_phone.live.nouns import PRACTICE_PBX, Gap, MemberStatus
from ionas_phone.store.day import Day
from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.web.board_values import QueueView, board_values, not_seen, queue_view, waiting_in
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import ring
from tests.stories import ANNA, BEN, Story

BEGIN = datetime(2026, 11, 21, 23, tzinfo=UTC)


async def test_the_figures_count_at_once_what_the_picture_sees(desk: DeskApp, anna: Visitor) -> None:
    world = desk.world
    await world.day.turn()
    call = ring(desk)
    view = queue_view(world, "support", world.live.board(), world.live.health())
    assert view.figures
    assert (view.figures.offered, view.figures.answered, view.figures.waiting, view.on_target) == (1, 0, 1, None)
    desk.story.answers(call.caller, call.leg, ANNA)
    view = queue_view(world, "support", world.live.board(), world.live.health())
    assert view.figures
    assert (view.figures.offered, view.figures.answered, view.talking, view.on_target) == (1, 1, 1, True)


async def test_before_the_store_was_read_no_figure_is_claimed(desk: DeskApp, anna: Visitor) -> None:
    world = desk.world
    await desk.has_read(None)
    ring(desk)
    view = queue_view(world, "support", world.live.board(), world.live.health())
    assert (view.figures, view.on_target, view.now.waiting) == (None, None, 1)


async def test_targets_decide_what_is_too_much(desk: DeskApp, anna: Visitor) -> None:
    world = desk.world
    ring(desk)
    await desk.has_read(Day(BEGIN, targets={"support": QueueTargets("support", most_waiting=0)}))
    view = queue_view(world, "support", world.live.board(), world.live.health())
    assert view.too_many
    assert not view.alarm  # a phone rings
    await desk.has_read(Day(BEGIN))
    view = queue_view(world, "support", world.live.board(), world.live.health())
    assert not view.too_many
    assert not view.nearly_too_many  # one of three
    assert (view.near_ms, view.over_ms) == (96_000, 120_000)
    await desk.has_read(Day(BEGIN, targets={"support": QueueTargets("support", most_waiting=1)}))
    assert queue_view(world, "support", world.live.board(), world.live.health()).nearly_too_many


@pytest.mark.parametrize("alarm", [False, True])
@pytest.mark.parametrize("available", [0, 1])
@pytest.mark.parametrize(
    ("waiting", "by_number"), [(0, "ok"), (1, "ok"), (3, "ok"), (4, "warn"), (5, "warn"), (6, "bad")]
)
def test_colour_and_words_of_a_figure_are_one_state(waiting: int, by_number: str, available: int, alarm: bool) -> None:
    now = QueueSummary("support", waiting, BEGIN if waiting else None, available, 2)
    view = QueueView(now, QueueTargets("support", most_waiting=5), None, unseen=False, talking=0, alarm=alarm)
    assert view.waiting_state == ("nobody" if alarm else by_number)
    assert view.ready_state == ("ok" if available else "nobody" if alarm else "warn")


async def test_nobody_is_ready_though_all_could_practise(desk: DeskApp, anna: Visitor) -> None:
    world = desk.world
    practice = Story(PRACTICE_PBX, live=desk.engine.live)
    practice.joins(practice.rings_in("p1"))
    for person in (ANNA, BEN):
        desk.story.member(person, MemberStatus.IDLE, paused=True)
    board, health = world.live.board(), world.live.health()
    assert not queue_view(world, "support", board, health).alarm  # nobody waits but in practice
    desk.story.joins(desk.story.rings_in("c1"))
    board = world.live.board()
    view = queue_view(world, "support", board, health)
    assert (view.now.waiting, view.now.available, view.alarm) == (1, 0, True)
    assert [one.call.unique_id for one in waiting_in(board, "support", health)] == ["c1"]


def test_practice_waits_on_boards_where_there_is_no_telephone_system() -> None:
    practice = Story(PRACTICE_PBX)
    practice.joins(practice.rings_in("p1"))
    assert len(waiting_in(practice.live.board(), "support", practice.live.health())) == 1


async def test_a_queue_nobody_sits_or_waits_in_is_empty_not_missing(desk: DeskApp) -> None:
    world = desk.world
    view = queue_view(world, "evening", world.live.board(), world.live.health())
    assert (view.now.queue, view.now.waiting, view.now.signed_in, view.alarm) == ("evening", 0, 0, False)
    assert "support" in world.live.queue_names()


async def test_all_regions_of_the_board_have_the_same_values(desk: DeskApp, anna: Visitor) -> None:
    user = await desk.person("sophie")
    values = await board_values(desk.world, user)
    assert set(values) == {"board", "queues", "timers", "away"}


@pytest.mark.parametrize(
    ("gap", "missing"),
    [
        (Gap("mainz", BEGIN, BEGIN + timedelta(hours=1), 2), True),
        (Gap("mainz", BEGIN, BEGIN + timedelta(hours=1), None), True),
        (Gap("mainz", BEGIN, None, None), True),
        (Gap("mainz", BEGIN, BEGIN + timedelta(hours=1), 0), False),  # nobody called meanwhile
        (Gap("mainz", BEGIN - timedelta(hours=2), BEGIN - timedelta(hours=1), 2), False),  # yesterday
        (Gap(PRACTICE_PBX, BEGIN, BEGIN + timedelta(hours=1), 2), False),
    ],
)
def test_a_gap_makes_the_figures_of_its_day_least_ones(gap: Gap, missing: bool) -> None:
    assert not_seen(gap, BEGIN) is missing
    assert not_seen(replace(gap, ended_at=BEGIN), BEGIN) is False
