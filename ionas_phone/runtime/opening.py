"""The opening switch. Rule: what is shown is what the telephone systems say; a turn counts when they confirm it.

It is turned by a call into a context of the dial plan that does nothing else (``Originate``): to write into the
telephone system's database directly (``DBPut``) the account would need the right ``system``, which with ``originate``
lets whoever has it run anything there. It is read by ``DBGet``, again and again: it may be turned at a phone, too. Its
answer is a list, so it is asked on a connection of its own; ``Getvar`` takes the function DB() for dangerous.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from ionas_phone.ami.connection import Link
from ionas_phone.ami.inquiry import Inquiry, Unanswered
from ionas_phone.ami.inspection import SWITCH
from ionas_phone.errors import NotSteered, StoreAway
from ionas_phone.live.nouns import PRACTICE_PBX, LinkState
from ionas_phone.runtime.rounds import Rounds
from ionas_phone.store import opening
from ionas_phone.store.attempts import done_for_good
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
_UNREACHED: Final = N_("The telephone system %(pbx)s can't be reached at the moment; its switch was not turned.")
_UNSURE: Final = N_(
    "The telephone system %(pbx)s did not answer; whether its switch was turned shows as soon as it does."
)
_UNLINKED: Final = N_("No telephone system is connected at the moment; the switch was not turned.")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a turn at one telephone system; ``problem``: why it counts as not turned there, None: it is.

    ``in_doubt``: it counts as not turned, but was asked to and has not refused.
    """

    pbx: str
    problem: NotSteered | None = None
    in_doubt: bool = False


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
        self._rounds = Rounds(self.turn)
        self.seen: dict[str, Switch] = {}
        self.last: Turn | None = None

    async def run(self) -> None:
        """Look for ever."""
        await self._rounds.run()

    async def turn(self) -> float:
        """Look once; return the seconds until the next time."""
        before = self.seen, self.last
        seen: dict[str, Switch] = {}
        for pbx, link in self._real().items():
            if link.state is not LinkState.UP:
                continue
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
        pause = PAUSE if seen.keys() == self._real().keys() else SOON
        return max(min([pause, *(end.total_seconds() for end in ends)]), _LEAST)

    async def set(self, switch: Switch, by: str) -> tuple[Answer, ...]:
        """Turn it everywhere and see it turned; return what came of it at each telephone system.

        Written down is who turned it and whom it did not reach, unless it surely reached nobody. Raises NotSteered
        (there is none), StoreAway. Whatever comes of it is looked at anew: who did not confirm it may have turned.
        """
        links = self._real()
        if not links:
            raise NotSteered(_UNLINKED)
        done_for_good()
        try:
            answers = await asyncio.gather(*(_tried(pbx, link, switch) for pbx, link in links.items()))
            missed = tuple(answer.pbx for answer in answers if answer.problem)
            if any(answer.in_doubt or not answer.problem for answer in answers):
                async with self._database.write() as connection:
                    await opening.write(connection, Turn(switch, self._now(), by, missed=missed))
        finally:
            self._rounds.ask()
        return tuple(answers)

    @property
    def pbxes(self) -> tuple[str, ...]:
        """The telephone systems that have a switch, whether or not they can be reached."""
        return tuple(self._real())

    def _real(self) -> dict[str, Link]:
        """Return the links to them; the practice line has no switch."""
        return {pbx: link for pbx, link in sorted(self._links.items()) if pbx != PRACTICE_PBX}


async def _tried(pbx: str, link: Link, switch: Switch) -> Answer:
    """Turn the switch of one telephone system; another one's refusal is no reason not to."""
    try:
        doubt = await _turn_at(pbx, link, switch)
    except NotSteered as error:
        _log.warning("the opening switch was not turned", pbx=pbx, reason=str(error))
        return Answer(pbx, error)
    if doubt:
        _log.warning("whether the opening switch was turned is not known", pbx=pbx, reason=str(doubt))
    return Answer(pbx, doubt, in_doubt=doubt is not None)


async def _turn_at(pbx: str, link: Link, switch: Switch) -> NotSteered | None:
    """Return what is in doubt, None: it is turned. Raises NotSteered: it surely is not."""
    if link.state is not LinkState.UP:
        raise NotSteered(_UNREACHED, pbx=pbx)
    try:
        there = await link.send("Getvar", {"Variable": f"DIALPLAN_EXISTS({SWITCH},0,1)"})
    except NotSteered as error:  # it was asked for nothing that turns it
        raise NotSteered(_UNREACHED, pbx=pbx) from error
    if there.value != "1":
        raise NotSteered(_UNKNOWN, pbx=pbx)
    end = str(int(switch.until.timestamp())) if switch.until else ""
    number = _CODES[switch.state] + (end if switch.state is not Opening.HOURS else "")
    call = {"Channel": f"Local/{number}@{SWITCH}/n", "Application": "Wait", "Data": "1", "Async": "true"}
    try:
        reply = await link.send("Originate", call)
    except NotSteered:
        return NotSteered(_UNSURE, pbx=pbx)
    if not reply.done:
        raise NotSteered(_NOT_DONE, pbx=pbx, said=reply.message or "?")
    try:
        async with Inquiry.of(link.address, patience=_PATIENCE) as inquiry:
            for _ in range(_TRIES):
                if await _look(inquiry) == switch:
                    return None
                await asyncio.sleep(_BETWEEN)
    except Unanswered as error:
        return NotSteered(_NOT_DONE, pbx=pbx, said=error.detail or "?")
    return NotSteered(_NOT_DONE, pbx=pbx, said="?")


async def _look(inquiry: Inquiry) -> Switch:
    """Return what the telephone system has written down. Raises Unanswered."""
    return understood(await _written(inquiry, "opening"), await _written(inquiry, "opening-until"))


async def _written(inquiry: Inquiry, key: str) -> str:
    """Return a word of its database, "" if there is none. Raises Unanswered."""
    _, items = await inquiry.ask("DBGet", Family="ionas", Key=key)
    return next((item["Val"] for item in items if "Val" in item), "")
