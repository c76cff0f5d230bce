"""The customer's recorded yes (or no). Rule: it holds all that it is about, and needs no other row to be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from ionas_phone.errors import FormWrong
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.tariffs import Tariff

_LONGEST = 200


class Decision(StrEnum):
    """What the customer said to an estimate."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class Relation(StrEnum):
    """What the one who decided is to the customer."""

    SELF = "self"
    HOUSEHOLD = "household"
    EMPLOYEE = "employee"
    OTHER = "other"
    UNASKED = "unasked"  # for a no it need not be known


class Identified(StrEnum):
    """How we know who decided; the number they ring from is a hint, so it is not among these."""

    DETAILS = "details"  # told us what only they know: customer number, last invoice, address
    CALLED_BACK = "called_back"  # we rang the number in their record
    VOICE = "voice"  # the assistant knows them
    WRITTEN = "written"  # by mail from the address in their record
    UNCHECKED = "unchecked"  # nobody did


class Channel(StrEnum):
    """How the decision reached us."""

    SPOKEN = "spoken"
    WRITTEN = "written"


class Handed(StrEnum):
    """How the customer got the confirmation."""

    MAIL = "mail"
    REMOTE = "remote"  # a file put on their computer in the remote session
    FAX = "fax"
    POST = "post"
    PRINTED = "printed"  # given on paper
    READ = "read"  # read aloud: recorded, but nothing they can keep

    @property
    def lasts(self) -> bool:
        """Whether the customer has something to keep (a durable medium)."""
        return self is not Handed.READ


@dataclass(frozen=True, slots=True)
class Answer:
    """What the customer said. ``who``: their name. The consents are asked of consumers before a yes counts.

    ``relation``, ``identified``: None as long as nobody has chosen; a yes needs both, so that it names no check that
    was not made.
    ``scripts``: ids of the texts that were read out; a no needs none. ``early_start``: asks us to begin before the
    right of withdrawal is over; ``withdrawal_known``: knows that it ends once all is done.
    """

    decision: Decision
    who: str = ""
    relation: Relation | None = None
    identified: Identified | None = None
    channel: Channel = Channel.SPOKEN
    early_start: bool = False
    withdrawal_known: bool = False
    scripts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A recorded answer with all that was agreed. ``scripts``: names of the texts, ``wording``: what was read out.

    Prices as in Estimate. ``by``: the assistant's log-in name. ``at``: UTC.
    """

    id: int
    session_id: int
    estimate_id: int
    decision: Decision
    who: str
    relation: Relation
    identified: Identified
    channel: Channel
    language: str
    scripts: tuple[str, ...]
    wording: str
    customer_id: int | None
    customer_kind: CustomerKind
    framework_contract: bool
    tariff: Tariff
    procedure: str
    minutes_from: int
    minutes_to: int
    price_cents: int
    cap_cents: int | None
    early_start: bool
    withdrawal_known: bool
    at: datetime
    by: str

    @property
    def accepted(self) -> bool:
        """Whether it was a yes."""
        return self.decision is Decision.ACCEPTED

    @property
    def must_be_confirmed(self) -> bool:
        """Whether the customer must have the confirmation before anything may cost something (§ 312f (2) BGB)."""
        return self.accepted and self.customer_kind is CustomerKind.CONSUMER and not self.framework_contract


@dataclass(frozen=True, slots=True)
class NewConfirmation:
    """That the customer got the confirmation. ``script``: id of its text; ``address``: where it was sent, if it was."""

    script: int
    handed: Handed
    address: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the customer got to keep, and how. ``script``: name of the text; ``sha256``: of ``text`` in UTF-8, hex.

    ``address``: where it went (mail address, fax number, …), "" if it was handed over. ``at``: when, UTC.
    """

    id: int
    acceptance_id: int
    script: str
    text: str
    sha256: str
    handed: Handed
    address: str
    at: datetime
    by: str


def checked(answer: Answer, kind: CustomerKind) -> Answer:
    """Return ``answer`` without stray blanks. Raises FormWrong for a yes that would not count."""
    who = answer.who.strip()
    if len(who) > _LONGEST:
        raise FormWrong("This is longer than %(longest)d characters.", field="who", longest=_LONGEST)
    if answer.decision is Decision.ACCEPTED:
        if not who:
            raise FormWrong("Say who has accepted.", field="who")
        if answer.relation in {None, Relation.UNASKED}:
            raise FormWrong("Choose what they are to the customer.", field="relation")
        if answer.identified is None:
            raise FormWrong("Choose how you know that it is them; if nobody did, say so.", field="identified")
        if kind is CustomerKind.CONSUMER and not answer.early_start:
            raise FormWrong("A consumer must ask us to begin at once; without it we can't.", field="early_start")
        if kind is CustomerKind.CONSUMER and not answer.withdrawal_known:
            raise FormWrong("A consumer must know when the right of withdrawal ends.", field="withdrawal_known")
    relation, identified = answer.relation or Relation.UNASKED, answer.identified or Identified.UNCHECKED
    return replace(answer, who=who, relation=relation, identified=identified)


def checked_confirmation(new: NewConfirmation) -> NewConfirmation:
    """Return ``new`` without stray blanks. Raises FormWrong if nobody could tell where it went."""
    address = new.address.strip()
    if len(address) > _LONGEST:
        raise FormWrong("This is longer than %(longest)d characters.", field="address", longest=_LONGEST)
    if new.handed in {Handed.MAIL, Handed.FAX, Handed.POST} and not address:
        raise FormWrong("Say where it was sent to.", field="address")
    return replace(new, address=address)


def digest(text: str) -> str:
    """Return the SHA-256 of ``text`` in UTF-8, in hexadecimal digits."""
    return sha256(text.encode("utf-8")).hexdigest()
