"""Signs that nobody sees. Rule: what is written down reads the same wherever it stands, and means what it looks like.

Controls, what turns the direction of writing or is not seen at all, breaks of lines: a name with them looks like
another one, or makes the words beside it read otherwise. Words that run from right to left need none of them.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from ionas_phone.errors import FormWrong

_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
_JOINERS: Final = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_LETTERS: Final = frozenset({"Lo", "Mn", "Mc"})  # where letters have no case, some words need a joiner
_PICTURES: Final = frozenset({"So", "Sk", "Mn"})  # of which one is put together of several
_LAYOUT: Final = "\t\r\n"
_BEFORE: Final = 20  # characters that are quoted


def check_seen(text: str, field: str, *, lines: bool = False) -> None:
    """Raises FormWrong if a sign is in it that nobody sees. ``lines``: it may go over several lines."""
    kinds = [unicodedata.category(sign) for sign in text]
    around = zip(text, kinds, ["", *kinds], [*kinds[1:], ""], strict=False)
    for place, (sign, kind, before, after) in enumerate(around):
        if kind not in _UNSEEN or (lines and sign in _LAYOUT) or (sign in _JOINERS and _joins(before, after)):
            continue
        code, said = f"U+{ord(sign):04X}", text[max(0, place - _BEFORE) : place].strip()
        if said:
            raise FormWrong(
                "Behind “%(before)s” there is a sign that nobody sees (%(code)s); type this by hand.",
                field=field,
                before=said,
                code=code,
            )
        raise FormWrong("It begins with a sign that nobody sees (%(code)s); type it by hand.", field=field, code=code)


def _joins(before: str, after: str) -> bool:
    return (before in _LETTERS and after == "Lo") or (before in _PICTURES and after == "So")
