"""Wrap-ups against a PBX that behaves as told: begun after a call, ended in time, early, and after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from ionas_phone.live.effects import BeginWrapUp
from ionas_phone.live.events import MemberSeen
from ionas_phone.live.nouns import PRACTICE_PBX, Member, MemberStatus
from ionas_phone.live.wrap_up import REASON, WrapUp, read
from ionas_phone.runtime import clock
from ionas_phone.store import queue_targets
from ionas_phone.support.queue_targets import QueueTargets
from tests.desk_app import DeskApp, desk_app
from tests.lab.waiting import until
from tests.steered import steered
from tests.stories import ANNA, BEN
from tests.timed import Clocks
from tests.unit.ami.fake_pbx import FakePbx

ORDER = BeginWrapUp("mainz", "support", ANNA.interface)


@pytest.fixture
async def clocks() -> Clocks:
    """They stand still unless a test moves them on: how long a machine takes changes nothing."""
    return Clocks(at=clock.now())


@pytest.fixture
async def desk(tmp_path: Path, clocks: Clocks) -> AsyncIterator[DeskApp]:
    async with desk_app(tmp_path, now=clocks.now, monotonic=clocks.monotonic) as app:
        await app.person("anna", name=ANNA.name, extension=ANNA.extension)
        yield app


async def rule(desk: DeskApp, wrap_up: int | None) -> None:
    async with desk.world.database.write() as connection:
        new = QueueTargets("support", percent=90, wrap_up=wrap_up)
        await queue_targets.save(connection, new, desk.world.now(), "office")
    await desk.world.day.turn()


def has_a_call(desk: DeskApp) -> None:
    caller, leg = desk.story.comes_through()
    desk.story.hangs_up(caller, leg, caller, ANNA)


def asked(pbx: FakePbx) -> list[dict[str, str]]:
    return [dict(action.keys) for action in pbx.actions if action.name == "QueuePause"]


async def test_after_a_call_nothing_rings_for_the_seconds_the_queue_gives(desk: DeskApp, clocks: Clocks) -> None:
    await rule(desk, 30)
    async with steered(desk) as pbx:
        has_a_call(desk)
        await until(lambda: asked(pbx), "the pause")
        [pause] = asked(pbx)
        assert (pause["Interface"], pause["Queue"], pause["Paused"]) == ("PJSIP/201", "support", "true")
        wrap_up = read(pause["Reason"])
        assert wrap_up
        assert wrap_up.seconds == 30
        desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=pause["Reason"])
        await desk.world.wrap_ups.turn("mainz")
        assert len(asked(pbx)) == 1  # not before its time
        clocks.ahead = timedelta(seconds=31)
        await desk.world.wrap_ups.turn("mainz")
        end = asked(pbx)[-1]
        assert (end["Interface"], end["Queue"], end["Paused"]) == ("PJSIP/201", "support", "false")


@pytest.mark.parametrize(("wrap_up", "reasons"), [(None, []), (0, [REASON])], ids=["off", "open"])
async def test_a_queue_may_have_none_or_one_without_an_end(
    desk: DeskApp, wrap_up: int | None, reasons: list[str]
) -> None:
    await rule(desk, wrap_up)
    async with steered(desk) as pbx:
        has_a_call(desk)
        await until(lambda: len(asked(pbx)) == len(reasons), "the pause")
        await desk.world.wrap_ups.turn("mainz")
        assert [pause["Reason"] for pause in asked(pbx)] == reasons


async def test_what_was_begun_before_a_restart_ends_in_time(desk: DeskApp) -> None:
    over = WrapUp(30, desk.world.now() - timedelta(seconds=1)).written
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=over)  # as a snapshot tells it
    await desk.world.wrap_ups.turn("mainz")  # nobody can be asked yet, and nothing is forgotten
    async with steered(desk) as pbx:
        await desk.world.wrap_ups.turn("mainz")
        assert asked(pbx)[-1]["Paused"] == "false"


async def test_a_refusal_is_asked_again_at_the_next_look(desk: DeskApp) -> None:
    over = WrapUp(30, desk.world.now() - timedelta(seconds=1)).written
    async with steered(desk) as pbx:
        pbx.errors["QueuePause"] = "Permission denied"
        desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=over)
        await desk.world.wrap_ups.turn("mainz")
        before = len(asked(pbx))
        await desk.world.wrap_ups.turn("mainz")
        assert len(asked(pbx)) > before > 0


async def test_each_queue_of_ours_is_asked_for_and_none_that_is_paused(desk: DeskApp) -> None:
    await rule(desk, 30)
    desk.story.live.picture.queues._ours = frozenset({"support", "sales"})
    desk.story.member(ANNA, MemberStatus.IDLE, queue="sales")
    async with steered(desk) as pbx:
        has_a_call(desk)
        await until(lambda: len(asked(pbx)) == 2, "both pauses")
        assert [pause["Queue"] for pause in asked(pbx)] == ["support", "sales"]
        desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason="Break", queue="sales")
        desk.world.wrap_ups.begin(ORDER)
        await desk.world.wrap_ups.turn("mainz")
        assert [pause["Queue"] for pause in asked(pbx)[2:]] == ["support"]


async def test_whoever_pauses_before_their_wrap_up_begins_is_left_in_peace(desk: DeskApp) -> None:
    await rule(desk, 30)
    async with steered(desk) as pbx:
        desk.world.wrap_ups.begin(ORDER)
        desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason="Break")
        await desk.world.wrap_ups.turn("mainz")
        assert asked(pbx) == []


async def test_whoever_pauses_while_others_wrap_ups_end_is_left_in_peace(desk: DeskApp, clocks: Clocks) -> None:
    over = WrapUp(30, desk.world.now() + timedelta(seconds=20)).written
    for person in (ANNA, BEN):
        desk.story.member(person, MemberStatus.IDLE, paused=True, reason=over)
    async with steered(desk) as pbx:
        pbx.mute = True
        clocks.ahead = timedelta(seconds=21)
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.world.wrap_ups.turn("mainz"))
            await pbx.until("QueuePause")
            desk.story.member(BEN, MemberStatus.IDLE, paused=True, reason="Break")
            pbx.catch_up()
        assert {end["Interface"] for end in asked(pbx)} == {"PJSIP/201"}


async def test_a_break_that_the_picture_does_not_show_yet_is_not_overwritten(desk: DeskApp, clocks: Clocks) -> None:
    await rule(desk, 30)
    async with steered(desk) as pbx:
        await desk.world.steering.pause("anna", "Break")
        clocks.ahead = timedelta(seconds=1)
        desk.world.wrap_ups.begin(ORDER)
        await desk.world.wrap_ups.turn("mainz")
        assert [pause["Reason"] for pause in asked(pbx)] == ["Break"]
        desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason="Break")
        clocks.ahead = timedelta(seconds=4)
        await desk.world.wrap_ups.turn("mainz")
        assert [pause["Reason"] for pause in asked(pbx)] == ["Break"]


async def test_who_was_ready_by_hand_before_the_call_ended_wraps_it_up(desk: DeskApp, clocks: Clocks) -> None:
    await rule(desk, 30)
    async with steered(desk) as pbx:
        await desk.world.steering.pause("anna", None)
        clocks.ahead = timedelta(seconds=1)
        desk.world.wrap_ups.begin(ORDER)
        ended = desk.world.now()
        await desk.world.wrap_ups.turn("mainz")
        assert len(asked(pbx)) == 1
        clocks.ahead = timedelta(seconds=4)
        await desk.world.wrap_ups.turn("mainz")
        wrap_up = read(asked(pbx)[-1]["Reason"])
        assert wrap_up
        assert wrap_up.until == (ended + timedelta(seconds=30)).replace(microsecond=0)  # as long as ever


async def test_a_break_in_the_moment_in_which_a_wrap_up_ends_is_not_undone(desk: DeskApp, clocks: Clocks) -> None:
    over = WrapUp(30, desk.world.now() + timedelta(seconds=20)).written
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=over)
    async with steered(desk) as pbx:
        clocks.ahead = timedelta(seconds=21)
        await desk.world.steering.pause("anna", "Break")
        await desk.world.wrap_ups.turn("mainz")
        await desk.world.wrap_ups.stop()
        assert [one["Paused"] for one in asked(pbx)] == ["true"]
        clocks.ahead = timedelta(seconds=25)  # it was refused, or the picture would show it by now
        await desk.world.wrap_ups.turn("mainz")
        assert [one["Paused"] for one in asked(pbx)] == ["true", "false"]


async def test_whoever_is_ready_by_hand_while_their_wrap_up_begins_is_not_paused_in_the_next_queue(
    desk: DeskApp,
) -> None:
    await rule(desk, 30)
    desk.story.live.picture.queues._ours = frozenset({"support", "sales"})
    desk.story.member(ANNA, MemberStatus.IDLE, queue="sales")
    async with steered(desk) as pbx:
        pbx.mute = True
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.world.wrap_ups.turn("mainz"))
            desk.world.wrap_ups.begin(ORDER)  # the desk's own round wakes after this one
            await pbx.until("QueuePause")
            with desk.world.steering.wish("anna", {"mainz"}, pauses=False):
                pass
            pbx.catch_up()
        assert [pause["Queue"] for pause in asked(pbx)] == ["support"]


async def test_whoever_is_rung_before_their_wrap_up_begins_wraps_up_in_full_after_it(desk: DeskApp) -> None:
    await rule(desk, 30)
    before = WrapUp(30, desk.world.now() + timedelta(seconds=10)).written
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=before)
    async with steered(desk) as pbx:
        desk.world.wrap_ups.begin(ORDER)
        await desk.world.wrap_ups.turn("mainz")
        longer = read(asked(pbx)[-1]["Reason"])
        assert longer
        assert longer.until > desk.world.now() + timedelta(seconds=20)


async def test_an_open_wrap_up_takes_the_place_of_one_that_would_end_before(desk: DeskApp) -> None:
    await rule(desk, 0)
    before = WrapUp(30, desk.world.now() + timedelta(seconds=10)).written
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=before)
    async with steered(desk) as pbx:
        desk.world.wrap_ups.begin(ORDER)
        await desk.world.wrap_ups.turn("mainz")
        assert [pause["Reason"] for pause in asked(pbx)] == [REASON]


async def test_a_clock_that_is_set_back_leaves_nobody_paused_for_longer(desk: DeskApp, clocks: Clocks) -> None:
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=WrapUp(30, desk.world.now()).written)
    async with steered(desk) as pbx:
        clocks.ahead = timedelta(hours=-1)
        await desk.world.wrap_ups.turn("mainz")
        assert [end["Paused"] for end in asked(pbx)] == ["false"]


async def test_a_wrap_up_that_is_over_before_it_could_begin_is_dropped(desk: DeskApp, clocks: Clocks) -> None:
    await rule(desk, 30)
    async with steered(desk) as pbx:
        desk.world.wrap_ups.begin(ORDER)
        clocks.ahead = timedelta(seconds=31)
        await desk.world.wrap_ups.turn("mainz")
        assert asked(pbx) == []
        desk.world.wrap_ups.begin(ORDER)
        await desk.world.wrap_ups.turn("mainz")
        assert len(asked(pbx)) == 1


async def test_what_is_due_ends_before_anything_begins_and_without_the_database(desk: DeskApp) -> None:
    await rule(desk, 30)
    await desk.world.database.close()
    over = WrapUp(30, desk.world.now() - timedelta(seconds=1)).written
    async with steered(desk) as pbx:
        desk.story.member(BEN, MemberStatus.IDLE, paused=True, reason=over)
        desk.world.wrap_ups.begin(ORDER)
        await until(lambda: any(one["Paused"] == "true" for one in asked(pbx)), "the pause")
        first, last = asked(pbx)[0], asked(pbx)[-1]
        assert (first["Interface"], first["Paused"]) == ("PJSIP/202", "false")
        assert (last["Interface"], last["Paused"]) == ("PJSIP/201", "true")


async def test_at_the_service_s_end_those_end_that_would_end_by_themselves(desk: DeskApp) -> None:
    await rule(desk, 30)
    late = WrapUp(30, desk.world.now() + timedelta(seconds=20)).written
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=late)
    desk.story.member(BEN, MemberStatus.IDLE, paused=True, reason=REASON)
    async with steered(desk) as pbx:
        await desk.world.wrap_ups.stop()
        assert [(one["Interface"], one["Paused"]) for one in asked(pbx)] == [("PJSIP/201", "false")]
        desk.story.member(ANNA, MemberStatus.IDLE)
        desk.world.wrap_ups.begin(ORDER)
        await desk.world.wrap_ups.turn("mainz")
        assert len(asked(pbx)) == 1


@pytest.mark.parametrize(
    ("where", "pauses", "ended"),
    [("mainz", True, False), ("mainz", False, True), (PRACTICE_PBX, True, True)],
    ids=["a pause", "ready", "in practice"],
)
async def test_at_the_service_s_end_only_a_pause_by_hand_at_that_switchboard_keeps_a_wrap_up(
    desk: DeskApp, where: str, *, pauses: bool, ended: bool
) -> None:
    late = WrapUp(30, desk.world.now() + timedelta(seconds=20)).written
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=late)
    async with steered(desk) as pbx:
        with desk.world.steering.wish("anna", {where}, pauses=pauses):
            pass
        await desk.world.wrap_ups.stop()
        assert [one["Paused"] for one in asked(pbx)] == ["false"] * ended


async def test_a_pause_for_practice_is_wished_of_no_other_switchboard(desk: DeskApp) -> None:
    await desk.world.wrap_ups.pause_practised("anna", "Break")
    assert desk.world.steering.wished(PRACTICE_PBX, "anna")
    assert desk.world.steering.wished("mainz", "anna") is None


async def test_a_round_is_about_one_switchboard_so_that_a_silent_one_holds_up_no_other(desk: DeskApp) -> None:
    over = WrapUp(30, desk.world.now() - timedelta(seconds=1)).written
    seat = Member("support", ANNA.interface, ANNA.name, MemberStatus.IDLE, paused=True, reason=over)
    async with steered(desk) as pbx:
        desk.links["berlin"] = desk.links["mainz"]
        desk.story.tell(MemberSeen(at=desk.story.now, pbx="berlin", member=seat))
        await desk.world.wrap_ups.turn("mainz")
        assert asked(pbx) == []
        await desk.world.wrap_ups.turn("berlin")
        assert [end["Paused"] for end in asked(pbx)] == ["false"]


async def test_an_order_wakes_the_round_of_its_switchboard(desk: DeskApp) -> None:
    await rule(desk, 0)
    async with steered(desk) as pbx:
        desk.world.wrap_ups.begin(ORDER)
        await pbx.until("QueuePause")
        assert [pause["Reason"] for pause in asked(pbx)] == [REASON]


async def test_nothing_begins_while_it_is_not_known_what_the_queue_lets_people_do(desk: DeskApp) -> None:
    async with steered(desk) as pbx:
        await desk.has_read(None)
        desk.world.wrap_ups.begin(ORDER)
        await desk.world.wrap_ups.turn("mainz")
        assert asked(pbx) == []
