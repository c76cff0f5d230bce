"""How a text sounds with values in it. Rule: an example, filled by what fills the real ones; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ionas_phone.billing import wording
from ionas_phone.billing.prices import price_of_estimate
from ionas_phone.support.acceptances import Acceptance, Channel, Decision, Identified, Relation
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.estimates import Estimate
from ionas_phone.support.scripts import NewScript, Script, ScriptKind, checked
from ionas_phone.support.tariffs import Tariff

_PROCEDURES: Final = {
    "de": "Den Druckertreiber entfernen, neu einrichten und eine Testseite drucken.",
    "en": "Remove the printer driver, set it up anew and print a test page.",
}
_WHO: Final = "Erika Beispiel"
_CUSTOMERS: Final = {CustomerKind.CONSUMER: _WHO, CustomerKind.BUSINESS: "Beispiel GmbH (Erika Beispiel)"}
_MINUTES: Final = (15, 30)
_CAP: Final = 2_500  # cents; below what 30 minutes cost, so that one sees what it does


def preview(new: NewScript, others: Sequence[Script], tariff: Tariff, now: datetime) -> str:
    """Return ``new`` filled in; ``others``: the texts that are read out before. Raises FormWrong for what can't be."""
    new = checked(new)
    script = Script(0, new.kind, new.customer_kind, new.language, 0, new.text)
    estimate = _estimate(script, tariff, now)
    if script.kind is not ScriptKind.CONFIRMATION:
        return wording.read_out((script,), estimate)
    accepted = _acceptance(estimate, wording.read_out(others, estimate), now)
    return wording.confirmation(script, accepted, _CUSTOMERS[script.customer_kind])


def _estimate(script: Script, tariff: Tariff, now: datetime) -> Estimate:
    low, high = _MINUTES
    cap = _CAP if script.kind is ScriptKind.CAP else None
    return Estimate(
        id=0,
        session_id=0,
        version=1,
        procedure=_PROCEDURES[script.language],
        minutes_from=low,
        minutes_to=high,
        tariff=tariff,
        customer_kind=script.customer_kind,
        price_cents=price_of_estimate(high, tariff, script.customer_kind, cap),
        cap_cents=cap,
        at=now,
        by="",
    )


def _acceptance(estimate: Estimate, said: str, now: datetime) -> Acceptance:
    return Acceptance(
        id=0,
        session_id=0,
        estimate_id=0,
        decision=Decision.ACCEPTED,
        who=_WHO,
        relation=Relation.SELF,
        identified=Identified.DETAILS,
        channel=Channel.SPOKEN,
        language="",
        scripts=(),
        wording=said,
        customer_id=None,
        customer_kind=estimate.customer_kind,
        framework_contract=False,
        tariff=estimate.tariff,
        procedure=estimate.procedure,
        minutes_from=estimate.minutes_from,
        minutes_to=estimate.minutes_to,
        price_cents=estimate.price_cents,
        cap_cents=estimate.cap_cents,
        early_start=True,
        withdrawal_known=True,
        at=now,
        by="",
    )
