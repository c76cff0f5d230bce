"""The tables of the live picture, and how to find in them. Rule: handlers change facts and ``touch``.

They give no orders about calls; only doubt, a PBX's counts and its last sight are ordered where they are noticed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from ionas_phone.live.assistants import Beginnings, Directory, derive
from ionas_phone.live.board import AssistantState, Health, LinkHealth
from ionas_phone.live.calls import Call
from ionas_phone.live.channels import Channels, Leg
from ionas_phone.live.effects import Effect, KeepSight
from ionas_phone.live.gaps import Sight
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey, Channel, Direction
from ionas_phone.live.parts import Wait
from ionas_phone.live.queues import Queues
from ionas_phone.support.phone_numbers import Line

SET_ASIDE_SHOWN = 20
LONGEST_EXTENSION = 6  # digits


class Picture:
    """Everything that is known of this moment. Lines None: calls of all lines are ours (for reading a recording)."""

    def __init__(self, lines: tuple[Line, ...] | None, queues: frozenset[str] | None) -> None:
        """Begin empty."""
        self.lines = lines
        self.channels = Channels()
        self.queues = Queues(queues)
        self.calls: dict[CallKey, Call] = {}  # ours
        self._current: dict[CallKey, Call] = {}  # of ours, but for those that are over and no longer shown
        self._at: dict[str, dict[Call, None]] = {}  # device, in small letters -> those of these that concern it
        self.over: deque[Call] = deque()  # ended, in the order in which they will be forgotten
        self.private: dict[CallKey, Call] = {}  # not ours, or not yet: never shown, never written
        self.legs: dict[tuple[str, str], Call] = {}  # (pbx, unique id of an assistant's leg) -> its call
        self.heirs: dict[tuple[str, str], str] = {}  # (pbx, unique id) -> unique id of the caller who takes its place
        self.directory = Directory()
        self.beginnings = Beginnings()
        self.links: dict[str, LinkHealth] = {}
        self.sight = Sight()
        self.blind: set[str] = set()  # PBXes whose stream had a gap that no snapshot has healed yet
        self.database_up = True
        self.database_since: datetime | None = None
        self.database_reason = ""
        self.set_aside: list[str] = []
        self.orders: list[Effect] = []
        self.touched: dict[Call, None] = {}
        self.touched_devices: dict[tuple[str, str], None] = {}
        self.stale: dict[str, None] = {}  # topics
        self.at: datetime | None = None  # of the event being applied
        self.now: datetime | None = None  # our clock, at the same moment

    # -- finding -------------------------------------------------------------------------------------------------------

    def call(self, pbx: str, unique_id: str) -> Call | None:
        """Return the call whose caller is on this channel."""
        key = CallKey(pbx, unique_id)
        return self.calls.get(key) or self.private.get(key)

    def current(self) -> tuple[Call, ...]:
        """Return our calls that go on or that a desk still has a note of: few, beside all that are remembered."""
        return tuple(self._current.values())

    def retire(self, call: Call) -> None:
        """The call is over and no desk shows it any more."""
        if self._current.pop(call.key, None):
            self._leave_devices(call)

    def calls_at(self, device: str) -> tuple[Call, ...]:
        """Return those of the ``current`` calls that a phone of this name has to do with, at whatever PBX."""
        return tuple(self._at.get(device.lower(), ()))

    def call_of(self, pbx: str, unique_id: str) -> Call | None:
        """Return the call this channel belongs to: as its caller's, a phone's, or half of a Local member's."""
        found = self.call(pbx, unique_id) or self.legs.get((pbx, unique_id))
        if found is None and (half := self.channels.partner(pbx, unique_id)):
            found = self.call(pbx, half) or self.legs.get((pbx, half))
        return found

    def new_call(self, pbx: str, unique_id: str) -> Call:
        """Write down a call of ours that was not known."""
        key = CallKey(pbx, unique_id)
        call = self.calls[key] = self._current[key] = Call(key)
        return call

    def new_private(self, pbx: str, unique_id: str, at: datetime) -> Call:
        """Write down a call that does not concern us, as far as is known."""
        key = CallKey(pbx, unique_id)
        call = self.private[key] = Call(key, began_at=at)
        return call

    def adopt(self, call: Call) -> None:
        """This call concerns us from now on."""
        if self.private.pop(call.key, None):
            self.calls[call.key] = self._current[call.key] = call
            self._find_devices(call)

    def speak_for(self, call: Call, channel: Channel) -> None:
        """A call to somebody outside who is shown a line of ours is a call of that line; any other stays private."""
        if line := self.line_shown(channel):
            call.line = call.line or line
            self.adopt(call)

    def line_shown(self, channel: Channel) -> str:
        """Return the line of ours that a channel calls in the name of ("+49…"), "" if none."""
        return next((ours.number for ours in self.lines or () if channel.number and ours.rings(channel.number)), "")

    def is_phone(self, pbx: str, channel: Channel) -> bool:
        """Tell whether a channel is a phone of the house: a seat's, a person's, or one named by its extension."""
        device = channel.endpoint
        if self.directory.at(device) or self.queues.is_seat(pbx, device):
            return True
        extension = device.partition("/")[2]
        return extension.isdecimal() and len(extension) <= LONGEST_EXTENSION

    def line_of(self, leg: Leg | None) -> str:
        """Return the line this channel dialled ("+49…"), "" if none of ours."""
        if leg is None:
            return ""
        dialled = (leg.channel.dnid, leg.channel.dialled)
        if leg.dialled_line or leg.asked == dialled:
            return leg.dialled_line
        leg.asked = dialled
        if self.lines is None:
            leg.dialled_line = dialled[0] or dialled[1]
        else:
            leg.dialled_line = next((ours.number for ours in self.lines for d in dialled if d and ours.rings(d)), "")
        return leg.dialled_line

    def is_ours(self, queue: str, leg: Leg | None) -> bool:
        """Tell whether a caller in this queue concerns us: they rang a line of ours, or the queue is ours."""
        if self.lines is None:
            return True
        return bool(self.line_of(leg)) or self.queues.is_ours(queue)

    def forget_only(self, call: Call) -> None:
        """Drop a call whose channels go on in another one."""
        self.calls.pop(call.key, None)
        self.retire(call)
        self.private.pop(call.key, None)

    def forget(self, *calls: Call) -> None:
        """Drop calls and everything that leads to them: many at once, all that leads anywhere is looked through."""
        for call in calls:
            self.forget_only(call)
        gone = set(calls)
        self.legs = {key: of for key, of in self.legs.items() if of not in gone}

    def holds(self, call: Call) -> bool:
        """Tell whether the call is still one of its own."""
        return call.key in self.calls or call.key in self.private

    def absorb(self, call: Call, other: Call) -> None:
        """Make ``other``, a consultation or a colleague's own dialling, part of the caller's journey."""
        pbx = call.key.pbx
        self.forget_only(other)
        for key, of in self.legs.items():
            if of is other:
                self.legs[key] = call
        self.legs[pbx, other.key.unique_id] = call
        call.rings += [ring for ring in other.rings if call.ring_at(ring.legs[0]) is None]
        call.queues += [queue for queue in other.queues if queue not in call.queues]
        if other.waiting_since and not call.ended_at:  # the caller takes the colleague's place in the queue
            call.queue, call.waiting_since, call.abandoned = other.queue, other.waiting_since, False
            call.waits.append(Wait(other.queue, other.waiting_since))
            self.queues.swap(other.key, call.key)
        self.queues.leave(other.key)
        self.sight.pass_on(pbx, other.key.unique_id, call.key.unique_id)

    # -- noting --------------------------------------------------------------------------------------------------------

    def see(self, pbx: str, channel: Channel, at: datetime | None) -> Leg | None:
        """Upsert a channel and note which line it dialled while its Exten still tells."""
        leg = self.channels.see(pbx, channel, at)
        self.line_of(leg)
        return leg

    def touch(self, call: Call) -> None:
        """The call changed: whoever shows or keeps it will hear of it; a private one only shows who is asked."""
        if call.key in self.calls:
            self.touched[call] = None
        elif call.direction is not Direction.INTERNAL:
            return
        for device in self._find_devices(call):
            self.touch_device(call.key.pbx, device)

    def touch_device(self, pbx: str, device: str) -> None:
        """Something about this phone changed."""
        self.touched_devices[pbx, device] = None

    def redraw(self, *topics: str) -> None:
        """What stands under these topics is stale."""
        self.stale.update(dict.fromkeys(topics))

    def enter(self, call: Call, queue: str, at: datetime) -> None:
        """One more call entered a queue of ours: it must not count as missed after a gap, nor after a restart."""
        pbx = call.key.pbx
        if self.queues.is_ours(queue) and self.sight.enter(pbx, queue, call.key.unique_id, at) and self.now:
            self.orders.append(KeepSight(pbx, self.now, self.sight.counts(pbx)))

    # -- deriving ------------------------------------------------------------------------------------------------------

    def name_at(self, pbx: str, device: str, member: str = "") -> str:
        """Return how the person at a phone is called: ours by the directory, else as the PBX names the member."""
        if assistant := self.directory.at(device):
            return assistant.name
        return member or next((m.name for m in self.queues.seated().get((pbx, device), ()) if m.name), device)

    def state_at(self, pbx: str, device: str) -> tuple[AssistantState, str]:
        """Return what the person at a phone is doing, and why paused."""
        ours = [call for call in self.calls_at(device) if call.key.pbx == pbx and not call.ended_at]
        return derive(
            self.queues.seated().get((pbx, device), ()),
            talking=any(talk.endpoint == device for call in ours for talk in call.talking),
            ringing=any(ring.ringing and ring.endpoint == device for call in ours for ring in call.rings),
        )

    def counts(self, pbx: str) -> bool:
        """Tell whether boards count the phones and queues of a PBX: the practice line's where there is no other."""
        return pbx != PRACTICE_PBX or self.links.keys() <= {PRACTICE_PBX}

    def logins_at(self, devices: Iterable[str]) -> tuple[str, ...]:
        """Return the log-in names of those who sit at ``devices``."""
        return tuple(a.login for a in (self.directory.at(device) for device in devices) if a)

    def health(self) -> Health:
        """Return what the desk must be honest about."""
        links = tuple(self.links[name] for name in sorted(self.links))
        gaps = (*self.sight.gaps, *self.sight.open())
        return Health(links, self.database_up, self.database_since, self.database_reason, tuple(self.set_aside), gaps)

    def _find_devices(self, call: Call) -> set[str]:
        """Return the phones of a call, and note where to look for it."""
        devices = {ring.endpoint for ring in call.rings} | {talk.endpoint for talk in call.talks}
        if call.key in self._current:
            for device in devices:
                self._at.setdefault(device.lower(), {})[call] = None
                call.places.add(device.lower())
        return devices

    def _leave_devices(self, call: Call) -> None:
        for device in call.places:
            del self._at[device][call]
            if not self._at[device]:
                del self._at[device]
        call.places.clear()
