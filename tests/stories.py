"""Calls told in our own words, for tests of all above the wire. Rule: facts come in the order of a real call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self, TypedDict, TypeVar

from ionas_phone.live import events as e
from ionas_phone.live.effects import Effect
from ionas_phone.live.nouns import (
    Assistant,
    CallKey,
    Channel,
    ChannelState,
    LinkState,
    Member,
    MemberStatus,
    SeenBridge,
    SeenWaiting,
)
from ionas_phone.live.state import Live
from ionas_phone.support.phone_numbers import Line

START = datetime(2026, 11, 22, 10, 44, tzinfo=UTC)
LINE = Line.parse("+496131327070")
ANNA = Assistant("anna", "Anna Berger", "PJSIP/201", "201")
BEN = Assistant("ben", "Ben Çelik", "PJSIP/202", "202")
PEOPLE = (ANNA, BEN)
CUSTOMER = "+4961315550101"


def channel(unique_id: str, endpoint: str, state: ChannelState = ChannelState.UP, **more: object) -> Channel:
    """Return a channel; its linked id is its own id unless ``more`` says otherwise."""
    fields: dict[str, object] = {"linked_id": unique_id, "name": f"{endpoint}-{unique_id}", **more}
    return Channel(unique_id=unique_id, endpoint=endpoint, state=state, **fields)  # type: ignore[arg-type]


Some = TypeVar("Some", bound=Effect)


class Base(TypedDict):
    """When and where something happened."""

    at: datetime
    pbx: str


class Story:
    """Feeds facts into a picture, keeps all effects; ``tell`` takes any event, ``after`` lets time pass first."""

    def __init__(self, pbx: str = "mainz", live: Live | None = None) -> None:
        self.live = live or Live((LINE,), frozenset({"support"}))
        self.pbx = pbx
        self.now = START
        self.effects: list[Effect] = []
        self.told: list[e.Event] = []
        self.tell(e.DirectoryRead(at=self.now, assistants=PEOPLE))
        self.tell(e.LinkChanged(at=self.now, pbx=pbx, state=LinkState.UP))
        for person in PEOPLE:
            self.member(person, MemberStatus.IDLE)
        self.effects.clear()

    def after(self, seconds: float) -> Self:
        self.now += timedelta(seconds=seconds)
        return self

    def base(self) -> Base:
        """What every fact of the story's PBX says by now."""
        return {"at": self.now, "pbx": self.pbx}

    def tell(self, event: e.Event) -> list[Effect]:
        new = self.live.apply(event, self.now)
        self.told.append(event)
        self.effects += new
        return new

    def again(self, first: int = 0, last: int | None = None) -> list[Effect]:
        """Tell a part of what was told once more; return what that orders."""
        return [effect for event in self.told[first:last] for effect in self.live.apply(event, self.now)]

    def of(self, kind: type[Some]) -> list[Some]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    # -- the caller --------------------------------------------------------------------------------

    def rings_in(
        self, uid: str = "c1", number: str | None = "061315550101", dialled: str = "+496131327070", **more: object
    ) -> Channel:
        caller = channel(uid, "PJSIP/trunk", number=number, dialled=dialled, caller_name="", context="from-trunk")
        caller = replace(caller, **more)  # type: ignore[arg-type]
        self.tell(e.ChannelSeen(at=self.now, pbx=self.pbx, channel=caller))
        return caller

    def joins(self, caller: Channel, queue: str = "support", position: int = 1) -> CallKey:
        inside = replace(caller, dialled="s", context="queues", dnid="")
        self.tell(e.CallerJoined(at=self.now, pbx=self.pbx, queue=queue, caller=inside, position=position))
        return CallKey(self.pbx, caller.unique_id)

    def gives_up(self, caller: Channel, queue: str = "support") -> None:
        self.tell(e.HangupRequested(at=self.now, pbx=self.pbx, unique_id=caller.unique_id))
        for leg in self._ringing(caller):
            for _ in range(2):
                self.tell(e.DialEnded(at=self.now, pbx=self.pbx, source=caller, dest=leg, status="CANCEL"))
        self.tell(e.CallerAbandoned(at=self.now, pbx=self.pbx, queue=queue, caller=caller))
        for leg in self._ringing(caller):
            self.gone(leg, cause=0)
        self.tell(e.CallerLeft(at=self.now, pbx=self.pbx, queue=queue, caller=caller))
        self.gone(caller)

    def times_out(self, caller: Channel, queue: str = "support") -> None:
        self.tell(e.CallerAbandoned(at=self.now, pbx=self.pbx, queue=queue, caller=caller))
        self.tell(e.CallerLeft(at=self.now, pbx=self.pbx, queue=queue, caller=caller))
        self.gone(caller, cause=19)

    # -- the assistants ----------------------------------------------------------------------------

    def member(
        self, person: Assistant, status: MemberStatus, *, paused: bool = False, reason: str = "", queue: str = "support"
    ) -> None:
        seat = Member(queue, person.interface, person.name, status, paused, person.interface, reason)
        self.tell(e.MemberSeen(at=self.now, pbx=self.pbx, member=seat))

    def calls(self, caller: Channel, person: Assistant, uid: str, queue: str = "support") -> Channel:
        leg = channel(uid, person.interface, ChannelState.DOWN, linked_id=caller.linked_id)
        self.tell(e.ChannelSeen(at=self.now, pbx=self.pbx, channel=leg))
        event = e.AssistantCalled(
            at=self.now,
            pbx=self.pbx,
            queue=queue,
            caller=caller,
            leg=leg,
            interface=person.interface,
            member=person.name,
        )
        self.tell(event)
        self.tell(e.DialBegan(at=self.now, pbx=self.pbx, source=caller, dest=leg))
        leg = replace(leg, state=ChannelState.RINGING)
        self.tell(e.ChannelSeen(at=self.now, pbx=self.pbx, channel=leg))
        self.member(person, MemberStatus.RINGING)
        return leg

    def comes_through(self, person: Assistant = ANNA, uid: str = "a1") -> tuple[Channel, Channel]:
        """A caller rings in, waits, and is answered by ``person`` at once; return both channels, the leg as it rang."""
        caller = self.rings_in()
        self.joins(caller)
        leg = self.calls(caller, person, uid)
        self.answers(caller, leg, person)
        return caller, leg

    def rings_out(self, caller: Channel, leg: Channel, person: Assistant, cause: int = 0) -> None:
        base = self.base()
        self.tell(
            e.AssistantRangOut(
                **base,
                queue="support",
                caller=caller,
                leg=leg,
                interface=person.interface,
                member=person.name,
                ring=4.0,
            )
        )
        self.tell(e.DialEnded(**base, source=caller, dest=leg, status="NOANSWER"))
        self.tell(e.DialEnded(**base, source=caller, dest=leg, status="CANCEL"))
        self.gone(leg, cause)
        self.member(person, MemberStatus.IDLE)

    def answers(self, caller: Channel, leg: Channel, person: Assistant, bridge: str = "b1") -> None:
        leg = replace(leg, state=ChannelState.UP)
        base = self.base()
        self.tell(e.ChannelSeen(**base, channel=leg))
        self.tell(e.DialEnded(**base, source=caller, dest=leg, status="ANSWER"))
        for other in self._ringing(caller):
            self.tell(e.DialEnded(**base, source=caller, dest=other, status="CANCEL"))
        self.tell(e.CallerLeft(**base, queue="support", caller=caller))
        self.tell(
            e.AssistantAnswered(
                **base, queue="support", caller=caller, leg=leg, interface=person.interface, member=person.name
            )
        )
        for other in self._ringing(caller):
            self.gone(other, cause=26)
        self.tell(e.BridgeEntered(**base, bridge=bridge, channel=leg))
        self.member(person, MemberStatus.IN_USE)
        self.tell(e.BridgeEntered(**base, bridge=bridge, channel=caller))

    def hangs_up(self, first: Channel, other: Channel, caller: Channel, person: Assistant, bridge: str = "b1") -> None:
        base = self.base()
        self.tell(e.HangupRequested(**base, unique_id=first.unique_id))
        self.tell(
            e.QueueCallCompleted(**base, queue="support", caller=caller, interface=person.interface, reason="caller")
        )
        for leg in (first, other):
            self.tell(e.BridgeLeft(**base, bridge=bridge, channel=leg))
            self.gone(leg)
        self.member(person, MemberStatus.IDLE)

    def gone(self, leg: Channel, cause: int = 16) -> None:
        self.tell(
            e.ChannelHungUp(at=self.now, pbx=self.pbx, unique_id=leg.unique_id, linked_id=leg.linked_id, cause=cause)
        )

    def _ringing(self, caller: Channel) -> list[Channel]:
        call = self.live.picture.calls.get(CallKey(self.pbx, caller.unique_id))
        legs = self.live.picture.channels.of(self.pbx)
        return [
            legs[uid].channel
            for uid in [leg for ring in (call.rings if call else ()) for leg in ring.legs]
            if uid in legs and legs[uid].channel.state is ChannelState.RINGING
        ]

    # -- the whole of a PBX ------------------------------------------------------------------------

    def snapshot(
        self,
        *channels: Channel,
        waiting: tuple[SeenWaiting, ...] = (),
        bridges: tuple[SeenBridge, ...] = (),
        status: MemberStatus = MemberStatus.IDLE,
    ) -> list[Effect]:
        members = tuple(
            Member("support", p.interface, p.name, status, paused=False, state_interface=p.interface) for p in PEOPLE
        )
        return self.tell(
            e.SnapshotTaken(
                at=self.now, pbx=self.pbx, channels=channels, waiting=waiting, bridges=bridges, members=members
            )
        )


def asks(story: Story, own: str = "own-1", rung: str = "asked-1") -> Channel:
    """Let Anna ring Ben on a second call of her own; return Ben's leg, which rings."""
    first = channel(own, ANNA.interface, dialled=BEN.extension)
    leg = channel(rung, BEN.interface, ChannelState.RINGING, linked_id=own)
    story.tell(e.ChannelSeen(at=story.now, pbx=story.pbx, channel=first))
    story.tell(e.DialBegan(at=story.now, pbx=story.pbx, source=first, dest=leg))
    return leg
