"""What is typed about estimate, answer and confirmation. Rule: fields are kept as typed, until all can be read.

Each form carries ``key``: sent twice, it counts once (support.work.Deed).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, TypeVar

from pydantic import BeforeValidator

from ionas_phone.errors import FormWrong
from ionas_phone.support.acceptances import (
    Answer,
    Channel,
    Decision,
    Handed,
    Identified,
    NewConfirmation,
    Relation,
    checked,
    checked_confirmation,
)
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.estimates import NewEstimate
from ionas_phone.support.estimates import checked as checked_estimate
from ionas_phone.support.faults import all_wrong
from ionas_phone.web.forms import Form
from ionas_phone.web.typed import Typed, cents, whole

_Ids = Annotated[tuple[int, ...], BeforeValidator(lambda sent: sent.split(",") if isinstance(sent, str) else sent)]
_Choice = TypeVar("_Choice", bound=StrEnum)
_OrNone = Annotated[_Choice | None, BeforeValidator(lambda sent: sent or None)]  # "": nothing is chosen yet
_A_DAY: Final = 24 * 60  # minutes
_ADDRESSED: Final = frozenset({Handed.MAIL, Handed.FAX, Handed.POST})


class EstimateForm(Form):
    """A proposal as typed; ``cap``: euros, or nothing."""

    key: str
    procedure: str = ""
    minutes_from: str = ""
    minutes_to: str = ""
    cap: str = ""

    def estimate(self) -> tuple[NewEstimate, dict[str, FormWrong]]:
        """Return the proposal, and all that is wrong with it."""
        typed, harmless = Typed(), NewEstimate("-", 1, _A_DAY)
        new = NewEstimate(
            procedure=self.procedure,
            minutes_from=typed.take("minutes_from", self.minutes_from, whole, 1),
            minutes_to=typed.take("minutes_to", self.minutes_to, whole, _A_DAY),
            cap_cents=typed.take("cap_cents", self.cap, cents, None) if self.cap.strip() else None,
        )
        return new, all_wrong(new, harmless, checked_estimate) | typed.wrong


class AnswerForm(Form):
    """What the customer said to ``estimate``; ``scripts``: the texts that were shown to be read out."""

    key: str
    estimate: int
    decision: Decision
    who: str = ""
    relation: _OrNone[Relation] = None
    identified: _OrNone[Identified] = None
    channel: Channel = Channel.SPOKEN
    early_start: bool = False
    withdrawal_known: bool = False
    scripts: _Ids = ()

    def answer(self, kind: CustomerKind) -> tuple[Answer, dict[str, FormWrong]]:
        """Return what was said, and all that keeps it from counting for such a customer."""
        said = Answer(**self.model_dump(exclude={"key", "estimate"}))
        person = ("-", Relation.OTHER, Identified.UNCHECKED)
        harmless = Answer(Decision.ACCEPTED, *person, early_start=True, withdrawal_known=True)
        return said, all_wrong(said, harmless, lambda tried: checked(tried, kind))


class ConfirmationForm(Form):
    """How the customer got the confirmation. ``script``, ``sha256``: which text; ``address``: where it went."""

    key: str
    acceptance: int
    script: int
    sha256: str
    handed: Handed = Handed.MAIL
    address: str = ""

    def confirmation(self) -> tuple[NewConfirmation, dict[str, FormWrong]]:
        """Return what is to be recorded, and all that is wrong with it; what was handed over went to no address."""
        new = NewConfirmation(self.script, self.handed, self.address if self.handed in _ADDRESSED else "")
        return new, all_wrong(new, NewConfirmation(0, Handed.PRINTED, "-"), checked_confirmation)
