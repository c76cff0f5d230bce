"""Steering through a real link, against a PBX that behaves as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ionas_phone.errors import FormWrong, NotSteered
from ionas_phone.live.board import AssistantState, Phone
from ionas_phone.live.events import LinkChanged
from ionas_phone.live.nouns import LinkState
from ionas_phone.runtime.steering import REASONS, Steering
from tests.unit.ami.fake_pbx import FakePbx, Inbox
from tests.unit.ami.test_connection import link_to, running

ANNAS = Phone("mainz", "PJSIP/201", AssistantState.AVAILABLE, ("PJSIP/201",), paused=False, reason="")


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    server = FakePbx()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def steering(pbx: FakePbx) -> AsyncIterator[Steering]:
    inbox = Inbox()
    link = link_to(pbx, inbox)
    async with running(link):
        await inbox.until(LinkChanged, state=LinkState.UP)
        yield Steering({"mainz": link}, lambda login: (ANNAS,) if login == "anna" else ())


async def test_a_pause_goes_to_every_seat_with_its_reason_and_ends_without_one(
    pbx: FakePbx, steering: Steering
) -> None:
    await steering.pause("anna", "Meal")
    await steering.pause("anna", None)
    asked = [action.keys for action in pbx.actions if action.name == "QueuePause"]
    assert [(keys["Interface"], keys["Paused"], keys.get("Reason")) for keys in asked] == [
        ("PJSIP/201", "true", "Meal"),
        ("PJSIP/201", "false", None),
    ]


async def test_a_reason_nobody_knows_is_refused_before_the_pbx_hears_of_it(pbx: FakePbx, steering: Steering) -> None:
    with pytest.raises(FormWrong):
        await steering.pause("anna", "x\r\nAction: Originate")
    assert "QueuePause" not in pbx.got
    assert len(REASONS) == 4


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Permission denied", "write = reporting,originate,agent"),
        ("Interface not found", "refused: Interface not found"),
    ],
)
async def test_what_the_pbx_has_against_it_is_said_in_words(
    pbx: FakePbx, steering: Steering, message: str, said: str
) -> None:
    pbx.errors["QueuePause"] = message
    with pytest.raises(NotSteered, match=said):
        await steering.pause("anna", None)


async def test_somebody_without_a_phone_is_told_so(steering: Steering) -> None:
    with pytest.raises(NotSteered, match="which phone is yours"):
        await steering.pause("ben", None)


async def test_somebody_in_no_queue_is_told_so(steering: Steering) -> None:
    lonely = Phone("mainz", "PJSIP/201", AssistantState.AVAILABLE, (), paused=False, reason="")
    with pytest.raises(NotSteered, match="No queue knows"):
        await Steering({}, lambda _login: (lonely,)).pause("anna", None)


async def test_without_a_link_nothing_is_sent() -> None:
    with pytest.raises(NotSteered, match="no connection"):
        await Steering({}, lambda _login: (ANNAS,)).pause("anna", None)
    with pytest.raises(NotSteered, match="no connection"):
        await Steering({}, lambda _login: ()).pause("anna", None)


async def test_a_link_that_goes_while_the_answer_is_awaited_is_told_and_nothing_is_sent_twice(
    pbx: FakePbx, steering: Steering
) -> None:
    pbx.mute = True

    async def cut() -> None:
        await pbx.until("QueuePause")
        pbx.lines[0].transport.abort()

    said, _ = await asyncio.gather(steering.pause("anna", None), cut(), return_exceptions=True)
    assert isinstance(said, NotSteered)
    assert "did not answer" in said.message
    assert pbx.got.count("QueuePause") == 1
