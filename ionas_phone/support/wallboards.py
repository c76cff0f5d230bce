"""Wallboards: screens that everybody in the room can see. Rule: a caller is named no longer than colleagues need."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ionas_phone.errors import FormWrong

_LONGEST_NAME: Final = 60
_LONGEST_SHOWN: Final = 26  # characters of a caller's name
_LONGEST_FIRST: Final = 14  # of a colleague's first name with the initial
_TITLES: Final = frozenset({"dr.", "prof.", "dres.", "dipl.-ing."})
_PERSON_BEHIND: Final = re.compile(r" \([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Wallboard:
    """A screen that may show one queue without a log-in. ``name``: where it hangs. Instants UTC."""

    id: int
    queue: str
    name: str
    created_at: datetime
    created_by: str
    seen_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None


@dataclass(frozen=True, slots=True)
class NewWallboard:
    """A screen to be let in: which queue it shows, and where it hangs."""

    queue: str
    name: str


def checked(new: NewWallboard) -> NewWallboard:
    """Return ``new`` without stray blanks. Raises FormWrong."""
    name = " ".join(new.name.split())
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise FormWrong(
            "Say where the screen hangs, in up to %(longest)d characters.", field="name", longest=_LONGEST_NAME
        )
    return replace(new, name=name)


def abbreviated(display_name: str) -> str:
    """Return a customer's name for all to see: a company without the person behind it, of a person the surname."""
    company = _PERSON_BEHIND.sub("", display_name)
    if company == display_name and len(words := display_name.split()) > 1:
        given = [word if word.casefold() in _TITLES else f"{word[0]}." for word in words[:-1]]
        company = " ".join((*given, words[-1]))
    return company if len(company) <= _LONGEST_SHOWN else f"{company[: _LONGEST_SHOWN - 1].rstrip()}…"


def first_name(name: str) -> str:
    """Return a colleague's name as a full board shows it: the first name and the initial of the last."""
    words = name.split()
    short = f"{words[0]} {words[-1][0]}." if len(words) > 1 and words[-1][0].isalpha() else name
    return short if len(short) <= _LONGEST_FIRST else f"{short[: _LONGEST_FIRST - 1].rstrip()}…"
