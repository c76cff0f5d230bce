from __future__ import annotations

import pytest

from ionas_phone.ami.mend import mend, mend_entry
from ionas_phone.ami.shapes import ENTRY_HEAD, ENTRY_TAIL, EVENTS

HEAD = ["Event: AgentCalled", "Privilege: agent,all", "Timestamp: 1.0", "SystemName: pbx1"]
OWN = "pbx1-"


def block(prefix: str = "", unique_id: str = "pbx1-1.1") -> list[str]:
    texts = {
        "Channel": "PJSIP/201-00000001",
        "ChannelState": "6",
        "ChannelStateDesc": "Up",
        "CallerIDNum": "201",
        "CallerIDName": "Anna",
        "ConnectedLineNum": "1",
        "ConnectedLineName": "x",
        "Language": "de",
        "AccountCode": "",
        "Context": "c",
        "Exten": "s",
        "Priority": "1",
        "Uniqueid": unique_id,
        "Linkedid": "l",
    }
    return [f"{prefix}{name}: {told}" for name, told in texts.items()]


CALLED = [
    *HEAD,
    *block(),
    "ChanVariable: a=1",
    "ChanVariable: b=2",
    *block("Dest", "pbx1-1.2"),
    "DestChanVariable: a=1",
]
CALLED += ["Queue: support", "Interface: PJSIP/201", "MemberName: Anna"]
AT_NUMBER = HEAD.__len__() + 4  # right after the first CallerIDNum
AT_DEST_CONNECTED = CALLED.index("DestConnectedLineNum: 1") + 1
AT_VARIABLE = CALLED.index("ChanVariable: b=2") + 1


PROVEN = {"pbx1-1.1": "a=1\r\nb=2", "pbx1-1.2": "a=1"}


def mended(lines: list[str], name: str = "AgentCalled", *, proven: bool = True) -> tuple[dict[str, str], bool] | None:
    """What is left, and whether it can be believed at once."""
    found = mend(lines, EVENTS[name], OWN, PROVEN if proven else {})
    return found and (found.keys, found.own and found.clear)


WHOLE = mended(CALLED)


def test_a_whole_message_stays_as_it_is() -> None:
    assert WHOLE is not None
    keys, sure = WHOLE
    assert sure
    assert (keys["ChanVariable"], keys["Uniqueid"], keys["DestUniqueid"]) == ("a=1\r\nb=2", "pbx1-1.1", "pbx1-1.2")
    assert (keys["Timestamp"], keys["Queue"]) == ("1.0", "support")


@pytest.mark.parametrize("at", [AT_NUMBER, AT_DEST_CONNECTED])
@pytest.mark.parametrize(
    "smuggled",
    [
        ["Queue: evil"],
        ["Timestamp: 9.9", "SystemName: evil", "Event: Hangup"],
        ["Uniqueid: guess-1", "Linkedid: guess-1"],
        block("", "guess-1"),
        block("Dest", "guess-1"),
        [*block("", "guess-1")[4:], *block("Dest", "guess-1"), "Queue: evil"],
        ["no header at all", "", ": "],
    ],
)
def test_lines_smuggled_into_a_number_are_dropped(at: int, smuggled: list[str]) -> None:
    assert mended([*CALLED[:at], *smuggled, *CALLED[at:]]) == WHOLE


@pytest.mark.parametrize("at", range(AT_NUMBER, len(CALLED) - 1))
def test_a_message_cut_anywhere_waits_for_its_rest(at: int) -> None:
    """Its last header, the member's name, is printed by the PBX itself and nothing can be cut off before it."""
    assert mended(CALLED[:at]) is None


def test_foreign_ids_are_not_sure() -> None:
    lines = [*HEAD, *block("", "click-to-dial-1"), *block("Dest"), "Queue: q", "Interface: i"]
    found = mended(lines)
    assert found is not None
    assert (found[0]["Uniqueid"], found[1]) == ("click-to-dial-1", False)


def test_own_ids_are_preferred_to_foreign_ones() -> None:
    forged = block("", "guess-1")[4:]
    assert mended([*CALLED[:AT_NUMBER], *forged, *forged, *CALLED[AT_NUMBER:]]) == WHOLE


def test_of_several_foreign_ends_none_is_believed() -> None:
    lines = [*HEAD, *block("", "click-to-dial-1")]
    assert mended([*lines[:AT_NUMBER], *block("", "guess-1")[4:], *lines[AT_NUMBER:]], "Newstate") is None


def test_a_broken_beginning_is_never_whole() -> None:
    assert mended([line for line in CALLED if line != "ChannelState: 6"]) is None


def test_two_beginnings_after_a_hostile_variable_are_never_whole() -> None:
    smuggled = block("Dest", "guess-1")[:4]
    lines = [*CALLED[:AT_VARIABLE], *smuggled, *CALLED[AT_VARIABLE:]]
    assert mended(lines, proven=False) is None
    assert mended(lines) == WHOLE  # of a channel with harmless variables it was a number that held them


def test_a_foreign_block_after_a_hostile_variable_is_never_whole() -> None:
    lines = [*CALLED[:AT_VARIABLE], *block("Dest", "click-to-dial-1"), "DestChanVariable: a=1", *CALLED[-3:]]
    assert mended(lines, proven=False) is None
    assert mended(lines) is not None


def test_the_last_of_two_headers_after_a_hostile_variable_is_genuine() -> None:
    lines = [*CALLED[:AT_VARIABLE], "Queue: evil", *CALLED[AT_VARIABLE:]]
    assert WHOLE is not None
    assert mended(lines, proven=False) == (WHOLE[0], False)


ENTERED = [*HEAD, "BridgeUniqueid: b", *block(), "ChanVariable: a=1", "ChanVariable: b=2", "SwapUniqueid: pbx1-1.9"]


def test_a_header_that_may_be_missing_is_believed_only_after_harmless_variables() -> None:
    sure = mended(ENTERED, "BridgeEnter")
    assert sure is not None
    assert sure[0]["SwapUniqueid"] == "pbx1-1.9"
    forged = [*ENTERED[:-1], "SwapUniqueid: guess-1"]
    assert mended(forged, "BridgeEnter", proven=False) == mended(ENTERED[:-1], "BridgeEnter", proven=False)


def test_an_id_of_the_pbx_is_believed_after_whatever_variables_for_nobody_outside_can_write_one() -> None:
    found = mended([*ENTERED[:-2], "SwapUniqueid: guess-1", *ENTERED[-2:]], "BridgeEnter", proven=False)
    assert found is not None
    assert found[0]["SwapUniqueid"] == "pbx1-1.9"


@pytest.mark.parametrize("line", ["DestChannel: PJSIP/999-1", "DestUniqueid: guess-1"])
def test_half_a_block_is_never_whole(line: str) -> None:
    lines = [*HEAD, *block(), "ChanVariable: a=1", "ChanVariable: b=2", line, "Queue: q", "Interface: i"]
    assert mended(lines, "AgentComplete") is None
    assert mended([of for of in lines if of != line], "AgentComplete") is not None


def test_a_block_inside_a_number_is_never_the_first() -> None:
    """A phone that the PBX dials by itself: no block stands before Dest, but one is forged inside of it."""
    dest = block("Dest", "pbx1-1.2")
    forged = ["Timestamp: 9.9", *block("", "guess-1")]
    found = mended([*HEAD, *dest[:6], *forged, *dest[6:], "DestChanVariable: a=1", "DialStatus: ANSWER"], "DialEnd")
    assert found is not None
    assert found[0].keys() & {"Channel", "Uniqueid"} == set()
    assert (found[0]["Timestamp"], found[0]["DestUniqueid"], found[1]) == ("1.0", "pbx1-1.2", True)


def test_the_headers_behind_the_variables_are_told() -> None:
    found = mend(CALLED, EVENTS["AgentCalled"], OWN)
    assert found is not None
    assert found.tail == ("Queue", "Interface", "MemberName")


def test_headers_before_the_first_number_can_not_be_overwritten() -> None:
    lines = [*HEAD, "BridgeUniqueid: b", *block(), "ChanVariable: x", "BridgeUniqueid: evil", "Uniqueid: guess-1"]
    found = mended(lines, "BridgeEnter")
    assert found is not None
    assert (found[0]["BridgeUniqueid"], found[0]["Uniqueid"]) == ("b", "pbx1-1.1")


ENTRY = [*(f"{name}: 1" for name in ENTRY_HEAD), "CallerIDName: x", *(f"{name}: 2" for name in ENTRY_TAIL)]


def test_a_waiting_caller_is_what_stands_around_the_raw_texts() -> None:
    found = mend_entry([*ENTRY[:7], "Wait: 9", "Position: 9", "ActionID: 9", *ENTRY[7:]])
    assert found is not None
    assert found.keys == {
        **dict.fromkeys(["Queue", "Position", "Channel", "Uniqueid", "CallerIDNum"], "1"),
        **dict.fromkeys(["Wait", "Priority", "ActionID"], "2"),
    }


@pytest.mark.parametrize("lines", [ENTRY[:-1], ENTRY[1:], [*ENTRY[:2], *ENTRY[3:]], [*ENTRY[:-2], "x", ENTRY[-1]], []])
def test_a_waiting_caller_with_another_form_is_none(lines: list[str]) -> None:
    assert mend_entry(lines) is None
