"""Phone numbers as people and carriers write them. Rule: whole numbers only, never a suffix; caller ID is only a hint.

The library ``phonenumbers`` stands behind a pre-step of our own, because by itself it turns letters into digits, takes
an internal 123 for +49123 and a bare 4961313212345 for an area code. Possible is enough (``is_possible``): ranges that
its tables call invalid are dialled every day.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from ionas_phone.errors import SettingWrong

HOME = "DE"
BLOCK = "*"  # at the end of a number: whatever is dialled behind it reaches the same company

_LONGEST = 40  # what people or PBXes write; numbers themselves end at 15 digits
_INTERNAL_DIGITS = 4  # up to here a number without prefix is an extension or a short number, never a subscriber
_SEARCHED_DIGITS = 3
_BARE_DIGITS = 10  # from here on, digits that begin with the own country code are a bare E.164
_SEPARATORS = re.compile(r"[\s./\-‐‑‒–—−()\[\]]+")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_EXTENSION = re.compile(
    r"(?:;?\s*ext\.?\s*[=:]?|extension|durchwahl|apparat|app\.|dw\.?|x)\s*[0-9]{1,7}\s*$", re.IGNORECASE
)
_SCHEME = re.compile(r"^\s*(?:tel|sip|sips):", re.IGNORECASE)
_DIALLABLE = re.compile(r"\+?[0-9*#]+")
_E164 = re.compile(r"\+[1-9][0-9]{3,14}")
_BLOCK_E164 = re.compile(r"\+[1-9][0-9]{6,13}\*")
_EXTENSION_DIGITS = 5  # of a company block, at most
_BLOCK_END = re.compile(r"[\s/–-]*\*\s*$")
_SHORT = re.compile(r"11[0-9]*")  # 110, 112, 115, 116117, 11833: no subscriber number begins like this
_ANONYMOUS = frozenset(
    {"", "anonymous", "anonym", "unknown", "unbekannt", "restricted", "private", "unavailable", "withheld"}
    | {"anonymous.invalid", "unknown.invalid"}
)


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number that can be dialled. ``text``: E.164 ("+4961315550123"); as dialled ("201") where that can't be told."""

    text: str
    is_e164: bool  # known worldwide: it may stand in a customer's record

    def __str__(self) -> str:
        return self.text


def is_e164(text: str) -> bool:
    """Tell whether ``text`` is written as +, country code and number, nothing else."""
    return _E164.fullmatch(text) is not None


def is_block(text: str) -> bool:
    """Tell whether ``text`` is a company block: a number in E.164 with a * for its extensions ("+4961315550*")."""
    return _BLOCK_E164.fullmatch(text) is not None


def blocks_of(number: str) -> tuple[str, ...]:
    """Return the company blocks that a number in E.164 may belong to, the narrowest first."""
    ends = range(len(number), len(number) - _EXTENSION_DIGITS - 1, -1)
    return tuple(block for end in ends if is_block(block := number[:end] + BLOCK))


def normalise_written(text: str) -> str | None:
    """Read what is written into a record: a number, or with a * at its end a company block; None if it is neither."""
    bare, blocks = _BLOCK_END.subn("", text)
    if not blocks:
        number = normalise(text)
        return number.text if number and number.is_e164 else None
    digits = searchable(bare)
    block = f"{digits}{BLOCK}"
    return block if digits and is_block(block) else None


def is_anonymous(text: str) -> bool:
    """Tell whether this is one of the spellings of "no number is shown"."""
    bare = _SCHEME.sub("", text.strip().strip("<>\"' ")).casefold()
    user, _, host = bare.partition("@")
    return user in _ANONYMOUS or host.endswith("anonymous.invalid")


@lru_cache(maxsize=512)
def normalise(text: str, *, country: str = HOME, area: str = "") -> PhoneNumber | None:
    """Read a number in any spelling; None if it is none at all (empty, anonymous, letters, endless).

    ``country``: ISO 3166 alpha-2, whose national spelling is meant; ``area``: the area code without its zero ("6131")
    that completes local numbers; without it they are kept as dialled. The same number stands in most messages of a
    call: it is read once.
    """
    dialled = _cleaned(text)
    if dialled is None:
        return None
    international = _international(dialled, country, area)
    e164 = _parsed(international, country) if international else None
    return PhoneNumber(e164 or dialled, is_e164=e164 is not None)


def searchable(text: str, *, country: str = HOME) -> str | None:
    """Return what to look for when somebody types (the beginning of) a number; None if this is none.

    "+4961315…" where the spelling tells that it is the number's beginning, else bare digits from somewhere within it.
    """
    dialled = _cleaned(text)
    if dialled is None or len(dialled) < _SEARCHED_DIGITS or "*" in dialled or "#" in dialled:
        return None
    if dialled.startswith("00"):
        return f"+{dialled[2:]}"
    if dialled.startswith("0"):
        return f"+{phonenumbers.country_code_for_region(country)}{dialled[1:]}"
    return dialled


@lru_cache(maxsize=4096)  # the same few numbers stand on every redrawn region
def display(number: str, *, country: str = HOME) -> str:
    """Write a number for people: national within ``country``, international elsewhere, as it is if it is no E.164."""
    if is_block(number):
        return f"{display(number.removesuffix(BLOCK), country=country)}-{BLOCK}"
    if _parsed(number, country) != number:
        return number
    parsed = phonenumbers.parse(number)
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    # Only if it can be dialled like this: for ranges it has no pattern for, the library leaves the leading zero out.
    if str(normalise(national, country=country)) == number:
        return national
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


@dataclass(frozen=True, slots=True)
class Line:
    """A number of ours that people ring. ``number``: E.164; ``area``: its area code without the zero, "" if none."""

    number: str
    country: str
    area: str
    spellings: frozenset[str]  # cleaned, all that a carrier may send as the dialled number

    @classmethod
    def parse(cls, text: str, name: str = "IONAS_LINES") -> Line:
        """Read a line written as E.164. Raises SettingWrong; ``name``: where the line was written down."""
        if not is_e164(text) or _parsed(text, HOME) != text:
            raise SettingWrong(
                "%(name)s: “%(line)s” is no line; write it with + and country code, as +496131327070.",
                name=name,
                line=text,
            )
        parsed = phonenumbers.parse(text)
        national = phonenumbers.national_significant_number(parsed)
        area = national[: phonenumbers.length_of_geographical_area_code(parsed)]
        bare = text[1:]
        spellings = {text, bare, f"00{bare}", f"0{national}", national, national[len(area) :]}
        country = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
        return cls(text, country, area, frozenset(spellings))

    def rings(self, dialled: str) -> bool:
        """Tell whether ``dialled``, in any spelling a carrier sends, is this very line and not just ends like it."""
        cleaned = _cleaned(dialled)
        if cleaned is None:
            return False
        return cleaned in self.spellings or str(normalise(dialled, country=self.country, area=self.area)) == self.number


def _cleaned(text: str) -> str | None:
    """Strip what people and carriers write around the digits; None if what is left can't be dialled."""
    if len(text) > _LONGEST or is_anonymous(text):
        return None
    visible = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")  # pasted direction marks
    bare = _SCHEME.sub("", visible.strip().strip("<>\"'")).partition("@")[0]
    bare = _EXTENSION.sub("", bare)
    beginning = _SEPARATORS.sub("", bare.partition("(")[0])
    # "+49 (0) 6131": the zero is only for those who dial nationally. "(0) 6131": it is the national prefix.
    bare = _TRUNK_ZERO.sub("" if beginning.startswith(("+", "00")) else "0", bare)
    dialled = _SEPARATORS.sub("", bare)
    return dialled if _DIALLABLE.fullmatch(dialled) else None


def _international(dialled: str, country: str, area: str) -> str | None:
    """Return ``dialled`` in a spelling the library can be trusted with, None if only we know what it means."""
    if "*" in dialled or "#" in dialled or len(dialled.lstrip("+")) <= _INTERNAL_DIGITS:
        return None
    if dialled.startswith(("+", "0")):
        return dialled
    own = str(phonenumbers.country_code_for_region(country))
    if dialled.startswith(own) and len(dialled) >= _BARE_DIGITS:
        return f"+{dialled}"
    if area and not _SHORT.fullmatch(dialled):
        return f"+{own}{area}{dialled}"
    return None


def _parsed(text: str, country: str) -> str | None:
    """Return the E.164 of a number that is possible, else None."""
    try:
        parsed = phonenumbers.parse(text, country)
        if phonenumbers.is_possible_number_with_reason(parsed) != ValidationResult.IS_POSSIBLE:
            return None
        written = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
        # "+49 00 6131": the library strips one zero at each reading; what is not the same read again is no number.
        stable = phonenumbers.format_number(phonenumbers.parse(written), PhoneNumberFormat.E164) == written
    except NumberParseException:
        return None
    return written if stable and is_e164(written) else None
