from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.runtime.masking import Masking
from ionas_phone.runtime.replay import Replay
from ionas_phone.support.phone_numbers import normalise

SCENARIOS = Path(__file__).parents[2] / "scenarios"
LINE = "+496131327070"


def masking() -> Masking:
    return Masking(Random(7), [LINE])  # noqa: S311 - the same numbers at every run


SPELLINGS = [b"+4961315550101", b"004961315550101", b"4961315550101", b"061315550101", b"+49 (0)6131 / 5550-101"]


def test_every_spelling_of_a_number_becomes_the_same_number() -> None:
    mask = masking()
    masked = [mask(b"CallerIDNum: " + number).removeprefix(b"CallerIDNum: ") for number in SPELLINGS]
    assert [len(number) for number in masked] == [len(number) for number in SPELLINGS]
    meant = {normalise(number.decode()) for number in masked}
    assert len(meant) == 1
    (number,) = meant
    assert number is not None
    assert number.text.startswith("+496131")
    assert number.text != "+4961315550101"
    assert re.sub(rb"[0-9]", b"", masked[4]) == re.sub(rb"[0-9]", b"", SPELLINGS[4])


@pytest.mark.parametrize(
    "line",
    [
        b"CallerIDNum: 1713920010",
        b"DestConnectedLineNum: 01713920010",
        b"CallerIDName: 0171 / 39 200-10",
        b"ConnectedLineName: Erika, 1713920010",
        b"Exten: 01713920010",
        b"DialString: 01713920010@trunk",
        b"ChanVariable: CALLERID(DNID)=4917139200102",
        b"DestChanVariable: CALLERID(num)=1713920010",
        b"Channel: PJSIP/+491713920010-0000004a",
        b"Channel: Local/01713920010@out-00000002;1",
        b"Value: sip:+491713920010@example.org",
        b"AppData: PJSIP/01713920010@trunk,30",
        b'Event: X\r\nAppData: "a" <01713920010>',
    ],
)
def test_a_number_is_replaced_wherever_it_stands(line: bytes) -> None:
    masked = masking()(line)
    assert b"20010" not in masked.replace(b" ", b"").replace(b"-", b"")
    assert re.sub(rb"[0-9]", b"0", masked) == re.sub(rb"[0-9]", b"0", line)


def test_the_serial_of_a_channel_stays() -> None:
    assert masking()(b"Channel: PJSIP/+491713920010-0000004a").endswith(b"-0000004a")
    assert masking()(b"Channel: Local/01713920010@out-00000002;1").endswith(b"@out-00000002;1")


@pytest.mark.parametrize(
    "line",
    [
        b"Timestamp: 1795354264.012408",
        b"Uniqueid: pbx-1795354264.0",
        b"Linkedid: 1795354264.0",
        b"LastCall: 1795354264",
        b"BridgeUniqueid: 01234567-5871-4833-9201-012345678901",
        b"Channel: PJSIP/trunk-00000012",
        b"Exten: 201",
        b"CallerIDNum: 11833",
        b"CallerIDName: Anna 7",
        b"Exten: +496131327070",
        b"ChanVariable: CALLERID(DNID)=06131327070",
        b"Address: 192.168.100.200",
        b"Value: 20261122",
        b"no header at all",
        b"",
    ],
)
def test_everything_else_stays(line: bytes) -> None:
    assert masking()(line) == line


def test_a_number_that_is_known_is_found_without_its_prefix() -> None:
    mask = masking()
    assert mask(b"Value: 1713920010") == b"Value: 1713920010"
    (known,) = re.findall(rb"[0-9]{10}$", mask(b"CallerIDNum: +491713920010"))
    assert mask(b"Value: 1713920010") == b"Value: " + known


@given(st.lists(st.from_regex(r"\+49[1-9][0-9]{9}", fullmatch=True), min_size=2, max_size=30, unique=True))
def test_two_numbers_stay_two(numbers: list[str]) -> None:
    mask = masking()
    masked = {mask(f"CallerIDNum: {number}".encode()) for number in numbers}
    assert len(masked) == len(numbers)


def test_more_numbers_than_can_be_invented_are_no_trouble() -> None:
    mask = masking()
    for n in range(10_001):
        mask(b"CallerIDNum: 0%05d" % (50_000 + n))


@pytest.mark.parametrize("name", ["lab22/attended_replaces", "lab22/outbound", "captures/originate"])
def test_a_masked_recording_tells_the_same_calls(name: str) -> None:
    stream = (SCENARIOS / f"{name}.ami").read_bytes()
    calls = []
    for data in (stream, masking()(stream)):
        replay = Replay()
        replay.feed(data)
        calls.append([{**call, "caller_number": bool(call["caller_number"])} for call in replay.journeys()])
    assert calls[0] == calls[1]
    assert not re.search(rb"5550101|39200102|701234567", masking()(stream))
