"""Numbers and money as people type them. Rule: what can be read in two ways is refused with a sentence, never guessed.

"23,80", "23.80", "1.234,56" and "1,234.56" are amounts; "1.234" could be both and is none. "-5" can be read: that it is
too little is said by whoever knows what is enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ionas_phone.errors import FormWrong, PhoneError

_WHOLE: Final = re.compile(r"-?[0-9]+")
_MOST_DIGITS: Final = 9
_EUROS: Final = re.compile(
    r"[0-9]{1,9}(?:[.,][0-9]{1,2})?|[0-9]{1,3}(?:\.[0-9]{3}){1,2},[0-9]{2}|[0-9]{1,3}(?:,[0-9]{3}){1,2}\.[0-9]{2}"
)
_CENTS: Final = re.compile(r"[.,]([0-9]{1,2})$")


class Errors(dict[str, PhoneError]):
    """What is wrong with a form, by the name of the input; "" is above the form, None where nothing is wrong."""

    def __missing__(self, name: str) -> None:
        """Say that nothing is wrong with this input."""
        return


def whole(text: str) -> int:
    """Return a whole number. Raises FormWrong."""
    typed = text.strip().replace("\N{MINUS SIGN}", "-")
    if not _WHOLE.fullmatch(typed):
        raise FormWrong("Write a whole number, as 15.")
    digits = typed.removeprefix("-").lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS:  # before int(): it refuses thousands of digits in words of its own
        raise FormWrong("That number is too large: at most %(most)s.", most="9" * _MOST_DIGITS)
    return -int(digits) if typed.startswith("-") else int(digits)


def cents(text: str) -> int:
    """Return an amount in euros as cents. Raises FormWrong."""
    typed = "".join(text.replace("€", "").replace("\N{MINUS SIGN}", "-").split())
    sign, typed = (-1, typed[1:]) if typed.startswith("-") else (1, typed)
    if not _EUROS.fullmatch(typed):
        raise FormWrong("Write an amount in euros, as 23.80 or 50.")
    part = _CENTS.search(typed)
    euros = typed[: part.start()] if part else typed
    return sign * (int(re.sub(r"[.,]", "", euros)) * 100 + (int(part[1].ljust(2, "0")) if part else 0))


class Typed:
    """Reads the fields of one form; ``wrong`` collects, by field, what could not be read."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self.wrong: dict[str, FormWrong] = {}

    def take(self, field: str, text: str, read: Callable[[str], Any], harmless: Any) -> Any:
        """Return what ``text`` means; ``harmless`` if nobody can tell, so that the other fields are still looked at."""
        try:
            return read(text)
        except FormWrong as error:
            self.wrong[field] = error
            return harmless


def named(error: PhoneError) -> dict[str, PhoneError]:
    """Return ``error`` by the field it is about; "" if it is about the form as a whole."""
    return {getattr(error, "field", ""): error}


def beside(errors: Mapping[str, PhoneError]) -> Errors:
    """Return ``errors`` by input. Cents are typed as euros: what is said about ``cap_cents`` stands beside ``cap``."""
    return Errors({field.removesuffix("_cents"): error for field, error in errors.items()})


def euros(amount: int, language: str) -> str:
    """Return cents as they are typed into a field: 2380 -> "23,80"."""
    return f"{amount // 100}{',' if language == 'de' else '.'}{amount % 100:02}"
