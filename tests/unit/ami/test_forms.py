"""What is read by a form is what is read line by line, and what fits no form is not read by one."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionas_phone.ami.channels import BLOCK
from ionas_phone.ami.forms import FormedEvent, Forms, FramedEvent
from ionas_phone.ami.frames import Frames, Message
from ionas_phone.ami.guard import Guard
from ionas_phone.ami.shapes import EVENTS
from ionas_phone.ami.translate import translate
from ionas_phone.live.events import PbxEvent
from tests.unit.ami import hostile
from tests.unit.ami.streams import CALLS, END, SYSTEM_NAMES, in_part, name_of

HANGUP = (
    "Event: Hangup\r\nPrivilege: call,all\r\nTimestamp: 1.0\r\nSystemName: pbx1\r\nChannel: PJSIP/201-0000004a\r\n"
    "ChannelState: 6\r\nChannelStateDesc: Up\r\nCallerIDNum: {}\r\nCallerIDName: Anna\r\nConnectedLineNum: 1\r\n"
    "ConnectedLineName: x\r\nLanguage: de\r\nAccountCode: \r\nContext: desk\r\nExten: s\r\nPriority: 1\r\n"
    "Uniqueid: pbx1-1.2\r\nLinkedid: pbx1-1.1\r\nChanVariable: a=1\r\nChanVariable: b=2\r\nCause: 16"
)


def framed(text: str) -> FramedEvent:
    (event,) = Frames().feed(f"{text}\r\n\r\n".encode())
    assert type(event) is FramedEvent
    return event


def forms_of(text: str) -> Forms:
    forms, event = Forms(), framed(text)
    forms.learn(event, EVENTS[event.name].blocks)
    return forms


def told(messages: list[Message], refused: Counter[str]) -> list[PbxEvent]:
    return [fact for message in messages for fact in translate(message, "mainz", refused)]


@pytest.mark.parametrize("path", in_part(CALLS, 3), ids=name_of)
def test_a_recording_read_by_forms_tells_the_same_facts(path: Path) -> None:
    """Twice over the same recording: at first no form is known, then all of them are."""
    stream, forms, name = path.read_bytes(), Forms(), SYSTEM_NAMES[path.parent.name]
    plain = Frames().feed(stream)
    facts: list[list[PbxEvent]] = []
    for _ in range(2):
        guard = Guard(forms=forms)
        guard.learn(name)
        messages = Frames(forms=forms).feed(stream)
        assert [(m.lines, m.keys) for m in messages] == [(m.lines, m.keys) for m in plain]
        facts.append(told(guard.admit(messages), Counter()))
    ours = [m for m in messages if isinstance(m, FramedEvent) and m.system_name == name and m.name in EVENTS]
    assert sum(type(message) is not FormedEvent for message in ours) <= max(
        1, len(ours) * 0.1
    )  # OriginateResponse has none
    assert facts[0] == facts[1]


def test_everything_of_an_event_is_found_again() -> None:
    text = HANGUP.format("+49 6131/5550101")
    formed, plain = forms_of(text).read(text), framed(text)
    assert formed
    assert (formed.name, formed.lines, formed.keys, formed.last) == (plain.name, plain.lines, plain.keys, plain.last)
    assert (formed.system_name, formed.timestamp) == (plain.system_name, plain.timestamp) == ("pbx1", "1.0")
    blocks = EVENTS["Hangup"].blocks
    assert list(formed.told(blocks)) == list(plain.told(blocks)) == [("pbx1-1.2", "a=1\r\nb=2", plain.channel())]
    assert formed.channel("Dest") is plain.channel("Dest") is None
    assert formed.own == {"Privilege": "call,all", "Timestamp": "1.0", "SystemName": "pbx1", "Cause": "16"}


@pytest.mark.parametrize(
    "other",
    [
        HANGUP.format("1\r\nCallerIDName: forged"),
        HANGUP.format("1").replace("Exten: s\r\nPriority: 1", "Priority: 1\r\nExten: s"),
        HANGUP.format("1").replace("ChanVariable: b=2", "Forged: b=2"),
        HANGUP.format("1").replace("Cause: 16", "Forged: 16"),
        HANGUP.format("1").replace("Cause: 16", "Cause"),
        HANGUP.format("1").replace("SystemName: pbx1", "SystemName pbx1"),
        HANGUP.format("1").replace("Language: de", "Language"),
        HANGUP.format("1") + "\r\nForged: 1",
        HANGUP.format("1").replace("Hangup", "Newstate"),
        HANGUP.format("1\n2"),
    ],
)
def test_what_looks_otherwise_is_not_read_by_the_form(other: str) -> None:
    forms = forms_of(HANGUP.format("1"))
    assert forms.read(HANGUP.format("2"))
    assert forms.read(other) is None


@pytest.mark.parametrize("more", ["\r\nno header", "\r\nChanVariable: scattered=3"])
def test_some_events_have_no_form(more: str) -> None:
    text = HANGUP.format("1") + more
    assert forms_of(text).read(text) is None


def test_half_a_channel_is_none() -> None:
    text = HANGUP.format("1").replace("Uniqueid: pbx1-1.2", "Uniqueid: ")
    formed = forms_of(text).read(text)
    assert formed
    for event in (formed, framed(text)):
        with pytest.raises(KeyError):
            event.channel()


def test_an_item_of_a_list_has_a_form_and_no_head() -> None:
    text = "Event: QueueParams\r\nQueue: support\r\nMax: 0\r\nActionID: 1"
    forms = Forms()
    forms.learn(framed(text), ())
    formed = forms.read(text)
    assert formed
    assert (formed.system_name, formed.own["Queue"]) == (None, "support")
    with pytest.raises(KeyError):
        _ = formed.timestamp


# ---- both ways agree ------------------------------------------------------------------------------------------------


class Reader:
    """Reads a stream by forms, or line by line without any."""

    def __init__(self, system_name: str, *, by_forms: bool) -> None:
        forms = Forms()
        self.refused: Counter[str] = Counter()
        self.frames = Frames(self.refused, forms if by_forms else None)
        self.guard = Guard(self.refused, forms)
        self.guard.learn(system_name)

    def read(self, stream: bytes) -> tuple[Any, ...]:
        messages = self.guard.admit(self.frames.feed(stream))
        seen = [(message.name, message.keys) for message in messages]
        return (
            seen,
            told(messages, self.refused),
            self.refused,
            self.guard.waiting,
            self.guard._proven,
            self.guard._nearly,
        )


def mutated(block: bytes, how: str, line: int, piece: str) -> bytes:
    """Change one line of a block, or put something behind it."""
    lines = block.split(b"\r\n")
    at = line % len(lines)
    new = piece.encode()
    changed = {
        "text": [lines[at].partition(b": ")[0] + b": " + new],
        "more": [lines[at] + new],
        "smuggled": [lines[at] + b"\r\n" + new],
        "cut": [lines[at] + b"\r\n\r\n" + new],
        "lost": [],
        "twice": [lines[at], lines[at]],
        "swapped": [*lines[at + 1 : at + 2], lines[at]],
        "instead": [new],
        "foreign": [re.sub(rb": (pbx1|lab)\b", b": evil", lines[at])],
        "own": [lines[at].partition(b": ")[0] + b": " + re.sub(rb"\bguess\b", b"lab", new)],
    }
    return b"\r\n".join([*lines[:at], *changed[how], *lines[at + (2 if how == "swapped" else 1) :]])


HOWS = ["text", "more", "smuggled", "cut", "lost", "twice", "swapped", "instead", "foreign", "own"]
MUTATED = [path for path in in_part(CALLS, 1) if path.parent.name == "lab22" and path.stem in hostile.MUTATED]


@pytest.mark.parametrize("path", MUTATED, ids=name_of)
@settings(max_examples=40, deadline=None)
@given(
    changes=st.lists(
        st.tuples(
            st.integers(0, 400),
            st.sampled_from(HOWS),
            st.integers(0, 40),
            st.sampled_from([*hostile.PIECES, *hostile.VARIABLES]),
        ),
        max_size=12,
    )
)
def test_by_forms_or_line_by_line_whatever_was_done_to_a_recording_reads_alike(
    path: Path, changes: list[tuple[int, str, int, str]]
) -> None:
    """First the recording itself, so that its forms are known and its variables proven; then the changed one."""
    stream, name = path.read_bytes(), SYSTEM_NAMES[path.parent.name]
    blocks = stream.split(END)
    for at, how, line, piece in changes:
        blocks[at % len(blocks)] = mutated(blocks[at % len(blocks)], how, line, piece)
    formed, careful = Reader(name, by_forms=True), Reader(name, by_forms=False)
    assert formed.read(stream) == careful.read(stream)
    for block in blocks:
        assert formed.read(block + END) == careful.read(block + END)


def event(name: str, *parts: str) -> bytes:
    head = ("Privilege: call,all", "Timestamp: 1.0", "SystemName: pbx1")
    return "\r\n".join([f"Event: {name}", *head, *parts, "", ""]).encode()


def block(unique_id: str, variables: str = "", prefix: str = "") -> str:
    texts = dict.fromkeys(BLOCK, "1") | {"Uniqueid": unique_id, "Linkedid": unique_id}
    lines = [f"{prefix}{name}: {text}" for name, text in texts.items()]
    return "\r\n".join([*lines, *([f"{prefix}ChanVariable: {variables}"] if variables else [])])


OURS, OTHERS, DEST = block("pbx1-1"), block("other-1"), block("pbx1-2", "v=2", "Dest")
PROVEN = [event("Newstate", block("pbx1-1", "v=1")), event("Newstate", block("pbx1-2", "v=2"))]
RENAME = event("Rename", "Channel: a", "Newname: b", "Uniqueid: pbx1-1")


@pytest.mark.parametrize(
    ("learnt", "stream"),
    [
        ([event("Hangup", OURS, "Cause: 1")], [event("Hangup", OTHERS, "Cause: 1")]),
        (
            [event("Newstate", block("other-1", "v=1"))] * 2,
            [event("Hangup", block("other-1", "v=1"), "Cause: 1"), event("Newstate", OURS)],
        ),
        (
            [*PROVEN, event("BridgeEnter", "BridgeUniqueid: b", block("pbx1-1", "v=1"), "SwapUniqueid: pbx1-2")],
            [event("BridgeEnter", "BridgeUniqueid: b", block("pbx1-1", "v=9"), "SwapUniqueid: pbx1-2"), RENAME],
        ),
        ([*PROVEN, event("DialBegin", DEST, OURS)], [event("DialBegin", DEST.replace("v=2", "v=9"), OURS), RENAME]),
        ([*PROVEN, RENAME, *PROVEN, RENAME], [event("Hangup", block("pbx1-1", "v=1"), "Cause: 1"), RENAME]),
        (
            PROVEN,
            [event("Newstate", block("pbx1-1", "v=1").replace("Exten: 1\r\nPriority: 1", "Priority: 1\r\nExten: 1"))],
        ),
    ],
    ids=["foreign", "foreign and proven", "optional", "blocks in another order", "masquerade", "another order"],
)
def test_what_a_form_reads_is_judged_as_carefully(learnt: list[bytes], stream: list[bytes]) -> None:
    formed, careful = Reader("pbx1", by_forms=True), Reader("pbx1", by_forms=False)
    for part in [*learnt, *stream]:
        assert formed.read(part) == careful.read(part)
