"""The lists of one snapshot to one fact. Rule: an item that can't be understood spoils the snapshot, never shortens it.

What a snapshot lacks is over for the picture, so half a snapshot would end calls that go on. Who shares a bridge stands
in each channel's BridgeId: the channels and their bridges are of one moment. The list of bridges only tells in which of
them people hear music and not each other (a car park); it may be missing.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from ionas_phone.ami.channels import channel, outward
from ionas_phone.ami.frames import Message
from ionas_phone.ami.translate import MUSIC, member
from ionas_phone.live.events import SnapshotTaken
from ionas_phone.live.nouns import SeenBridge, SeenQueue, SeenWaiting


def snapshot(pbx: str, at: datetime, items: list[Message]) -> SnapshotTaken:
    """Build the snapshot from the items of CoreShowChannels, QueueStatus and, if there are any, BridgeList.

    Raises KeyError or ValueError if an item lacks what makes it understood.
    """
    of: dict[str, list[dict[str, str]]] = defaultdict(list)
    for item in items:
        of[item.name].append(item.keys)
    bridges: dict[str, list[str]] = defaultdict(list)
    for keys in of["CoreShowChannel"]:
        if keys["BridgeId"]:
            bridges[keys["BridgeId"]].append(keys["Uniqueid"])
    apart = {keys["BridgeUniqueid"] for keys in of["BridgeListItem"] if keys["BridgeTechnology"] == MUSIC}
    return SnapshotTaken(
        at=at,
        pbx=pbx,
        in_call=frozenset((keys["Queue"], keys["Location"]) for keys in of["QueueMember"] if keys.get("InCall") == "1"),
        channels=tuple(channel(keys) for keys in of["CoreShowChannel"]),
        dialling={keys["Uniqueid"]: number for keys in of["CoreShowChannel"] if (number := _sent_out(keys))},
        bridges=tuple(
            SeenBridge(bridge, tuple(unique_ids), apart=bridge in apart) for bridge, unique_ids in bridges.items()
        ),
        queues=tuple(
            SeenQueue(keys["Queue"], int(keys["Completed"]), int(keys["Abandoned"])) for keys in of["QueueParams"]
        ),
        members=tuple(member(keys, keys["Location"], keys["Name"]) for keys in of["QueueMember"]),
        waiting=tuple(
            SeenWaiting(keys["Queue"], int(keys["Position"]), keys["Uniqueid"], int(keys["Wait"]))
            for keys in of["QueueEntry"]
        ),
    )


def _sent_out(keys: dict[str, str]) -> str:
    """Return the number that a channel which is at Dial() dials, as "PJSIP/0171…@trunk,300,T"; "" if there is none."""
    if keys.get("Application") != "Dial":
        return ""
    return outward(keys.get("ApplicationData", "").split(",")[0].partition("/")[2])
