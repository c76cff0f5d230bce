"""What the administrator types: tariffs and texts. Rule: fields are kept as typed, until all of them can be read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from ionas_phone.errors import FormWrong
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.faults import all_wrong
from ionas_phone.support.scripts import NewScript, ScriptKind
from ionas_phone.support.tariffs import NewTariff, Rounding, Tariff, bounded, checked
from ionas_phone.web.forms import Form
from ionas_phone.web.typed import Typed, cents, euros, whole

_DEAREST: Final = 100_000  # cents per minute: a price that can't be read must not make the net price look too high
_YEAR: Final = timedelta(days=366)


class TariffForm(Form):
    """A tariff as typed: prices per minute in euros, with VAT (``gross``) and before VAT (``net``).

    ``far``: it is really meant to begin more than a year from now.
    """

    name: str = ""
    valid_from: str = ""
    gross: str = ""
    net: str = ""
    vat_percent: str = ""
    increment_minutes: str = ""
    rounding: Rounding = Rounding.DOWN
    minimum_minutes: str = ""
    far: bool = False

    def tariff(self, today: date) -> tuple[NewTariff, dict[str, FormWrong]]:
        """Return the tariff as it would be written down, and all that is wrong with it."""
        typed, harmless = Typed(), NewTariff("-", today, _DEAREST, 0, 0)
        new = NewTariff(
            name=self.name,
            valid_from=typed.take("valid_from", self.valid_from, _day, today),
            gross_cents=typed.take("gross", self.gross, cents, _DEAREST),
            net_cents=typed.take("net", self.net, cents, 0),
            vat_percent=typed.take("vat_percent", self.vat_percent, whole, 0),
            increment_minutes=typed.take("increment_minutes", self.increment_minutes, whole, 1),
            rounding=self.rounding,
            minimum_minutes=typed.take("minimum_minutes", self.minimum_minutes, whole, 0),
        )
        wrong = all_wrong(new, harmless, lambda tried: bounded(tried, today)) | typed.wrong
        if not self.far and self.is_far(today):
            late = FormWrong("This is more than a year away. If it is meant, say so beneath.", field="valid_from")
            wrong = {"valid_from": late, **wrong}
        return new, wrong or all_wrong(new, harmless, lambda tried: checked(tried, today))

    def is_far(self, today: date) -> bool:
        """Return whether it is to begin more than a year from ``today``."""
        try:
            return _day(self.valid_from) > today + _YEAR
        except FormWrong:
            return False

    @classmethod
    def of(cls, tariff: Tariff, first_day: date, language: str) -> TariffForm:
        """Return a form that says what ``tariff`` says, but from ``first_day`` on."""
        return cls(
            name=tariff.name,
            valid_from=first_day.isoformat(),
            gross=euros(tariff.gross_cents, language),
            net=euros(tariff.net_cents, language),
            vat_percent=str(tariff.vat_percent),
            increment_minutes=str(tariff.increment_minutes),
            rounding=tariff.rounding,
            minimum_minutes=str(tariff.minimum_minutes),
        )


class ScriptForm(Form):
    """A text as typed over ``version``, the newest one when the page was shown; 0: there was none."""

    text: str = ""
    version: int = 0

    def script(self, kind: ScriptKind, customer_kind: CustomerKind, language: str) -> NewScript:
        """Return the text as it would be written down; not yet checked."""
        return NewScript(kind, customer_kind, language, self.text)


def _day(text: str) -> date:
    """Read a day as browsers send it. Raises FormWrong."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise FormWrong("Write the day as 2026-12-31.") from error
