"""Texts that are read aloud or handed over. Rule: a version is never changed, so a record can name what was said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ionas_phone.errors import FormWrong
from ionas_phone.support.customers import CustomerKind

_PLACE = re.compile(r"\{([a-z_]+)\}")
_LONGEST = 10_000
LANGUAGES = ("de", "en")  # in which customers are talked to


class ScriptKind(StrEnum):
    """What a text is for; they are read out in this order."""

    CAP = "cap"  # if there is a most it may cost: said before the question, so that the yes is a yes to it as well
    ACCEPTANCE = "acceptance"  # the question whether the customer agrees
    EARLY_START = "early_start"  # first consent of a consumer: begin before the right of withdrawal is over
    WITHDRAWAL = "withdrawal"  # second consent: knows that this right ends once all is done
    CONFIRMATION = "confirmation"  # what the customer gets to keep


@dataclass(frozen=True, slots=True)
class NewScript:
    """A text to be written down; it becomes the newest version of its kind, audience and language."""

    kind: ScriptKind
    customer_kind: CustomerKind
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """A version of a text, with places such as {minutes_to} that are filled in per estimate."""

    id: int
    kind: ScriptKind
    customer_kind: CustomerKind
    language: str
    version: int
    text: str

    @property
    def name(self) -> str:
        """What a record calls it: "acceptance/consumer/de/1"."""
        return f"{self.kind}/{self.customer_kind}/{self.language}/{self.version}"


_OFFER = frozenset({"procedure", "minutes_from", "minutes_to", "per_minute", "vat_percent", "price", "net", "gross"})
_AGREED = _OFFER | {"customer", "who", "date", "time", "wording"}
# What may stand in braces, and what must.
PLACES: Mapping[ScriptKind, frozenset[str]] = {
    ScriptKind.ACCEPTANCE: _OFFER | {"increment_minutes", "minimum_minutes"},
    ScriptKind.CAP: frozenset({"cap"}),
    ScriptKind.EARLY_START: frozenset(),
    ScriptKind.WITHDRAWAL: frozenset(),
    ScriptKind.CONFIRMATION: _AGREED,
}
NEEDED: Mapping[ScriptKind, frozenset[str]] = {
    ScriptKind.ACCEPTANCE: frozenset({"procedure", "minutes_to", "price"}),
    ScriptKind.CAP: frozenset({"cap"}),
    ScriptKind.EARLY_START: frozenset(),
    ScriptKind.WITHDRAWAL: frozenset(),
    ScriptKind.CONFIRMATION: frozenset({"procedure", "minutes_to", "price", "wording"}),
}
# Which texts there are at all: the two consents are asked of consumers only.
KINDS: Mapping[CustomerKind, tuple[ScriptKind, ...]] = {
    CustomerKind.CONSUMER: tuple(ScriptKind),
    CustomerKind.BUSINESS: (ScriptKind.CAP, ScriptKind.ACCEPTANCE, ScriptKind.CONFIRMATION),
}


def read_out(kind: CustomerKind, *, capped: bool) -> tuple[ScriptKind, ...]:
    """Return which texts are read to such a customer before they say yes."""
    left_out = {ScriptKind.CONFIRMATION} if capped else {ScriptKind.CONFIRMATION, ScriptKind.CAP}
    return tuple(script for script in KINDS[kind] if script not in left_out)


def checked(new: NewScript) -> NewScript:
    """Return ``new`` with plain line ends. Raises FormWrong for a text that could not be filled in."""
    text = new.text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if new.kind not in KINDS[new.customer_kind]:
        raise FormWrong("Businesses are not asked for this; it needs no text.", field="customer_kind")
    if new.language not in LANGUAGES:
        raise FormWrong("The language must be de or en.", field="language")
    if not 1 <= len(text) <= _LONGEST:
        raise FormWrong("The text needs 1 to %(longest)d characters.", field="text", longest=_LONGEST)
    places = set(_PLACE.findall(text))
    if unknown := sorted(places - PLACES[new.kind]):
        raise FormWrong("Nothing can be filled in for {%(place)s}.", field="text", place=unknown[0])
    if missing := sorted(NEEDED[new.kind] - places):
        raise FormWrong("The text must say {%(place)s}.", field="text", place=missing[0])
    return NewScript(new.kind, new.customer_kind, new.language, text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put ``values`` into the places of ``text``; what they hold is not looked through for places again."""
    return _PLACE.sub(lambda place: values[place[1]], text)
