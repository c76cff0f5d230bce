"""Whom the service may ring by a click. Rule: at home without a question, elsewhere after one, what costs extra never.

What may be dialled at all the PBX's dial plan decides; this keeps a click from costing what nobody meant to spend, and
from taking a phone that is in use. All of it is decided here; whoever carries it out decides nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from ionas_phone.errors import NotSteered
from ionas_phone.support.phone_numbers import HOME, is_e164
from ionas_phone.words import N_

RINGS: Final = 25  # seconds that one's own phone rings
_FORGOTTEN: Final = timedelta(seconds=RINGS + 10)  # no word came of what became of it
_TOLD: Final = timedelta(seconds=60)  # how long it is said that it failed
_DIALLABLE: Final = re.compile(r"\+[1-9][0-9]{3,14}")
_BUSY: Final = N_("Your phone is in use; hang up first.")
_RINGING: Final = N_("Your phone rings at the moment; answer that call, or let it ring out first.")
_AWAY: Final = N_("The telephone system does not reach your phone; switch it on, or see whether it is signed in.")
_CONNECTING: Final = N_("Your phone rings already for another call; take it off or let it ring out first.")
_UNREACHABLE: Final = N_("This is no number that can be dialled.")
_COSTLY: Final = N_("This number costs extra; it is not dialled by a click.")
_OURS: Final = N_("This is our own number.")
_ABROAD: Final = N_("This number is abroad.")
_FAILED: Final = {  # by the Reason of OriginateResponse
    "5": N_("Your phone was busy; nobody was called."),
    "3": N_("Your phone rang and was not taken off; nobody was called."),
    "1": N_("Your phone rang and was not taken off; nobody was called."),
}
_NOT_RUNG: Final = N_("Your phone could not be rung; nobody was called.")
_AT_HOME = re.compile(r"1[567]|[2-8]|9[1-9]")  # mobiles, land lines, free numbers; as the dial plan has them
_DEAR = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER}
_NOWHERE = {"001", "ZZ", None}  # satellites, and country codes that no country has


class Reach(StrEnum):
    """What stands between a click and a call."""

    HOME = "home"  # nothing
    ABROAD = "abroad"  # a question
    DEAR = "dear"  # it costs extra: never by a click
    NOWHERE = "nowhere"  # no number that can be dialled


class Abroad(NotSteered):
    """This number is abroad; it is dialled if you say so."""

    def __init__(self, region: str) -> None:
        """Name the ``region`` (ISO 3166 alpha-2), which whoever asks shows in words."""
        super().__init__(_ABROAD)
        self.region = region


@dataclass(frozen=True, slots=True)
class Dialling:
    """Somebody has a number called: their own phone rings first. ``failed``: why nothing came of it, "" as yet.

    ``asked``: the ActionID under which it was asked for; ``practice``: on the practice line, which pretends it.
    """

    number: str
    at: datetime
    asked: str
    failed: str = ""
    practice: bool = False

    def stands(self, now: datetime) -> bool:
        """Tell whether it is still to be spoken of: nothing came of it yet, or it has just failed."""
        return now - self.at < (_TOLD if self.failed else _FORGOTTEN)

    def after(self, reason: str, at: datetime) -> Dialling:
        """Return it as it failed; ``reason``: Asterisk's number for why the phone was not taken off."""
        return replace(self, at=at, failed=_FAILED.get(reason, _NOT_RUNG))


def is_being_dialled(number: str, going_on: Dialling | None, *, practice: bool = False) -> bool:
    """Tell whether this very number is: a second click does nothing. Raises NotSteered if another one is.

    A number of ``practice`` is another one than the same in earnest.
    """
    if going_on is None or going_on.failed:
        return False
    if (going_on.number, going_on.practice) != (number, practice):
        raise NotSteered(_CONNECTING)
    return True


def check_number(number: str, ours: str, *, sure: bool) -> None:
    """Raises NotSteered if a number is not to be dialled, Abroad if it is for somebody to say (``sure``: they have).

    ``ours``: the line we call from (E.164).
    """
    how_far, region = reach(number)
    if how_far is Reach.NOWHERE or not _DIALLABLE.fullmatch(number):
        raise NotSteered(_UNREACHABLE)
    if number == ours:
        raise NotSteered(_OURS)
    if how_far is Reach.DEAR:
        raise NotSteered(_COSTLY)
    if how_far is Reach.ABROAD and not sure:
        raise Abroad(region)


def check_phone(*, ringing: bool, in_use: bool, away: bool) -> None:
    """Raises NotSteered if a phone is not to be rung for a call out; one that rings is in use, too."""
    if ringing:
        raise NotSteered(_RINGING)
    if in_use:
        raise NotSteered(_BUSY)
    if away:
        raise NotSteered(_AWAY)


def reach(number: str, country: str = HOME) -> tuple[Reach, str]:
    """Return how far away a number (E.164) is, and its region (ISO 3166 alpha-2, "" if it has none)."""
    parsed, region = _read(number)
    if parsed is None:
        return Reach.NOWHERE, ""
    if phonenumbers.number_type(parsed) in _DEAR:
        return Reach.DEAR, region
    if parsed.country_code != phonenumbers.country_code_for_region(country):
        return Reach.ABROAD, region
    home = _AT_HOME.match(phonenumbers.national_significant_number(parsed))
    return (Reach.HOME if home else Reach.DEAR), region  # 0900, 0180, 0137, 118…


def _read(number: str) -> tuple[PhoneNumber | None, str]:
    """Return the number and its region; None if it is no number of any country."""
    if not is_e164(number):
        return None, ""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return None, ""
    code = parsed.country_code or 0
    region = phonenumbers.region_code_for_number(parsed) or phonenumbers.region_code_for_country_code(code)
    if region in _NOWHERE or not phonenumbers.is_possible_number(parsed):
        return None, ""
    return parsed, region
