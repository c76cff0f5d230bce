"""What desk and board show of the picture."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ionas_phone.live import events as e
from ionas_phone.live.board import AssistantState, RingState
from ionas_phone.live.nouns import PRACTICE_PBX, LinkState, Member, MemberStatus
from ionas_phone.live.state import Live
from tests.stories import ANNA, BEN, LINE, START, Story


def test_a_queue_in_a_line_counts_who_waits_who_could_take_it_and_who_is_there() -> None:
    story = Story()
    story.member(BEN, MemberStatus.UNAVAILABLE)
    story.joins(story.rings_in("c1"))
    story.after(30).joins(story.rings_in("c2"), position=2)
    [queue] = story.live.queues()
    assert (queue.queue, queue.waiting, queue.longest_since) == ("support", 2, START)
    assert (queue.available, queue.signed_in) == (1, 1)


def test_the_waiting_are_numbered_without_gaps() -> None:
    story = Story()
    first = story.rings_in("c1")
    story.joins(first)
    story.joins(story.rings_in("c2"), position=2)
    story.gives_up(first)
    assert [(w.call.unique_id, w.position) for w in story.live.board().waiting] == [("c2", 1)]


def test_members_are_people_over_all_their_queues_by_name() -> None:
    story = Story(live=Live((LINE,), frozenset({"support", "evening"})))
    story.member(ANNA, MemberStatus.IDLE, queue="evening")
    rows = story.live.board().members
    assert [(row.name, row.queues) for row in rows] == [
        ("Anna Berger", ("evening", "support")),
        ("Ben Çelik", ("support",)),
    ]


def test_a_phone_of_nobody_is_shown_as_the_pbx_names_it() -> None:
    story = Story()
    seat = Member("support", "PJSIP/299", "Aushilfe", MemberStatus.IDLE, paused=False)
    story.tell(e.MemberSeen(at=story.now, pbx="mainz", member=seat))
    row = next(row for row in story.live.board().members if row.interface == "PJSIP/299")
    assert (row.name, row.login) == ("Aushilfe", None)


def test_a_break_is_shown_with_its_reason_and_since_when() -> None:
    story = Story()
    story.after(60).member(ANNA, MemberStatus.IDLE, paused=True, reason="Mittag")
    desk = story.live.desk("anna")
    assert (desk.state, desk.reason, desk.since) == (AssistantState.PAUSED, "Mittag", START + timedelta(seconds=60))


def test_somebody_on_a_private_call_is_busy_and_no_more_is_said() -> None:
    story = Story()
    story.member(ANNA, MemberStatus.IN_USE)
    row = next(row for row in story.live.board().members if row.login == "anna")
    assert (row.state, row.caller) == (AssistantState.BUSY, None)


def test_a_desk_without_a_phone_is_empty_but_there() -> None:
    desk = Story().live.desk("sophie")
    assert (desk.state, desk.rings, desk.calls) == (None, (), ())


def test_two_phones_of_one_member_row_show_the_ringing_card_before_the_note() -> None:
    story = Story()
    first, second = story.rings_in("c1"), story.rings_in("c2")
    story.joins(first)
    story.joins(second, position=2)
    leg = story.calls(first, ANNA, "a1")
    story.rings_out(first, leg, ANNA)
    story.after(1).calls(second, ANNA, "a2")
    assert [card.state for card in story.live.desk("anna").rings] == [RingState.RINGING, RingState.MISSED]


def test_hold_is_shown_on_the_call() -> None:
    story = Story()
    story.comes_through()
    held = story.after(30).now
    story.tell(e.CallHeld(at=held, pbx="mainz", unique_id="a1"))
    (call,) = story.live.desk("anna").calls
    assert (call.held, call.held_since, call.talking_since < held) == (True, held, True)
    story.after(5).tell(e.CallResumed(at=story.now, pbx="mainz", unique_id="a1"))
    (call,) = story.live.desk("anna").calls
    assert (call.held, call.held_since) == (False, None)


def test_who_sent_a_caller_on_sees_where_to_until_the_call_is_over() -> None:
    story = Story()
    caller, leg = story.comes_through()
    live = story.live
    assert live.desk("anna").sent == ()
    sent = e.BlindTransferred(
        at=story.now, pbx="mainz", transferer=leg, transferee=caller, extension="202", succeeded=True
    )
    story.after(1).tell(sent)
    story.gone(leg)
    assert [one.to for one in live.desk("anna").sent] == ["202"]  # nobody rings there yet
    story.after(1).answers(caller, story.calls(caller, BEN, "b1"), BEN, "b2")
    assert [one.to for one in live.desk("anna").sent] == [BEN.name]
    assert live.desk("ben").sent == live.desk("anna").calls == ()
    story.gone(caller)
    assert live.desk("anna").sent == ()


def test_the_phone_is_found_whatever_the_case_of_its_name() -> None:
    story = Story()
    shouting = replace(ANNA, interface="pjsip/201")
    story.tell(e.DirectoryRead(at=story.now, assistants=(shouting,)))
    assert story.live.desk("anna").state is AssistantState.AVAILABLE


def test_somebody_at_two_pbxes_is_doing_what_says_most_and_a_queue_of_one_name_is_one_queue() -> None:
    practice = Story("practice")
    real = Story("mainz", live=practice.live)
    real.comes_through()
    assert real.live.desk("anna").state is AssistantState.TALKING
    assert [queue.queue for queue in real.live.queues()] == ["support"]


def test_the_practice_line_counts_where_there_is_no_telephone_system() -> None:
    story = Story("practice")
    story.joins(story.rings_in())
    [queue] = story.live.queues()
    assert (queue.waiting, queue.available, queue.signed_in) == (1, 2, 2)
    assert len(story.live.board().members) == 2
    assert story.live.desk("anna").state is AssistantState.AVAILABLE


def test_beside_a_telephone_system_practice_phones_make_nobody_ready() -> None:
    practice = Story("practice")
    practice.joins(practice.rings_in("p1"))
    real = Story("mainz", live=practice.live)
    real.member(ANNA, MemberStatus.UNAVAILABLE)
    real.member(BEN, MemberStatus.IDLE, paused=True)
    [queue] = real.live.queues()
    assert (queue.waiting, queue.available, queue.signed_in) == (0, 0, 1)
    rows = real.live.board().members
    assert [(row.login, row.state) for row in rows] == [("anna", AssistantState.AWAY), ("ben", AssistantState.PAUSED)]
    assert real.live.desk("anna").state is AssistantState.AWAY
    assert [one.practice for one in real.live.board().waiting] == [True]  # seen, and marked


def test_a_phone_at_the_practice_line_is_named_for_practice_and_never_in_earnest() -> None:
    story = Story()
    practice = Story(PRACTICE_PBX, story.live)
    assert [phone.pbx for phone in story.live.phones("anna")] == ["mainz"]
    (phone,) = story.live.phones("anna", practice=True)
    assert (phone.pbx, phone.device, phone.in_use) == (PRACTICE_PBX, ANNA.interface, False)
    assert story.live.phones("nobody", practice=True) == ()
    practice.tell(e.LinkChanged(at=story.now, pbx=PRACTICE_PBX, state=LinkState.CONNECTING))
    assert story.live.phones("anna", practice=True) == ()
