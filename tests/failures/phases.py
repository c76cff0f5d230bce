"""Calls that stand in every phase there is in one and the same moment. Rule: they go on only when they are told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ionas_phone.dialplan import Phone as Place
from ionas_phone.support.users import NewUser, Role
from tests.lab.waiting import until

if TYPE_CHECKING:
    from tests.lab.asterisk import Asterisk
    from tests.lab.fixtures import Phones
    from tests.lab.legs import Leg
    from tests.lab.phones import Customers

NAMES = ("Anna", "Ben", "Cem", "Dora", "Emil", "Fine", "Gerd", "Hugo", "Ida", "Jan")
PLACES = tuple(Place(str(201 + number), name) for number, name in enumerate(NAMES))
STAFF = tuple(
    NewUser(place.name.lower(), place.name, Role.ASSISTANT, place.extension, f"PJSIP/{place.extension}")
    for place in PLACES
)
LOGIN_OF = {new.extension: new.login for new in STAFF}


@dataclass
class Phases:
    """One caller in each phase. ``caller`` and ``desk``: both ends of the call in a phase, by its name."""

    pbx: Asterisk
    phones: Phones
    customers: Customers
    first: int  # the last three digits of the first caller's number
    caller: dict[str, Leg] = field(default_factory=dict)
    desk: dict[str, Leg] = field(default_factory=dict)
    number: dict[str, str] = field(default_factory=dict)

    async def begin(self) -> None:
        """Bring them there, but for the last step of those who are to answer and to hang up in the same moment."""
        for phase in ("wrap-up", "talking", "held", "blind", "attended", "hanging up"):
            await self._talk(phase)
        await self.caller["wrap-up"].hang_up()
        self.desk["held"].hold()
        self.desk["blind"].refer(self._free())
        self.desk["sent on to"] = await self._ring()
        self.desk["attended"].hold()
        asking, asked = self.phones[self.desk["attended"].agent.name], self._free()
        self.desk["asking"] = asking.dial(asked)
        self.desk["asked"] = await self._ring()
        self.desk["asked"].answer()
        await self.desk["asking"].until(self.desk["asking"].answered)
        for phase in ("ringing", "just answered"):
            self._call(phase)
            self.desk[phase] = await self._ring()
        for place in PLACES:
            await self.pbx.cli(f"queue pause member PJSIP/{place.extension} queue support")
        await self._wait("waiting")

    def last_step(self) -> None:
        """Answer here and hang up there, without waiting for anybody to notice."""
        self.desk["just answered"].answer()
        self.caller["hanging up"].leaving = True
        self.caller["hanging up"].request("BYE")

    async def unseen(self) -> None:
        """What happens while nobody looks: a call that comes and goes, and one that is answered."""
        await self._wait("unseen")
        await self.caller["unseen"].hang_up()
        self.desk["ringing"].answer()
        await self.caller["ringing"].until(self.caller["ringing"].answered)

    async def finish(self) -> None:
        """Bring all of them to their end."""
        self.desk["held"].unhold()
        self.desk["sent on to"].answer()
        await self.desk["sent on to"].until(self.desk["sent on to"].answered)
        self.desk["attended"].refer(self.desk["asked"].agent.name, replaces=self.desk["asking"])
        await self.desk["attended"].until(self.desk["attended"].accepted)
        for place in PLACES:
            await self.pbx.cli(f"queue unpause member PJSIP/{place.extension} queue support")
        self.desk["waiting"] = await self._ring()
        self.desk["waiting"].answer()
        await self.desk["waiting"].until(self.desk["waiting"].answered)
        for leg in self.caller.values():
            if not leg.ended.is_set():
                await leg.hang_up()

    def _call(self, phase: str) -> None:
        self.number[phase] = f"+4961315550{self.first + len(self.number):03}"
        self.caller[phase] = self.customers.call(self.number[phase])

    async def _wait(self, phase: str) -> None:
        """Call, and return when the caller is in the queue."""
        before = self._queued()
        self._call(phase)
        await until(lambda: self._queued() > before, f"the caller who is {phase} to enter the queue")

    def _queued(self) -> int:
        return sum(row.event == "ENTERQUEUE" for row in self.pbx.queue_log())

    async def _talk(self, phase: str) -> None:
        self._call(phase)
        self.desk[phase] = await self.phones.answer(self.caller[phase])

    async def _ring(self) -> Leg:
        leg = await self.phones.next_call()
        leg.ring()
        return leg

    def _free(self) -> str:
        busy = {leg.agent.name for leg in self.desk.values() if not leg.ended.is_set()}
        return next(place.extension for place in reversed(PLACES) if place.extension not in busy)
