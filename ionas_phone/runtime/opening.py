"""The opening switch. Rule: what is shown is what the telephone systems say; a turn counts when they confirm it.

It is turned by a call into a context of the dial plan that does nothing else (``Originate``): to write into the
telephone system's database directly (``DBPut``) the account would need the right ``system``, which with ``originate``
lets whoever has it run anything there. It is read by ``DBGet``, again and again: it may be turned at a phone, too. Its
answer is a list, so it is asked on a connection of its own; ``Getvar`` takes the function DB() for dangerous.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import structlog

from ionas_phone.ami.connection import Link
from ionas_phone.ami.inquiry import Inquiry, Unanswered
from ionas_phone.ami.inspection import SWITCH
from ionas_phone.errors import NotSteered, StoreAway
from ionas_phone.live.nouns import PRACTICE_PBX, LinkState
from ionas_phone.store import opening
from ionas_phone.store.database import Database
from ionas_phone.support.opening import Opening, Switch, Turn, understood
from ionas_phone.words import N_

PAUSE: Final = 30.0  # seconds between two looks …
SOON: Final = 3.0  # … and if some telephone system could not be asked
_LEAST: Final = 0.05  # seconds
_PATIENCE: Final = 5.0  # seconds for an answer
_TRIES, _BETWEEN = 20, 0.1  # how often a turn is looked for, and the seconds in between
_CODES: Final = {Opening.HOURS: "0", Opening.OPEN: "1", Opening.CLOSED: "2"}
_UNKNOWN: Final = N_(
    "The telephone system %(pbx)s does not know the opening switch: take the contexts ionas-opening and"
    " ionas-opening-switch from what `ionas-phone dialplan` writes."
)
_NOT_DONE: Final = N_("The telephone system %(pbx)s has not turned the switch: %(said)s")
_UNLINKED: Final = N_("No telephone system is connected at the moment; the switch was not turned.")
_log = structlog.get_logger(__name__)


class OpeningSwitch:
    """Knows and turns the switch. ``seen``: by PBX, what it does; ``last``: how it was turned last here."""

    def __init__(
        self,
        links: Mapping[str, Link],
        database: Database,
        changed: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """``changed`` is called when there is something new to show."""
        self._links = links
        self._database = database
        self._changed = changed
        self._now = now
        self._woken = asyncio.Event()
        self.seen: dict[str, Switch] = {}
        self.last: Turn | None = None

    async def run(self) -> None:
        """Look for ever."""
        while True:
            seconds = await self.turn()
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                continue
            self._woken.clear()

    async def turn(self) -> float:
        """Look once; return the seconds until the next time."""
        before = self.seen, self.last
        seen: dict[str, Switch] = {}
        for pbx, link in self._real().items():
            try:
                async with Inquiry.of(link.address, patience=_PATIENCE) as inquiry:
                    seen[pbx] = (await _look(inquiry)).at(self._now())
            except Unanswered:  # its link has gone meanwhile; the board says so
                continue
        try:
            async with self._database.read() as connection:
                self.last = await opening.last(connection)
        except StoreAway:
            _log.info("who turned the opening switch can't be read at the moment")
        self.seen = seen
        if (seen, self.last) != before:
            self._changed()
        ends = [switch.until - self._now() for switch in seen.values() if switch.until]
        pause = PAUSE if seen.keys() == self._links.keys() - {PRACTICE_PBX} else SOON
        return max(min([pause, *(end.total_seconds() for end in ends)]), _LEAST)

    async def set(self, switch: Switch, by: str) -> None:
        """Turn it everywhere, see it turned, and write down who did. Raises NotSteered, StoreAway.

        Whatever comes of it is looked at anew: the first may have turned before the second refuses.
        """
        links = self._real()
        if not links:
            raise NotSteered(_UNLINKED)
        try:
            for pbx, link in links.items():
                await self._turn_at(pbx, link, switch)
            async with self._database.write() as connection:
                await opening.write(connection, Turn(switch, self._now(), by))
        finally:
            self._woken.set()

    async def _turn_at(self, pbx: str, link: Link, switch: Switch) -> None:
        there = await link.send("Getvar", {"Variable": f"DIALPLAN_EXISTS({SWITCH},0,1)"})
        if there.value != "1":
            raise NotSteered(_UNKNOWN, pbx=pbx)
        end = str(int(switch.until.timestamp())) if switch.until else ""
        number = _CODES[switch.state] + (end if switch.state is not Opening.HOURS else "")
        call = {"Channel": f"Local/{number}@{SWITCH}/n", "Application": "Wait", "Data": "1", "Async": "true"}
        reply = await link.send("Originate", call)
        if not reply.done:
            raise NotSteered(_NOT_DONE, pbx=pbx, said=reply.message or "?")
        try:
            async with Inquiry.of(link.address, patience=_PATIENCE) as inquiry:
                for _ in range(_TRIES):
                    if await _look(inquiry) == switch:
                        return
                    await asyncio.sleep(_BETWEEN)
        except Unanswered as error:
            raise NotSteered(_NOT_DONE, pbx=pbx, said=error.detail or "?") from error
        raise NotSteered(_NOT_DONE, pbx=pbx, said="?")

    def _real(self) -> dict[str, Link]:
        """Return the links that are up; the practice line has no switch."""
        return {
            pbx: link for pbx, link in sorted(self._links.items()) if pbx != PRACTICE_PBX and link.state is LinkState.UP
        }


async def _look(inquiry: Inquiry) -> Switch:
    """Return what the telephone system has written down. Raises Unanswered."""
    return understood(await _written(inquiry, "opening"), await _written(inquiry, "opening-until"))


async def _written(inquiry: Inquiry, key: str) -> str:
    """Return a word of its database, "" if there is none. Raises Unanswered."""
    _, items = await inquiry.ask("DBGet", Family="ionas", Key=key)
    return next((item["Val"] for item in items if "Val" in item), "")
