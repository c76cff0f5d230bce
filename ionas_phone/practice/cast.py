"""Who plays in a practice call: fresh ids, channels, bridges. Rule: they count on, as those of a real switchboard."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from ionas_phone.practice.call import Seat
from ionas_phone.practice.recording import Cast

_TRUNK = "PJSIP/trunk"  # as in the recordings


class Casting:
    """Gives out roles. ``system``: the system name; ``queue``, ``line``: where the caller comes in."""

    def __init__(self, system: str, queue: str, line: str, now: Callable[[], datetime]) -> None:
        """Begin to count."""
        self._system, self._queue, self._line, self._now = system, queue, line, now
        self._count = 0  # channels so far

    def caller(self, was: Cast, seat: Seat, number: str, name: str) -> Cast:
        """Return a fresh cast in the recorded spelling: the caller, and the assistant at ``seat``."""
        channel, unique_id = self._channel(was.caller_channel.rpartition("-")[0])
        leg_channel, leg_id = self._channel(seat.interface)
        return self._talk(seat, number, leg_channel, leg_id)._replace(
            name=name, presentation=was.presentation, caller_channel=channel, caller_id=unique_id
        )

    def outward(self, seat: Seat, number: str, leg_id: str, asked: str) -> Cast:
        """Return a fresh cast of a call that the assistant at ``seat`` makes, as it was ``asked`` for."""
        leg_channel, own = self._channel(seat.interface)
        other_channel, other_id = self._channel(_TRUNK)
        return self._talk(seat, number, leg_channel, leg_id or own)._replace(
            other_channel=other_channel,
            other_id=other_id,
            dialled=f"{number}@{_TRUNK.rpartition('/')[2]}",
            asked=asked,
        )

    def colleague(self, cast: Cast, other: Seat, *, asked: bool) -> Cast:
        """Return the cast with a colleague in it, who is ``asked`` first or gets the caller at once."""
        second_channel, second_id = self._channel(cast.interface)
        other_channel, other_id = self._channel(other.interface)
        bridge = str(uuid.uuid4())
        return cast._replace(
            second_channel=second_channel,
            second_id=second_id,
            other_channel=other_channel,
            other_id=other_id,
            other_extension=other.extension,
            other_member=other.name,
            other_interface=other.interface,
            other_bridge=bridge,
            last_bridge=cast.bridge if asked else bridge,
        )

    def _talk(self, seat: Seat, number: str, leg_channel: str, leg_id: str) -> Cast:
        """Return a fresh cast in which the assistant at ``seat`` talks to whoever has ``number``."""
        bridge = str(uuid.uuid4())
        return Cast(
            system=self._system,
            queue=self._queue,
            line=self._line,
            number=number,
            name="",
            presentation="",
            caller_channel="",
            caller_id="",
            leg_channel=leg_channel,
            leg_id=leg_id,
            bridge=bridge,
            extension=seat.extension,
            member=seat.name,
            interface=seat.interface,
            last_bridge=bridge,
        )

    def _channel(self, interface: str) -> tuple[str, str]:
        """Return name and unique id of the next channel."""
        number, born = self._count, int(self._now().timestamp())
        self._count += 1
        return f"{interface}-{number:08x}", f"{self._system}-{born}.{number}"
