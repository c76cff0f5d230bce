"""What people send about texts, time and end of a session. Rule: a key per form, so that sent twice is done once."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ionas_phone.errors import FormWrong
from ionas_phone.support.sessions import Ending, SessionText
from ionas_phone.support.work import Deed
from ionas_phone.web.forms import Form
from ionas_phone.words import N_


class TextForm(Form):
    """One text of a session (its field is named as the text is), typed over the row's ``version``."""

    version: int
    problem: str | None = None
    summary: str | None = None
    prevention: str | None = None

    def text(self, which: SessionText) -> str:
        """Return the text that was sent. Raises FormWrong: no page of ours sends another one."""
        text: str | None = getattr(self, which.value)
        if text is None:
            raise FormWrong(N_("This form was sent in a way that can't be understood; load the page anew."))
        return text


class KeyForm(Form):
    """A button that does something once."""

    key: str

    def deed(self, at: datetime, by: str) -> Deed:
        """Return what is done by it. Raises FormWrong."""
        return Deed(self.key, at, by)


class EndForm(KeyForm):
    """How a session ends, with the problem as it stands in its field; ``sure``: although the call is still going on."""

    outcome: Ending
    sure: bool = False
    problem: str | None = None
    version: int | None = None


class CorrectionForm(Form):
    """Time more or less than was measured, as typed."""

    key: str
    way: Literal["less", "more"] = "less"
    minutes: str = ""
    reason: str = ""


class ReviewForm(Form):
    """What is to become of time in doubt, as typed: kept, all of it taken off, or ``minutes`` of it changed."""

    key: str
    way: Literal["keep", "all", "part"]
    minutes: str = ""
    reason: str = ""
