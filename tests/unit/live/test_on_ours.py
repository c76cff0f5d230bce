"""What the service tells the picture about itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ionas_phone.live import events as e
from ionas_phone.live.board import CALLS, MISSED, desk_topic, session_topic, sessions_topic
from ionas_phone.live.effects import HandOverSession, Redraw, TakeSnapshot
from ionas_phone.live.nouns import Assistant, CallKey, Gap, LinkState, MemberStatus, SeenQueue
from ionas_phone.live.picture import SET_ASIDE_SHOWN
from ionas_phone.support.customers import Match
from tests.stories import ANNA, BEN, START, Story

MATCHES = (Match(1, "10001", "Erika"), Match(2, "10002", "Erich"))


def test_a_number_of_several_customers_is_a_list_and_no_pick() -> None:
    story = Story()
    key = story.joins(story.rings_in())
    story.tell(e.CallerRecognised(at=START, call=key, matches=MATCHES))
    assert story.live.board().waiting[0].caller.matches == MATCHES


def test_the_chosen_customer_stands_alone() -> None:
    story = Story()
    key = story.joins(story.rings_in())
    story.tell(e.CallerRecognised(at=START, call=key, matches=MATCHES))
    story.tell(e.SessionOpened(at=START, call=key, session_id=17, customer=MATCHES[1]))
    assert story.live.board().waiting[0].caller.matches == (MATCHES[1],)


def test_a_fresh_session_stands_with_its_call_and_no_list_is_read_for_it() -> None:
    story = Story()
    caller = story.rings_in()
    key = story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    story.answers(caller, leg, ANNA)
    opened = e.SessionOpened(at=story.now, call=key, session_id=17, customer=None, fresh=True)
    topics = {effect.topic for effect in story.tell(opened) if isinstance(effect, Redraw)}
    assert topics >= {desk_topic("anna"), session_topic(17), CALLS, MISSED}
    assert sessions_topic("anna") not in topics
    again = story.tell(replace(opened, customer=MATCHES[1], fresh=False))
    assert Redraw(sessions_topic("anna")) in again
    story.effects.clear()
    story.hangs_up(caller, leg, caller, ANNA)
    assert Redraw(sessions_topic("anna")) in story.effects  # from now on it stands there


def test_a_fresh_session_whose_caller_has_gone_on_or_hung_up_is_listed_at_once() -> None:
    story = Story()
    caller = story.rings_in()
    key = story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    story.answers(caller, leg, ANNA)
    story.hangs_up(caller, leg, caller, ANNA)
    opened = story.tell(e.SessionOpened(at=story.now, call=key, session_id=17, customer=None, fresh=True))
    assert Redraw(sessions_topic("anna")) in opened


def test_a_word_about_a_call_that_is_long_over_changes_nothing() -> None:
    story = Story()
    assert story.tell(e.CallerRecognised(at=START, call=CallKey("mainz", "gone"), matches=())) == []
    assert story.tell(e.SessionOpened(at=START, call=CallKey("mainz", "gone"), session_id=1, customer=None)) == []


def talk(story: Story, uid: str, who: Assistant, bridge: str) -> CallKey:
    """Somebody talks with a caller on a call of its own."""
    caller = story.rings_in(uid)
    key = story.joins(caller)
    story.answers(caller, story.calls(caller, who, f"{uid}-a"), who, bridge)
    return key


def test_a_colleagues_session_that_goes_on_is_handed_over_at_once_and_their_desk_is_told() -> None:
    story = Story()
    key = talk(story, "c1", BEN, "b1")
    story.effects.clear()
    story.tell(e.SessionOpened(at=story.now, call=key, session_id=17, customer=None, holder="anna"))
    assert story.of(HandOverSession) == [HandOverSession(key, 17, "ben", story.now, "anna")]
    story.effects.clear()
    story.tell(e.SessionHandedOver(at=story.now, call=key, login="ben", before="anna"))
    assert {Redraw(sessions_topic("anna")), Redraw(sessions_topic("ben")), Redraw(session_topic(17))} <= {
        *story.effects
    }
    assert story.of(HandOverSession) == []


def test_two_who_talk_about_one_session_do_not_take_it_from_each_other() -> None:
    story = Story()
    first = talk(story, "c1", ANNA, "b1")
    story.tell(e.SessionOpened(at=story.now, call=first, session_id=17, customer=None))
    second = talk(story, "c2", BEN, "b2")
    story.tell(e.SessionOpened(at=story.now, call=second, session_id=17, customer=None, holder="anna"))
    story.after(5).tell(e.CallHeld(at=story.now, pbx="mainz", unique_id="c1-a"))
    assert story.of(HandOverSession) == []


def test_a_reload_of_the_queues_asks_for_a_snapshot_and_that_of_another_module_does_not() -> None:
    story = Story()
    reloaded = e.PbxReloaded(at=START, pbx="mainz", module="app_queue.so")
    assert [type(order) for order in story.tell(reloaded)] == [TakeSnapshot]
    assert story.tell(e.PbxReloaded(at=START, pbx="mainz", module="res_musiconhold.so")) == []


def test_the_database_away_is_said_once_and_taken_back() -> None:
    story = Story()
    away = e.DatabaseSeen(at=START, up=False, reason="The database can't be reached.")
    assert {Redraw("links"), Redraw("board")} <= set(story.tell(away))
    assert story.tell(away) == []
    assert not story.live.health().database_up
    story.tell(e.DatabaseSeen(at=START, up=True))
    assert story.live.health().database_up


def test_the_beginning_of_a_state_is_kept_while_only_its_reason_changes() -> None:
    story = Story()
    story.tell(e.LinkChanged(at=START, pbx="mainz", state=LinkState.LOST, reason="No word for 30 s."))
    story.after(30).tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="Can't be reached."))
    [link] = story.live.health().links
    assert (link.since, link.reason) == (START, "Can't be reached.")


def test_what_was_to_end_in_a_while_still_does_after_the_clock_was_set() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.calls(caller, ANNA, "a1")
    story.gives_up(caller)
    deadline = story.live.next_deadline()
    assert deadline
    hour = timedelta(hours=1)
    story.now -= hour
    assert story.tell(e.TimePassed(at=story.now, by=-hour)) == []
    assert story.live.next_deadline() == deadline - hour


def test_only_the_latest_writes_set_aside_are_kept() -> None:
    story = Story()
    for number in range(SET_ASIDE_SHOWN + 5):
        story.tell(e.WriteSetAside(at=START, what=str(number)))
    assert story.live.health().set_aside[-1] == str(SET_ASIDE_SHOWN + 4)
    assert len(story.live.health().set_aside) == SET_ASIDE_SHOWN


def test_people_who_move_take_their_ring_card_with_them() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.calls(caller, ANNA, "a1")
    moved = (Assistant("dora", "Dora", ANNA.interface),)
    assert Redraw("desk/dora") in story.tell(e.DirectoryRead(at=START, assistants=moved))
    assert story.live.desk("dora").rings
    assert not story.live.desk("anna").rings


def test_a_gap_begins_with_the_last_byte_not_with_the_silence_that_was_noticed() -> None:
    story = Story()
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz", queues=(SeenQueue("support", 5, 0),)))
    heard = story.now
    story.after(12)
    lost = e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="No word.", heard_at=heard)
    story.tell(lost)
    assert story.live.health().links[0].since == heard
    assert story.live.health().gaps == (Gap("mainz", heard, None, None),)


def test_a_clock_that_is_off_is_said_in_whole_seconds_and_stays_said() -> None:
    story = Story()
    story.tell(e.ClockCompared(at=story.now, pbx="mainz", ahead=timedelta(seconds=7200.4)))
    story.tell(e.LinkChanged(at=story.now, pbx="mainz", state=LinkState.LOST, reason="No word."))
    story.tell(e.SnapshotTaken(at=story.now, pbx="mainz"))
    assert story.live.health().links[0].ahead == 7200
    story.tell(e.ClockCompared(at=story.now, pbx="mainz", ahead=timedelta()))
    assert story.live.health().links[0].ahead == 0


def test_after_a_clock_was_set_back_what_is_told_now_counts() -> None:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    story.after(-3600).tell(e.ClockCompared(at=story.now, pbx="mainz", ahead=timedelta()))
    story.member(ANNA, MemberStatus.UNAVAILABLE)
    assert story.live.queues()[0].signed_in == 1
    leg = story.calls(caller, BEN, "b1")
    story.answers(caller, leg, BEN)
    assert story.live.desk("ben").calls
    assert story.live.board().waiting == ()
