"""Support sessions: our unit of work for a customer. Rule: one session per journey; what was typed is never lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ionas_phone.errors import FormWrong
from ionas_phone.support.remote import refuse_passwords

LONGEST_TEXT = 10_000  # characters


class SessionState(StrEnum):
    """Whether somebody still works on it."""

    OPEN = "open"
    CLOSED = "closed"


class Ending(StrEnum):
    """How a session came to its end, for now or for good."""

    DONE = "done"
    CUSTOMER_ALONE = "customer_alone"  # the customer does it alone
    DECLINED = "declined"
    INTERRUPTED = "interrupted"  # to be gone on with another day: the session stays open


class SessionText(StrEnum):
    """What is written about a session; each text is saved over the version it was typed on."""

    PROBLEM = "problem"  # the customer's own words
    SUMMARY = "summary"  # what was done
    PREVENTION = "prevention"  # how the customer keeps it from coming back


@dataclass(frozen=True, slots=True)
class Session:
    """A support session. ``version`` grows with each change (row version), whichever of its texts it was.

    ``assistant``: log-in name of who answered, None if the phone belongs to no user. Instants UTC.
    ``number``: the caller's number, None when suppressed. ``practice``: never billable. ``outcome``: how it ended; if
    interrupted, it is still open.
    """

    id: int
    state: SessionState
    customer_id: int | None
    assistant: str | None
    assistant_name: str
    number: str | None
    caller_name: str
    suppressed: bool
    opened_at: datetime
    closed_at: datetime | None
    problem: str
    version: int
    saved_at: datetime | None
    practice: bool
    summary: str = ""
    summary_saved_at: datetime | None = None
    prevention: str = ""
    prevention_saved_at: datetime | None = None
    outcome: Ending | None = None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in a list (history, my open ones). ``talked_until``: when its last call ended; among open ones only."""

    id: int
    state: SessionState
    customer_id: int | None
    customer_name: str
    number: str | None
    suppressed: bool
    assistant_name: str
    opened_at: datetime
    closed_at: datetime | None
    problem: str
    practice: bool
    prevention: str = ""
    outcome: Ending | None = None
    talked_until: datetime | None = None

    @property
    def after_its_call(self) -> bool:
        """Whether its call is over and something is still to be written down or done."""
        open_still = self.state is SessionState.OPEN and self.outcome is not Ending.INTERRUPTED
        return open_still and self.talked_until is not None


@dataclass(frozen=True, slots=True)
class Saved:
    """A text was saved: the row's new version and the server's time."""

    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody saved another text meanwhile: theirs, by whom (name, and log-in name), and the version to save over."""

    theirs: str
    by: str
    version: int
    at: datetime
    login: str = ""


def checked_text(text: str, which: SessionText = SessionText.PROBLEM) -> str:
    """Return a text with plain line ends (browsers send CRLF). Raises FormWrong: too long, or a password is in it."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(plain) > LONGEST_TEXT:
        raise FormWrong(
            "The text is longer than %(longest)d characters; shorten it, it is not saved yet.",
            field=which.value,
            longest=LONGEST_TEXT,
        )
    refuse_passwords(plain, which.value)
    return plain
