"""What a person has the switchboards do. Rule: once per click, only about their own phone, every answer a sentence.

The browser asks, a PBX answers, and what follows from it the picture tells: nothing is noted as if it had happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import structlog

from ionas_phone.ami.connection import Link, Reply
from ionas_phone.errors import FormWrong, NotSteered
from ionas_phone.live.board import Phone
from ionas_phone.words import N_

REASONS: Final = (N_("Break"), N_("Wrap-up"), N_("Meeting"), N_("Meal"))  # of a pause; whoever shows one translates it

_NO_PHONE = N_("Nobody has written down which phone is yours; the administrator enters it with your name.")
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
_REFUSED = N_("The telephone system refused: %(said)s")
_log = structlog.get_logger(__name__)


class Steering:
    """The one way from a button to a PBX. ``phones`` tells a person's phone at each PBX that is up."""

    def __init__(self, links: Mapping[str, Link], phones: Callable[[str], tuple[Phone, ...]]) -> None:
        """Take the links by the names of their PBXes; more of them may come."""
        self._links = links
        self._phones = phones

    async def pause(self, login: str, reason: str | None) -> None:
        """Take this person's phone out of every queue, or (``reason`` None) back in. Raises FormWrong, NotSteered."""
        if reason is not None and reason not in REASONS:
            raise FormWrong(N_("This is no reason for a pause."), field="reason")
        phones = self._own(login)
        seats = [(phone.pbx, seat) for phone in phones for seat in phone.seats]
        if not seats:
            raise NotSteered(_NO_SEAT)
        for pbx, seat in seats:
            paused = {"Paused": "false"} if reason is None else {"Paused": "true", "Reason": reason}
            await self._ask(pbx, "QueuePause", {"Interface": seat, **paused})

    def _own(self, login: str) -> tuple[Phone, ...]:
        """Return this person's phones. Raises NotSteered."""
        phones = self._phones(login)
        if phones:
            return phones
        raise NotSteered(_NO_LINK if not self._links else _NO_PHONE)

    async def _ask(self, pbx: str, action: str, headers: Mapping[str, str]) -> Reply:
        """Send an action. Raises NotSteered with what the PBX has against it."""
        link = self._links.get(pbx)
        if link is None:
            raise NotSteered(_NO_LINK)
        reply = await link.send(action, headers)
        _log.info("steered", pbx=pbx, action=action, done=reply.done, message=reply.message)
        if not reply.done:
            raise refusal(action, reply.message)
        return reply


def refusal(action: str, message: str, told: Iterable[tuple[str, str]] = ()) -> NotSteered:
    """Return why a PBX did not do it, in words; ``told``: parts of its messages with the sentences they stand for."""
    if "permission denied" in message.lower():
        return NotSteered(_NO_RIGHT[action])
    if sentence := next((words for part, words in told if part in message.lower()), ""):
        return NotSteered(sentence)
    return NotSteered(_REFUSED, said=message or "?")
