"""What the book knows after each event, and what it adds to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ionas_phone.practice.book import Book, whole_seconds
from ionas_phone.practice.recording import Event, Part, Recording, recorded

START = datetime(2026, 11, 22, 10, 44, tzinfo=UTC)
ANSWERED, GIVEN_UP = Recording(recorded("answered")), Recording(recorded("abandon_ringing"))


class Told:
    """Plays parts into a book, as one of several callers; all events that went out are kept."""

    def __init__(self) -> None:
        self.book, self.said = Book(), list[Event]()

    def rings(self, recording: Recording, after: float, who: str = "1") -> None:
        self.play(recording, Part.JOIN, after, who)
        self.play(recording, Part.RING, after + recording.parts[Part.JOIN][-1].after, who)

    def play(self, recording: Recording, part: Part, after: float, who: str = "1") -> None:
        cast = recording.cast._replace(
            caller_id=f"caller-{who}",
            leg_id=f"leg-{who}",
            bridge=f"bridge-{who}",
            last_bridge=f"bridge-{who}",
            interface=f"PJSIP/{who}",
        )
        for step in recording.parts[part]:
            at = START + timedelta(seconds=after + step.after)
            event = recording.played(step, cast, at)
            self.book.fill(event, at)
            self.book.note(event, at)
            self.said.append(event)

    def last(self, name: str) -> dict[str, str]:
        return next(event.keys for event in reversed(self.said) if event.name == name)


def test_a_second_caller_stands_behind_the_first_and_moves_up() -> None:
    told = Told()
    told.rings(ANSWERED, 0)
    assert (told.last("QueueCallerJoin")["Position"], told.last("QueueCallerJoin")["Count"]) == ("1", "1")
    told.rings(GIVEN_UP, 5, "2")
    assert (told.last("QueueCallerJoin")["Position"], told.last("QueueCallerJoin")["Count"]) == ("2", "2")
    assert told.book.waiting == ["caller-1", "caller-2"]
    told.play(ANSWERED, Part.ANSWER, 10)
    assert (told.last("QueueCallerLeave")["Position"], told.last("QueueCallerLeave")["Count"]) == ("1", "1")
    told.play(GIVEN_UP, Part.END, 20, "2")
    abandoned = told.last("QueueCallerAbandon")
    assert (abandoned["Position"], abandoned["OriginalPosition"], abandoned["HoldTime"]) == ("1", "1", "13")
    assert (told.last("QueueCallerLeave")["Count"], told.book.waiting) == ("0", [])


def test_lengths_are_whole_seconds_of_this_call_and_not_of_the_recorded_one() -> None:
    told = Told()
    told.rings(ANSWERED, 0)  # joined and called after 1.3 s of announcement
    told.play(ANSWERED, Part.ANSWER, 31)
    connected = told.last("AgentConnect")
    assert (connected["HoldTime"], connected["RingTime"]) == ("29", "29")
    told.play(ANSWERED, Part.END, 91.5)
    completed = told.last("AgentComplete")
    assert (completed["HoldTime"], completed["TalkTime"]) == ("29", "60")


def test_each_call_is_counted_once_and_leaves_nothing_behind() -> None:
    told = Told()
    told.rings(ANSWERED, 0)
    assert [(listed.bridge, listed.application[0]) for listed in told.book.channels.values()] == [
        ("", "Queue"),
        ("", "AppQueue"),
    ]
    told.play(ANSWERED, Part.ANSWER, 10)
    assert told.book.together("bridge-1") == ["caller-1", "leg-1"]
    told.play(ANSWERED, Part.END, 20)
    told.rings(GIVEN_UP, 30, "2")
    told.play(GIVEN_UP, Part.END, 40, "2")
    book = told.book
    assert (book.channels, book.bridges, book.waiting) == ({}, {}, [])
    assert (book.calls, book.completed, book.abandoned) == (2, 1, 1)


def test_who_is_paused_before_their_phone_is_on_hook_again_stays_paused() -> None:
    told = Told()
    told.rings(ANSWERED, 0)
    told.play(ANSWERED, Part.ANSWER, 5)
    pause = {"Paused": "1", "PausedReason": "Wrap-up"}
    told.book.note(Event("QueueMemberPause", told.book.members["PJSIP/1"] | pause), START)
    told.play(ANSWERED, Part.END, 20)
    assert {header: told.last("QueueMemberStatus")[header] for header in pause} == pause


def test_a_members_counters_go_on_from_its_last_call() -> None:
    told = Told()
    told.rings(ANSWERED, 0)
    for after in (0, 100):
        if after:
            told.rings(ANSWERED, after)
        told.play(ANSWERED, Part.ANSWER, after + 10)
        told.play(ANSWERED, Part.END, after + 20)
    status = told.last("QueueMemberStatus")
    assert (status["CallsTaken"], status["Status"]) == ("2", "1")
    assert status["LastCall"] == str(int((START + timedelta(seconds=120)).timestamp()))


def test_a_removed_member_is_forgotten() -> None:
    told = Told()
    told.rings(ANSWERED, 0)
    assert list(told.book.members) == ["PJSIP/1"]
    told.book.note(Event("QueueMemberRemoved", {"Interface": "PJSIP/1"}), START)
    assert told.book.members == {}


def test_what_has_not_begun_has_lasted_no_time() -> None:
    assert whole_seconds(None, START) == 0
    assert whole_seconds(START, START + timedelta(seconds=2.9)) == 2
    assert whole_seconds(START, START - timedelta(seconds=2)) == 0


def test_a_pause_that_begins_while_a_calls_end_is_played_outlasts_it() -> None:
    told = Told()
    told.rings(ANSWERED, 0)
    told.play(ANSWERED, Part.ANSWER, 10)
    seat = told.book.members["PJSIP/1"] | {"Paused": "1", "PausedReason": "Wrap-up"}
    told.book.note(Event("QueueMemberPause", seat), START)
    told.play(ANSWERED, Part.END, 20)
    status = told.last("QueueMemberStatus")
    assert (status["Status"], status["Paused"], status["PausedReason"]) == ("1", "1", "Wrap-up")
