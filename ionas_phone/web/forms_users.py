"""What the administrator types about a user. Rule: fields are kept as typed, a password never is."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from ionas_phone.errors import FormWrong
from ionas_phone.runtime.passwords import check_password, invented
from ionas_phone.support.faults import all_wrong
from ionas_phone.support.users import NewUser, Role, User, checked
from ionas_phone.web.forms import Form

_HARMLESS: Final = NewUser("x", "x", Role.ASSISTANT)


class PasswordGiven(Form):
    """A password for somebody else; none: one is invented."""

    password: str = Field(default="", repr=False)

    def chosen(self, login: str) -> str:
        """Return the password as typed, or a random one. Raises FormWrong (field "password")."""
        if not self.password:
            return invented()
        check_password(login, self.password)
        return self.password


class UserForm(PasswordGiven):
    """A user as typed, over the row's ``version`` (0: a new one)."""

    login: str = ""
    name: str = ""
    role: Role = Role.ASSISTANT
    extension: str = ""
    interface: str = ""
    language: str = "de"
    version: int = 0

    def user(self, login: str | None = None) -> tuple[NewUser, dict[str, FormWrong]]:
        """Return the user as it would be written down, and all that is wrong; ``login``: of one who is there."""
        new = NewUser(
            login=self.login if login is None else login,
            name=self.name,
            role=self.role,
            extension=self.extension.strip(),
            interface=self.interface.strip(),
            language=self.language,
        )
        return new, all_wrong(new, _HARMLESS, checked)

    @classmethod
    def of(cls, user: User) -> UserForm:
        """Return a form that says what is written down."""
        return cls(
            login=user.login,
            name=user.name,
            role=user.role,
            extension=user.extension,
            interface=user.interface,
            language=user.language,
            version=user.version,
        )


class SwitchForm(Form):
    """Whether somebody is to be kept out."""

    disabled: bool = False
