"""What people send by forms. Rule: every field is read by a model; nothing typed is lost when something is wrong."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, TypeVar

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from ionas_phone.errors import FormWrong
from ionas_phone.support.customers import CustomerKind, NewCustomer
from ionas_phone.support.phone_numbers import normalise_written
from ionas_phone.words import N_

_Form = TypeVar("_Form", bound=BaseModel)
_Id = Annotated[int | None, BeforeValidator(lambda sent: sent or None)]  # "" is what an empty field sends
_FACTS = ("name", "company", "email", "street", "postcode", "city", "country", "notes", "kind", "framework_contract")
_BETWEEN = re.compile(r"[;,\n]")


class Form(BaseModel):
    """A form; fields nobody knows are left alone."""

    model_config = ConfigDict(frozen=True)


class ChoiceForm(Form):
    """Whose session it is. ``instead_of``: whose it was when shown; ``remember``: the number is theirs from now on."""

    customer: int
    instead_of: _Id = None
    remember: bool = False


class DetachForm(Form):
    """A phone number (E.164) that is not this customer's. ``vorgang``: the session in which that was noticed."""

    phone: str
    vorgang: _Id = None


class RingForm(Form):
    """Who is to ring in on the practice line."""

    kind: str


class Turn(StrEnum):
    """How one turns to a colleague with a caller."""

    ASK = "ask"
    SEND = "send"


class ColleagueForm(Form):
    """To whom a practice call is to go, and whether they are asked first."""

    colleague: str = ""
    how: Turn = Turn.ASK


class SearchForm(Form):
    """A search; ``vorgang``: the session somebody is looked for, ``instead_of``: whose that was when shown.

    ``nummer``: the phone number (E.164) that is to be attached to whoever is found; ``zusammen``: the customer number
    of the record that is to be merged with whoever is found.
    """

    q: str = ""
    nummer: str = ""
    zusammen: str = ""
    vorgang: _Id = None
    instead_of: _Id = None


class CustomerForm(Form):
    """A customer as typed. ``vorgang``: the session it is for, ``instead_of``: whose that was when shown.

    ``shared``: the numbers (E.164, blanks between) of which it was said that others have them, too.
    """

    name: str = ""
    company: str = ""
    phones: str = ""
    email: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "DE"
    notes: str = ""
    kind: CustomerKind = CustomerKind.CONSUMER
    framework_contract: bool = False
    vorgang: _Id = None
    instead_of: _Id = None
    shared: str = ""

    def customer(self, *, practice: bool = False) -> NewCustomer:
        """Return the customer as it would be written down, phones in E.164 where they can be read; not yet checked."""
        typed = [phone.strip() for phone in _BETWEEN.split(self.phones) if phone.strip()]
        phones = tuple(normalise_written(phone) or phone for phone in typed)
        facts = {name: getattr(self, name) for name in _FACTS}
        return NewCustomer(**facts, phones=phones, practice=practice)


class AttachForm(Form):
    """A phone number (E.164) that is to be remembered for a customer."""

    customer: int
    phone: str


class KindForm(Form):
    """What the law makes of a customer, typed over the row's ``version``; ``vorgang``: the session one came from."""

    kind: CustomerKind = CustomerKind.CONSUMER
    framework_contract: bool = False
    version: int = 0
    vorgang: _Id = None


async def read(request: web.Request, model: type[_Form]) -> _Form:
    """Return what was sent, by POST or in the address. Raises FormWrong: no page of ours sends such a thing.

    Line ends are plain ones: forms send CRLF, and a text must not be longer than it was where it was typed.
    """
    sent = await request.post() if request.method == "POST" else request.query
    plain = {name: text.replace("\r\n", "\n") if isinstance(text, str) else text for name, text in sent.items()}
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        raise FormWrong(N_("This form was sent in a way that can't be understood; load the page anew.")) from error
