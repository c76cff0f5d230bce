"""The errors that are theirs, not ours. Rule: a message is a sentence for a person; by default the class docstring."""

from __future__ import annotations

import inspect


class Cents(int):
    """An amount in a sentence: pages show it as money in the reader's language."""

    def __str__(self) -> str:
        """Return it in English: 100000 -> "€1,000.00"."""
        return f"€{self / 100:,.2f}"


class PhoneError(Exception):
    """Something went wrong that a person can mend."""

    def __init__(self, message: str | None = None, *, detail: str = "", **values: object) -> None:
        """Keep the sentence (``message`` with ``%(name)s`` places) and its ``values`` apart, for gettext.

        ``detail``: what a machine said; for logs and terminals, no page shows it.
        """
        self.message = message or inspect.cleandoc(type(self).__doc__ or PhoneError.__doc__ or "")
        self.values = values
        self.detail = detail
        super().__init__((self.message % values if values else self.message) + (f" ({detail})" if detail else ""))


class SettingWrong(PhoneError):
    """A setting can't be used."""


class WrongUse(PhoneError):
    """The command was called in a way it does not understand."""


class FormWrong(PhoneError):
    """Something in the form can't be used; nothing was lost."""

    def __init__(self, message: str | None = None, *, field: str = "", detail: str = "", **values: object) -> None:
        """Name the ``field`` beside which the sentence is shown ('' = above the form)."""
        self.field = field
        super().__init__(message, detail=detail, **values)


class NotThere(PhoneError):
    """There is nothing at this address (any more)."""


class NotAllowed(PhoneError):
    """Your role does not include this page."""


class Foreign(PhoneError):
    """The request came from a page that is not ours; nothing was changed."""


class SignedOut(PhoneError):
    """You are signed out. Sign in again; what you typed is still here."""


class Conflict(PhoneError):
    """Somebody else has changed this in the meantime; both texts are shown."""


class TooOften(PhoneError):
    """Too many attempts. Wait a little and try again."""


class NotSteered(PhoneError):
    """The telephone system did not do it; nothing was changed."""


class StoreAway(PhoneError):
    """The database can't be reached at the moment; nothing is lost, try again in a few seconds."""


class Contended(StoreAway):
    """The database could not do two things at once and gave up one of them; nothing is lost, try again."""


class RowRefused(PhoneError):
    """The database refuses this row for good."""
