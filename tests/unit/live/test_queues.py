"""The order of who waits, and the seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ionas_phone.live.nouns import CallKey, Member, MemberStatus
from ionas_phone.live.queues import Queues
from tests.stories import START

SUPPORT = ("mainz", "support")
A, B, C = (CallKey("mainz", uid) for uid in "abc")
SEAT = Member("support", "Local/201@desk", "Anna", MemberStatus.IDLE, paused=False, state_interface="PJSIP/201")


def test_a_caller_with_priority_moves_the_others_back() -> None:
    queues = Queues(frozenset({"support"}))
    queues.join(SUPPORT, A, 1)
    queues.join(SUPPORT, B, 2)
    queues.join(SUPPORT, C, 1)
    assert queues.line_up(*SUPPORT) == (C, A, B)
    queues.leave(A)
    assert queues.line_up(*SUPPORT) == (C, B)


def test_joining_twice_is_joining_once() -> None:
    queues = Queues(frozenset({"support"}))
    queues.join(SUPPORT, A, 1)
    queues.join(SUPPORT, A, 1)
    assert queues.line_up(*SUPPORT) == (A,)


def test_only_our_queues_are_named_and_those_in_which_a_caller_of_ours_waits() -> None:
    queues = Queues(frozenset({"support"}))
    queues.see("mainz", replace(SEAT, queue="doctor"), START)
    assert queues.names() == ()
    queues.join(("mainz", "doctor"), A, 1)
    assert queues.names() == (("mainz", "doctor"),)
    assert queues.seated() == {}


def test_the_device_behind_a_local_member() -> None:
    queues = Queues(None)
    queues.see("mainz", SEAT, START)
    assert queues.device("mainz", "support", "Local/201@desk") == "PJSIP/201"
    assert queues.device("mainz", "support", "PJSIP/299") == "PJSIP/299"


def test_an_older_fact_about_a_seat_is_refused_and_the_same_one_is_no_change() -> None:
    queues = Queues(None)
    assert queues.see("mainz", SEAT, START)
    assert not queues.see("mainz", SEAT, START)
    assert not queues.see("mainz", replace(SEAT, paused=True), START - timedelta(seconds=1))
    assert queues.see("mainz", replace(SEAT, paused=True), START + timedelta(seconds=1))


def test_what_is_asked_for_at_every_turn_is_as_new_as_the_seats() -> None:
    queues = Queues(frozenset({"support"}))
    queues.see("mainz", SEAT, START)
    queues.see("mainz", replace(SEAT, queue="doctor"), START)
    assert queues.seated() == {("mainz", "PJSIP/201"): [SEAT]}
    for state, device in ((MemberStatus.IN_USE, "PJSIP/201"), (MemberStatus.IDLE, "PJSIP/202")):
        changed = replace(SEAT, status=state, state_interface=device)
        queues.see("mainz", changed, START)
        queues.see("mainz", replace(changed, queue="doctor"), START)
        assert queues.seated() == {("mainz", device): [changed]}
        assert queues.seats_named(device.lower()) == [("mainz", device)]
        assert queues.is_seat("mainz", device)
    assert not queues.is_seat("mainz", "PJSIP/201")
    queues.remove("mainz", "support", SEAT.interface)
    assert queues.seated() == {}
    assert queues.seats_named("pjsip/202") == []
    assert queues.is_seat("mainz", "PJSIP/202")  # of a queue that is none of ours


def test_a_member_known_by_an_extension_sits_at_the_phone_of_whoever_has_it() -> None:
    queues = Queues(frozenset({"600"}))
    seat = replace(SEAT, queue="600", interface="Local/201@from-queue/n", state_interface="hint:201@ext-local")
    queues.see("mainz", seat, START)
    assert queues.seats_named("pjsip/201") == [("mainz", "PJSIP/201")]
    queues.know({"201": "SIP/201"})
    assert queues.seats_named("pjsip/201") == []
    assert queues.seats_named("sip/201") == [("mainz", "SIP/201")]
    assert queues.device("mainz", "600", seat.interface) == "SIP/201"
    queues.see("mainz", replace(seat, paused=True), START + timedelta(seconds=1))
    assert queues.seated()["mainz", "SIP/201"][0].paused
