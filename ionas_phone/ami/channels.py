"""One leg, as a message's block of channel headers shows it. Rule: nothing a caller chose leaves here unsifted.

Asterisk prints the caller's number, name and dialled number raw. Numbers leave as digits, + * #; texts leave printable
and short. A suppressed number leaves no trace at all: P-Asserted-Identity puts the *real* number into CallerIDNum, and
only CALLERID(pres) tells that nobody may see it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from operator import itemgetter
from typing import TypeAlias

from ionas_phone.ami.maker import maker
from ionas_phone.live.nouns import Channel, ChannelState
from ionas_phone.support.phone_numbers import is_anonymous

CRLF = "\r\n"
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
_Channel = maker(Channel)
_TEXT_LIMIT = 80  # characters of a name or extension; longer ones are no person's
_NUMBER_LIMIT = 40
_SHORT_NUMBER = 4  # digits; a name may well end with so many
_REMEMBERED = 1_024  # blocks, callers, names of channels: what is said again is not sifted again
_TEXTS = ("Channel", "ChannelState", "CallerIDNum", "CallerIDName", "Context", "Exten", "Uniqueid", "Linkedid")
_NO_NUMBER = re.compile(r"[^0-9+*#]+")
_WITHHELD = CRLF + "CALLERID(pres)=prohib"  # wherever it is said: a raw variable must not unsay it
_ESCAPED = re.compile(r"\\([\\\"])")
# 0171…@trunk, trunk/sip:0171…;x=1@host, g0/0171…w1 (DAHDI waits, then dials on)
_OUTWARD = re.compile(r"(?:^|/)(?i:sips?:)?([0-9+*#]+)(?:[@;w:]|$)")
_SERIAL = re.compile(r"-[0-9a-f]{8}(;[12])?(<ZOMBIE>|<MASQ>)?$")


# A block's unique id, its variables (joined, as in a message's ``keys``; None: it has none), and its channel (None: it
# has no id or no name).
Told: TypeAlias = tuple[str, str | None, Channel | None]


def channel(keys: dict[str, str], prefix: str = "") -> Channel:
    """Build the channel of one block. Raises KeyError if a part of it is missing, or its id or its name is empty."""
    found = told_by(keys, prefix)[2]
    if found is None:
        raise KeyError(prefix + "Uniqueid")
    return found


def told_by(keys: dict[str, str], prefix: str) -> Told:
    """Read a block from a message's headers. Raises KeyError if a part of it is missing."""
    variables = keys.get(prefix + "ChanVariable")
    return _told(_texts(prefix)(keys), variables)


@lru_cache(_REMEMBERED)  # most blocks say word for word what the same channel has said shortly before
def told_by_text(block: str) -> Told | None:
    """Read a block, its variables included, as it came; None if it is not whole and in order."""
    prefix = block.partition(BLOCK[0])[0]
    found = _pattern(prefix).fullmatch(block)
    if found is None:
        return None
    texts = found.groups()
    more = texts[-1]
    variables = more.replace(f"{CRLF}{prefix}ChanVariable: ", CRLF)[len(CRLF) :] if more else None
    return _told(texts[:-1], variables)


@cache
def _texts(prefix: str) -> Callable[[dict[str, str]], tuple[str, ...]]:
    """Return what takes the texts that matter out of a message."""
    return itemgetter(*(prefix + name for name in _TEXTS))


@cache
def _pattern(prefix: str) -> re.Pattern[str]:
    lines = [f"{prefix}{name}: {'(.*)' if name in _TEXTS else '.*'}" for name in BLOCK]
    return re.compile(f"{CRLF.join(lines)}((?:{CRLF}{prefix}ChanVariable: .*)*)")


@lru_cache(_REMEMBERED)  # the same channel again, in other words or in another place of the message
def _told(texts: tuple[str, ...], variables: str | None) -> Told:
    name, state, number_, name_, context, exten, unique_id, linked_id = texts
    if not unique_id or not name:
        return unique_id, variables, None
    shown, caller_name, suppressed, dnid = _caller(number_, name_, variables or "")
    return (
        unique_id,
        variables,
        _Channel(
            unique_id=unique_id,
            linked_id=linked_id,
            name=name,
            endpoint=endpoint(name),
            state=STATES.get(state, ChannelState.DOWN),
            number=shown,
            caller_name=caller_name,
            suppressed=suppressed,
            dialled=text(exten),
            dnid=dnid,
            context=context,
            is_local=name.startswith("Local/"),
        ),
    )


@lru_cache(_REMEMBERED)
def _caller(raw: str, name: str, told_: str) -> tuple[str | None, str, bool, str]:
    """Return number, name, whether both are withheld, and the number dialled at first."""
    dnid = number(variables(told_).get("CALLERID(DNID)", "")) or ""
    if _WITHHELD in CRLF + told_ or is_anonymous(raw):
        return None, "", True, dnid
    shown, called = number(raw), person(name)
    if shown and len(shown) > _SHORT_NUMBER and called.endswith(shown):
        before = called.removesuffix(shown).rstrip()
        if not before or before.endswith(":"):  # FreePBX names who has no name by their number, its queues add "SUP:"
            called = ""
    return shown, called, False, dnid


def variables(told: str) -> dict[str, str]:
    """The channel variables that manager.conf's ``channelvars`` lets a message tell, from a repeated header's text."""
    return dict(pair.partition("=")[::2] for pair in told.split(CRLF)) if told else {}


def number(raw: str) -> str | None:
    """Sift a number; None if nothing diallable is left or it is endless."""
    digits = _NO_NUMBER.sub("", raw)
    return digits if digits and len(digits) <= _NUMBER_LIMIT else None


@lru_cache(_REMEMBERED)
def outward(dialled: str) -> str:
    """Return the number in what a channel was told to dial, "" if there is none."""
    found = _OUTWARD.search(dialled)
    return (number(found[1]) or "") if found else ""


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


@lru_cache(_REMEMBERED)
def endpoint(name: str) -> str:
    """Tell the device behind a channel: "PJSIP/201" of "PJSIP/201-0000004a", "Local/1@a" of "Local/1@a-00000002;1"."""
    return _SERIAL.sub("", name)
