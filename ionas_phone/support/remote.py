"""Remote sessions: who looked into a customer's computer, and when. Rule: the ID is kept, a password never is.

No field of ours takes the password that opens a computer, and a text that seems to hold one is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ionas_phone.errors import FormWrong

_BETWEEN = re.compile(r"[\s.-]")
_ID = re.compile(r"[0-9]{9,10}")
_IS = r"\s*(?:[:=]|\bist\b|\blautet\b|\bis\b)"
_PASSWORD = re.compile(
    rf"\b(?P<name>passwor[dt]|kennwort|zugangscode|passwd|passcode|pwd|pw)\b[\w -]{{0,20}}?{_IS}"
    r"\s*[\"'„“»]?(?P<word>\S+)",
    re.IGNORECASE,
)
_PIN = re.compile(rf"\b(?P<name>pin|tan|code)(?:{_IS})?\s+[0-9]{{4,8}}\b", re.IGNORECASE)
_NO_PART_OF_IT = ".,;:!?)\"'“”«…"
_SHORTEST = 4  # characters of what can be a password


@dataclass(frozen=True, slots=True)
class RemoteSession:
    """One look into a customer's computer. ``ended_at`` None: nobody has said yet that it is over.

    ``remote_id``: the digits the customer read out. ``broken_off``: the customer ended it. Instants UTC;
    ``started_by``, ``ended_by``: log-in names.
    """

    id: int
    session_id: int
    remote_id: str
    started_at: datetime
    started_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    broken_off: bool = False

    @property
    def grouped(self) -> str:
        """Return the ID as it is read out: "123 456 789", "1 234 567 890"."""
        head = len(self.remote_id) % 3
        groups = [self.remote_id[at : at + 3] for at in range(head, len(self.remote_id), 3)]
        return " ".join(filter(None, [self.remote_id[:head], *groups]))


def read_id(typed: str) -> str:
    """Return the digits of an ID typed in any groups. Raises FormWrong."""
    digits = _BETWEEN.sub("", typed)
    if not _ID.fullmatch(digits):
        raise FormWrong("A remote ID has 9 or 10 digits, as 123 456 789.", field="remote_id")
    return digits


def refuse_passwords(text: str, field: str) -> None:
    """Raise FormWrong if a password seems to be written down in ``text``; to speak of passwords is no harm."""
    named = next((found for found in _PASSWORD.finditer(text) if _may_be_one(found["word"])), None)
    if found := named or _PIN.search(text):
        raise FormWrong(
            "What stands behind “%(name)s” looks like a password. Passwords are kept nowhere: take it out, then the "
            "text is saved.",
            field=field,
            name=found["name"],
        )


def _may_be_one(word: str) -> bool:
    """Tell what can be a password from a word of a sentence: there are digits, signs or capitals within."""
    bare = word.rstrip(_NO_PART_OF_IT)
    plain = bare.replace("-", "").replace("/", "")
    of_a_sentence = plain.isalpha() and (plain[1:].islower() or plain.isupper())
    return len(bare) >= _SHORTEST and not of_a_sentence
