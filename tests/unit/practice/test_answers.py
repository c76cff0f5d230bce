"""The lists after a recorded call has been played, against what the real switchboard answered at the same moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ionas_phone.ami.frames import Frames
from ionas_phone.practice.answers import Answers, Does, response
from ionas_phone.practice.book import Book
from ionas_phone.practice.recording import Event, Part, Recording, recorded

STARTED = datetime(2026, 11, 22, 12, 33, 31, tzinfo=UTC)
ASKED = {
    "CoreSettings": "settings-1",
    "CoreStatus": "status-1",
    "CoreShowChannels": "channels-1",
    "QueueStatus": "queues-1",
    "BridgeList": "bridges-1",
}
# What belongs to the recorded call and not to the one that was going on when the lists were recorded.
OTHERWISE = {"LastPause", "LoginTime", "Duration", "Wait", "Holdtime", "BridgeTechnology"}


def sit_down(book: Book) -> None:
    zero = dict.fromkeys(("Penalty", "CallsTaken", "LastCall", "LastPause", "LoginTime", "InCall", "Paused"), "0")
    more = {"Membership": "static", "Status": "1", "PausedReason": "", "Ringinuse": "0", "Wrapuptime": "0"}
    for name, phone in (("Cem", "PJSIP/203"), ("Ben", "PJSIP/202"), ("Anna", "PJSIP/201")):
        keys = {"Queue": "support", "MemberName": name, "Interface": phone, "StateInterface": phone, **zero, **more}
        book.note(Event("QueueMemberAdded", keys), STARTED)


def played(real: list[Any], parts: tuple[Part, ...]) -> Answers:
    """The answered call, with the ids of the call that was going on when the lists were recorded."""
    recording, book = Recording(recorded("answered")), Book()
    shown = [message.keys for message in real if getattr(message, "name", "") == "CoreShowChannel"]
    cast = recording.cast
    if shown:
        caller, leg = shown
        bridge = caller["BridgeId"] or "b-1"
        cast = cast._replace(caller_id=caller["Uniqueid"], leg_id=leg["Uniqueid"], bridge=bridge, last_bridge=bridge)
    sit_down(book)
    for part in parts:
        for step in recording.parts[part]:
            event = recording.played(step, cast, STARTED + timedelta(seconds=step.after))
            book.fill(event, STARTED)
            book.note(event, STARTED)
    return Answers(book, "lab", "support", STARTED)


def shape(message: Any) -> tuple[str, list[tuple[str, str]]]:
    """Name and headers in their order, the texts only where both calls have the same."""
    kind = getattr(message, "status", None) or message.name
    return kind, [(header, "" if header in OTHERWISE else text) for header, text in message.keys.items()]


@pytest.mark.parametrize(
    ("moment", "parts"),
    [("snapshot_ringing", (Part.JOIN, Part.RING)), ("snapshot_talking", (Part.JOIN, Part.RING, Part.ANSWER))],
)
def test_the_answers_are_those_of_the_real_switchboard_header_by_header(moment: str, parts: tuple[Part, ...]) -> None:
    real = [m for m in Frames().feed(recorded(moment)) if m.keys.get("ActionID") in ASKED.values()]
    answers = played(real, parts)
    now = STARTED + timedelta(seconds=2)
    ours = b"".join(answers.to(action, {"ActionID": action_id}, now) for action, action_id in ASKED.items())
    assert [shape(message) for message in Frames().feed(ours)] == [shape(message) for message in real]


def test_after_the_call_the_lists_are_empty_and_the_counters_are_not() -> None:
    answers = played([], tuple(Part))
    now = STARTED + timedelta(seconds=9)
    listed = Frames().feed(answers.to("CoreShowChannels", {}, now) + answers.to("BridgeList", {}, now))
    assert [message.keys["ListItems"] for message in listed if "ListItems" in message.keys] == ["0", "0"]
    params, *_, anna, complete = Frames().feed(answers.to("QueueStatus", {}, now))[1:]
    assert (params.keys["Calls"], params.keys["Completed"], params.keys["Abandoned"]) == ("0", "1", "0")
    assert (anna.keys["Name"], anna.keys["CallsTaken"]) == ("Anna", "1")
    assert anna.keys["LastCall"] == str(int(STARTED.timestamp()))
    assert complete.keys["ListItems"] == "4"


def test_of_a_foreign_queue_nothing_is_listed() -> None:
    listed = Frames().feed(played([], ()).to("QueueStatus", {"Queue": "sales"}, STARTED))
    assert [message.keys.get("ListItems") for message in listed] == [None, "0"]


def test_an_answer_bears_the_action_id_only_if_the_action_had_one() -> None:
    answers = played([], (Part.JOIN, Part.RING))
    for action in ("Ping", *ASKED, "Originate"):
        with_id = Frames().feed(answers.to(action, {"ActionID": "x-1"}, STARTED))
        without = Frames().feed(answers.to(action, {}, STARTED))
        assert {message.keys.get("ActionID") for message in with_id} == {"x-1"}
        assert {message.keys.get("ActionID") for message in without} == {None}


def test_a_ping_tells_the_time_and_what_changes_something_is_not_permitted() -> None:
    answers = played([], ())
    assert answers.to("ping", {}, STARTED) == b"Response: Success\r\nPing: Pong\r\nTimestamp: 1795350811.000000\r\n\r\n"
    assert answers.to("Originate", {"ActionID": "1"}, STARTED) == response("Error", "1", Message="Permission denied")


def test_fully_booted_tells_how_long_the_line_is_up() -> None:
    (booted,) = Frames().feed(played([], ()).booted(STARTED + timedelta(seconds=75)))
    assert (booted.name, booted.keys["Uptime"], booted.keys["Status"]) == ("FullyBooted", "75", "Fully Booted")


def test_a_call_out_is_listed_as_it_goes_and_what_is_against_it_is_said() -> None:
    recording, book = Recording(recorded("originate")), Book()
    sit_down(book)
    does = Does(originate=lambda keys: "" if keys["Exten"] == "+4961315550950" else "Extension does not exist.")
    answers = Answers(book, "lab", "support", STARTED, does)
    queued = answers.to("Originate", {"ActionID": "1", "Exten": "+4961315550950"}, STARTED)
    assert queued == response("Success", "1", Message="Originate successfully queued")
    refused = answers.to("Originate", {"ActionID": "2", "Exten": "112"}, STARTED)
    assert refused == response("Error", "2", Message="Extension does not exist.")
    listed = []
    for part in (Part.RING, Part.ANSWER, Part.AGREE, Part.END):
        for step in recording.parts[part]:
            event = recording.played(step, recording.cast, STARTED + timedelta(seconds=step.after))
            book.fill(event, STARTED)
            book.note(event, STARTED)
        channels = Frames().feed(answers.to("CoreShowChannels", {}, STARTED))
        listed.append([m.keys["Application"] for m in channels if "Application" in m.keys])
    assert listed == [["AppDial2"], ["Dial", "AppDial"], ["Dial", "AppDial"], []]
