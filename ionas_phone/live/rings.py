"""A Local member and the phone behind it. Rule: they ring as one, whichever of the two is heard of first.

The stream tells of the Local channel first. A snapshot may know the phone already, and never says what it rings behind.
"""

from __future__ import annotations

from ionas_phone.live.calls import Call
from ionas_phone.live.nouns import Channel
from ionas_phone.live.parts import Ring
from ionas_phone.live.picture import Picture


def joins_ring(picture: Picture, call: Call, leg: Channel, device: str) -> bool:
    """Let ``leg`` join the ring of the other kind (Local or phone) at ``device``; tell whether there is one."""
    for ring in call.rings:
        if ring.ringing and ring.endpoint == device and _lacks(picture, call.key.pbx, ring, leg):
            ring.legs.append(leg.unique_id)
            return True
    return False


def _lacks(picture: Picture, pbx: str, ring: Ring, leg: Channel) -> bool:
    known = [picture.channels.get(pbx, unique_id) for unique_id in ring.legs]
    return all(seen is not None and seen.channel.is_local is not leg.is_local for seen in known)


def phone_behind(call: Call, ring: Ring, leg: Channel) -> None:
    """The Local member of ``ring`` dials this phone; if it was known to ring by itself, the older ring stays."""
    own = call.ring_at(leg.unique_id)
    if own is None:
        ring.legs.append(leg.unique_id)
        ring.endpoint = leg.endpoint
    elif own is not ring:
        first, other = sorted((own, ring), key=call.rings.index)
        first.legs += [unique_id for unique_id in other.legs if unique_id not in first.legs]
        first.endpoint = leg.endpoint
        call.rings.remove(other)
