"""What the figures of a day are counted from: store and picture as one, practice aside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey
from ionas_phone.live.offers import offer, offers, overlaid
from ionas_phone.support.service_levels import Fate, Offer
from tests.stories import ANNA, START, Story

KEY = CallKey("mainz", "c1")


@pytest.mark.parametrize(
    ("outcome", "answered", "fate"),
    [
        (Outcome.OPEN, False, Fate.WAITING),
        (Outcome.OPEN, True, Fate.ANSWERED),
        (Outcome.ANSWERED, True, Fate.ANSWERED),
        (Outcome.ABANDONED_WAITING, False, Fate.ABANDONED),
        (Outcome.ABANDONED_RINGING, False, Fate.ABANDONED),
        (Outcome.QUEUE_TIMEOUT, False, Fate.LET_GO),
        (Outcome.REFUSED_BY_QUEUE, False, Fate.LET_GO),
        (Outcome.FAILED, False, Fate.LET_GO),
        (Outcome.UNSEEN, False, Fate.UNSEEN),
    ],
)
def test_every_outcome_has_its_fate(outcome: Outcome, answered: bool, fate: Fate) -> None:
    assert offer("support", START, START if answered else None, None, outcome).fate is fate


def test_a_caller_is_offered_on_entering_the_queue_and_answered_once() -> None:
    story = Story()
    caller = story.rings_in("c1")
    assert offers(story.live.picture) == {}
    story.joins(caller)
    assert offers(story.live.picture) == {KEY: Offer("support", START, Fate.WAITING)}
    leg = story.after(7).calls(caller, ANNA, "leg-1")
    story.after(2).answers(caller, leg, ANNA)
    answered_at = START + timedelta(seconds=9)
    assert offers(story.live.picture) == {KEY: Offer("support", START, Fate.ANSWERED, answered_at)}


def test_who_hangs_up_waiting_is_abandoned_and_whom_the_queue_lets_go_is_not() -> None:
    story = Story()
    for uid, end in (("c1", story.gives_up), ("c2", story.times_out)):
        caller = story.rings_in(uid)
        story.joins(caller)
        end(caller)
    assert [one.fate for one in offers(story.live.picture).values()] == [Fate.ABANDONED, Fate.LET_GO]


def test_practice_is_not_counted() -> None:
    story = Story(pbx=PRACTICE_PBX)
    story.joins(story.rings_in("c1"))
    assert offers(story.live.picture) == {}


def test_what_the_picture_knows_is_newer_than_the_store_and_who_is_lost_from_sight_does_not_wait_for_ever() -> None:
    stored = {
        KEY: Offer("support", START, Fate.WAITING),
        CallKey("mainz", "c2"): Offer("support", START, Fate.ANSWERED, START),
        CallKey("mainz", "c3"): Offer("support", START, Fate.WAITING),
    }
    live = {
        KEY: Offer("support", START, Fate.ABANDONED, None, START),
        CallKey("mainz", "c4"): Offer("support", START, Fate.WAITING),
    }
    fates = [one.fate for one in overlaid(stored, live)]
    assert fates == [Fate.ABANDONED, Fate.ANSWERED, Fate.UNSEEN, Fate.WAITING]
