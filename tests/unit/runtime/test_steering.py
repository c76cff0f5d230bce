"""Steering through a real link, against a PBX that behaves as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from asterisk.ami.event import Event

from ionas_phone.ami.connection import Link
from ionas_phone.errors import FormWrong, NotSteered
from ionas_phone.live.answers import PhoneAnswered
from ionas_phone.live.board import AssistantState, Phone
from ionas_phone.live.effects import SettleDialling
from ionas_phone.live.events import LinkChanged, PbxEvent
from ionas_phone.live.nouns import PRACTICE_PBX, LinkState
from ionas_phone.runtime.steering import REASONS, SETTLED, Outward, Steering
from ionas_phone.support.dialling import Abroad
from tests.unit.ami.fake_pbx import NOW, FakePbx, Inbox
from tests.unit.ami.test_connection import QUICK, link_to, running

ANNAS = Phone("mainz", "PJSIP/201", AssistantState.AVAILABLE, ("PJSIP/201",), paused=False, reason="")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


clock = Clock()
changed: list[str] = []


def made(links: dict[str, Link], phones: Callable[[str], tuple[Phone, ...]]) -> Steering:
    clock.at = NOW
    changed.clear()
    return Steering(links, phones, Outward("+496131327070"), clock, changed.append)


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    async with FakePbx() as server:
        yield server


@pytest.fixture
async def steering(pbx: FakePbx) -> AsyncIterator[Steering]:
    inbox = Inbox()
    link = link_to(pbx, inbox)
    async with running(link):
        await inbox.until(LinkChanged, state=LinkState.UP)
        yield made({"mainz": link}, lambda login: (ANNAS,) if login == "anna" else ())


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
        await made({}, lambda _login: (lonely,)).pause("anna", None)


async def test_without_a_link_nothing_is_sent() -> None:
    with pytest.raises(NotSteered, match="no connection"):
        await made({}, lambda _login: (ANNAS,)).pause("anna", None)
    with pytest.raises(NotSteered, match="no connection"):
        await made({}, lambda _login: ()).pause("anna", None)


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


NUMBER = "+4961315550101"


def originates(pbx: FakePbx) -> list[dict[str, str]]:
    return [action.keys for action in pbx.actions if action.name == "Originate"]


async def test_ones_own_phone_rings_first_and_nothing_but_a_checked_number_is_said_of_the_caller(
    pbx: FakePbx, steering: Steering
) -> None:
    await steering.call("anna", NUMBER)
    [asked] = originates(pbx)
    assert (asked["Channel"], asked["Context"], asked["Exten"]) == ("PJSIP/201", "ionas-desk", NUMBER)
    assert asked["CallerID"] == '"ionas" <+496131327070>'
    assert asked["ChannelId"].startswith("mainz-")  # its events are believed to be this PBX's
    assert asked["OtherChannelId"] != asked["ChannelId"]
    assert not {"Application", "Data", "Variable"} & set(asked)
    assert steering.dialling("anna")
    assert changed == ["anna"]


async def test_a_double_click_is_one_call(pbx: FakePbx, steering: Steering) -> None:
    anew = await asyncio.gather(steering.call("anna", NUMBER), steering.call("anna", NUMBER))
    assert anew == [True, False]
    assert len(originates(pbx)) == 1
    with pytest.raises(NotSteered, match="rings already"):
        await steering.call("anna", "+4961315550102")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+499001234567", "costs extra"),
        ("+496131327070", "our own"),
        ("+88299", "no number"),
        ("112", "no number"),
        ("+4961315550101\r\nVariable: x=1", "no number"),
        ("+49613155501&PJSIP/202", "no number"),
        ("", "no number"),
    ],
)
async def test_what_is_not_dialled_is_refused_in_words(
    pbx: FakePbx, steering: Steering, number: str, said: str
) -> None:
    with pytest.raises(NotSteered, match=said):
        await steering.call("anna", number)
    assert originates(pbx) == []


async def test_a_number_abroad_is_a_question_that_names_the_country(pbx: FakePbx, steering: Steering) -> None:
    with pytest.raises(Abroad) as asked:
        await steering.call("anna", "+41446681800")
    assert asked.value.region == "CH"
    await steering.call("anna", "+41446681800", sure=True)
    assert [asked["Exten"] for asked in originates(pbx)] == ["+41446681800"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (AssistantState.TALKING, "hang up first"),
        (AssistantState.BUSY, "hang up"),
        (AssistantState.RINGING, "answer that call"),  # there is nothing to hang up
        (AssistantState.AWAY, "not reach"),
    ],
)
async def test_a_phone_that_can_not_ring_is_not_rung(
    pbx: FakePbx, steering: Steering, state: AssistantState, said: str
) -> None:
    steering._phones = lambda _login: (replace(ANNAS, state=state),)
    with pytest.raises(NotSteered, match=said):
        await steering.call("anna", NUMBER)
    assert originates(pbx) == []


@pytest.mark.parametrize(
    ("message", "said"),
    [("Permission denied", "write = reporting,originate,agent"), ("Extension does not exist.", "dial plan")],
)
async def test_a_refused_call_may_be_tried_again(pbx: FakePbx, steering: Steering, message: str, said: str) -> None:
    pbx.errors["Originate"] = message
    with pytest.raises(NotSteered, match=said):
        await steering.call("anna", NUMBER)
    assert steering.dialling("anna") is None
    pbx.errors.clear()
    await steering.call("anna", NUMBER)


async def test_when_ones_own_phone_was_taken_off_the_call_is_the_pictures(pbx: FakePbx, steering: Steering) -> None:
    await steering.call("anna", NUMBER)
    steering.settle(SettleDialling("somebody else's", answered=True, reason="4"))
    assert steering.dialling("anna")
    steering.settle(SettleDialling(originates(pbx)[0]["ActionID"], answered=True, reason="4"))
    assert steering.dialling("anna") is None
    assert changed == ["anna", "anna"]


@pytest.mark.parametrize(("reason", "said"), [("5", "busy"), ("3", "not taken off"), ("0", "could not be rung")])
async def test_why_nobody_was_called_is_said_for_a_minute(
    pbx: FakePbx, steering: Steering, reason: str, said: str
) -> None:
    await steering.call("anna", NUMBER)
    steering.settle(SettleDialling(originates(pbx)[0]["ActionID"], answered=False, reason=reason))
    told = steering.dialling("anna")
    assert told
    assert said in told.failed
    clock.at += timedelta(seconds=61)
    assert steering.dialling("anna") is None


async def test_what_became_of_it_counts_though_it_comes_in_one_breath_with_the_answer(pbx: FakePbx) -> None:
    keys = {"Response": "Failure", "Channel": ANNAS.device, "Uniqueid": "<null>", "Reason": "5"}
    pbx.follows["Originate"] = Event("OriginateResponse", keys)
    inbox, links = Inbox(), dict[str, Link]()
    steering = made(links, lambda _login: (ANNAS,))

    def deliver(event: PbxEvent, received: float) -> None:
        if isinstance(event, PhoneAnswered):
            steering.settle(SettleDialling(event.asked, event.answered, event.reason))
        inbox(event, received)

    links["mainz"] = Link(link_to(pbx, inbox).address, deliver, pbx.clock, timings=QUICK)
    async with running(links["mainz"]):
        await inbox.until(LinkChanged, state=LinkState.UP)
        await steering.call("anna", NUMBER)
        await inbox.until(PhoneAnswered)
        told = steering.dialling("anna")
    assert told
    assert "busy" in told.failed


async def test_what_comes_late_of_an_earlier_call_ends_no_later_one(pbx: FakePbx, steering: Steering) -> None:
    await steering.call("anna", NUMBER)
    clock.at += timedelta(seconds=36)
    await steering.call("anna", "+4961315550102")
    steering.settle(SettleDialling(originates(pbx)[0]["ActionID"], answered=False, reason="3"))
    told = steering.dialling("anna")
    assert told
    assert (told.number, told.failed) == ("+4961315550102", "")


async def test_a_call_of_which_nothing_more_is_heard_holds_nobody_up(pbx: FakePbx, steering: Steering) -> None:
    await steering.call("anna", NUMBER)
    clock.at += timedelta(seconds=36)
    await steering.call("anna", "+4961315550102")
    assert len(originates(pbx)) == 2


@pytest.fixture
async def practice(pbx: FakePbx) -> AsyncIterator[tuple[Steering, FakePbx]]:
    """Anna has a phone at a real PBX and one at the practice line."""
    line, inbox = FakePbx(), Inbox()
    await line.start()
    links = {"mainz": link_to(pbx, inbox), PRACTICE_PBX: link_to(line, inbox)}
    async with running(links["mainz"]), running(links[PRACTICE_PBX]):
        for _ in links:
            await inbox.until(LinkChanged, state=LinkState.UP)
        both = (ANNAS, replace(ANNAS, pbx=PRACTICE_PBX))
        yield made(links, lambda _: both), line
    await line.stop()


async def test_for_practice_no_real_pbx_dials_and_in_earnest_no_practice_line(
    pbx: FakePbx, practice: tuple[Steering, FakePbx]
) -> None:
    steering, line = practice
    assert await steering.call("anna", "+4961315550101", practice=True)
    assert (line.got.count("Originate"), pbx.got.count("Originate")) == (1, 0)
    dialling = steering.dialling("anna")
    assert dialling
    assert dialling.practice
    with pytest.raises(NotSteered):  # the same number in earnest is another call, and one phone rings already
        await steering.call("anna", "+4961315550101")
    steering.settle(SettleDialling(dialling.asked, answered=True, reason="4"))
    assert await steering.call("anna", "+4961315550101")
    assert (line.got.count("Originate"), pbx.got.count("Originate")) == (1, 1)


@pytest.mark.parametrize(("there", "for_practice"), [("mainz", True), (PRACTICE_PBX, False)])
async def test_whose_phone_is_of_the_other_kind_alone_calls_nobody(
    pbx: FakePbx, there: str, *, for_practice: bool
) -> None:
    inbox = Inbox()
    link = link_to(pbx, inbox)
    async with running(link):
        await inbox.until(LinkChanged, state=LinkState.UP)
        steering = made({there: link}, lambda _: (replace(ANNAS, pbx=there),))
        with pytest.raises(NotSteered, match="no practice phone" if for_practice else "no connection"):
            await steering.call("anna", "+4961315550101", practice=for_practice)
    assert "Originate" not in pbx.got


async def test_a_wish_stands_until_its_answer_has_had_time_to_show(steering: Steering) -> None:
    with steering.wish("anna", {"mainz"}, pauses=True) as wish:
        clock.at += timedelta(minutes=1)
        assert steering.wished("mainz", "anna") is wish
        assert (wish.asked, wish.pauses) == (NOW, True)
        assert steering.wished("berlin", "anna") is None
    assert steering.wished("mainz", "anna") is wish
    clock.at += SETTLED
    assert steering.wished("mainz", "anna") is None


async def test_an_answer_to_an_earlier_wish_is_none_to_a_later_one(steering: Steering) -> None:
    earlier = ExitStack()
    earlier.enter_context(steering.wish("anna", {"mainz"}, pauses=True))
    with steering.wish("anna", {"mainz"}, pauses=False) as later:
        earlier.close()
        clock.at += SETTLED
        assert steering.wished("mainz", "anna") is later
