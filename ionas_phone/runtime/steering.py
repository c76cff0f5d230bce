"""What a person has the switchboards do. Rule: once per click, only about their own phone, every answer a sentence.

The browser asks, a PBX answers, and what follows from it the picture tells: nothing is noted as if it had happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from ionas_phone.ami.connection import Link, Reply
from ionas_phone.errors import FormWrong, NotSteered
from ionas_phone.live.board import AssistantState, Phone
from ionas_phone.live.effects import SettleDialling
from ionas_phone.live.nouns import PRACTICE_PBX
from ionas_phone.store.attempts import done_for_good
from ionas_phone.support.dialling import RINGS, Dialling, check_number, check_phone, is_being_dialled
from ionas_phone.words import N_

REASONS: Final = (N_("Break"), N_("Wrap-up"), N_("Meeting"), N_("Meal"))  # of a pause; whoever shows one translates it

SETTLED: Final = timedelta(seconds=3)  # after its answer; by then the picture shows what came of a pause by hand

_NO_PHONE = N_("Nobody has written down which phone is yours; the administrator enters it with your name.")
_NO_PRACTICE = N_("You have no practice phone: there is no practice line, or your log-in has no phone of its own.")
_NO_LINK = N_("There is no connection to the telephone system at the moment; nothing was done.")
_NO_SEAT = N_("No queue knows your phone, so there is nothing to pause.")
_NO_RIGHT: Final = {
    "QueuePause": N_(
        "The telephone system does not let the service pause anybody: its account needs write ="
        " reporting,originate,agent in manager.conf. Tell the administrator; until then pause at the phone."
    ),
    "Originate": N_(
        "The telephone system does not let the service place calls: its account needs write ="
        " reporting,originate,agent in manager.conf. Tell the administrator; until then dial the number at the phone."
    ),
}
_NOT_DIALLED = N_("The telephone system's dial plan does not let this number be dialled.")
_REFUSED = N_("The telephone system refused: %(said)s")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outward:
    """How we call: in which ``context`` of the dial plan, and which ``line`` of ours (E.164) is shown."""

    line: str
    context: str = "ionas-desk"


@dataclass(slots=True)
class Wish:
    """That somebody ``pauses``, or is ready again, by hand: ``asked`` when, and ``answered`` (UTC), if it is by now."""

    asked: datetime
    pauses: bool
    answered: datetime | None = None


class Steering:
    """The one way from a button to a PBX. ``phones`` tells a person's phone at each PBX that is up.

    ``changed`` hears the log-in name of whose dialling goes on or is over. Nothing that is meant in earnest is asked of
    the practice line, and nothing of practice of any other.
    """

    def __init__(
        self,
        links: Mapping[str, Link],
        phones: Callable[[str], tuple[Phone, ...]],
        outward: Outward,
        now: Callable[[], datetime],
        changed: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Take the links by the names of their PBXes; more of them may come."""
        self._links = links
        self._phones = phones
        self._outward = outward
        self._now = now
        self._changed = changed
        self._dialling: dict[str, Dialling] = {}  # by log-in name
        self._wishes: dict[tuple[str, str], Wish] = {}  # the last, by PBX and log-in name

    async def call(self, login: str, number: str, *, sure: bool = False, practice: bool = False) -> bool:
        """Ring this person's phone and, when it is taken off, the number (E.164). Raises NotSteered, Abroad.

        Once: while their phone rings for it, the same number again does nothing, and False says so. ``practice``: the
        practice line pretends it.
        """
        if is_being_dialled(number, self.dialling(login), practice=practice):
            return False
        check_number(number, self._outward.line, sure=sure)
        phone = self._own(login, practice=practice)[0]
        rings, away = phone.state is AssistantState.RINGING, phone.state is AssistantState.AWAY
        check_phone(ringing=rings, in_use=phone.in_use, away=away)
        wanted = self._originate(phone, number)
        # Before anything is awaited: a double click is one call, and what became of it may come with the answer.
        self._dialling[login] = Dialling(number, self._now(), wanted["ActionID"], practice=practice)
        try:
            await self._ask(phone.pbx, "Originate", wanted)
        except NotSteered:
            if self._whose(wanted["ActionID"]) == login:
                del self._dialling[login]
            raise
        self._changed(login)
        return True

    def settle(self, told: SettleDialling) -> None:
        """Take note of what became of a phone that was to ring."""
        login = self._whose(told.asked)
        if login is None:
            return
        going_on = self._dialling.pop(login)
        if not told.answered:
            self._dialling[login] = going_on.after(told.reason, self._now())
        self._changed(login)

    def dialling(self, login: str) -> Dialling | None:
        """Return whom this person has called: their phone rings for it, or it has just failed."""
        known = self._dialling.get(login)
        if known and known.stands(self._now()):
            return known
        self._dialling.pop(login, None)
        return None

    async def pause(self, login: str, reason: str | None) -> None:
        """Take this person's phone out of every queue, or (``reason`` None) back in. Raises FormWrong, NotSteered."""
        check_reason(reason)
        phones = self._own(login)
        seats = [(phone.pbx, seat) for phone in phones for seat in phone.seats]
        if not seats:
            raise NotSteered(_NO_SEAT)
        with self.wish(login, {pbx for pbx, _ in seats}, pauses=reason is not None):
            for pbx, seat in seats:
                await self._ask(pbx, "QueuePause", {"Interface": seat, **_paused(reason)})

    @contextmanager
    def wish(self, login: str, pbxes: Iterable[str], *, pauses: bool) -> Iterator[Wish]:
        """Note that inside this block this person ``pauses``, or is ready again, by hand, at these PBXes."""
        wish = Wish(self._now(), pauses)
        self._wishes.update({(pbx, login): wish for pbx in pbxes})
        try:
            yield wish
        finally:
            wish.answered = self._now()

    def wished(self, pbx: str, login: str) -> Wish | None:
        """Return how this person last paused there, or was ready, by hand; None if the picture shows it by now.

        Until then whoever steers their phone for another reason would undo what it does not see yet.
        """
        wish = self._wishes.get((pbx, login))
        if wish is None or wish.answered is None:
            return wish
        return wish if timedelta() <= self._now() - wish.answered < SETTLED else None

    async def pause_seat(self, pbx: str, queue: str, interface: str, reason: str | None) -> None:
        """Take one seat out of its queue and out of no other, or (``reason`` None) back in. Raises NotSteered."""
        await self._ask(pbx, "QueuePause", {"Queue": queue, "Interface": interface, **_paused(reason)})

    def _whose(self, asked: str) -> str | None:
        """Return whose dialling, of which nothing was heard yet, was asked for under this ActionID."""
        open_ = ((login, known.asked) for login, known in self._dialling.items() if not known.failed)
        return next((login for login, under in open_ if under == asked), None)

    def _originate(self, phone: Phone, number: str) -> dict[str, str]:
        """Return what to ask for: nothing of the caller's but a number that was checked. Raises NotSteered."""
        if phone.pbx not in self._links:
            raise NotSteered(_NO_LINK)
        link = self._links[phone.pbx]
        channel = link.new_channel_id()
        return {
            "ActionID": link.new_action_id(),
            "Channel": phone.device,
            "Context": self._outward.context,
            "Exten": number,
            "Priority": "1",
            "CallerID": f'"ionas" <{self._outward.line}>',
            "Timeout": str(RINGS * 1000),
            "Async": "true",
            "ChannelId": channel,
            "OtherChannelId": f"{channel}-2",
        }

    def _own(self, login: str, *, practice: bool = False) -> tuple[Phone, ...]:
        """Return this person's phones: of ``practice``, or those in earnest. Raises NotSteered."""
        phones = tuple(phone for phone in self._phones(login) if (phone.pbx == PRACTICE_PBX) is practice)
        if phones:
            return phones
        if practice:
            raise NotSteered(_NO_PRACTICE)
        raise NotSteered(_NO_PHONE if {*self._links} - {PRACTICE_PBX} else _NO_LINK)

    async def _ask(self, pbx: str, action: str, headers: Mapping[str, str]) -> Reply:
        """Send an action. Raises NotSteered with what the PBX has against it."""
        link = self._links.get(pbx)
        if link is None:
            raise NotSteered(_NO_LINK)
        done_for_good()
        reply = await link.send(action, headers)
        _log.info("steered", pbx=pbx, action=action, done=reply.done, message=reply.message)
        if not reply.done:
            raise _refusal(action, reply.message)
        return reply


def check_reason(reason: str | None) -> None:
    """Raises FormWrong for what is no reason of a pause; None, for its end, is right."""
    if reason is not None and reason not in REASONS:
        raise FormWrong(N_("This is no reason for a pause."), field="reason")


def _paused(reason: str | None) -> dict[str, str]:
    return {"Paused": "false"} if reason is None else {"Paused": "true", "Reason": reason}


def _refusal(action: str, message: str) -> NotSteered:
    """Return why a PBX did not do it, in words."""
    if "permission denied" in message.lower():
        return NotSteered(_NO_RIGHT[action])
    if "extension does not exist" in message.lower():
        return NotSteered(_NOT_DIALLED)
    return NotSteered(_REFUSED, said=message or "?")
