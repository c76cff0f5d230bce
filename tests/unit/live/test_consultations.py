"""Who asks whom while a caller waits: on recorded calls, on told ones, and never more than that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ionas_phone.ami.frames import Frames
from ionas_phone.ami.translate import translate
from ionas_phone.live import events as e
from ionas_phone.live.board import BOARD, Consultation
from ionas_phone.live.consultations import asked_on, consultations
from ionas_phone.live.effects import Redraw
from ionas_phone.live.nouns import Channel, ChannelState, MemberStatus, SeenBridge
from ionas_phone.live.state import Live
from tests.stories import ANNA, BEN, CUSTOMER, LINE, PEOPLE, Story, asks, channel

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def told_of(name: str) -> list[tuple[str, str, bool] | None]:
    """Play a recording; return each new answer to: who asks whom while the caller is on hold, and do they talk."""
    live, found = Live(None, None), list[tuple[str, str, bool] | None]()
    for message in Frames().feed((SCENARIOS / f"{name}.ami").read_bytes()):
        for fact in translate(message, "mainz") if hasattr(message, "name") else ():
            live.apply(e.DirectoryRead(at=fact.at, assistants=PEOPLE), fact.at)
            live.apply(fact, fact.at)
            for call in live.board().talking:
                one = call.asks
                now = (one.asker_name, one.colleague_name, one.answered) if one else None
                if call.caller.number == CUSTOMER and found[-1:] != [now] and (call.held or not one):
                    found.append(now)
    return found


@pytest.mark.parametrize("major", ["lab22", "lab16"])
@pytest.mark.parametrize("name", ["consultation", "consultation_feature", "attended_replaces", "attended_feature"])
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
    [one] = consultations(story.live.picture)
    key = next(iter(story.live.picture.calls))
    assert one == Consultation(key, ANNA.interface, ANNA.name, BEN.interface, BEN.name, answered=False)
    assert asked_on((one,), key, ANNA.interface) is one
    assert asked_on((one,), key, BEN.interface) is None
    rows = {row.login: row for row in story.live.board().members}
    assert (rows["anna"].asks, rows["anna"].asked, rows["ben"].asks, rows["ben"].asked) == (one, None, None, one)

    up = replace(leg, state=ChannelState.UP)
    story.tell(e.ChannelSeen(at=story.now, pbx="mainz", channel=up))
    story.tell(e.BridgeEntered(at=story.now, pbx="mainz", bridge="b2", channel=channel("own-1", ANNA.interface)))
    assert Redraw(BOARD) in story.tell(e.BridgeEntered(at=story.now, pbx="mainz", bridge="b2", channel=up))
    assert consultations(story.live.picture) == (replace(one, answered=True),)

    story.tell(e.BridgeLeft(at=story.now, pbx="mainz", bridge="b2", channel=up))
    assert Redraw(BOARD) in story.tell(
        e.ChannelHungUp(at=story.now, pbx="mainz", unique_id="own-1", linked_id="own-1", cause=16)
    )
    assert consultations(story.live.picture) == ()
    assert caller.number


def test_a_first_sight_tells_the_same() -> None:
    story = Story()
    caller, leg = held(story)
    anna = channel("a1", ANNA.interface, linked_id="c1")
    seen = (caller, anna, channel("own-1", ANNA.interface, dialled="202"), replace(leg, state=ChannelState.UP))
    bridges = (SeenBridge("b1", ("c1", "a1")), SeenBridge("b2", ("own-1", "asked-1")))
    fresh = Story(live=Live((LINE,), frozenset({"support"})))
    fresh.snapshot(*seen, bridges=bridges, status=MemberStatus.IN_USE)
    [one] = consultations(fresh.live.picture)
    assert (one.asker_name, one.colleague_name, one.answered) == (ANNA.name, BEN.name, True)


def test_what_people_say_to_each_other_without_a_caller_stays_private() -> None:
    story = Story()
    asks(story)
    assert consultations(story.live.picture) == ()
    assert all(row.asks is row.asked is None for row in story.live.board().members)


def test_a_second_caller_is_no_question() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.answers(caller, story.calls(caller, ANNA, "a1"), ANNA)
    other = story.rings_in("c2")
    story.joins(other)
    story.calls(other, BEN, "b2")
    story.calls(other, ANNA, "a2")
    assert consultations(story.live.picture) == ()
