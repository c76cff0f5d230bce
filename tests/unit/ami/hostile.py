"""What a caller may put into their number, written as the manager prints it. Rule: bytes only; nothing here rings."""

from __future__ import annotations

from hypothesis import strategies as st

from ionas_phone.ami.channels import BLOCK

_HEADERS = {
    **dict.fromkeys(BLOCK, "1"),
    "Event": "Hangup",
    "Response": "Success",
    "Action": "Logoff",
    "ActionID": "1",
    "Privilege": "call,all",
    "Timestamp": "1.000000",
    "SystemName": "guess",
    "Channel": "PJSIP/999-00000001",
    "ChannelState": "6",
    "Uniqueid": "guess-1.1",
    "Linkedid": "guess-1.1",
    "Queue": "evil",
    "Interface": "PJSIP/999",
    "MemberName": "Mallory",
    "Position": "9",
    "Wait": "9",
    "Cause": "99",
    "DialStatus": "EVIL",
    "BridgeUniqueid": "evil",
    "BridgeId": "evil",
    "SwapUniqueid": "guess-1.1",
    "ListItems": "0",
    "EventList": "Complete",
    "Extension": "evil",
}


def _block(prefix: str, names: tuple[str, ...]) -> str:
    return "\r\n".join(f"{prefix}{name}: {_HEADERS[name]}" for name in names)


_HEAD = _block("", ("Privilege", "Timestamp", "SystemName"))
_END = _block("", BLOCK[4:])
_SPECIFICS = _block("", ("Queue", "Position", "Interface", "Cause", "DialStatus", "BridgeUniqueid"))
PIECES = [
    *("", "", "", "0613155501", "guess", ": ", "\u2028Uniqueid: guess-1.1", "\v", "x" * 300, "\n", "\r"),
    *(f"{name}: {text}" for name, text in _HEADERS.items()),
    *(f"Dest{name}: {_HEADERS[name]}" for name in BLOCK),
    # a whole forged end of the very message, a whole forged event, a whole forged list item
    _END,
    f"{_END}\r\n{_SPECIFICS}",
    f"{_END}\r\n{_block('Dest', BLOCK)}\r\n{_SPECIFICS}",
    f"Event: Hangup\r\n{_HEAD}\r\n{_block('', BLOCK)}\r\nCause: 16",
    f"Event: QueueCallerJoin\r\n{_HEAD}\r\n{_block('', BLOCK)}\r\n{_SPECIFICS}",
    "Event: QueueEntry\r\nQueue: evil\r\nPosition: 1\r\nChannel: PJSIP/999-1\r\nUniqueid: guess-1.1\r\nCallerIDNum: 1",
    "CallerIDName: x\r\nConnectedLineNum: 1\r\nConnectedLineName: x\r\nWait: 9\r\nPriority: 0\r\nActionID: 1",
    f"Event: CoreShowChannel\r\nActionID: 1\r\n{_block('', BLOCK)}\r\nBridgeId: evil",
]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("\r\n".join)
DIALLED = ["attended_replaces", "blind_refer", "pickup_group", "declined"]  # recordings for a hostile dialled number
MUTATED = ["attended_feature", "blind_refer", "local", "ring_all"]  # recordings that are changed in any way
VARIABLES = [
    *("ChanVariable: CALLERID(pres)=allowed", "DestChanVariable: CALLERID(pres)=allowed", "ChanVariable: X=1"),
    # what events say of themselves, behind the variables
    *("SwapUniqueid: guess-1.1", "Queue: evil\r\nPosition: 9\r\nCount: 9", "Cause: 99\r\nCause-txt: evil"),
    *("DialStatus: EVIL", "Queue: evil\r\nInterface: PJSIP/999\r\nMemberName: Mallory", _block("Dest", BLOCK[:4])),
    _block("Dest", BLOCK),
]
texts_with_variables = st.lists(st.sampled_from([*PIECES, *VARIABLES]), min_size=1, max_size=12).map("\r\n".join)
