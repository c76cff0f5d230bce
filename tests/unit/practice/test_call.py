"""What may follow what in a practice call, who may do it, and what ends by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.practice.call import MOVES, OUTWARD, Call, Patience, PracticeRefused, Seat, Stage, Verb
from ionas_phone.practice.cast import Casting
from ionas_phone.practice.playback import Playback
from ionas_phone.practice.recording import UNKNOWN, Event
from ionas_phone.practice.tapes import tapes

NOW = datetime(2026, 11, 22, 10, 44, tzinfo=UTC)
SHOWN, SUPPRESSED = tapes("answered"), tapes("anonymous_answered")
ANNA, BEN = Seat("anna", "Anna", "PJSIP/201"), Seat("ben", "Ben", "PJSIP/202")
WAYS: dict[Stage, tuple[Verb, ...]] = {
    Stage.WAITING: (),
    Stage.RINGING: (Verb.RING,),
    Stage.TALKING: (Verb.RING, Verb.PICK_UP),
    Stage.HELD: (Verb.RING, Verb.PICK_UP, Verb.HOLD),
    Stage.ASKING: (Verb.RING, Verb.PICK_UP, Verb.ASK),
    Stage.CONSULTING: (Verb.RING, Verb.PICK_UP, Verb.ASK, Verb.PICK_UP),
    Stage.SENT: (Verb.RING, Verb.PICK_UP, Verb.SEND),
    Stage.TAKEN: (Verb.RING, Verb.PICK_UP, Verb.SEND, Verb.PICK_UP),
    Stage.OVER: (Verb.RING, Verb.GIVE_UP),
    Stage.CALLING: (),
    Stage.DIALLING: (Verb.PICK_UP,),
    Stage.CALLED: (Verb.PICK_UP, Verb.ANSWER),
}


class Told:
    """A call, and what was said of it."""

    def __init__(
        self, *, suppressed: bool = False, patience: Patience | None = None, begins: Stage = Stage.WAITING
    ) -> None:
        self.now = NOW
        self.said: list[Event] = []
        self.stages: list[Stage] = []
        self.over = asyncio.Event()
        self.casting = Casting("practice01", "support", "+496131327070", lambda: NOW)
        used = SUPPRESSED if suppressed else SHOWN
        self.playback = Playback(lambda event, _at: self.said.append(event), lambda: NOW)
        coming = self.casting.caller(used.call.cast, ANNA, "+4961315550950", UNKNOWN)
        self.call = Call(
            ANNA,
            tapes=used,
            cast=coming if begins is Stage.WAITING else self.casting.outward(ANNA, "+4961315550950", "click", "asked"),
            begins=begins,
            suppressed=suppressed,
            playback=self.playback,
            now=lambda: self.now,
            changed=self._changed,
            patience=patience or Patience(),
        )

    def _changed(self, call: Call) -> None:
        self.stages.append(call.stage)
        if call.stage is Stage.OVER:
            self.over.set()

    def goes(self, *verbs: Verb) -> Call:
        for verb in verbs:
            if verb in {Verb.ASK, Verb.SEND}:
                cast = self.casting.colleague(self.call.cast, BEN, asked=verb is Verb.ASK)
                self.call.turns_to(verb, BEN, cast, "anna")
            else:
                self.call.does(verb)
        return self.call

    def last(self, name: str) -> dict[str, str]:
        self.playback.finish()
        return next(event.keys for event in reversed(self.said) if event.name == name)


def begins(stage: Stage) -> Stage:
    return Stage.CALLING if stage in OUTWARD else Stage.WAITING


@pytest.mark.parametrize("stage", Stage)
async def test_what_the_table_does_not_know_is_refused_and_changes_nothing(stage: Stage) -> None:
    told = Told(begins=begins(stage))
    call = told.goes(*WAYS[stage])
    assert call.stage is stage
    for verb in Verb:
        if (stage, verb) not in MOVES:
            with pytest.raises(PracticeRefused):
                call.does(verb)
    assert call.stage is stage
    call.stop()


@pytest.mark.parametrize(("stage", "verb"), MOVES)
async def test_every_move_plays_something_that_was_recorded(stage: Stage, verb: Verb) -> None:
    told = Told(begins=begins(stage))
    told.goes(*WAYS[stage])
    told.playback.finish()
    before = len(told.said)
    assert told.goes(verb).stage is MOVES[stage, verb][0]
    told.playback.finish()
    assert len(told.said) > before
    told.call.stop()


async def test_each_does_what_is_theirs() -> None:
    call = Told().goes(Verb.RING)
    with pytest.raises(PracticeRefused, match="not ringing"):
        call.does(Verb.PICK_UP, "ben")
    call.does(Verb.PICK_UP, "anna")
    told = Told()
    call = told.goes(*WAYS[Stage.SENT])
    with pytest.raises(PracticeRefused):
        call.does(Verb.PICK_UP, "anna")  # it rings at Ben's
    assert (call.busies("anna"), call.busies("ben"), call.concerns("anna")) == (False, True, True)
    call.does(Verb.PICK_UP, "ben")
    with pytest.raises(PracticeRefused):
        call.does(Verb.HANG_UP, "anna")
    call.does(Verb.HANG_UP, "ben")
    assert told.last("HangupRequest")["Uniqueid"] == call.cast.other_id


async def test_whoever_is_no_longer_asked_has_nothing_to_do_with_the_call() -> None:
    call = Told().goes(*WAYS[Stage.CONSULTING], Verb.BACK)
    assert (call.other, call.concerns("ben"), call.busies("anna")) == (None, False, True)
    call.stop()


async def test_a_hold_counts_from_its_beginning_and_the_talk_goes_on_from_its_own() -> None:
    told = Told()
    call = told.goes(*WAYS[Stage.TALKING])
    told.now = held = NOW + timedelta(minutes=4)
    assert told.goes(Verb.HOLD).since == held
    told.now += timedelta(minutes=1)
    assert told.goes(Verb.RESUME).since == NOW
    call.stop()


async def test_the_agent_or_the_caller_ends_it() -> None:
    for verb, reason in ((Verb.HANG_UP, "agent"), (Verb.GIVE_UP, "caller")):
        told = Told()
        told.goes(Verb.RING, Verb.PICK_UP, verb)
        assert told.last("AgentComplete")["Reason"] == reason
        assert told.call.ended


async def test_of_a_suppressed_number_nothing_is_left_after_the_first_event() -> None:
    told = Told(suppressed=True)
    assert told.call.number is None
    told.goes(*WAYS[Stage.TAKEN], Verb.HANG_UP)
    told.playback.finish()
    hidden = ["+4961315550950" in event.keys.values() for event in told.said]
    assert hidden == [True] + [False] * (len(hidden) - 1)


@pytest.mark.parametrize("stage", [Stage.WAITING, Stage.RINGING, Stage.HELD, Stage.SENT, Stage.CONSULTING])
async def test_what_nobody_ends_ends_by_itself(stage: Stage) -> None:
    told = Told(patience=Patience(ringing=0, talking=0, waiting=0, colleague=0, taken=0))
    told.goes(*WAYS[stage])
    async with asyncio.timeout(10):
        await told.over.wait()
    assert told.last("Hangup")


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.OVER])
async def test_a_phone_taken_away_ends_the_call_at_once(stage: Stage) -> None:
    told = Told(begins=begins(stage))
    told.goes(*WAYS[stage]).finish()
    born = {event.keys["Uniqueid"] for event in told.said if event.name == "Newchannel"}
    assert {event.keys["Uniqueid"] for event in told.said if event.name == "Hangup"} == born
    assert told.call.ended


async def test_a_call_out_tells_whoever_asked_what_became_of_their_phone() -> None:
    told = Told(begins=Stage.CALLING)
    told.goes(Verb.PICK_UP)
    answered = told.last("OriginateResponse")
    assert (answered["ActionID"], answered["Response"], answered["Uniqueid"]) == ("asked", "Success", "click")
    dialled = told.last("DialBegin")
    assert (dialled["Exten"], dialled["DialString"]) == ("+4961315550950", "+4961315550950@trunk")
    assert (dialled["CallerIDNum"], dialled["Uniqueid"]) == ("+496131327070", "click")  # it shows the line
    told.goes(Verb.ANSWER, Verb.GIVE_UP)
    assert told.last("HangupRequest")["Uniqueid"] == told.call.cast.other_id


async def test_ones_own_phone_stops_ringing_by_itself_and_nobody_is_called() -> None:
    told = Told(begins=Stage.CALLING, patience=Patience(calling=0.01))
    with pytest.raises(PracticeRefused):
        told.call.does(Verb.GIVE_UP, "anna")
    await told.over.wait()
    failed = told.last("OriginateResponse")
    assert (failed["ActionID"], failed["Response"], failed["Reason"]) == ("asked", "Failure", "3")
    assert [event.name for event in told.said].count("Newchannel") == 1
