"""Roles of a call: fresh each time, and counted on."""

from __future__ import annotations

from datetime import UTC, datetime

from ionas_phone.practice.call import Seat
from ionas_phone.practice.cast import Casting
from ionas_phone.practice.recording import Recording, recorded

NOW = datetime(2026, 11, 22, 10, 44, tzinfo=UTC)
ANNA, BEN = Seat("anna", "Anna Berger", "PJSIP/201"), Seat("ben", "Ben Çelik", "PJSIP/202")
WAS = Recording(recorded("answered")).cast


def test_channels_and_ids_count_on() -> None:
    casting = Casting("practice01", "hilfe", "+496131327079", lambda: NOW)
    first, second = (casting.caller(WAS, ANNA, "+4961315550950", "Grete") for _ in range(2))
    assert (first.caller_channel, first.leg_channel) == ("PJSIP/trunk-00000000", "PJSIP/201-00000001")
    assert (second.caller_channel, second.leg_channel) == ("PJSIP/trunk-00000002", "PJSIP/201-00000003")
    assert first.caller_id == "practice01-1795344240.0"
    assert (first.extension, first.member, first.presentation) == ("201", "Anna Berger", WAS.presentation)
    assert first.bridge != second.bridge
    assert first.last_bridge == first.bridge


def test_a_colleague_joins_with_channels_of_their_own() -> None:
    casting = Casting("practice01", "hilfe", "+496131327079", lambda: NOW)
    cast = casting.caller(WAS, ANNA, "+4961315550950", "Grete")
    asked, sent = (casting.colleague(cast, BEN, asked=asked) for asked in (True, False))
    assert (asked.second_channel, asked.other_channel) == ("PJSIP/201-00000002", "PJSIP/202-00000003")
    assert (asked.other_extension, asked.other_member, asked.other_interface) == ("202", "Ben Çelik", "PJSIP/202")
    assert asked.last_bridge == cast.bridge  # the colleague comes to the caller
    assert sent.last_bridge == sent.other_bridge != cast.bridge  # the caller goes to the colleague
    assert asked.caller_id == sent.caller_id == cast.caller_id
