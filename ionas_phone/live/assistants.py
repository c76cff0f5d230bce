"""What somebody at a phone is doing. Rule: a state is derived from facts, never set; only its beginning is remembered.

First line that holds wins: talks with one of our callers · their phone rings for one · the device is in use by a call
that is none of our business · it can't be reached · paused in every queue · available. Wrap-up has no event of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ionas_phone.live.board import AssistantState
from ionas_phone.live.nouns import Assistant, Member, MemberStatus

_ELSEWHERE = {MemberStatus.IN_USE, MemberStatus.BUSY, MemberStatus.ON_HOLD, MemberStatus.RING_IN_USE}
_UNREACHABLE = {MemberStatus.UNAVAILABLE, MemberStatus.INVALID}


def derive(members: Iterable[Member], *, talking: bool, ringing: bool) -> tuple[AssistantState, str]:
    """Return the state of the person behind these seats (of one device) and the reason of a pause."""
    seats = tuple(members)
    status = {member.status for member in seats}
    paused = [member.reason for member in seats if member.paused]
    reason = next((text for text in paused if text), "")
    if talking:
        return AssistantState.TALKING, ""
    if ringing:
        return AssistantState.RINGING, ""
    if status & _ELSEWHERE:
        return AssistantState.BUSY, ""
    if status & _UNREACHABLE:
        return AssistantState.AWAY, ""
    if seats and len(paused) == len(seats):
        return AssistantState.PAUSED, reason
    return AssistantState.AVAILABLE, ""


class Directory:
    """Who of ours sits at which phone."""

    def __init__(self) -> None:
        """Begin with nobody known."""
        self._by_interface: dict[str, Assistant] = {}
        self._by_login: dict[str, Assistant] = {}

    def replace(self, assistants: Iterable[Assistant]) -> None:
        """Take over what the store says."""
        self._by_interface = {a.interface.lower(): a for a in assistants if a.interface}
        self._by_login = {a.login: a for a in reversed(self._by_interface.values())}

    def at(self, device: str | None) -> Assistant | None:
        """Return whose phone this is."""
        return self._by_interface.get(device.lower()) if device else None

    def of(self, login: str) -> Assistant | None:
        """Return the assistant with this log-in name."""
        return self._by_login.get(login)

    def phones(self) -> dict[str, str]:
        """Return everybody's phone by their extension."""
        return {a.extension: a.interface for a in self._by_interface.values() if a.extension}

    def logins(self) -> tuple[str, ...]:
        """Return all log-in names."""
        return tuple(a.login for a in self._by_interface.values())


class Beginnings:
    """Since when each device is in the state it is in."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._since: dict[tuple[str, str], tuple[AssistantState, str, datetime | None]] = {}

    def note(self, device: tuple[str, str], state: AssistantState, reason: str, at: datetime | None) -> bool:
        """Remember ``at`` if the state is a new one; tell whether it is. The first sight has no known beginning."""
        known = self._since.get(device)
        if known and known[:2] == (state, reason):
            return False
        self._since[device] = (state, reason, at if known else None)
        return True

    def since(self, device: tuple[str, str]) -> datetime | None:
        """Return when the present state began, None if that was before we looked."""
        known = self._since.get(device)
        return known[2] if known else None
