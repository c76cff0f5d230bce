"""The drawing of a journey: every fact has its place, and what nobody saw is a place of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import Direction, Gap, Stretch, StretchKind
from ionas_phone.store.call_lists import CallLine
from ionas_phone.web.axis import LANE, TOP, Fact, axis, facts
from tests.people import AT


def at(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


CALL = CallLine(
    id=1,
    pbx="mainz",
    unique_id="c1",
    line="+496131327070",
    queue="support",
    number="+4961315550101",
    caller_name="",
    suppressed=False,
    direction=Direction.IN,
    began_at=at(0),
    offered_at=at(4),
    answered_at=at(20),
    ended_at=at(100),
    outcome=Outcome.ANSWERED,
    ended_by="caller",
    practice=False,
    session_id=None,
    stretches=(),
    answered_by="anna",
)
WAITED = Stretch(StretchKind.WAITING, at(4), at(20), "support")
RANG = Stretch(StretchKind.RINGING, at(10), at(20), "support", "Anna", "answered")
TALKED = Stretch(StretchKind.TALKING, at(20), at(100), who="Anna")
LATER = at(10_000)


def shown(found: tuple[Fact, ...]) -> list[tuple[str, float, float, bool]]:
    """Return kind, beginning and end in seconds, and whether the end is known."""
    return [
        (fact.kind, (fact.began_at - AT).total_seconds(), (fact.until - AT).total_seconds(), fact.ended_at is not None)
        for fact in found
    ]


def test_before_the_queue_the_dial_plan_spoke() -> None:
    assert shown(facts(CALL, (WAITED, RANG, TALKED), (), LATER)) == [
        ("arriving", 0, 4, True),
        ("waiting", 4, 20, True),
        ("ringing", 10, 20, True),
        ("talking", 20, 100, True),
    ]


def test_who_was_turned_away_heard_an_announcement_and_nothing_else() -> None:
    turned = replace(CALL, offered_at=None, answered_at=None, outcome=Outcome.REFUSED_BY_QUEUE)
    assert shown(facts(turned, (), (), LATER)) == [("arriving", 0, 100, True)]


def test_a_call_that_lasts_is_drawn_until_now() -> None:
    lasting = replace(CALL, ended_at=None, outcome=Outcome.OPEN)
    [_, fact] = facts(lasting, (TALKED._replace(ended_at=None),), (), at(50))
    assert (fact.until, fact.lasts, fact.ended_at, fact.seconds) == (at(50), True, None, 30)


def test_a_call_that_ended_in_a_gap_is_not_seen_from_its_beginning_on() -> None:
    lost = replace(CALL, ended_at=None, ended_by=None)
    gaps = (Gap("mainz", at(60), at(80), 0), Gap("mainz", at(200), at(210), 0))
    found = facts(lost, (TALKED._replace(ended_at=None),), gaps, LATER)
    assert shown(found)[-2:] == [("talking", 20, 60, False), ("unseen", 60, 80, True)]


def test_a_gap_in_the_middle_takes_nothing_from_what_was_seen_after_it() -> None:
    found = facts(CALL, (TALKED,), (Gap("mainz", at(-5), at(30), 0), Gap("mainz", at(40), at(50), 0)), LATER)
    assert ("unseen", 0, 30, True) in shown(found)
    assert ("unseen", 40, 50, True) in shown(found)
    assert ("talking", 20, 100, True) in shown(found)


def test_an_outgoing_call_is_dialled_when_ones_own_phone_was_taken_off() -> None:
    out = replace(CALL, direction=Direction.OUT, offered_at=None)
    own = RANG._replace(began_at=at(0), ended_at=at(3))
    assert shown(facts(out, (own, TALKED), (), LATER))[1] == ("dialling", 3, 20, True)
    by_hand = facts(out, (TALKED,), (), LATER)
    assert shown(by_hand)[0] == ("dialling", 0, 20, True)
    unanswered = replace(out, answered_at=None, outcome=Outcome.FAILED)
    assert shown(facts(unanswered, (RANG._replace(began_at=at(0), ended_at=at(9), how="missed"),), (), LATER)) == [
        ("ringing", 0, 9, True),
    ]


def test_each_person_has_a_lane_and_each_bar_its_place() -> None:
    drawn = axis(facts(CALL, (WAITED, RANG, TALKED), (), LATER), CALL)
    assert [(lane.who, lane.y, len(lane.bars)) for lane in drawn.lanes] == [("", TOP, 2), ("Anna", TOP + LANE, 2)]
    talk = drawn.lanes[1].bars[1]
    assert (talk.x, talk.width) == (20, 80)
    assert talk.fits("spricht")
    assert not drawn.lanes[0].bars[0].fits("Ansage")
    assert drawn.height == TOP + 2 * LANE
    assert [x for _, x in drawn.times] == [0, 30, 60]


def test_even_the_shortest_call_and_an_instant_can_be_seen() -> None:
    sent = Stretch(StretchKind.TRANSFER, at(0), at(0), who="Anna", how="blind", to="Ben")
    drawn = axis(facts(replace(CALL, ended_at=at(0)), (sent,), (), LATER), CALL)
    assert drawn.transfers[0].width == 0.6
    assert drawn.until > drawn.began_at
    whole_night = replace(CALL, ended_at=at(90_000))
    assert len(axis(facts(whole_night, (), (), at(90_000)), whole_night).times) <= 5
