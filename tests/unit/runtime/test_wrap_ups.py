"""Wrap-ups against a PBX that behaves as told: begun after a call, ended in time, early, and after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from ionas_phone.live.nouns import MemberStatus
from ionas_phone.live.wrap_up import REASON, WrapUp, read
from ionas_phone.store import queue_targets
from ionas_phone.support.queue_targets import QueueTargets
from tests.desk_app import DeskApp, desk_app
from tests.lab.waiting import until
from tests.steered import steered
from tests.stories import ANNA
from tests.timed import Clocks
from tests.unit.ami.fake_pbx import FakePbx


@pytest.fixture
async def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
async def desk(tmp_path: Path, clocks: Clocks) -> AsyncIterator[DeskApp]:
    async with desk_app(tmp_path, now=clocks.now, monotonic=clocks.monotonic) as app:
        await app.person("anna", name=ANNA.name, extension=ANNA.extension)
        yield app


async def rule(desk: DeskApp, wrap_up: int | None) -> None:
    async with desk.world.database.write() as connection:
        new = QueueTargets("support", percent=90, wrap_up=wrap_up)
        await queue_targets.save(connection, new, desk.world.now(), "office")


def has_a_call(desk: DeskApp) -> None:
    caller = desk.story.rings_in()
    desk.story.joins(caller)
    leg = desk.story.calls(caller, ANNA, "a1")
    desk.story.answers(caller, leg, ANNA)
    desk.story.hangs_up(caller, leg, caller, ANNA)


def asked(pbx: FakePbx) -> list[dict[str, str]]:
    return [dict(action.keys) for action in pbx.actions if action.name == "QueuePause"]


async def test_after_a_call_nothing_rings_for_the_seconds_the_queue_gives(desk: DeskApp, clocks: Clocks) -> None:
    await rule(desk, 30)
    async with steered(desk) as pbx:
        has_a_call(desk)
        await until(lambda: asked(pbx), "the pause")
        [pause] = asked(pbx)
        assert (pause["Interface"], pause["Paused"]) == ("PJSIP/201", "true")
        wrap_up = read(pause["Reason"])
        assert wrap_up
        assert wrap_up.seconds == 30
        desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=pause["Reason"])
        await desk.world.wrap_ups.turn()
        assert len(asked(pbx)) == 1  # not before its time
        clocks.ahead = timedelta(seconds=31)
        await desk.world.wrap_ups.turn()
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
        await desk.world.wrap_ups.turn()
        assert [pause["Reason"] for pause in asked(pbx)] == reasons


async def test_what_was_begun_before_a_restart_ends_in_time(desk: DeskApp) -> None:
    over = WrapUp(30, desk.world.now() - timedelta(seconds=1)).written
    desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=over)  # as a snapshot tells it
    await desk.world.wrap_ups.turn()  # nobody can be asked yet, and nothing is forgotten
    async with steered(desk) as pbx:
        await desk.world.wrap_ups.turn()
        assert asked(pbx)[-1]["Paused"] == "false"


async def test_a_refusal_is_asked_again_at_the_next_look(desk: DeskApp) -> None:
    over = WrapUp(30, desk.world.now() - timedelta(seconds=1)).written
    async with steered(desk) as pbx:
        pbx.errors["QueuePause"] = "Permission denied"
        desk.story.member(ANNA, MemberStatus.IDLE, paused=True, reason=over)
        await desk.world.wrap_ups.turn()
        before = len(asked(pbx))
        await desk.world.wrap_ups.turn()
        assert len(asked(pbx)) > before > 0
