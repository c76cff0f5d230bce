"""Queue events beyond the plain call: transfers of names, Local members, members who come and go."""

from __future__ import annotations

import pytest

from ionas_phone.live import events as e
from ionas_phone.live.effects import BeginWrapUp
from ionas_phone.live.nouns import PRACTICE_PBX, Assistant, ChannelState, LinkState, Member, MemberStatus, tag
from tests.stories import ANNA, BEN, Story, channel

STRANGER = Assistant("", "Somebody", "PJSIP/299", "299")  # has no log-in


def test_who_answered_is_who_has_the_leg_not_who_was_rung() -> None:
    story = Story()
    caller = story.rings_in()
    key = story.joins(caller)
    story.calls(caller, ANNA, "a1")
    picker = channel("b9", BEN.interface)
    event = e.AssistantAnswered(
        at=story.now,
        pbx="mainz",
        queue="support",
        caller=caller,
        leg=picker,
        interface=ANNA.interface,
        member=ANNA.name,
    )
    story.tell(event)
    assert story.live.picture.calls[key].endpoint == BEN.interface
    assert [call.call for call in story.live.desk("ben").calls] == [key]


def test_a_local_member_pops_at_the_phone_behind_it() -> None:
    story = Story()
    seat = Member("support", "Local/201@desk", "Anna", MemberStatus.IDLE, paused=False, state_interface=ANNA.interface)
    story.tell(e.MemberSeen(at=story.now, pbx="mainz", member=seat))
    caller = story.rings_in()
    story.joins(caller)
    leg = channel("l1", "Local/201@desk", ChannelState.RINGING, is_local=True)
    event = e.AssistantCalled(
        at=story.now, pbx="mainz", queue="support", caller=caller, leg=leg, interface="Local/201@desk", member="Anna"
    )
    story.tell(event)
    assert [card.leg for card in story.live.desk("anna").rings] == [tag("mainz", "l1")]


def test_an_answer_without_a_leg_still_names_who_answered() -> None:
    story = Story()
    caller = story.rings_in()
    key = story.joins(caller)
    event = e.AssistantAnswered(
        at=story.now, pbx="mainz", queue="support", caller=caller, leg=None, interface=ANNA.interface, member=ANNA.name
    )
    story.tell(event)
    assert story.live.picture.calls[key].endpoint == ANNA.interface


def test_a_member_who_leaves_the_queue_leaves_the_board() -> None:
    story = Story()
    story.tell(e.MemberRemoved(at=story.now, pbx="mainz", queue="support", interface=BEN.interface))
    assert [row.login for row in story.live.board().members] == ["anna"]


def test_the_second_queue_of_a_caller_is_the_same_call() -> None:
    story = Story()
    caller = story.rings_in()
    key = story.joins(caller)
    story.tell(e.CallerLeft(at=story.after(20).now, pbx="mainz", queue="support", caller=caller))
    assert story.after(1).joins(caller, queue="evening") == key
    [waiting] = story.live.board().waiting
    assert waiting.queue == "evening"
    assert len(story.live.picture.calls) == 1


def test_who_was_rung_again_before_their_wrap_up_began_wraps_up_the_second_call_too() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    story.member(ANNA, MemberStatus.RINGING, paused=True, reason="Wrap-up/30/1795344300")
    story.answers(caller, leg, ANNA)
    story.hangs_up(caller, leg, caller, ANNA)
    assert story.of(BeginWrapUp) == [BeginWrapUp("mainz", "support", ANNA.interface)]


@pytest.mark.parametrize(("person", "paused", "expected"), [(ANNA, False, 1), (ANNA, True, 0), (STRANGER, False, 0)])
def test_after_a_call_whoever_is_ours_and_not_paused_may_wrap_up(
    person: Assistant, *, paused: bool, expected: int
) -> None:
    story = Story()
    story.member(STRANGER, MemberStatus.IDLE)
    caller, leg = story.comes_through(person)
    story.member(person, MemberStatus.IN_USE, paused=paused, reason="Meal" if paused else "")
    story.hangs_up(caller, leg, caller, person)
    assert story.of(BeginWrapUp) == [BeginWrapUp("mainz", "support", person.interface)] * expected


def test_who_gets_the_same_caller_again_wraps_up_again() -> None:
    story = Story()
    caller = story.rings_in()
    for leg in ("a1", "a2"):
        story.after(10).joins(caller)
        story.answers(caller, story.calls(caller, ANNA, leg), ANNA)
        base = story.after(10).base()
        completed = e.QueueCallCompleted(
            **base, queue="support", caller=caller, interface=ANNA.interface, reason="transfer"
        )
        story.tell(completed)
        story.member(ANNA, MemberStatus.IDLE)
    assert len(story.of(BeginWrapUp)) == 2
    assert not [order for order in story.again() if isinstance(order, BeginWrapUp)]


@pytest.mark.parametrize(("links", "expected"), [((PRACTICE_PBX,), 1), ((PRACTICE_PBX, "mainz"), 0)])
def test_a_practice_phone_wraps_up_only_where_desks_show_it(links: tuple[str, ...], expected: int) -> None:
    story = Story(PRACTICE_PBX)
    for link in links:
        story.tell(e.LinkChanged(at=story.now, pbx=link, state=LinkState.UP))
    caller, leg = story.comes_through()
    story.hangs_up(caller, leg, caller, ANNA)
    assert len(story.of(BeginWrapUp)) == expected
