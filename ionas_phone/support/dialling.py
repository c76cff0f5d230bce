"""Whom the service may ring by a click. Rule: at home without a question, elsewhere after one, what costs extra never.

What may be dialled at all the PBX's dial plan decides; this keeps a click from costing what nobody meant to spend.
"""

from __future__ import annotations

import re
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from ionas_phone.support.phone_numbers import HOME, is_e164

_AT_HOME = re.compile(r"1[567]|[2-8]|9[1-9]")  # mobiles, land lines, free numbers; as the dial plan has them
_DEAR = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER}
_NOWHERE = {"001", "ZZ", None}  # satellites, and country codes that no country has


class Reach(StrEnum):
    """What stands between a click and a call."""

    HOME = "home"  # nothing
    ABROAD = "abroad"  # a question
    DEAR = "dear"  # it costs extra: never by a click
    NOWHERE = "nowhere"  # no number that can be dialled


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
