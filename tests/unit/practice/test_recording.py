"""Recorded calls with another cast: all that was somebody else's is gone, all else is untouched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ionas_phone.practice.recording import UNKNOWN, Cast, Event, Part, Recording, recorded, stamp

LAB = Path(__file__).parents[2] / "scenarios" / "lab22"
CALLS = ("answered", "answered_assistant_hangs_up", "abandon_ringing", "anonymous_answered")
START = datetime(2027, 3, 28, 0, 59, 59, 250_000, tzinfo=UTC)
NEW = Cast(
    system="practice01",
    queue="hilfe",
    line="+496131327079",
    number="+4961315550950",
    name="Grete Müller",
    presentation="allowed",
    caller_channel="PJSIP/trunk-000000f0",
    caller_id="practice01-1.240",
    leg_channel="PJSIP/207-000000f1",
    leg_id="practice01-1.241",
    bridge="00000000-1111",
    extension="207",
    member="Dora",
    interface="PJSIP/207",
)


def play(recording: Recording, cast: Cast = NEW, parts: tuple[Part, ...] = tuple(Part)) -> list[Event]:
    steps = [step for part in parts for step in recording.parts[part]]
    return [recording.played(step, cast, START + timedelta(seconds=step.after)) for step in steps]


@pytest.mark.parametrize("name", [*CALLS, "snapshot_ringing", "snapshot_talking"])
def test_the_recordings_are_those_of_the_laboratory(name: str) -> None:
    assert recorded(name) == (LAB / f"{name}.ami").read_bytes()


@pytest.mark.parametrize("name", CALLS)
def test_nothing_of_the_recorded_cast_is_left(name: str) -> None:
    recording = Recording(recorded(name))
    said = "\r\n".join(f"{header}: {text}" for event in play(recording) for header, text in event.keys.items())
    unchanging = {recording.cast.presentation}  # the phone's own channel keeps it
    for was in {*recording.cast} - unchanging - {""}:
        assert f" {was}\r\n" not in said
        assert f"={was}\r\n" not in said


@pytest.mark.parametrize("name", CALLS)
def test_every_event_and_header_stands_where_it_was_recorded(name: str) -> None:
    data = recorded(name).decode()
    blocks = [block.split("\r\n") for block in data.split("\r\n\r\n") if block]
    for event, block in zip(play(Recording(data.encode())), blocks, strict=True):
        headers = [line.partition(": ")[0] for line in block]
        assert ["Event", *event.keys] == list(dict.fromkeys(headers))
        assert event.name == block[0].removeprefix("Event: ")


def test_the_parts_begin_with_the_caller_with_picking_up_and_with_hanging_up() -> None:
    parts = Recording(recorded("answered")).parts
    assert [parts[part][0].name for part in Part] == ["Newchannel", "Newstate", "HangupRequest"]
    assert parts[Part.RING][-1].keys["Status"] == "6"
    assert parts[Part.ANSWER][0].keys["ChannelStateDesc"] == "Up"
    assert parts[Part.END][-1].keys["Status"] == "1"


def test_who_gives_up_never_was_answered() -> None:
    recording = Recording(recorded("abandon_ringing"))
    assert recording.parts[Part.ANSWER] == ()
    assert recording.cast.bridge == ""
    assert recording.parts[Part.END][0].name == "HangupRequest"


def test_the_gaps_of_a_part_are_the_recorded_ones() -> None:
    ring = Recording(recorded("answered")).parts[Part.RING]
    assert ring[0].after == 0
    assert ring[2].after == pytest.approx(1.299755, abs=1e-6)  # the announcement


def test_a_borrowed_end_blanks_the_caller_and_only_the_caller() -> None:
    cast = NEW._replace(number=UNKNOWN, name=UNKNOWN, presentation="prohib")
    for event in play(Recording(recorded("answered_assistant_hangs_up")), cast, (Part.END,)):
        for prefix in ("", "Dest"):
            variables = event.keys.get(f"{prefix}ChanVariable", "")
            if event.keys.get(f"{prefix}Uniqueid") == NEW.caller_id:
                assert event.keys[f"{prefix}CallerIDNum"] == UNKNOWN
                assert variables.startswith("CALLERID(pres)=prohib\r\n")
            elif variables:
                assert event.keys[f"{prefix}CallerIDNum"] == "207"
                assert variables.startswith("CALLERID(pres)=allowed_not_screened\r\n")


def test_a_suppressed_number_stands_in_the_first_event_only() -> None:
    first, *others = play(Recording(recorded("anonymous_answered")))
    assert first.keys["CallerIDNum"] == NEW.number
    assert all(NEW.number not in event.keys.values() for event in others)


def test_instants_are_written_as_asterisk_writes_them() -> None:
    assert stamp(datetime(2026, 11, 22, 12, 32, 16, 57_853, tzinfo=UTC)) == "1795350736.057853"
