"""The messages we believe in, and how each must look. Rule: what has no shape here is passed over unread.

A shape is the channel blocks of a message by prefix, in their order, and the headers without which it is not whole. A
block may be missing (a PBX that dials by itself has no source channel); one that has begun must be complete.
"""

from __future__ import annotations

from typing import NamedTuple

from ionas_phone.ami.channels import BLOCK


class Block(NamedTuple):
    """One channel in a message. ``names``: its headers in their order; three that are asked for by name follow."""

    prefix: str
    names: tuple[str, ...]
    channel: str
    unique_id: str
    variables: str  # printed after the block, once per variable


class Shape(NamedTuple):
    """``blocks``: the channels of a message. ``needs``: headers without which it is not whole.

    ``says``: headers outside of blocks that its fact is made of, in the order in which ``translate`` takes them.
    ``optional``: headers that are read after the blocks although not every such message has them. ``own``: all that
    stand there in every such message, where that is known; a hostile caller can add none without being seen.
    """

    blocks: tuple[Block, ...]
    needs: tuple[str, ...]
    says: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    own: tuple[str, ...] | None = None


def _shape(*prefixes: str, needs: str = "", says: str = "", optional: str = "", own: str | None = None) -> Shape:
    return Shape(
        blocks=tuple(_block(prefix) for prefix in prefixes),
        needs=tuple(needs.split()),
        says=tuple(says.split()),
        optional=tuple(optional.split()),
        own=None if own is None else tuple(own.split()),
    )


def _block(prefix: str) -> Block:
    names = tuple(prefix + name for name in BLOCK)
    return Block(prefix, names, f"{prefix}Channel", f"{prefix}Uniqueid", f"{prefix}ChanVariable")


BARE = _shape("", needs="Uniqueid", own="")  # a channel and nothing after it that anybody reads
_QUEUED = _shape("", needs="Uniqueid Queue", says="Queue")
_DIALLED = _shape("", "Dest", needs="DestUniqueid", says="DialString")
_ASKED = "Uniqueid DestUniqueid Queue Interface"
_MEMBER = _shape(
    needs="Queue Interface", says="Queue Interface MemberName Status Paused StateInterface PausedReason Penalty"
)

EVENTS: dict[str, Shape] = {
    "Newchannel": BARE,
    "Newstate": BARE,
    "NewConnectedLine": BARE,
    "NewCallerid": BARE,
    "HangupRequest": BARE,
    "Hangup": _shape("", needs="Uniqueid Cause", says="Cause"),
    "Hold": BARE,
    "Unhold": BARE,
    "Rename": _shape(needs="Uniqueid Newname", says="Uniqueid Newname"),
    "DialBegin": _DIALLED,
    "DialEnd": _shape("", "Dest", needs="DestUniqueid DialStatus", says="DialStatus"),
    "BridgeEnter": _shape(
        "",
        needs="Uniqueid BridgeUniqueid",
        says="BridgeUniqueid BridgeTechnology SwapUniqueid",
        optional="SwapUniqueid",
    ),
    "BridgeLeave": _shape("", needs="Uniqueid BridgeUniqueid", says="BridgeUniqueid"),
    "BridgeMerge": _shape(needs="ToBridgeUniqueid FromBridgeUniqueid", says="FromBridgeUniqueid ToBridgeUniqueid"),
    "LocalBridge": _shape("LocalOne", "LocalTwo", needs="LocalOneUniqueid LocalTwoUniqueid"),
    "BlindTransfer": _shape("Transferer", "Transferee", needs="TransfererUniqueid Extension", says="Extension Result"),
    "AttendedTransfer": _shape(
        *("OrigTransferer", "SecondTransferer", "Transferee", "TransferTarget", "LocalOne", "LocalTwo"),
        needs="OrigTransfererUniqueid SecondTransfererUniqueid DestType",
        says="DestType DestBridgeUniqueid Result",
        optional="DestBridgeUniqueid",
    ),
    "Pickup": _shape("", "Target", needs="Uniqueid TargetUniqueid"),
    "QueueCallerJoin": _shape("", needs="Uniqueid Queue Position", says="Queue Position", own="Queue Position Count"),
    "QueueCallerLeave": _QUEUED,
    "QueueCallerAbandon": _QUEUED,
    "AgentCalled": _shape("", "Dest", needs=_ASKED, says="Queue Interface MemberName"),
    "AgentConnect": _shape("", "Dest", needs=_ASKED, says="Queue Interface MemberName"),
    "AgentRingNoAnswer": _shape("", "Dest", needs=_ASKED, says="Queue Interface MemberName RingTime"),
    # Asterisk 16 sometimes tells neither channel
    "AgentComplete": _shape("", "Dest", needs="Queue Interface", says="Queue Interface Reason"),
    "QueueMemberStatus": _MEMBER,
    "QueueMemberPause": _MEMBER,
    "QueueMemberAdded": _MEMBER,
    "QueueMemberPenalty": _MEMBER,
    "QueueMemberRemoved": _shape(needs="Queue Interface", says="Queue Interface"),
    "OriginateResponse": _shape(needs="Response Reason", says="ActionID Response Reason"),
    "Reload": _shape(needs="Module", says="Module"),
    "Shutdown": _shape(),
    "FullyBooted": _shape(),
}

# Items of the lists we ask for. They carry our ActionID instead of Privilege, Timestamp and SystemName.
ITEMS: dict[str, Shape] = {
    "CoreShowChannel": _shape("", needs="Uniqueid BridgeId"),
    "CoreShowChannelsComplete": _shape(),
    "QueueParams": _shape(needs="Queue"),
    "QueueMember": _shape(needs="Queue Location"),
    "QueueEntry": _shape(needs="Queue Uniqueid Wait"),
    "QueueStatusComplete": _shape(),
    "BridgeListItem": _shape(needs="BridgeUniqueid BridgeTechnology"),
    "BridgeListComplete": _shape(),
}
# A waiting caller's item holds numbers between these, and its ActionID comes last.
ENTRY_HEAD = ("Event", "Queue", "Position", "Channel", "Uniqueid", "CallerIDNum")
ENTRY_TAIL = ("Wait", "Priority", "ActionID")
ENTRY = (*ENTRY_HEAD, "CallerIDName", "ConnectedLineNum", "ConnectedLineName", *ENTRY_TAIL)
