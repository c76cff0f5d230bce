"""Countries and postcodes as addresses hold them. Rule: only what is surely wrong is refused.

How a postcode looks is known where the customers live; elsewhere only that it is a short word of letters and digits.
"""

from __future__ import annotations

import re
from typing import Final

from ionas_phone.errors import FormWrong

# ISO 3166-1 alpha-2: what is assigned, not what is only reserved (EU, UN) or used by agreement (XK).
_ASSIGNED: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES: Final = frozenset(_ASSIGNED.split())

_FOUR: Final = re.compile(r"[0-9]{4}")
_FIVE: Final = re.compile(r"[0-9]{5}")
_ANY: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 -]{0,10}[A-Za-z0-9])?")
_FOUR_DIGITS: Final = frozenset({"AT", "CH"})


def check_country(country: str) -> None:
    """Raises FormWrong for what is no country's code."""
    if country not in COUNTRIES:
        raise FormWrong(
            "“%(country)s” is no country: write its two letters, as DE for Germany or AT for Austria.",
            field="country",
            country=country,
        )


def check_postcode(postcode: str, country: str) -> None:
    """Raises FormWrong for what can't be a postcode of ``country``. None at all is right everywhere."""
    if not postcode:
        return
    if country == "DE" and not _FIVE.fullmatch(postcode):
        raise FormWrong("A German postcode has five digits, as 55116; or choose another country.", field="postcode")
    if country in _FOUR_DIGITS and not _FOUR.fullmatch(postcode):
        raise FormWrong("An Austrian or Swiss postcode has four digits, as 1010.", field="postcode")
    if not _ANY.fullmatch(postcode):
        raise FormWrong(
            "A postcode is up to twelve letters and digits, with blanks or hyphens between at most.", field="postcode"
        )


def as_written(postcode: str, country: str) -> str:
    """Return a postcode of a table as people of ``country`` write it.

    A spreadsheet takes a German one for a number, and its zero away. The zero is given back before anybody knows that
    the customer lives in Austria: there it goes again.
    """
    if country == "DE" and _FOUR.fullmatch(postcode):
        return f"0{postcode}"
    if country in _FOUR_DIGITS and _FIVE.fullmatch(postcode):
        return postcode.removeprefix("0")
    return postcode
