"""What people send about their own account. Rule: a password is read here and never shown again, whatever was wrong."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from ionas_phone.errors import FormWrong
from ionas_phone.runtime.passwords import LONGEST, check_password
from ionas_phone.support.users import Opens, Taste
from ionas_phone.web.forms import Form
from ionas_phone.words import N_

_Id = Annotated[int | None, BeforeValidator(lambda sent: sent or None)]


class TasteForm(Form):
    """How somebody likes the desk; an empty box sends nothing."""

    language: str
    opens: Opens
    sounds: bool = False

    def taste(self) -> Taste:
        """Return it as it is written down."""
        return Taste(self.language, self.opens, self.sounds)


class PasswordForm(Form):
    """A new ``password``, twice, and the ``old`` one."""

    old: str = Field(default="", repr=False)
    password: str = Field(default="", repr=False)
    again: str = Field(default="", repr=False)

    def check(self, login: str) -> None:
        """Raises FormWrong for what need not be hashed to be refused."""
        if not self.old:
            raise FormWrong(N_("Your present password is needed, too."), field="old")
        if len(self.old) > LONGEST:
            raise FormWrong(N_("This is not your present password."), field="old")
        check_password(login, self.password)
        if self.password != self.again:
            raise FormWrong(N_("The two new passwords differ."), field="again")


class EndForm(Form):
    """Which log-in is to end; none: all of them."""

    log_in: _Id = None
