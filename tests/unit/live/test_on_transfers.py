"""Callers who are sent on: how, by whom, and whose session it is then."""

from __future__ import annotations

from dataclasses import replace

from ionas_phone.live import events as e
from ionas_phone.live.effects import HandOverSession
from ionas_phone.live.nouns import CallKey, Channel, ChannelState
from ionas_phone.live.parts import Transfer, TransferKind
from tests.stories import ANNA, BEN, Story, channel

KEY = CallKey("mainz", "c1")


def talking() -> tuple[Story, Channel, Channel]:
    """Anna talks with a caller, whose session stands open."""
    story = Story()
    caller, leg = story.comes_through()
    story.tell(e.SessionOpened(at=story.now, call=KEY, session_id=17, customer=None))
    return story, caller, replace(leg, state=ChannelState.UP)


def blind(story: Story, caller: Channel, leg: Channel) -> Channel:
    """Anna sends the caller to extension 202 and is gone; Ben's phone rings."""
    base = story.after(10).base()
    story.tell(e.BlindTransferred(**base, transferer=leg, transferee=caller, extension="202", succeeded=True))
    story.tell(e.BridgeLeft(**base, bridge="b1", channel=leg))
    story.gone(leg)
    story.tell(e.BridgeLeft(**base, bridge="b1", channel=caller))
    ringing = channel("b9", BEN.interface, ChannelState.RINGING, linked_id="c1")
    story.tell(e.DialBegan(at=story.after(0.1).now, pbx="mainz", source=caller, dest=ringing))
    return ringing


def joined(story: Story, caller: Channel, leg: Channel) -> None:
    """Ben takes the call."""
    base = story.after(3).base()
    leg = replace(leg, state=ChannelState.UP)
    story.tell(e.DialEnded(**base, source=caller, dest=leg, status="ANSWER"))
    story.tell(e.BridgeEntered(**base, bridge="b2", channel=leg))
    story.tell(e.BridgeEntered(**base, bridge="b2", channel=caller))


def asks(story: Story, dialled: str) -> tuple[Channel, Channel]:
    """Anna, who has a caller, dials and talks to Ben meanwhile: return her second channel and his."""
    second = channel("a2", ANNA.interface, dialled=dialled)
    ben = channel("b9", BEN.interface, linked_id="a2")
    base = story.after(5).base()
    story.tell(e.ChannelSeen(**base, channel=second))
    story.tell(e.DialBegan(**base, source=second, dest=ben))
    for one in (second, ben):
        story.tell(e.BridgeEntered(**base, bridge="b2", channel=one))
    return second, ben


def transfers(story: Story) -> list[Transfer]:
    return story.live.picture.calls[KEY].transfers


def test_a_phone_that_rings_after_a_blind_transfer_pops_too() -> None:
    story, caller, leg = talking()
    blind(story, caller, leg)
    assert [card.call for card in story.live.desk("ben").rings] == [KEY]
    assert story.live.desk("anna").calls == ()
    [sent] = transfers(story)
    assert (sent.kind, sent.origin, sent.to) == (TransferKind.BLIND, ANNA.interface, BEN.interface)


def test_a_phone_that_hangs_up_as_soon_as_the_caller_is_sent_on_has_not_ended_the_call() -> None:
    story, caller, leg = talking()
    base = story.after(10).base()
    story.tell(e.BlindTransferred(**base, transferer=leg, transferee=caller, extension="700", succeeded=True))
    story.tell(e.HangupRequested(**base, unique_id=leg.unique_id))
    story.tell(e.BridgeLeft(**base, bridge="b1", channel=caller))
    story.tell(e.BridgeEntered(**base, bridge="car park", channel=caller))
    story.gone(leg)
    story.tell(e.HangupRequested(at=story.after(5).now, pbx="mainz", unique_id=caller.unique_id))
    story.gone(caller)
    assert story.live.picture.calls[KEY].hung_up_by == "caller"


def test_the_session_follows_the_call_to_who_really_talks() -> None:
    story, caller, leg = talking()
    joined(story, caller, blind(story, caller, leg))
    orders = story.of(HandOverSession)
    assert [(o.session_id, o.login) for o in orders] == [(17, "ben")]
    assert [call.session_id for call in story.live.desk("ben").calls] == [17]
    story.tell(e.SessionHandedOver(at=story.now, call=KEY, login="ben"))
    assert len(story.of(HandOverSession)) == 1


def test_a_transfer_that_failed_is_none() -> None:
    story, caller, leg = talking()
    base = story.base()
    story.tell(e.BlindTransferred(**base, transferer=leg, transferee=caller, extension="999", succeeded=False))
    assert transfers(story) == []
    assert len(story.live.desk("anna").calls) == 1


def test_a_caller_taken_away_by_the_manager_was_redirected() -> None:
    story, caller, leg = talking()
    base = story.after(5).base()
    story.tell(e.BridgeLeft(**base, bridge="b1", channel=caller))
    story.gone(leg)
    story.tell(e.DialBegan(**base, source=caller, dest=channel("b9", BEN.interface, linked_id="c1")))
    [sent] = transfers(story)
    assert (sent.kind, sent.to) == (TransferKind.REDIRECT, BEN.interface)


def test_a_consultation_that_ends_in_a_transfer_becomes_part_of_the_journey() -> None:
    story, caller, leg = talking()
    second, ben = asks(story, "202")
    assert story.live.desk("ben").calls == ()  # a private talk between colleagues, so far
    base = story.after(5).base()
    story.tell(e.BridgeLeft(**base, bridge="b2", channel=ben))
    story.tell(e.BridgeLeft(**base, bridge="b1", channel=leg))
    story.tell(e.BridgeEntered(**base, bridge="b1", channel=ben, swapped="a1"))
    people = {"first": leg, "second": second, "transferee": caller, "target": ben}
    story.tell(e.AttendedTransferred(**base, **people, dest_type="Bridge", dest_bridge="b1", succeeded=True))
    story.gone(leg)
    story.gone(second)
    assert [call.call for call in story.live.desk("ben").calls] == [KEY]
    assert story.live.picture.private == {}
    [sent] = transfers(story)
    assert (sent.kind, sent.origin, sent.to) == (TransferKind.ATTENDED, ANNA.interface, BEN.interface)


def test_the_session_follows_over_two_bridges_that_are_linked_and_both_stay() -> None:
    """As Asterisk tells it: the far half takes the second leg's place, then the near one the first leg's."""
    story, caller, leg = talking()
    second, ben = asks(story, "793")
    names = [f"Local/_attended@transfer-0;{half}" for half in (1, 2)]
    near, far = (channel(name[-2:], name[:-2], linked_id="c1", name=name, is_local=True) for name in names)
    base = story.after(5).base()
    for half in (near, far):
        story.tell(e.ChannelSeen(**base, channel=half))
    story.tell(e.BridgeLeft(**base, bridge="b2", channel=second))
    story.tell(e.BridgeEntered(**base, bridge="b2", channel=far, swapped="a2"))
    assert [call.call for call in story.live.desk("anna").calls] == [KEY]  # until the near one is in her place, too
    story.tell(e.BridgeLeft(**base, bridge="b1", channel=leg))
    story.tell(e.BridgeEntered(**base, bridge="b1", channel=near, swapped="a1"))
    people = {"first": leg, "second": second, "transferee": caller, "target": ben}
    story.tell(e.AttendedTransferred(**base, **people, dest_type="Link", dest_bridge="", succeeded=True))
    story.gone(leg)
    story.gone(second)
    assert [call.call for call in story.live.desk("ben").calls] == [KEY]
    assert story.live.desk("anna").calls == ()
    assert [(order.session_id, order.login) for order in story.of(HandOverSession)] == [(17, "ben")]
    [sent] = transfers(story)
    assert (sent.kind, sent.origin, sent.to) == (TransferKind.ATTENDED, ANNA.interface, BEN.interface)


def test_a_colleague_who_picks_up_is_noted_and_the_rung_phone_is_told() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    picker = channel("b9", BEN.interface)
    story.tell(e.CallPickedUp(at=story.after(2).now, pbx="mainz", channel=picker, target=leg))
    [card] = story.live.desk("anna").rings
    assert card.by == BEN.name
    assert [sent.kind for sent in transfers(story)] == [TransferKind.PICKUP]
