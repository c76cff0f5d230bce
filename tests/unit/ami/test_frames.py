from __future__ import annotations

from pathlib import Path

import pytest
from asterisk.ami.action import Action
from asterisk.ami.event import Event
from asterisk.ami.response import Response
from hypothesis import given
from hypothesis import strategies as st

from ionas_phone.ami.forms import Forms
from ionas_phone.ami.frames import (
    BLOCK_LIMIT,
    ActionUnfit,
    Frames,
    Message,
    encode,
    encode_event,
    encode_response,
    texts,
)
from tests.unit.ami.streams import ALL, CAPTURES, CLOSELY, END, messages, name_of


def seen(found: list[Message]) -> list[tuple[str, object]]:
    return [(type(message).__name__, message.lines) for message in found]


def fork(frames: Frames) -> Frames:
    """Copy the state; a recording has nothing to be refused, so that the count may be shared, as the forms are."""
    twin = Frames.__new__(Frames)
    twin.__dict__ = {**frames.__dict__, "_rest": frames._rest[:]}
    return twin


# ---- bytes to messages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_every_cut_of_the_stream_gives_the_same_messages(path: Path) -> None:
    """Byte by byte; and from each byte on, one piece up to the end of the block.

    After that the cut stream is in the state of the uncut one, so that the rest of it can only read the same. The
    captures are cut at every byte; of other recordings' blocks that look like one before only some bytes are tried.
    """
    stream = path.read_bytes()
    known: set[tuple[bytes, ...]] = set()
    forms = Forms()
    whole, slow = Frames(None, forms), Frames(None, forms)
    start = 0
    while start < len(stream):
        end = stream.find(END, start)
        end = len(stream) if end < 0 else end + len(END)
        layout = tuple(line.partition(b":")[0] for line in stream[start:end].split(b"\r\n"))
        step = 1 if path in CAPTURES or (path in CLOSELY and layout not in known) else 97
        known.add(layout)
        expected = seen(whole.feed(stream[start:end]))
        after = whole.__dict__
        found: list[Message] = []
        for at in range(start, end, step):
            twin = fork(slow)
            assert seen(found + twin.feed(stream[at:end])) == expected
            assert twin.__dict__ == after
            found += slow.feed(stream[at : min(at + step, end)])
        assert seen(found) == expected
        start = end
    assert slow.__dict__ == after
    assert (after["_rest"], after["refused"]) == (b"", {})


@pytest.mark.parametrize(
    ("stream", "between"),
    [
        (b"", True),
        (b"Event: A\r\n\r\n", True),
        (b"Event: A\r\n\r\nE", False),
        (b"Event: A\r\n", False),
        (b"x" * 2 * BLOCK_LIMIT, False),
        (b"x" * 2 * BLOCK_LIMIT + END, True),
    ],
)
def test_whether_a_stream_ends_behind_a_message(stream: bytes, between: bool) -> None:
    frames = Frames()
    frames.feed(stream)
    assert frames.between == between


PIECES = (
    b"Event: A",
    b"Response: B",
    b"Asterisk Call Manager/11",
    b": ",
    b"X: y",
    b"\xe2\x80\xa8",
    b"\xff",
    b"\r",
    b"\n",
)


@given(st.lists(st.sampled_from((*PIECES, b"\n", b"\r\n", END))), st.lists(st.integers(0, 80), max_size=8))
def test_any_bytes_in_any_cuts_give_the_same_messages(pieces: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(pieces)
    forms = Forms()
    whole, cut = Frames(None, forms), Frames(None, forms)
    expected = whole.feed(stream)
    ends = [*sorted(cuts), len(stream)]
    found = [message for start, end in zip([0, *ends], ends, strict=False) for message in cut.feed(stream[start:end])]
    assert seen(found) == seen(expected)
    assert vars(cut) == vars(whole)


def test_an_event_a_response_and_an_action_become_the_objects_of_asterisk_ami() -> None:
    event, response, action = messages(
        b"Event: Hangup\r\nCause: 16\r\n\r\nResponse: Success\r\nActionID: 7\r\n\r\nAction: Ping\r\nActionID: 8\r\n\r\n"
    )
    assert isinstance(event, Event)
    assert (event.name, event.keys) == ("Hangup", {"Cause": "16"})
    assert (type(response), response.status, response.keys) == (Response, "Success", {"ActionID": "7"})
    assert (type(action), action.name, action.keys) == (Action, "Ping", {"ActionID": "8"})


def test_the_greeting_is_taken_off_the_beginning() -> None:
    frames = Frames()
    assert frames.feed(b"Asterisk Call Manager/11.0.0\r") == []
    assert frames.banner == ""
    assert frames.feed(b"\n") == []
    assert frames.banner == "11.0.0"
    assert [message.status for message in frames.feed(b"Response: Success\r\n\r\n")] == ["Success"]


def test_a_greeting_later_on_is_no_greeting() -> None:
    frames = Frames()
    first, second = frames.feed(b"Event: A\r\n\r\nAsterisk Call Manager/9\r\nResponse: B\r\n\r\n")
    assert (first.name, frames.banner) == ("A", "")
    assert second.lines == ["Asterisk Call Manager/9", "Response: B"]
    assert second.name == ""


def test_a_greeting_without_end_is_no_greeting() -> None:
    frames = Frames()
    frames.feed(b"Asterisk Call Manager/" + b"1" * 2000)
    assert frames.banner == ""
    assert frames.feed(b"\r\nEvent: A\r\n\r\n")[-1].name == "A"


def test_extra_line_breaks_before_a_message_are_nothing() -> None:
    assert [message.name for message in messages(b"\r\n\r\n\r\nEvent: A\r\n\r\n\r\nEvent: B\r\n\r\n\r\n\r\n")] == [
        "A",
        "B",
    ]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\v", "\f", "\x1c", "\x1d", "\x1e", "\r", "\n"])
def test_nothing_but_cr_lf_ends_a_line(separator: str) -> None:
    name = f"Max{separator}Uniqueid: forged"
    (event,) = messages(f"Event: A\r\nCallerIDName: {name}\r\nUniqueid: 1\r\n\r\n".encode())
    assert event.keys == {"CallerIDName": name, "Uniqueid": "1"}


def test_texts_may_hold_what_separates_headers() -> None:
    (event,) = messages(b"Event: A\r\nAppData: a: b=c: d\r\nEmpty: \r\nBare\r\n\r\n")
    assert event.keys == {"AppData": "a: b=c: d", "Empty": "", "Bare": ""}


def test_repeated_headers_are_all_kept() -> None:
    (event,) = messages(b"Event: A\r\nChanVariable: a=1\r\nQueue: q\r\nChanVariable: b=2\r\nChanVariable: \r\n\r\n")
    assert texts(event, "ChanVariable") == ["a=1", "b=2", ""]
    assert texts(event, "Queue") == ["q"]
    assert texts(event, "Output") == []


def test_bytes_that_are_no_utf_8_are_replaced_without_eating_their_neighbours() -> None:
    (event,) = messages(b"Event: A\r\nCallerIDName: M\xfcller\xc3\r\nUniqueid: 1\r\n\r\n")
    assert event.keys == {"CallerIDName": "M\ufffdller\ufffd", "Uniqueid": "1"}


def test_an_event_after_a_stray_line_is_found() -> None:
    """A test build of Asterisk leaves a line ": " before events."""
    stray, event = messages(b": \r\nEvent: VarSet\r\nValue: 0\r\n\r\n")
    assert (stray.name, stray.lines) == ("", [": "])
    assert (event.name, event.keys, event.lines) == ("VarSet", {"Value": "0"}, ["Event: VarSet", "Value: 0"])


@pytest.mark.parametrize("piece", [1, 7, 4096, 10 * BLOCK_LIMIT])
@pytest.mark.parametrize("excess", [-1, 0, 1, 2, 3, 4, 5, 3 * BLOCK_LIMIT])
def test_a_block_longer_than_the_limit_is_refused_once_and_forgotten(piece: int, excess: int) -> None:
    if piece == 1 and excess > 5:
        piece = 3
    block = b"Event: A\r\nX: "
    block += b"x" * (BLOCK_LIMIT - len(block) + excess)
    stream = b"Event: First\r\n\r\n" + block + END + b"Event: Last\r\n\r\n"
    frames = Frames()
    found = [message.name for at in range(0, len(stream), piece) for message in frames.feed(stream[at : at + piece])]
    assert found == (["First", "A", "Last"] if excess <= 0 else ["First", "Last"])
    assert frames.refused == ({} if excess <= 0 else {"oversized": 1})


def test_a_peer_that_never_ends_a_block_eats_no_memory() -> None:
    frames = Frames()
    for _ in range(100):
        assert frames.feed(b"x" * 65_536) == []
        assert len(frames._rest) <= BLOCK_LIMIT + 4
    assert frames.refused == {"oversized": 1}


# ---- messages to bytes ----------------------------------------------------------------------------------------------


def test_an_action_goes_over_as_bytes() -> None:
    action = Action("Originate", {"Channel": "PJSIP/201", "Async": "true"}, {"A": "1", "B": "x=y"})
    assert encode(action) == (
        b"Action: Originate\r\nChannel: PJSIP/201\r\nAsync: true\r\nVariable: A=1\r\nVariable: B=x=y\r\n\r\n"
    )


@pytest.mark.parametrize("mark", ["\r", "\n", "\0", "\r\n"])
@pytest.mark.parametrize(
    "action",
    [
        lambda mark: Action(f"Ping{mark}"),
        lambda mark: Action("Ping", {f"A{mark}": "b"}),
        lambda mark: Action("Ping", {"A": f"b{mark}Action: Logoff"}),
        lambda mark: Action("Ping", {}, {f"A{mark}": "b"}),
        lambda mark: Action("Ping", {}, {"A": f"b{mark}"}),
    ],
)
def test_an_action_with_a_line_break_anywhere_is_refused(action: object, mark: str) -> None:
    with pytest.raises(ActionUnfit):
        encode(action(mark))  # type: ignore[operator]


@pytest.mark.parametrize("name", ["", "A: b", "A:"])
def test_an_action_whose_header_name_is_none_is_refused(name: str) -> None:
    with pytest.raises(ActionUnfit):
        encode(Action("Ping", {name: "c"}))


def test_lines_and_headers_are_limited_to_what_asterisk_reads() -> None:
    assert len(encode(Action("A", {"K": "x" * 997}))) == len(b"Action: A\r\nK: \r\n\r\n") + 997
    assert encode(Action("A", {f"K{n}": "" for n in range(119)})).count(b"\r\n") == 121
    for keys in ({"K": "x" * 998}, {"K": "ü" * 499}, {f"K{n}": "" for n in range(120)}):
        with pytest.raises(ActionUnfit):
            encode(Action("A", keys))


def test_the_other_end_reads_an_action_as_it_was_meant() -> None:
    sent = Action("Originate", {"ActionID": "7", "Channel": "PJSIP/201"}, {"A": "1", "B": "x=y"})
    (heard,) = messages(encode(sent))
    assert (heard.name, heard.keys, heard.variables) == (sent.name, sent.keys, sent.variables)


def test_the_other_end_writes_responses_and_events() -> None:
    assert encode_response(Response("Success", {"ActionID": "7"})) == b"Response: Success\r\nActionID: 7\r\n\r\n"
    event = Event("A", {"ChanVariable": "a=1\r\nb=2", "Position": 1})
    assert encode_event(event) == b"Event: A\r\nChanVariable: a=1\r\nChanVariable: b=2\r\nPosition: 1\r\n\r\n"


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_a_recorded_event_is_written_as_it_was_read(path: Path) -> None:
    """Messages whose repeated headers stand together survive unchanged; no other kind matters to us."""
    for message in messages(path.read_bytes()):
        block = ("\r\n".join(message.lines) + "\r\n\r\n").encode()
        if isinstance(message, Response):
            assert encode_response(message) == block
        elif message.name not in {"", "TestEvent"}:
            assert encode_event(message) == block
