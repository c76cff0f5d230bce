"""Whose call, whose phone, whose line."""

from __future__ import annotations

from ionas_phone.live import events as e
from ionas_phone.live.channels import TOMBSTONE
from ionas_phone.live.picture import Picture
from ionas_phone.live.state import NOTE, TOGETHER
from tests.stories import ANNA, BEN, LINE, START, Story, channel


def test_the_line_is_remembered_after_the_dial_plan_has_moved_on() -> None:
    picture = Picture((LINE,), frozenset({"support"}))
    picture.see("mainz", channel("c1", "PJSIP/trunk", dialled="004961313270 70".replace(" ", "")), START)
    leg = picture.see("mainz", channel("c1", "PJSIP/trunk", dialled="s"), START)
    assert picture.line_of(leg) == LINE.number


def test_dnid_tells_the_line_where_exten_no_longer_does() -> None:
    picture = Picture((LINE,), frozenset({"support"}))
    leg = picture.see("mainz", channel("c1", "PJSIP/trunk", dialled="s", dnid="06131/327070"), START)
    assert picture.line_of(leg) == LINE.number


def test_a_longer_number_that_ends_like_ours_is_not_ours() -> None:
    picture = Picture((LINE,), frozenset({"support"}))
    leg = picture.see("mainz", channel("c1", "PJSIP/trunk", dialled="+4912346131327070"), START)
    assert picture.line_of(leg) == ""
    assert not picture.is_ours("doctor", leg)


def test_without_lines_every_call_is_ours() -> None:
    picture = Picture(None, None)
    leg = picture.see("mainz", channel("c1", "PJSIP/trunk", dialled="4930100"), START)
    assert (picture.line_of(leg), picture.is_ours("doctor", leg)) == ("4930100", True)


def test_a_phone_is_called_by_its_person_then_its_member_then_its_name() -> None:
    picture = Story().live.picture
    assert picture.name_at("mainz", ANNA.interface, "Agent 1") == "Anna Berger"
    assert picture.name_at("mainz", "PJSIP/299", "Aushilfe") == "Aushilfe"
    assert picture.name_at("mainz", "PJSIP/299") == "PJSIP/299"


def test_a_call_is_looked_through_as_long_as_it_goes_on_or_a_desk_has_a_note_of_it() -> None:
    story = Story()
    caller = story.rings_in()
    key = story.joins(caller)
    story.calls(caller, ANNA, "a1")
    picture = story.live.picture
    story.gives_up(caller)
    assert [call.key for call in picture.current()] == [key]
    assert story.live.next_deadline() == story.now + NOTE
    story.after(NOTE.total_seconds()).tell(e.TimePassed(at=story.now))
    assert picture.current() == ()
    assert key in picture.calls


def test_calls_that_ended_together_are_forgotten_together() -> None:
    story = Story()
    keys = []
    for uid in ("c1", "c2"):
        caller = story.after(1).rings_in(uid)
        keys.append(story.joins(caller))
        story.gives_up(caller)
    picture = story.live.picture
    story.after(NOTE.total_seconds()).tell(e.TimePassed(at=story.now))
    deadline = story.live.next_deadline()
    assert deadline
    assert story.now < deadline <= story.now + TOMBSTONE + TOGETHER
    assert [key in picture.calls for key in keys] == [True, True]
    story.now = deadline
    story.tell(e.TimePassed(at=deadline))
    assert [key in picture.calls for key in keys] == [False, False]
    assert not picture.over
    assert not picture.legs


def test_a_phones_calls_are_those_that_ring_or_talk_there_under_whatever_spelling() -> None:
    story = Story()
    caller, other = story.rings_in("c1"), story.rings_in("c2")
    for one in (caller, other):
        story.joins(one)
    story.calls(caller, ANNA, "a1")
    story.calls(other, BEN, "b1")
    picture = story.live.picture
    found = {device: [call.key.unique_id for call in picture.calls_at(device)] for device in ("pjsip/201", "PJSIP/202")}
    assert found == {"pjsip/201": ["c1"], "PJSIP/202": ["c2"]}
    story.gives_up(caller)
    story.after(NOTE.total_seconds()).tell(e.TimePassed(at=story.now))
    assert picture.calls_at(ANNA.interface) == ()
    assert len(picture.calls_at(BEN.interface)) == 1
