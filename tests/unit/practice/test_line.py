"""The line as the pages use it: who rings in, who has a phone, who is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from ionas_phone.errors import PhoneError
from ionas_phone.practice.call import Patience
from ionas_phone.practice.line import UNKNOWN_NUMBERS, PracticeLine
from ionas_phone.practice.phone import PhoneState
from ionas_phone.practice.recording import Event

NOW = datetime(2026, 11, 22, 10, 44, tzinfo=UTC)
PEOPLE = [("anna", "Anna Berger", "PJSIP/201"), ("ben", "Ben Çelik", "PJSIP/202"), ("office", "Office", "")]


class Practised:
    """A line of which everything is kept: what it said and whom it told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.customer: tuple[str, str] | None = ("+4961315550123", "Grete Müller")
        self.changed: list[str] = []
        self.said: list[Event] = []
        self.asked = asyncio.Event()
        self.meeting: asyncio.Barrier | None = None  # the database takes its time until so many have come
        self.over = asyncio.Event()  # nobody's phone is in a call
        self.line = PracticeLine(known=self._known, changed=self._changed, now=lambda: NOW, line="+496131327079")
        monkeypatch.setattr(self.line._server, "tell", self.said.append)
        self.line.seat(PEOPLE)

    def _changed(self, login: str) -> None:
        self.changed.append(login)
        if all(self.line.state(login) == PhoneState() for login in ("anna", "ben")):
            self.over.set()

    async def _known(self) -> tuple[str, str] | None:
        self.asked.set()
        if self.meeting:
            await self.meeting.wait()
        return self.customer

    def finish(self) -> None:
        for call in self.line._calls:
            call._playback.finish()

    def last(self, name: str) -> dict[str, str]:
        self.finish()
        return next(event.keys for event in reversed(self.said) if event.name == name)


@pytest.fixture
async def practised(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Practised]:
    practised = Practised(monkeypatch)
    yield practised
    await practised.line.stop()


async def test_a_known_caller_rings_with_number_and_name_at_the_right_phone(practised: Practised) -> None:
    await practised.line.ring_in("anna", "known")
    called = practised.last("AgentCalled")
    assert (called["CallerIDNum"], called["CallerIDName"]) == ("+4961315550123", "Grete Müller")
    assert (called["Interface"], called["MemberName"], called["DestCallerIDNum"]) == ("PJSIP/201", "Anna Berger", "201")
    assert called["Exten"] == "+496131327079"
    assert called["Uniqueid"].startswith(called["SystemName"] + "-")
    assert practised.line.state("anna") == PhoneState("ringing", "+4961315550123", suppressed=False, since=NOW)
    assert practised.line.state("ben") == PhoneState()


async def test_an_unknown_caller_has_a_number_that_no_example_customer_has(practised: Practised) -> None:
    await practised.line.ring_in("anna", "unknown")
    called = practised.last("AgentCalled")
    assert called["CallerIDNum"].startswith(UNKNOWN_NUMBERS)
    assert len(called["CallerIDNum"]) == len("+4961315550900")
    assert called["CallerIDName"] == "<unknown>"


async def test_a_suppressed_caller_has_neither(practised: Practised) -> None:
    await practised.line.ring_in("anna", "suppressed")
    called = practised.last("AgentCalled")
    assert (called["CallerIDNum"], called["CallerIDName"]) == ("<unknown>", "<unknown>")
    assert practised.line.state("anna").suppressed
    assert practised.line.state("anna").number is None


async def test_without_customers_a_known_caller_is_refused_and_nothing_rings(practised: Practised) -> None:
    practised.customer = None
    with pytest.raises(PhoneError, match="no customer"):
        await practised.line.ring_in("anna", "known")
    assert practised.line.state("anna") == PhoneState()
    assert practised.changed == []


@pytest.mark.parametrize(
    ("login", "kind", "sentence"),
    [("office", "known", "no practice phone"), ("nobody", "known", "no practice phone"), ("anna", "loud", "is known")],
)
async def test_wrong_use_is_told_in_a_sentence(practised: Practised, login: str, kind: str, sentence: str) -> None:
    with pytest.raises(PhoneError, match=sentence):
        await practised.line.ring_in(login, kind)


async def test_without_a_phone_every_button_is_refused_and_the_state_is_idle(practised: Practised) -> None:
    for button in ("pick_up", "hang_up", "give_up", "hold"):
        with pytest.raises(PhoneError, match="no practice phone"):
            await practised.line.do("office", button)
    assert practised.line.state("office") == PhoneState()


async def test_a_double_click_rings_once(practised: Practised) -> None:
    practised.meeting = asyncio.Barrier(2)
    results = await asyncio.gather(
        practised.line.ring_in("anna", "known"), practised.line.ring_in("anna", "known"), return_exceptions=True
    )
    practised.finish()
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "PracticeRefused"]
    assert [event.name for event in practised.said].count("QueueCallerJoin") == 1


async def test_a_phone_that_is_taken_away_while_the_customer_is_looked_up_does_not_ring(practised: Practised) -> None:
    practised.meeting = asyncio.Barrier(2)
    async with asyncio.TaskGroup() as tasks:
        ringing = tasks.create_task(refused(practised))
        await practised.asked.wait()
        practised.line.seat([])
        await practised.meeting.wait()
    assert "no practice phone" in ringing.result()


async def refused(practised: Practised) -> str:
    with pytest.raises(PhoneError) as told:
        await practised.line.ring_in("anna", "known")
    return str(told.value)


async def test_several_phones_ring_at_once_and_each_change_is_told(practised: Practised) -> None:
    await practised.line.ring_in("anna", "known")
    await practised.line.ring_in("ben", "unknown")
    await practised.line.do("ben", "pick_up")
    await practised.line.do("ben", "hang_up")
    await practised.line.do("anna", "give_up")
    assert practised.changed == ["anna", "anna", "ben", "ben", "ben", "ben", "anna"]  # in the line, then ringing


async def test_two_calls_share_no_id(practised: Practised) -> None:
    ids = set()
    for _ in range(2):
        await practised.line.ring_in("anna", "known")
        await practised.line.do("anna", "pick_up")
        practised.finish()
        entered = practised.last("BridgeEnter")
        connected = practised.last("AgentConnect")
        ids |= {connected[header] for header in ("Uniqueid", "Channel", "DestUniqueid", "DestChannel")}
        ids.add(entered["BridgeUniqueid"])
        await practised.line.do("anna", "hang_up")
        practised.finish()
    assert len(ids) == 10


async def test_members_come_and_go_with_the_users(practised: Practised) -> None:
    def members() -> list[tuple[str, str, str]]:
        said = [(e.name, e.keys["MemberName"], e.keys["Interface"]) for e in practised.said]
        practised.said.clear()
        return said

    assert members() == [
        ("QueueMemberAdded", "Anna Berger", "PJSIP/201"),
        ("QueueMemberAdded", "Ben Çelik", "PJSIP/202"),
    ]
    practised.line.seat(PEOPLE)
    assert members() == []
    practised.line.seat([("anna", "Anna Cramer", "PJSIP/201"), ("cem", "Cem", "PJSIP/201")])
    assert members() == [
        ("QueueMemberRemoved", "Anna Berger", "PJSIP/201"),
        ("QueueMemberRemoved", "Ben Çelik", "PJSIP/202"),
        ("QueueMemberAdded", "Anna Cramer", "PJSIP/201"),
    ]


async def test_who_is_taken_away_in_a_call_is_hung_up_first(practised: Practised) -> None:
    await practised.line.ring_in("ben", "known")
    await practised.line.do("ben", "pick_up")
    practised.line.seat(PEOPLE[:1])
    assert [event.name for event in practised.said][-4:] == [
        "Hangup",
        "Hangup",
        "QueueMemberStatus",
        "QueueMemberRemoved",
    ]
    assert practised.line.state("ben") == PhoneState()


async def test_a_name_cannot_write_headers(practised: Practised) -> None:
    practised.customer = ("+49 6131 5550123\r\nEvent: Hangup", "Grete\r\nEvent: Hangup" + "x" * 2_000)
    await practised.line.ring_in("anna", "known")
    called = practised.last("AgentCalled")
    assert called["CallerIDNum"] == "+4961315550123"
    assert called["CallerIDName"].startswith("Grete  Event: Hangupxx")
    assert len(called["CallerIDName"]) == 80


async def test_only_a_colleague_whose_phone_is_free_can_be_asked(practised: Practised) -> None:
    line = practised.line
    line.seat([*PEOPLE, ("cem", "Cem", "PJSIP/203")])
    assert line.colleagues("anna") == (("ben", "Ben Çelik"), ("cem", "Cem"))
    with pytest.raises(PhoneError, match="no practice call"):
        await line.turn_to("anna", "ask", "ben")
    await line.ring_in("ben", "unknown")
    assert line.colleagues("anna") == (("cem", "Cem"),)
    await line.ring_in("anna", "known")
    await line.do("anna", "pick_up")
    for nobody in ("ben", "anna", "office", "nobody", ""):
        with pytest.raises(PhoneError, match="not free"):
            await line.turn_to("anna", "ask", nobody)
    await line.turn_to("anna", "ask", "cem")
    assert (line.state("anna").state, line.state("anna").other) == ("asking", "Cem")
    assert (line.state("cem").state, line.state("cem").other) == ("ringing", "Anna Berger")


async def test_the_line_picks_up_for_a_colleague_nobody_plays(practised: Practised) -> None:
    practised.line._patience = Patience(colleague=0, taken=0)
    await practised.line.ring_in("anna", "known")
    await practised.line.do("anna", "pick_up")
    practised.over.clear()
    await practised.line.turn_to("anna", "send", "ben")
    async with asyncio.timeout(10):
        await practised.over.wait()
    assert practised.last("HangupRequest")["Uniqueid"] == practised.last("QueueCallerJoin")["Uniqueid"]


async def test_a_queue_is_filled_once_and_emptied_one_by_one(practised: Practised) -> None:
    line = practised.line
    with pytest.raises(PhoneError, match="Nobody is waiting"):
        await line.leave_queue("anna")
    await line.fill_queue("anna")
    assert line.state("anna").waiting == 3
    with pytest.raises(PhoneError, match="waiting already"):
        await line.fill_queue("anna")
    for left in (2, 1, 0):
        await line.leave_queue("anna")
        assert line.state("anna").waiting == left
    practised.finish()
    assert [event.name for event in practised.said].count("QueueCallerAbandon") == 3


async def test_whose_phone_is_taken_away_amid_a_question_leaves_nothing_behind(practised: Practised) -> None:
    for verb in ("ask", "send"):
        await practised.line.ring_in("anna", "known")
        await practised.line.do("anna", "pick_up")
        await practised.line.turn_to("anna", verb, "ben")
        practised.line.seat(PEOPLE[:1])
        practised.finish()
        assert practised.line._book.channels == {}
        assert practised.line.state("anna") == PhoneState()
        practised.line.seat(PEOPLE)


async def test_a_paused_phone_is_not_rung_until_it_is_put_back(practised: Practised) -> None:
    line = practised.line
    line._pause("PJSIP/201", "Wrap-up")
    with pytest.raises(PhoneError, match="practice phone is paused"):
        await line.ring_in("anna", "known")
    assert [login for login, _ in line.colleagues("ben")] == []
    await line.fill_queue("anna")
    line._ring_next("anna")
    assert line.state("anna").state == "idle"
    assert line._next == {}  # nobody looks again and again
    line._pause("PJSIP/201", "")
    line._ring_next("anna")
    assert line.state("anna").state == "ringing"
