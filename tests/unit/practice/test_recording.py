"""Recorded calls with another cast: all that was somebody else's is gone, all else is untouched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ionas_phone.practice.recording import UNKNOWN, Cast, Event, Part, Recording, recorded, stamp

LAB = Path(__file__).parents[2] / "scenarios" / "lab22"
CALLS = (
    "answered",
    "answered_assistant_hangs_up",
    "abandon_ringing",
    "abandon_waiting",
    "anonymous_answered",
    "hold",
    "consultation",
    "consultation_called_off",
    "attended_replaces",
    "blind_refer",
    "blind_refer_unanswered",
    "blonde_refer",
    "originate",
    "originate_unanswered",
    "outbound",
    "outbound_unanswered",
)
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
    second_channel="PJSIP/207-000000f2",
    second_id="practice01-1.242",
    other_channel="PJSIP/208-000000f3",
    other_id="practice01-1.243",
    other_extension="208",
    other_member="Emil",
    other_interface="PJSIP/208",
    other_bridge="00000000-2222",
    dialled="+4961315550950@trunk",
    asked="asked-7",
    last_bridge="00000000-3333",
)


def play(recording: Recording, cast: Cast = NEW, parts: tuple[Part, ...] = ()) -> list[Event]:
    steps = [step for part in parts or recording.parts for step in recording.parts[part]]
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
    blocks = [block for block in blocks if block[0] != "Event: QueueMemberPause"]  # arranged around the call
    for event, block in zip(play(Recording(data.encode())), blocks, strict=True):
        headers = [line.partition(": ")[0] for line in block]
        assert ["Event", *event.keys] == list(dict.fromkeys(headers))
        assert event.name == block[0].removeprefix("Event: ")


def begins(name: str) -> dict[Part, str]:
    return {part: steps[0].name for part, steps in Recording(recorded(name)).parts.items() if steps}


def test_a_call_is_cut_where_somebody_decides() -> None:
    parts = Recording(recorded("answered")).parts
    begun = {Part.JOIN: "Newchannel", Part.RING: "Newchannel", Part.ANSWER: "Newstate", Part.END: "HangupRequest"}
    assert begins("answered") == begun
    assert parts[Part.JOIN][-1].name == "QueueCallerJoin"
    assert parts[Part.RING][-1].keys["Status"] == "6"
    assert parts[Part.ANSWER][0].keys["ChannelStateDesc"] == "Up"
    assert parts[Part.END][-1].keys["Status"] == "1"


def test_a_transfer_is_cut_where_the_colleague_decides_too() -> None:
    begun = begins("answered")
    asked = {Part.HOLD: "Hold", Part.ASK: "Newchannel", Part.AGREE: "Newstate"}
    assert begins("blind_refer") == begun | {Part.SEND: "Unhold", Part.AGREE: "Newstate"}
    assert begins("attended_replaces") == begun | asked | {Part.SEND: "Unhold"}
    assert begins("consultation") == begun | asked | {Part.BACK: "HangupRequest", Part.RESUME: "Unhold"}
    called_off = begun | asked | {Part.BACK: "HangupRequest", Part.RESUME: "Unhold"}
    del called_off[Part.AGREE]
    assert begins("consultation_called_off") == called_off
    for name in ("consultation", "consultation_called_off"):
        back = Recording(recorded(name))
        assert {step.keys.get("Uniqueid") for step in back.parts[Part.RESUME]} == {back.cast.leg_id}


def test_a_call_out_is_cut_where_the_own_phone_is_taken_off_and_where_the_customer_answers() -> None:
    assert begins("originate") == {
        Part.RING: "Newchannel",
        Part.ANSWER: "Newstate",
        Part.AGREE: "Newstate",
        Part.END: "HangupRequest",
    }
    assert begins("originate_unanswered") == {Part.RING: "Newchannel", Part.END: "OriginateResponse"}
    assert begins("outbound_unanswered")[Part.END] == begins("outbound")[Part.END] == "HangupRequest"


def test_who_gives_up_never_was_answered() -> None:
    recording = Recording(recorded("abandon_ringing"))
    assert recording.parts[Part.ANSWER] == ()
    assert recording.cast.bridge == ""
    assert recording.parts[Part.END][0].name == "HangupRequest"


def test_the_gaps_of_a_part_are_the_recorded_ones() -> None:
    join = Recording(recorded("answered")).parts[Part.JOIN]
    assert join[0].after == 0
    assert join[2].after == pytest.approx(1.299755, abs=1e-6)  # the announcement


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
