"""Which order takes the place of which: the later of the same kind for the same thing, and no other."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from ionas_phone.live.effects import HandOverSession, KeepSight, LookUpCaller, OpenSession, RecordCall, RecordGap
from ionas_phone.live.nouns import CallKey, Gap
from ionas_phone.runtime.orders import SET_ASIDE, Order, batches, key_of
from tests.people import AT, call

ONE, OTHER = call("1"), call("2")
GAP = Gap("mainz", AT, AT, None)


def test_a_newer_order_replaces_an_older_one_about_the_same() -> None:
    for older, newer in (
        (RecordCall(ONE), RecordCall(replace(ONE, ended_at=AT))),
        (OpenSession(ONE, AT), OpenSession(replace(ONE, ended_at=AT), AT)),
        (LookUpCaller(ONE.call, "+4961315550101"), LookUpCaller(ONE.call, "+4961315550102")),
        (HandOverSession(ONE.call, 7, "anna", AT), HandOverSession(ONE.call, 7, "ben", AT)),
        (KeepSight("mainz", AT, ()), KeepSight("mainz", AT, (("support", 1),))),
    ):
        assert key_of(older) == key_of(newer)


def test_everything_else_stands_beside_it() -> None:
    orders: list[Order] = [
        RecordCall(ONE),
        RecordCall(OTHER),
        OpenSession(ONE, AT),
        LookUpCaller(ONE.call, "+4961315550101"),
        HandOverSession(ONE.call, 7, "anna", AT),
        HandOverSession(CallKey("worms", "1"), 7, "anna", AT),
        KeepSight("mainz", AT, ()),
        KeepSight("worms", AT, ()),
        RecordGap(GAP),
        RecordGap(replace(GAP, missed=1)),
    ]
    assert len({key_of(order) for order in orders}) == len(orders)


def test_each_has_a_sentence_for_when_it_is_set_aside() -> None:
    assert set(SET_ASIDE) == set(get_args(Order))


def test_who_rings_comes_first_then_all_writes_in_one_and_what_holds_others_rows_by_itself() -> None:
    write, other = RecordCall(ONE), OpenSession(OTHER, AT)
    hand_over, again = HandOverSession(ONE.call, 7, "anna", AT), HandOverSession(OTHER.call, 8, "ben", AT)
    who = LookUpCaller(OTHER.call, "+4961315550101")
    keys = [key_of(order) for order in (write, hand_over, other, who, again)]
    assert batches(keys) == [[keys[3]], [keys[0], keys[2]], [keys[1]], [keys[4]]]
    assert batches([]) == []


def test_no_batch_is_endless() -> None:
    keys = [key_of(RecordCall(call(str(number)))) for number in range(250)]
    found = batches(keys)
    assert [len(batch) for batch in found] == [100, 100, 50]
    assert [key for batch in found for key in batch] == keys
