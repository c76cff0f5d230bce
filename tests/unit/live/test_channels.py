"""Channels and bridges: upserts, tombstones and facts that come late."""

from __future__ import annotations

from datetime import timedelta

from ionas_phone.live.channels import TOMBSTONE, Channels
from ionas_phone.live.nouns import ChannelState
from tests.stories import START, channel

SECOND = timedelta(seconds=1)


def two() -> Channels:
    channels = Channels()
    channels.see("mainz", channel("c1", "PJSIP/trunk"), START)
    channels.see("mainz", channel("a1", "PJSIP/201"), START)
    return channels


def test_the_same_unique_id_on_two_pbxes_is_two_channels() -> None:
    channels = two()
    assert channels.get("wiesbaden", "c1") is None


def test_an_older_fact_does_not_overwrite_a_newer_one() -> None:
    channels = two()
    channels.see("mainz", channel("a1", "PJSIP/201", ChannelState.UP), START + 2 * SECOND)
    channels.see("mainz", channel("a1", "PJSIP/201", ChannelState.RINGING), START + SECOND)
    leg = channels.get("mainz", "a1")
    assert leg
    assert leg.channel.state is ChannelState.UP


def test_people_in_a_car_park_are_not_together_until_one_is_fetched_out_of_it() -> None:
    channels = two()
    for parked in ("c1", "a1"):
        channels.enter("mainz", "b", parked, START)
        channels.keep_apart("mainz", "b")
    assert channels.together("mainz", "c1") == channels.reached("mainz", "c1") == set()
    channels.see("mainz", channel("b1", "PJSIP/202"), START)
    for one in ("c1", "b1"):
        channels.enter("mainz", "b2", one, START + SECOND)
    assert channels.together("mainz", "c1") == {"b1"}
    channels.leave("mainz", "b", "a1", START + SECOND)
    for one in ("c1", "b1"):  # empty, it was forgotten
        channels.enter("mainz", "b", one, START + 2 * SECOND)
    assert channels.together("mainz", "c1") == {"b1"}


def test_who_shares_a_bridge_is_together_until_one_leaves() -> None:
    channels = two()
    channels.enter("mainz", "b", "c1", START)
    channels.enter("mainz", "b", "a1", START)
    assert channels.together("mainz", "c1") == {"a1"}
    assert channels.leave("mainz", "b", "a1", START + SECOND)
    assert channels.together("mainz", "c1") == set()


def test_entering_again_with_an_old_fact_is_refused() -> None:
    channels = two()
    channels.enter("mainz", "b", "a1", START)
    channels.leave("mainz", "b", "a1", START + SECOND)
    assert not channels.enter("mainz", "b", "a1", START)
    assert not channels.leave("mainz", "b", "a1", START + SECOND)


def test_entering_another_bridge_leaves_the_first() -> None:
    channels = two()
    for unique_id in ("c1", "a1"):
        channels.enter("mainz", "b", unique_id, START)
    channels.enter("mainz", "other", "a1", START + SECOND)
    assert channels.together("mainz", "c1") == set()


def test_merging_moves_everybody() -> None:
    channels = two()
    channels.enter("mainz", "b", "c1", START)
    channels.enter("mainz", "other", "a1", START)
    assert channels.merge("mainz", "b", "other", START + SECOND) == {"c1", "a1"}


def test_what_hung_up_stays_gone_until_its_tombstone_is_old() -> None:
    channels = two()
    channels.enter("mainz", "b", "c1", START)
    assert channels.hang_up("mainz", "c1", START)
    assert channels.see("mainz", channel("c1", "PJSIP/trunk"), START + SECOND) is None
    channels.prune(START + TOMBSTONE - SECOND)
    assert channels.gone("mainz", "c1")
    channels.prune(START + TOMBSTONE)
    assert channels.see("mainz", channel("c1", "PJSIP/trunk"), START + TOMBSTONE)


def test_a_tombstone_stands_as_long_as_it_was_meant_to_though_the_clock_was_set() -> None:
    channels, hour = Channels(), timedelta(hours=1)
    channels.hang_up("mainz", "c1", START)
    channels.clock_set(-hour)
    channels.prune(START - hour + TOMBSTONE - timedelta(seconds=1))
    assert channels.gone("mainz", "c1")
    channels.prune(START - hour + TOMBSTONE)
    assert not channels.gone("mainz", "c1")


def test_a_masquerade_renames() -> None:
    channels = two()
    channels.rename("mainz", "a1", "PJSIP/202-1", "PJSIP/202")
    leg = channels.get("mainz", "a1")
    assert leg
    assert (leg.channel.name, leg.channel.endpoint) == ("PJSIP/202-1", "PJSIP/202")


def test_an_older_word_about_hold_changes_nothing_and_the_same_twice_is_no_change() -> None:
    channels = two()
    assert channels.hold("mainz", "a1", START + 2 * SECOND, held=True)
    assert channels.hold("mainz", "a1", START + 3 * SECOND, held=True) is None
    assert channels.hold("mainz", "a1", START + SECOND, held=False) is None
    leg = channels.hold("mainz", "a1", START + 4 * SECOND, held=False)
    assert leg is channels.get("mainz", "a1")
    assert channels.hold("mainz", "gone", START, held=True) is None
