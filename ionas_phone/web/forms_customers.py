"""A customer's record as it is edited. Rule: what somebody else changed meanwhile is never overwritten unseen.

The form carries what it was shown with: so it is known which fields were changed here, and which elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field, Json

from ionas_phone.support.customers import Customer
from ionas_phone.support.phone_numbers import display
from ionas_phone.web.forms import CustomerForm, Form
from ionas_phone.words import N_

LABELS = {
    "name": N_("Name"),
    "company": N_("Company"),
    "phones": N_("Phone numbers"),
    "email": N_("E-mail"),
    "street": N_("Street and number"),
    "postcode": N_("Postcode"),
    "city": N_("City"),
    "country": N_("Country"),
    "kind": N_("Customer is"),
    "framework_contract": N_("Framework contract"),
    "notes": N_("Notes"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else changed meanwhile: as it was, as it is now, as typed here. ``both``: here, too."""

    name: str
    label: str
    was: str
    now: str
    mine: str
    both: bool


class EditForm(CustomerForm):
    """A record as typed over the row's ``version``. ``was``: the fields as the form was shown with, as JSON."""

    version: int = 0
    was: Json[dict[str, str]] = Field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """What is typed, field by field, as the browser sends it."""
        return {name: _text(getattr(self, name)) for name in LABELS}

    def differences(self, now: Customer) -> tuple[Difference, ...]:
        """Return what stands in the record otherwise than this form was shown with, and not as it is typed here."""
        stored, typed = shown(now), self.texts
        return tuple(
            Difference(name, label, self.was[name], stored[name], typed[name], both=typed[name] != self.was[name])
            for name, label in LABELS.items()
            if name in self.was and stored[name] not in {self.was[name], typed[name]}
        )

    def over(self, now: Customer) -> EditForm:
        """Return the form as it is typed over the record as it is ``now``: of untouched fields what stands there."""
        stored, typed = shown(now), self.texts
        merged = {name: stored[name] if typed[name] == self.was.get(name) else typed[name] for name in LABELS}
        return edited(now).model_copy(update=EditForm.model_validate(merged).model_dump(exclude={"version", "was"}))


class MergeForm(Form):
    """Whose record is merged into that of the address: customer number, and both rows' versions as they were shown."""

    mit: str
    kept: int = 0
    gone: int = 0


def edited(customer: Customer) -> EditForm:
    """Return the form as it is shown at first."""
    facts = shown(customer)
    return EditForm.model_construct(
        **{**EditForm.model_validate(facts).model_dump(), "version": customer.version, "was": facts}
    )


def shown(customer: Customer) -> dict[str, str]:
    """Return a record's fields as a form sends them."""
    phones = "; ".join(display(phone) for phone in customer.phones)
    return {name: _text(getattr(customer, name)) for name in LABELS if name != "phones"} | {"phones": phones}


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
