"""What each button may do when, and what it lets happen on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ionas_phone.practice.phone import Patience, Phone, PhoneState, PracticeRefused, Seat, scripts
from ionas_phone.practice.playback import Playback
from ionas_phone.practice.recording import UNKNOWN, Event, Recording, recorded

NOW = datetime(2026, 11, 22, 10, 44, tzinfo=UTC)
NAMES = ("answered", "answered_assistant_hangs_up", "abandon_ringing", "anonymous_answered")
RECORDINGS = {name: Recording(recorded(name)) for name in NAMES}
SHOWN, SUPPRESSED = scripts(RECORDINGS)
CAST = SHOWN.call.cast._replace(number="+4961315550950")


class Desk:
    """A phone, what it said on the wire, and its states so far."""

    def __init__(self, patience: Patience | None = None) -> None:
        self.said: list[Event] = []
        self.states: list[PhoneState] = []
        self.idle_again = asyncio.Event()
        self.playback = Playback(lambda event, _at: self.said.append(event), lambda: NOW)
        seat = Seat("anna", "Anna", "PJSIP/201")
        self.phone = Phone(seat, self.playback, lambda: NOW, self._changed, patience or Patience())

    def _changed(self) -> None:
        self.states.append(self.phone.state)
        if self.phone.state == PhoneState():
            self.idle_again.set()

    def ring(self, *, suppressed: bool = False) -> None:
        script = SUPPRESSED if suppressed else SHOWN
        self.phone.ring(script, CAST if not suppressed else script.call.cast, suppressed=suppressed)

    def last(self, name: str) -> dict[str, str]:
        self.playback.finish()
        return next(event.keys for event in reversed(self.said) if event.name == name)

    def close(self) -> None:
        self.phone.stop()


def ringing(desk: Desk) -> None:
    desk.ring()


def talking(desk: Desk) -> None:
    desk.ring()
    desk.phone.pick_up()


def idle(_desk: Desk) -> None:
    return


async def test_a_call_rings_is_picked_up_and_hung_up() -> None:
    desk = Desk()
    desk.ring()
    desk.phone.pick_up()
    desk.phone.hang_up()
    assert desk.states == [
        PhoneState("ringing", "+4961315550950", suppressed=False, since=NOW),
        PhoneState("talking", "+4961315550950", suppressed=False, since=NOW),
        PhoneState(),
    ]
    assert desk.last("AgentComplete")["Reason"] == "agent"
    assert desk.last("HangupRequest")["Uniqueid"] == CAST.leg_id
    desk.close()


async def test_the_caller_may_hang_up_while_talking() -> None:
    desk = Desk()
    talking(desk)
    desk.phone.give_up()
    assert desk.last("AgentComplete")["Reason"] == "caller"
    assert desk.last("HangupRequest")["Uniqueid"] == CAST.caller_id
    desk.close()


async def test_the_caller_may_give_up_while_it_rings() -> None:
    desk = Desk()
    ringing(desk)
    desk.phone.give_up()
    desk.playback.finish()
    names = [event.name for event in desk.said]
    assert "QueueCallerAbandon" in names
    assert "AgentConnect" not in names
    assert desk.phone.state == PhoneState()
    desk.close()


@pytest.mark.parametrize(
    ("situation", "button", "sentence"),
    [
        (idle, "pick_up", "not ringing"),
        (idle, "hang_up", "no practice call"),
        (idle, "give_up", "no practice call"),
        (ringing, "hang_up", "no practice call"),
        (ringing, "check_free", "in a call already"),
        (talking, "pick_up", "not ringing"),
        (talking, "check_free", "in a call already"),
    ],
)
async def test_wrong_use_is_refused_with_a_sentence_and_changes_nothing(
    situation: Callable[[Desk], None], button: str, sentence: str
) -> None:
    desk = Desk()
    situation(desk)
    before = desk.phone.state
    with pytest.raises(PracticeRefused, match=sentence):
        getattr(desk.phone, button)()
    assert desk.phone.state == before
    desk.close()


async def test_while_the_last_call_is_ending_no_new_one_begins() -> None:
    desk = Desk()
    desk.ring()
    desk.phone.give_up()  # the announcement is still playing
    with pytest.raises(PracticeRefused, match="just ending"):
        desk.ring()
    desk.playback.finish()
    desk.ring()
    assert desk.phone.state.state == "ringing"
    desk.close()


async def test_of_a_suppressed_number_neither_the_state_nor_a_borrowed_end_tells_anything() -> None:
    desk = Desk()
    desk.ring(suppressed=True)
    assert (desk.phone.state.number, desk.phone.state.suppressed) == (None, True)
    desk.phone.pick_up()
    desk.phone.hang_up()
    assert desk.last("AgentComplete")["CallerIDNum"] == UNKNOWN
    hidden = SUPPRESSED.call.cast.number
    assert [hidden in event.keys.values() for event in desk.said] == [True] + [False] * (len(desk.said) - 1)
    desk.close()


@pytest.mark.parametrize("situation", [ringing, talking])
async def test_a_forgotten_call_ends_by_itself(situation: Callable[[Desk], None]) -> None:
    desk = Desk(Patience(ringing=0, talking=0))
    situation(desk)
    async with asyncio.timeout(10):
        await desk.idle_again.wait()
    ended = "QueueCallerAbandon" if situation is ringing else "AgentComplete"
    assert desk.last(ended)["Uniqueid"] == CAST.caller_id
    desk.close()


async def test_a_phone_that_is_taken_away_ends_its_call_at_once() -> None:
    desk = Desk()
    talking(desk)
    desk.phone.close()
    assert [event.name for event in desk.said].count("Hangup") == 2
    assert desk.phone.state == PhoneState()
    assert desk.playback.idle
