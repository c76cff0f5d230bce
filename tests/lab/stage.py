"""The stage for one play: people who call, ring, answer, hold, transfer. Rule: whoever acts also says what is now true.

Every verb does something on a real Asterisk, waits until it has happened, notes it in the journey's truth by our own
clock, and ends with a step, at which an onlooker may compare pictures or take a breath.
"""

from __future__ import annotations

import contextlib
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ionas_phone.runtime.clock import now
from tests.lab.asterisk import Asterisk
from tests.lab.manager import Manager
from tests.lab.phones import LINE, Customers, Phone
from tests.lab.truth import Journey, Ringing, Talking, device

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection

    from tests.lab.legs import Leg

    Onlooker = Callable[["Stage", str], Awaitable[None]]

ERIKA = ("+4961315550101", "Erika Muster")
MAX = ("+4917139200102", "Max Beispiel")
EXTENSIONS = ("201", "202", "203")
RING_SECONDS = 4  # a phone's turn
WAIT_SECONDS = 8  # until the product's own queue gives a caller back


@dataclass
class Question:
    """One assistant asks another: ``asking`` rang ``asked``. ``call`` is what it is if nothing comes of it."""

    asking: Leg
    asked: Leg
    call: Journey


@dataclass
class Stage:
    """One Asterisk with the laboratory's addition, three desk phones, a carrier, and the truth about every call."""

    pbx: Asterisk
    stream: Manager
    manager: Manager
    customers: Customers
    phones: dict[str, Phone]
    onlooker: Onlooker
    journeys: list[Journey] = field(default_factory=list)
    journey_of: dict[Leg, Journey] = field(default_factory=dict)  # by an assistant's leg

    @classmethod
    @contextlib.asynccontextmanager
    async def set(
        cls,
        major: int,
        onlooker: Onlooker,
        *,
        queues: Collection[str] = (),
        wait: int = WAIT_SECONDS,
        like_freepbx: bool = False,
    ) -> AsyncIterator[Stage]:
        """Start everything; ``queues``: those of the addition that are wanted beside the product's own."""
        async with AsyncExitStack() as stack:
            times = {"ring_seconds": RING_SECONDS, "wait_seconds": wait}
            pbx = await stack.enter_async_context(
                Asterisk.running(major, more=queues, like_freepbx=like_freepbx, **times)
            )
            await pbx.cli("database put ionas opening open")
            phones = {name: await stack.enter_async_context(Phone.registered(pbx, name)) for name in EXTENSIONS}
            customers = await stack.enter_async_context(Customers.of(pbx))
            manager = await stack.enter_async_context(Manager.acting(pbx))
            stream = await stack.enter_async_context(Manager.of(pbx))
            for phone in phones.values():
                phone.rings_of_itself = True
            yield cls(pbx, stream, manager, customers, phones, onlooker)

    async def step(self, what: str) -> None:
        await self.onlooker(self, what)

    # -- a customer calls ----------------------------------------------------------------------------------------------

    async def calls(
        self, customer: tuple[str, str] = ERIKA, *, to: str = LINE, queues: tuple[str, ...] = ("support",)
    ) -> Journey:
        """Let ``customer`` ring the line ``to`` and wait until they have entered the first of ``queues``, if any."""
        number, name = customer
        return await self.arrives(self.customers.call(number, name, to=to), number, name, queues=queues)

    async def arrives(
        self,
        leg: Leg,
        number: str | None,
        name: str = "",
        *,
        queues: tuple[str, ...] = ("support",),
        suppressed: bool = False,
    ) -> Journey:
        """Take up the call that ``leg`` has begun."""
        journey = Journey(leg, "in", number, name, suppressed=suppressed, queues=list(queues))
        self.journeys.append(journey)
        if queues:
            await self.hears("QueueCallerJoin", sum(len(other.queues) for other in self.journeys))
            journey.waiting = True
        await self.step("a customer calls")
        return journey

    async def enters(self, journey: Journey, queue: str) -> None:
        """The caller came into another queue."""
        journey.enters(queue)
        await self.hears("QueueCallerJoin", sum(len(other.queues) for other in self.journeys))
        await self.step(f"now in {queue}")

    # -- assistants ----------------------------------------------------------------------------------------------------

    async def rings(self, extension: str, journey: Journey) -> Leg:
        """Wait for the ring at this phone; it rings of itself."""
        leg = await self.phones[extension].next_call()
        journey.rung.append(Ringing(leg))
        self.journey_of[leg] = journey
        await self.step(f"{extension} rings")
        return leg

    async def answers(self, leg: Leg, *, talks: bool = True, joined: int = 2) -> None:
        """Pick up the ringing phone; whoever else rang for the same call stops ringing.

        ``talks``: with the caller; ``joined``: so many come together then, for which it waits.
        """
        journey = self.journey_of[leg]
        before = self.heard("BridgeEnter")
        leg.answer()
        await leg.until(leg.answered)
        await self.taken(journey, leg)
        if joined:
            await self.hears("BridgeEnter", before + joined)
        if talks:
            self.talks(journey, device(leg), leg.answered.at)
            if journey.leg is not leg:
                await leg.until(journey.leg.answered)
        await self.step(f"{leg.agent.name} answers")

    async def taken(self, journey: Journey, leg: Leg) -> None:
        """``leg`` took the call: no other phone rings for it any more."""
        for ringing in journey.ringing:
            ringing.outcome = "answered" if ringing.leg is leg else "answered_elsewhere"
            if ringing.leg is not leg:
                await leg.until(ringing.leg.ended)

    def talks(self, journey: Journey, assistant: str, since: float) -> None:
        """Begin somebody's time with the caller."""
        journey.leaves_queue(since)
        journey.talk.append(Talking(assistant, since))
        journey.outcome = "answered"

    async def reaches(self, extension: str, **call: object) -> tuple[Journey, Leg]:
        """The usual beginning: a customer calls, the phone rings, is answered."""
        journey = await self.calls(**call)  # type: ignore[arg-type]
        leg = await self.rings(extension, journey)
        await self.answers(leg)
        return journey, leg

    async def holds(self, leg: Leg) -> None:
        before = self.heard("Hold")
        leg.hold()
        await self.hears("Hold", before + 1)
        self.time_of(leg).hold(moment())
        await self.step(f"{leg.agent.name} holds")

    async def unholds(self, leg: Leg) -> None:
        before = self.heard("Unhold")
        leg.unhold()
        await self.hears("Unhold", before + 1)
        self.time_of(leg).resume(moment())
        await self.step(f"{leg.agent.name} takes the caller back")

    async def declines(self, leg: Leg, code: int = 603) -> None:
        leg.reject(code)
        self.stops(leg, "declined")
        await self.step(f"{leg.agent.name} declines with {code}")

    async def rings_out(self, leg: Leg) -> None:
        """Let it ring until its turn is over."""
        await leg.until(leg.ended)
        self.stops(leg, "timeout")
        await self.step(f"{leg.agent.name} has rung in vain")

    async def breaks(self, *extensions: str, over: bool = False) -> None:
        """Send members of the product's queue on a break, or back."""
        for extension in extensions:
            await self.pbx.cli(f"queue {'unpause' if over else 'pause'} member PJSIP/{extension} queue support")
        await self.step("a break")

    def stops(self, leg: Leg, outcome: str) -> None:
        """The phone has stopped ringing."""
        next(ringing for ringing in self.journey_of[leg].rung if ringing.leg is leg).outcome = outcome

    async def lets_go(self, journey: Journey, outcome: str = "queue_timeout", ringing: str = "timeout") -> None:
        """The queue gives the caller up, and with them whoever is rung; an announcement may follow before the end."""
        await self.hears("QueueCallerLeave", sum(len(other.queues) for other in self.journeys))
        journey.let_go, journey.waiting = True, False
        for phone in journey.ringing:
            await phone.leg.until(phone.leg.ended)
            phone.outcome = ringing
        await self.step("the queue has let go")
        await self.ends(journey, None, outcome)

    # -- from hand to hand ---------------------------------------------------------------------------------------------

    async def refers(self, leg: Leg, to: str, whither: str = "") -> None:
        """Send the caller to the extension ``to`` without a word (REFER); ``whither``: what that is, if no phone."""
        at = moment()
        leg.refer(to)
        await leg.until(leg.accepted)
        await self.hears("BlindTransfer")
        await self.leaves(leg, at, "blind", whither or f"PJSIP/{to}")

    async def fetches(self, extension: str, place: str, journey: Journey) -> None:
        """Somebody dials a ``place`` of the car park and has who stands there."""
        leg = self.phones[extension].dial(place)
        await leg.until(leg.answered)
        self.journey_of[leg] = journey
        self.talks(journey, device(leg), moment())

    async def leaves(self, leg: Leg, at: float, kind: str, whither: str) -> None:
        """The assistant is out: from ``at`` on the caller is somebody else's."""
        await leg.gone()
        self.time_of(leg).end(at)
        self.journey_of[leg].transfer(kind, device(leg), whither)
        await self.step(f"{leg.agent.name} has handed the caller over")

    async def asks(self, leg: Leg, extension: str, *, by: str = "", alone: bool = False) -> Question:
        """Put the caller on hold and ring a colleague; ``by``: what is dialled for it, if not the extension.

        ``alone``: whoever asks is connected before the colleague is.
        """
        await self.holds(leg)
        asking = leg.agent.dial(by or extension)
        call = self.internal(asking)
        await asking.until(asking.answered if alone else asking.ringing)
        return Question(asking, await self.rings(extension, call), call)

    async def hands_over(self, leg: Leg, question: Question) -> None:
        """Join the caller with the colleague who was asked (REFER with Replaces), who may not even have answered."""
        journey, asked = self.journey_of[leg], question.asked
        leg.refer(asked.agent.name, replaces=question.asking)
        journey.rung += question.call.rung
        self.journey_of[asked] = journey
        self.time_of(leg).resume(moment())  # the switchboard itself takes the caller off hold
        await leg.until(leg.accepted)
        await self.hears("AttendedTransfer")  # half a second later, if it has to link two bridges
        at = moment()
        if asked.answered.is_set():
            self.talks(journey, device(asked), at)
        await question.asking.gone()
        await self.leaves(leg, at, "attended", device(asked))

    # -- the end -------------------------------------------------------------------------------------------------------

    async def caller_hangs_up(self, journey: Journey, outcome: str = "") -> None:
        """``outcome``: if nobody has answered."""
        ringing = journey.ringing
        await journey.leg.hang_up()
        for phone in ringing:
            await journey.leg.until(phone.leg.ended)
            phone.outcome = "caller_gave_up"
        await self.ends(journey, "caller", outcome)

    async def assistant_hangs_up(self, leg: Leg) -> None:
        journey = self.journey_of[leg]
        await leg.hang_up()
        await self.ends(journey, "assistant")

    async def ends(self, journey: Journey, by: str | None, outcome: str = "") -> None:
        """Wait until nobody is on the line any more."""
        await journey.leg.until(journey.leg.ended)
        for leg in [leg for leg, of in self.journey_of.items() if of is journey]:
            await leg.until(leg.ended)
        for talk in journey.talking:
            talk.end(journey.leg.ended.at)
        journey.leaves_queue(journey.leg.ended.at)
        journey.ended_by, journey.outcome = by, outcome or journey.outcome
        await self.step("the call is over")

    async def thanks(self, question: Question) -> None:
        """End the question; the caller is still on hold. What was a consultation is an internal call."""
        await question.asking.hang_up()
        self.journeys.append(question.call)
        await self.ends(question.call, "caller")

    async def thinks_better(self, question: Question) -> None:
        """Hang up before the colleague has answered; the caller is still on hold."""
        self.journeys.append(question.call)
        await self.caller_hangs_up(question.call, "failed")

    # -- assistants call -----------------------------------------------------------------------------------------------

    async def dials(self, extension: str, to: str, number: str = "") -> Journey:
        """Let an assistant dial ``to``: the customer ``number`` outside, or else a colleague."""
        leg = self.phones[extension].dial(to)
        journey = Journey(leg, "out", number) if number else self.internal(leg)
        journey.offered_at = leg.began
        self.journeys.append(journey)
        self.journey_of[leg] = journey
        await self.step(f"{extension} dials {to}")
        return journey

    async def clicked(self, extension: str, number: str) -> Journey:
        """Let the assistant's own phone ring, be answered, and go on to the customer ``number``."""
        leg = await self.phones[extension].next_call()
        journey = Journey(leg, "out", number, offered_at=leg.began)
        self.journeys.append(journey)
        self.journey_of[leg] = journey
        journey.rung.append(Ringing(leg))
        await self.step(f"{extension} rings")
        await self.answers(leg, talks=False, joined=0)
        return journey

    async def customer_answers(self, journey: Journey, there: Leg) -> None:
        """The customer who was called picks up."""
        there.answer()
        await there.until(there.answered)
        self.talks(journey, device(journey.leg), there.answered.at)
        await self.step("the customer answers")

    def internal(self, leg: Leg) -> Journey:
        """Return the call of an assistant who rings a colleague."""
        name = next(phone.name for phone in self.pbx.plan.phones if phone.extension == leg.agent.name)
        return Journey(leg, "internal", leg.agent.name, name, offered_at=leg.began)

    # -- hearing -------------------------------------------------------------------------------------------------------

    def rung_now(self) -> list[Leg]:
        """Return the legs of desk phones that ring at this moment, whether or not the play has come to them."""
        legs = [leg for phone in self.phones.values() for leg in phone.legs.values()]
        return [leg for leg in legs if leg.incoming and not leg.answered.is_set() and not leg.ended.is_set()]

    def heard(self, event: str) -> int:
        return self.stream.received.count(f"Event: {event}\r\n".encode())

    async def hears(self, event: str, times: int = 1) -> None:
        """Wait until the manager interface has told ``event`` so many times since the stage was set."""
        await self.stream.until_count(f"Event: {event}\r\n", times)

    def time_of(self, leg: Leg) -> Talking:
        """Return this assistant's present time with the caller."""
        journey = self.journey_of[leg]
        return next(talk for talk in journey.talking if talk.assistant == device(leg))


def moment() -> float:
    """Return what our clock shows, in seconds since 1970."""
    return now().timestamp()
