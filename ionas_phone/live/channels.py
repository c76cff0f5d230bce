"""All channels and bridges of all PBXes. Rule: an upsert per fact; what hung up stays gone, older facts change nothing.

Channels of private calls are known here, too (a call may become ours), but nothing of them leaves this module's tables.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ionas_phone.live.nouns import Channel

TOMBSTONE = timedelta(seconds=180)  # longer than any snapshot may be late (asterisk.md asks for >= 120 s)

_PRUNED = 256  # hang-ups between two looks for tombstones that have done their duty

Key = tuple[str, str]  # (pbx, unique id)


@dataclass(slots=True)
class Leg:
    """A channel as last seen. ``seen_at``, ``moved_at``: PBX time of the last fact about it / about its bridge.

    ``since``: PBX time at which it came up; None: a snapshot had it first. ``held``: its phone has put the others on
    hold, as far as was heard.
    """

    channel: Channel
    seen_at: datetime | None = None
    moved_at: datetime | None = None
    bridge: str = ""
    dialled_line: str = ""  # the line of ours it dialled, once known: later contexts overwrite Exten
    asked: tuple[str, str] = ("", "")  # the dialled numbers that were last compared with our lines: it costs
    missed: int = 0  # snapshots in a row that lacked it
    since: datetime | None = None
    held: bool = False
    hold_at: datetime | None = None  # PBX time of the last word about hold


class Channels:
    """The table of legs, bridges and tombstones."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._legs: dict[Key, Leg] = {}
        self._bridges: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._apart: set[tuple[str, str]] = set()  # bridges whose people hear music, and not each other
        self._gone: dict[Key, datetime] = {}  # unique id -> until when (our clock) it can't come back
        self._named: dict[tuple[str, str], str] = {}  # (pbx, channel name) -> unique id: how two Local halves meet

    def get(self, pbx: str, unique_id: str) -> Leg | None:
        """Return the leg, None if unknown or gone."""
        return self._legs.get((pbx, unique_id))

    def gone(self, pbx: str, unique_id: str) -> bool:
        """Tell whether the channel hung up a short while ago."""
        return (pbx, unique_id) in self._gone

    def of(self, pbx: str) -> dict[str, Leg]:
        """Return this PBX's legs by unique id."""
        return {unique_id: leg for (name, unique_id), leg in self._legs.items() if name == pbx}

    def see(self, pbx: str, channel: Channel, at: datetime | None) -> Leg | None:
        """Insert or update; ``at`` None: from a snapshot. None if the channel is gone."""
        key = (pbx, channel.unique_id)
        if key in self._gone:
            return None
        leg = self._legs.get(key)
        if leg is None:
            leg = self._legs[key] = Leg(channel, at, since=at)
        elif at is None or leg.seen_at is None or at >= leg.seen_at:
            leg.channel = channel
            leg.seen_at = at or leg.seen_at
        leg.missed = 0
        self._named[pbx, channel.name] = channel.unique_id
        return leg

    def rename(self, pbx: str, unique_id: str, name: str, endpoint: str) -> None:
        """Give the channel the name a masquerade left it with."""
        if leg := self._legs.get((pbx, unique_id)):
            self._unname(pbx, leg.channel)
            leg.channel = replace(leg.channel, name=name, endpoint=endpoint)
            self._named[pbx, name] = unique_id

    def hold(self, pbx: str, unique_id: str, at: datetime, *, held: bool) -> Leg | None:
        """Note whether its phone holds; return the leg if that changed."""
        leg = self._legs.get((pbx, unique_id))
        if leg is None or leg.held is held or (leg.hold_at and at < leg.hold_at):
            return None
        leg.held, leg.hold_at = held, at
        return leg

    def keep_apart(self, pbx: str, bridge: str) -> None:
        """Remember, until it is empty, that people in this bridge don't hear each other."""
        if (pbx, bridge) in self._bridges:
            self._apart.add((pbx, bridge))

    def enter(self, pbx: str, bridge: str, unique_id: str, at: datetime | None) -> bool:
        """Put the channel into ``bridge``; False if that is older than what is known."""
        leg = self._legs.get((pbx, unique_id))
        if leg is None or (at and leg.moved_at and at < leg.moved_at):
            return False
        if leg.bridge and leg.bridge != bridge:
            self._empty(pbx, leg.bridge, unique_id)
        leg.bridge, leg.moved_at = bridge, at or leg.moved_at
        if bridge:
            self._bridges[pbx, bridge].add(unique_id)
        return True

    def leave(self, pbx: str, bridge: str, unique_id: str, at: datetime) -> bool:
        """Take the channel out of ``bridge``; False if that is older than what is known."""
        leg = self._legs.get((pbx, unique_id))
        if leg is None or leg.bridge != bridge or (leg.moved_at and at < leg.moved_at):
            return False
        leg.bridge, leg.moved_at = "", at
        self._empty(pbx, bridge, unique_id)
        return True

    def replace(self, pbx: str, bridge: str, unique_id: str, heir: str, at: datetime) -> None:
        """Let ``heir`` be in ``bridge`` in the place of ``unique_id``."""
        if self.enter(pbx, bridge, heir, at):
            self.leave(pbx, bridge, unique_id, at)

    def merge(self, pbx: str, source: str, target: str, at: datetime) -> set[str]:
        """Move everybody from ``source`` to ``target``; return who is there then."""
        for unique_id in tuple(self._bridges.get((pbx, source), ())):
            self.enter(pbx, target, unique_id, at)
        self._bridges.pop((pbx, source), None)
        return set(self._bridges.get((pbx, target), ()))

    def together(self, pbx: str, unique_id: str) -> set[str]:
        """Return who is in the same bridge and hears it, without the channel itself."""
        leg = self._legs.get((pbx, unique_id))
        if leg is None or not leg.bridge or (pbx, leg.bridge) in self._apart:
            return set()
        return self._bridges.get((pbx, leg.bridge), set()) - {unique_id}

    def partner(self, pbx: str, unique_id: str) -> str | None:
        """Return the other half of a Local channel ("…;1" and "…;2"), None if there is none."""
        leg = self._legs.get((pbx, unique_id))
        if leg is None or not leg.channel.is_local:
            return None
        name, half = leg.channel.name[:-1], leg.channel.name[-1:]
        return self._named.get((pbx, name + ("2" if half == "1" else "1")))

    def reached(self, pbx: str, unique_id: str) -> set[str]:
        """Return the real channels that hear this one: in its bridge, and in those behind Local channels."""
        found: set[str] = set()
        seen = {unique_id}
        todo = list(self.together(pbx, unique_id))
        while todo:
            other = todo.pop()
            if other in seen:
                continue
            seen.add(other)
            leg = self._legs.get((pbx, other))
            if leg is None or not leg.channel.is_local:
                found.add(other)
            elif half := self.partner(pbx, other):
                seen.add(half)
                todo += self.together(pbx, half)
        return found - {unique_id}

    def hang_up(self, pbx: str, unique_id: str, now: datetime) -> Leg | None:
        """Bury the channel; return what it was (None if it was not known). ``now``: our clock."""
        self._gone[pbx, unique_id] = now + TOMBSTONE
        if len(self._gone) % _PRUNED == 0:
            self.prune(now)
        leg = self._legs.pop((pbx, unique_id), None)
        if leg:
            self._unname(pbx, leg.channel)
            if leg.bridge:
                self._empty(pbx, leg.bridge, unique_id)
        return leg

    def begin_anew(self, pbx: str) -> None:
        """Let the next fact about each of this PBX's channels win, whatever its time."""
        for leg in self.of(pbx).values():
            leg.seen_at = leg.moved_at = leg.since = leg.hold_at = None

    def clock_set(self, by: timedelta) -> None:
        """Let tombstones stand as long as they were meant to, though our clock was set."""
        self._gone = {key: until + by for key, until in self._gone.items()}

    def prune(self, now: datetime) -> None:
        """Forget tombstones that have done their duty."""
        self._gone = {key: until for key, until in self._gone.items() if until > now}

    def _unname(self, pbx: str, channel: Channel) -> None:
        if self._named.get((pbx, channel.name)) == channel.unique_id:
            del self._named[pbx, channel.name]

    def _empty(self, pbx: str, bridge: str, unique_id: str) -> None:
        members = self._bridges.get((pbx, bridge))
        if members is not None:
            members.discard(unique_id)
            if not members:
                del self._bridges[pbx, bridge]
                self._apart.discard((pbx, bridge))


def born(unique_id: str) -> int:
    """Return the running number at the end of a unique id: the order in which channels came up."""
    number = unique_id.rpartition(".")[2]
    return int(number) if number.isdecimal() else 0
