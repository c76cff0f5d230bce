"""Queues: who waits in which order, who sits in them. Rule: the order is ours to keep, Asterisk tells positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ionas_phone.live.member_phones import phone_of
from ionas_phone.live.nouns import CallKey, Member

Queue = tuple[str, str]  # (pbx, queue)
Device = tuple[str, str]  # (pbx, device)


@dataclass(slots=True)
class Seat:
    """A member, the phone whose state counts, and the PBX time of the last fact about it (None: from a snapshot)."""

    member: Member
    device: str  # "PJSIP/201", also behind a Local member
    seen_at: datetime | None


class Queues:
    """Line-ups and seats of every queue, ours or not; ``ours`` says which may be shown."""

    def __init__(self, ours: frozenset[str] | None) -> None:
        """``ours``: names of our queues; None: all."""
        self._ours = ours
        self._line_up: dict[Queue, list[CallKey]] = defaultdict(list)
        self._seats: dict[tuple[str, str, str], Seat] = {}
        self._phones_of: Mapping[str, str] = {}  # extension -> device
        self._seated: dict[Device, list[Member]] | None = None  # made from these when it is asked for
        self._named: dict[str, list[Device]] = {}  # made with it: device, in small letters -> at which PBXes
        self._phones: set[Device] | None = None  # of all queues, ours or not

    def is_ours(self, queue: str) -> bool:
        """Tell whether the queue may be shown."""
        return self._ours is None or queue in self._ours

    # -- callers -------------------------------------------------------------------------------------------------------

    def join(self, queue: Queue, call: CallKey, position: int) -> None:
        """Put the call at ``position`` (from 1); others move back."""
        line = self._line_up[queue]
        if call not in line:
            line.insert(max(position - 1, 0), call)

    def leave(self, call: CallKey) -> None:
        """Take the call out wherever it waits."""
        for line in self._line_up.values():
            if call in line:
                line.remove(call)

    def swap(self, old: CallKey, new: CallKey) -> None:
        """Let ``new`` wait in the place of ``old``."""
        for line in self._line_up.values():
            if old in line and new not in line:
                line[line.index(old)] = new

    def line_up(self, pbx: str, queue: str) -> tuple[CallKey, ...]:
        """Return who waits, first in line first."""
        return tuple(self._line_up.get((pbx, queue), ()))

    def replace_line_up(self, queue: Queue, calls: list[CallKey]) -> None:
        """Take over the order a snapshot gives."""
        self._line_up[queue] = calls

    # -- members -------------------------------------------------------------------------------------------------------

    def see(self, pbx: str, member: Member, at: datetime | None) -> bool:
        """Insert or update a seat (``at`` None: from a snapshot); tell whether anything changed."""
        key = (pbx, member.queue, member.interface)
        seat = self._seats.get(key)
        if seat is None:
            self._seated = self._phones = None
            self._seats[key] = Seat(member, phone_of(member, self._phones_of), at)
            return True
        if at and seat.seen_at and at < seat.seen_at:
            return False
        known, device = seat.member, seat.device
        seat.member, seat.device, seat.seen_at = member, phone_of(member, self._phones_of), at or seat.seen_at
        if known != member:
            self._reseat(pbx, device, known, seat)
        return known != member

    def know(self, phones: Mapping[str, str]) -> None:
        """Take over which phone (device) people have at their extension; members may be named by that alone."""
        if phones != self._phones_of:
            self._phones_of = phones
            self._seated = self._phones = None
            for seat in self._seats.values():
                seat.device = phone_of(seat.member, phones)

    def remove(self, pbx: str, queue: str, interface: str) -> Seat | None:
        """Remove a seat."""
        self._seated = self._phones = None
        return self._seats.pop((pbx, queue, interface), None)

    def seats(self, pbx: str) -> dict[tuple[str, str], Seat]:
        """Return this PBX's seats by (queue, interface)."""
        return {(queue, face): seat for (name, queue, face), seat in self._seats.items() if name == pbx}

    def begin_anew(self, pbx: str) -> None:
        """Let the next fact about each of this PBX's seats win, whatever its time."""
        for (name, _, _), seat in self._seats.items():
            if name == pbx:
                seat.seen_at = None

    def device(self, pbx: str, queue: str, interface: str) -> str:
        """Return the phone behind a member's interface."""
        seat = self._seats.get((pbx, queue, interface))
        return seat.device if seat else interface

    def is_seat(self, pbx: str, device: str) -> bool:
        """Tell whether the phone belongs to a member of any queue."""
        if self._phones is None:
            self._phones = {(name, seat.device) for (name, _, _), seat in self._seats.items()}
        return (pbx, device) in self._phones

    def seated(self) -> dict[Device, list[Member]]:
        """Return the members of our queues by (pbx, device). It is asked for at every turn: nobody may change it."""
        if self._seated is None:
            found: dict[Device, list[Member]] = defaultdict(list)
            named: dict[str, list[Device]] = defaultdict(list)
            for (pbx, queue, _), seat in self._seats.items():
                if self.is_ours(queue):
                    found[pbx, seat.device].append(seat.member)
            for device in found:
                named[device[1].lower()].append(device)
            self._seated, self._named = dict(found), dict(named)
        return self._seated

    def all_names(self) -> tuple[str, ...]:
        """Return the names of all queues that may be shown, of whatever PBX."""
        return tuple(sorted((self._ours or frozenset()) | {queue for _, queue in self.names()}))

    def seats_named(self, device: str) -> list[Device]:
        """Return where there is a phone of this name (in small letters) that belongs to a member of our queues."""
        self.seated()
        return self._named.get(device, [])

    def _reseat(self, pbx: str, device: str, known: Member, seat: Seat) -> None:
        """Take over what is new about a member; where only the state is, as it is with every call, without a search."""
        if seat.device == device and not self.is_ours(known.queue):
            return
        members = (self._seated or {}).get((pbx, device))
        if members is None or seat.device != device or known not in members:
            self._seated = self._phones = None
        else:
            members[members.index(known)] = seat.member

    def names(self) -> tuple[Queue, ...]:
        """Return the queues to be shown: ours that have a seat, and any in which a caller of ours waits."""
        ours = {(pbx, queue) for pbx, queue, _ in self._seats if self.is_ours(queue)}
        return tuple(sorted(ours | {key for key, line in self._line_up.items() if line}))
