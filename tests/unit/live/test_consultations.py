"""Who asks whom while a caller waits: on recorded calls, on told ones, and never more than that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import ClassVar

import pytest

from ionas_phone.ami.frames import Frames
from ionas_phone.ami.translate import translate
from ionas_phone.live import events as e
from ionas_phone.live.board import BOARD, Consultation
from ionas_phone.live.consultations import consultations
from ionas_phone.live.effects import Redraw
from ionas_phone.live.nouns import Channel, ChannelState, MemberStatus, SeenBridge
from ionas_phone.live.state import Live
from tests.stories import ANNA, BEN, CUSTOMER, LINE, PEOPLE, Story, asks, channel

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FLASH = timedelta(milliseconds=20)  # by the recording's clock: channels are between two bridges, no page is drawn


def told_of(name: str) -> list[tuple[str, str, bool] | None]:
    """Play a recording; return each new answer to: who asks whom, and do they talk. Of what stands, not flashes up."""
    live, told = Live(None, None), list[tuple[datetime, tuple[str, str, bool] | None, bool]]()
    for message in Frames().feed((SCENARIOS / f"{name}.ami").read_bytes()):
        for fact in translate(message, "mainz") if hasattr(message, "name") else ():
            live.apply(e.DirectoryRead(at=fact.at, assistants=PEOPLE), fact.at)
            live.apply(fact, fact.at)
            asking = [call for call in live.board().talking if call.asks and call.caller.number == CUSTOMER]
            now = [(one.asks.asker_name, one.asks.colleague_name, one.asks.answered) for one in asking if one.asks]
            told.append((fact.at, now[0] if now else None, all(call.held for call in asking)))
    stood = [(what, waits) for (at, what, waits), (until, *_) in pairwise(told) if until - at > FLASH]
    assert all(waits for _, waits in stood)  # whoever asks has the caller on hold
    return [what for what, _ in groupby(what for what, _ in stood)]


@pytest.mark.parametrize("major", ["lab22", "lab16"])
@pytest.mark.parametrize(
    "name", ["consultation", "consultation_feature", "attended_replaces", "attended_feature", "attended_link"]
)
def test_on_a_recorded_call_it_is_said_who_is_rung_then_asked_and_no_more(name: str, major: str) -> None:
    who = ("Anna Berger", "Ben Çelik")
    assert told_of(f"{major}/{name}") == [None, (*who, False), (*who, True), None]


@pytest.mark.parametrize("major", ["lab22", "lab16"])
def test_who_thinks_better_of_it_asks_nobody_any_more(major: str) -> None:
    assert told_of(f"{major}/consultation_called_off") == [None, ("Anna Berger", "Ben Çelik", False), None]


@pytest.mark.parametrize("name", ["hold", "internal", "outbound", "direct", "blind_refer", "two_queues"])
def test_on_other_recorded_calls_nobody_asks_anybody(name: str) -> None:
    assert not any(told_of(f"lab22/{name}"))


def held(story: Story) -> tuple[Channel, Channel]:
    """Let Anna hold a caller and ring Ben."""
    caller = story.rings_in()
    story.joins(caller)
    story.answers(caller, story.calls(caller, ANNA, "a1"), ANNA)
    story.tell(e.CallHeld(at=story.now, pbx="mainz", unique_id="a1"))
    return caller, asks(story)


def test_the_board_is_painted_anew_when_the_colleague_is_rung_answers_and_has_gone() -> None:
    story = Story()
    caller, leg = held(story)
    assert Redraw(BOARD) in story.effects
    key = next(iter(story.live.picture.calls))
    one = Consultation(key, ANNA.interface, ANNA.name, BEN.interface, BEN.name, answered=False)
    assert consultations(story.live.picture) == {(key, ANNA.interface): one}
    assert [call.asks for call in story.live.board().talking] == [one]
    assert [call.asks for call in story.live.talking()] == [None]
    assert all(row.asks is row.asked is None for row in story.live.members())
    rows = {row.login: row for row in story.live.board().members}
    assert (rows["anna"].asks, rows["anna"].asked, rows["ben"].asks, rows["ben"].asked) == (one, None, None, one)

    up = replace(leg, state=ChannelState.UP)
    story.tell(e.ChannelSeen(at=story.now, pbx="mainz", channel=up))
    story.tell(e.BridgeEntered(at=story.now, pbx="mainz", bridge="b2", channel=channel("own-1", ANNA.interface)))
    assert Redraw(BOARD) in story.tell(e.BridgeEntered(at=story.now, pbx="mainz", bridge="b2", channel=up))
    assert list(consultations(story.live.picture).values()) == [replace(one, answered=True)]

    story.tell(e.BridgeLeft(at=story.now, pbx="mainz", bridge="b2", channel=up))
    assert Redraw(BOARD) in story.tell(
        e.ChannelHungUp(at=story.now, pbx="mainz", unique_id="own-1", linked_id="own-1", cause=16)
    )
    assert not consultations(story.live.picture)
    assert caller.number


def test_a_first_sight_tells_the_same() -> None:
    story = Story()
    caller, leg = held(story)
    anna = channel("a1", ANNA.interface, linked_id="c1")
    seen = (caller, anna, channel("own-1", ANNA.interface, dialled="202"), replace(leg, state=ChannelState.UP))
    bridges = (SeenBridge("b1", ("c1", "a1")), SeenBridge("b2", ("own-1", "asked-1")))
    fresh = Story(live=Live((LINE,), frozenset({"support"})))
    fresh.snapshot(*seen, bridges=bridges, status=MemberStatus.IN_USE)
    [one] = consultations(fresh.live.picture).values()
    assert (one.asker_name, one.colleague_name, one.answered) == (ANNA.name, BEN.name, True)


def test_what_people_say_to_each_other_without_a_caller_stays_private() -> None:
    story = Story()
    asks(story)
    assert not consultations(story.live.picture)
    assert all(row.asks is row.asked is None for row in story.live.board().members)


def says_yes(story: Story, rung: Channel) -> None:
    """Let Ben take off."""
    up = replace(rung, state=ChannelState.UP)
    story.tell(e.ChannelSeen(**story.base(), channel=up))
    for leg in (channel("own-1", ANNA.interface, dialled=BEN.extension), up):
        story.tell(e.BridgeEntered(**story.base(), bridge="b2", channel=leg))


def test_whoever_goes_back_to_the_caller_and_holds_the_colleague_asks_nobody() -> None:
    story = Story()
    _, rung = held(story)
    says_yes(story, rung)
    assert consultations(story.live.picture)
    assert Redraw(BOARD) in story.tell(e.CallHeld(**story.base(), unique_id="own-1"))
    assert not consultations(story.live.picture)
    story.tell(e.CallResumed(**story.base(), unique_id="a1"))
    assert not consultations(story.live.picture)
    story.tell(e.CallHeld(**story.base(), unique_id="a1"))
    assert Redraw(BOARD) in story.tell(e.CallResumed(**story.base(), unique_id="own-1"))
    assert consultations(story.live.picture)
    story.tell(e.CallResumed(**story.base(), unique_id="a1"))
    assert not consultations(story.live.picture)


def test_what_they_had_to_say_before_the_caller_came_stays_private() -> None:
    story = Story()
    says_yes(story, asks(story))
    story.after(60).comes_through()
    assert not consultations(story.live.picture)
    story.tell(e.CallHeld(**story.base(), unique_id="a1"))
    assert not consultations(story.live.picture)


def test_so_it_does_at_a_first_sight() -> None:
    caller = channel("1.7", "PJSIP/trunk", number="061315550101", dialled=LINE.number)
    anna = channel("1.8", ANNA.interface, linked_id="1.7")
    for own, rung, told in (("1.5", "1.6", 0), ("1.9", "1.10", 1)):
        leg = channel(rung, BEN.interface, linked_id=own)
        bridges = (SeenBridge("b1", ("1.7", "1.8")), SeenBridge("b2", (own, rung)))
        story = Story(live=Live((LINE,), frozenset({"support"})))
        story.snapshot(caller, anna, channel(own, ANNA.interface, dialled=BEN.extension), leg, bridges=bridges)
        assert len(consultations(story.live.picture)) == told


def test_three_in_one_bridge_ask_nobody() -> None:
    story = Story()
    story.comes_through()
    says_yes(story, asks(story))
    assert consultations(story.live.picture)  # nobody has said yet whether the caller is on hold
    story.tell(e.BridgesMerged(**story.base(), source="b2", target="b1"))
    assert not consultations(story.live.picture)


class Counted(str):
    """A device's name that counts how often it is compared."""

    __slots__ = ()
    times: ClassVar[int] = 0

    def __eq__(self, other: object) -> bool:
        """Compare, and count it."""
        Counted.times += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def compared(talks: int) -> int:
    """Return how often devices are compared to draw the board of so many talks."""
    story = Story()
    for number in range(talks):
        person = replace(ANNA, interface=Counted(f"PJSIP/{300 + number}"))
        story.member(person, MemberStatus.IDLE)
        caller = story.rings_in(f"c{number}")
        story.joins(caller)
        story.answers(caller, story.calls(caller, person, f"x{number}"), person, bridge=f"b{number}")
    Counted.times = 0
    assert len(story.live.board().talking) == talks
    return Counted.times


def test_twice_as_many_talks_are_twice_the_work() -> None:
    assert compared(40) < 3 * compared(20)


def test_a_second_caller_is_no_question() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.answers(caller, story.calls(caller, ANNA, "a1"), ANNA)
    other = story.rings_in("c2")
    story.joins(other)
    story.calls(other, BEN, "b2")
    story.calls(other, ANNA, "a2")
    assert not consultations(story.live.picture)
