"""Facts that answer what we had asked for: a phone that was to ring, a call that was to be written. Rule: as events."""

from __future__ import annotations

from dataclasses import dataclass

from ionas_phone.live.events import Event, PbxEvent
from ionas_phone.live.nouns import CallKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAnswered(PbxEvent):
    """An assistant's phone that rang by a click was taken off, or was not (``reason``: Asterisk's number for why).

    ``asked``: by which request of ours it rang.
    """

    asked: str
    answered: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWritten(Event):
    """A call stands in the store as it is now; those written with it do, too.

    ``missed``: one of them as answered, or as over without an answer: who was missed may be others now.
    """

    call: CallKey
    missed: bool
