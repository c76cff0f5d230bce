"""One leg, as a message's block of channel headers shows it. Rule: nothing a caller chose leaves here unsifted.

Asterisk prints the caller's number, name and dialled number raw. Numbers leave as digits, + * #; texts leave printable
and short. A suppressed number leaves no trace at all: P-Asserted-Identity puts the *real* number into CallerIDNum, and
only CALLERID(pres) tells that nobody may see it.
"""

from __future__ import annotations

import re

from ionas_phone.ami.frames import CRLF
from ionas_phone.live.nouns import Channel, ChannelState
from ionas_phone.support.phone_numbers import is_anonymous

# The order in which Asterisk prints a channel; in one message several channels stand apart by a prefix ("Dest" …).
BLOCK = (
    *("Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName"),
    *("ConnectedLineNum", "ConnectedLineName", "Language", "AccountCode"),
    *("Context", "Exten", "Priority", "Uniqueid", "Linkedid"),
)
STATES = {
    "0": ChannelState.DOWN,
    "1": ChannelState.DOWN,  # reserved
    "2": ChannelState.DIALLING,  # off hook
    "3": ChannelState.DIALLING,
    "4": ChannelState.DIALLING,  # "Ring": the far end rings here, nothing has answered
    "5": ChannelState.RINGING,
    "6": ChannelState.UP,
    "7": ChannelState.DIALLING,  # busy: about to hang up
    "8": ChannelState.DIALLING,  # dialling off hook
    "9": ChannelState.RINGING,  # about to ring
}
_TEXT_LIMIT = 80  # characters of a name or extension; longer ones are no person's
_NUMBER_LIMIT = 40
_NO_NUMBER = re.compile(r"[^0-9+*#]+")
_WITHHELD = CRLF + "CALLERID(pres)=prohib"  # wherever it is said: a raw variable must not unsay it
_ESCAPED = re.compile(r"\\([\\\"])")
_SERIAL = re.compile(r"-[0-9a-f]{8}(;[12])?(<ZOMBIE>|<MASQ>)?$")


def channel(keys: dict[str, str], prefix: str = "") -> Channel:
    """Build the channel of one block. Raises KeyError if its ids or its name are missing."""
    unique_id = keys[prefix + "Uniqueid"]
    name = keys[prefix + "Channel"]
    if not unique_id or not name:
        raise KeyError(prefix + "Uniqueid")
    raw = keys.get(prefix + "CallerIDNum", "")
    suppressed = _WITHHELD in CRLF + keys.get(prefix + "ChanVariable", "") or is_anonymous(raw)
    return Channel(
        unique_id=unique_id,
        linked_id=keys[prefix + "Linkedid"],
        name=name,
        endpoint=endpoint(name),
        state=STATES.get(keys.get(prefix + "ChannelState", ""), ChannelState.DOWN),
        number=None if suppressed else number(raw),
        caller_name="" if suppressed else person(keys.get(prefix + "CallerIDName", "")),
        suppressed=suppressed,
        dialled=text(keys.get(prefix + "Exten", "")),
        dnid=number(variables(keys, prefix).get("CALLERID(DNID)", "")) or "",
        context=keys.get(prefix + "Context", ""),
        is_local=name.startswith("Local/"),
    )


def variables(keys: dict[str, str], prefix: str = "") -> dict[str, str]:
    """The channel variables that manager.conf's ``channelvars`` lets a message tell."""
    joined = keys.get(prefix + "ChanVariable")
    return dict(pair.partition("=")[::2] for pair in joined.split(CRLF)) if joined else {}


def number(raw: str) -> str | None:
    """Sift a number; None if nothing diallable is left or it is endless."""
    digits = _NO_NUMBER.sub("", raw)
    return digits if digits and len(digits) <= _NUMBER_LIMIT else None


def text(raw: str) -> str:
    """Sift a name or an extension: printable, short; Asterisk's word for nothing is nothing."""
    if raw == "<unknown>":
        return ""
    if not raw.isprintable():
        raw = "".join(letter for letter in raw if letter.isprintable())
    return raw[:_TEXT_LIMIT]


def person(raw: str) -> str:
    """Sift a caller's name. Asterisk keeps SIP's backslash before a quotation mark and escapes both once more."""
    return text(_ESCAPED.sub(r"\1", _ESCAPED.sub(r"\1", raw)) if "\\" in raw else raw)


def endpoint(name: str) -> str:
    """Tell the device behind a channel: "PJSIP/201" of "PJSIP/201-0000004a", "Local/1@a" of "Local/1@a-00000002;1"."""
    return _SERIAL.sub("", name)
