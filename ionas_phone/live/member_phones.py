"""Which phone a queue's member rings. Rule: a device that is named is believed; an extension means its owner's phone.

FreePBX names no device: its member is ``Local/201@from-queue/n``, whose state is that of ``hint:201@ext-local``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ionas_phone.live.nouns import Member

_BY_EXTENSION = re.compile(r"(?:hint:|Local/)(\d{1,6})@.*", re.ASCII | re.IGNORECASE)  # longer ones are outside


def phone_of(member: Member, phones: Mapping[str, str]) -> str:
    """Return the device whose state counts, as "PJSIP/201". ``phones``: extension -> device, of our people.

    An extension that nobody of ours has is taken to be PJSIP's endpoint of that number.
    """
    named = member.state_interface or member.interface
    found = _BY_EXTENSION.fullmatch(named)
    return (phones.get(found[1]) or f"PJSIP/{found[1]}") if found else named
