"""A Local member and its phone ring once, in whatever order stream and snapshot tell of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ionas_phone.live import events as e
from ionas_phone.live.board import RingState
from ionas_phone.live.nouns import Channel, ChannelState, Member, MemberStatus, SeenWaiting
from tests.stories import ANNA, Story, channel

LOCAL = "Local/201@members"
ONE = channel("l1", LOCAL, ChannelState.DOWN, linked_id="c1", name=f"{LOCAL}-00000000;1", is_local=True)
TWO = channel("l2", LOCAL, linked_id="c1", name=f"{LOCAL}-00000000;2", is_local=True)
PHONE = channel("a1", "PJSIP/201", ChannelState.RINGING, linked_id="c1")


class LocalStory(Story):
    """Anna's seat is a Local channel; ``device``: the state interface it names."""

    def __init__(self, device: str = ANNA.interface) -> None:
        super().__init__()
        self.seat = Member("support", LOCAL, ANNA.name, MemberStatus.IDLE, paused=False, state_interface=device)
        self.tell(e.MemberSeen(at=self.now, pbx=self.pbx, member=self.seat))
        self.caller = self.rings_in()
        self.joins(self.caller)

    def called(self) -> None:
        for half in (ONE, TWO):
            self.tell(e.ChannelSeen(at=self.now, pbx=self.pbx, channel=half))
        self.tell(
            e.AssistantCalled(
                at=self.now,
                pbx=self.pbx,
                queue="support",
                caller=self.caller,
                leg=ONE,
                interface=LOCAL,
                member=ANNA.name,
            )
        )
        self.tell(e.DialBegan(at=self.now, pbx=self.pbx, source=self.caller, dest=ONE))

    def dialled(self) -> None:
        self.tell(e.DialBegan(at=self.now, pbx=self.pbx, source=TWO, dest=PHONE))

    def looked_at(self, *channels: Channel) -> None:
        self.tell(
            e.SnapshotTaken(
                at=self.now,
                pbx=self.pbx,
                channels=(self.caller, *channels),
                waiting=(SeenWaiting("support", 1, "c1", 0),),
                bridges=(),
                members=(self.seat,),
            )
        )

    def taken_off(self) -> None:
        up = replace(PHONE, state=ChannelState.UP)
        self.tell(e.ChannelSeen(at=self.now, pbx=self.pbx, channel=up))
        self.tell(e.DialEnded(at=self.now, pbx=self.pbx, source=TWO, dest=up, status="ANSWER"))


def told_by_the_stream_alone(story: LocalStory) -> None:
    story.called()
    story.dialled()


def looked_at_before_the_phone_is_dialled(story: LocalStory) -> None:
    story.called()
    story.looked_at(ONE, TWO, PHONE)
    story.dialled()


def looked_at_before_the_member_is_called(story: LocalStory) -> None:
    story.looked_at(ONE, TWO, PHONE)
    story.called()
    story.dialled()


def looked_at_afterwards(story: LocalStory) -> None:
    story.called()
    story.dialled()
    story.looked_at(ONE, TWO, PHONE)


Order = Callable[[LocalStory], None]
ORDERS: tuple[Order, ...] = (
    told_by_the_stream_alone,
    looked_at_before_the_phone_is_dialled,
    looked_at_before_the_member_is_called,
    looked_at_afterwards,
)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("device", [ANNA.interface, LOCAL])
def test_a_local_member_and_its_phone_ring_once(order: Order, device: str) -> None:
    story = LocalStory(device)
    order(story)
    assert [card.state for card in story.live.desk("anna").rings] == [RingState.RINGING]
    assert [caller.ringing for caller in story.live.board().waiting] == [("Anna Berger",)]
    story.after(2).taken_off()
    assert not story.live.desk("anna").rings
    assert [caller.ringing for caller in story.live.board().waiting] == [()]


@pytest.mark.parametrize("order", ORDERS)
def test_the_card_that_is_shown_keeps_its_name(order: Order) -> None:
    story = LocalStory()
    order(story)
    shown = set()
    again = LocalStory()
    for event in story.told:
        again.tell(event)
        shown |= {card.leg for card in again.live.desk("anna").rings}
    assert len(shown) == 1


def test_a_phone_that_is_dialled_when_its_local_member_was_called_off_rings_for_nobody() -> None:
    story = LocalStory()
    story.called()
    story.after(3).tell(e.DialEnded(**story.base(), source=story.caller, dest=ONE, status="CANCEL"))
    story.after(0.001).dialled()
    assert [card.state for card in story.live.desk("anna").rings] == [RingState.MISSED]
    assert [caller.ringing for caller in story.live.board().waiting] == [()]


def test_two_phones_of_one_person_ring_each_for_itself() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.calls(caller, ANNA, "a1")
    story.calls(caller, ANNA, "a2")
    assert len(story.live.desk("anna").rings) == 2
