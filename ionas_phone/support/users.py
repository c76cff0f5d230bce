"""Users of ours and what their roles allow. Rule: code asks for a permission, a role is only a set of permissions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from ionas_phone.errors import FormWrong
from ionas_phone.support.unseen import check_seen

_LOGIN = re.compile(r"[^\W_][\w.@-]{0,49}")
_INTERFACE = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.@+-]{1,80}")
_EXTENSION = re.compile(r"[0-9*#]{0,8}")
_LANGUAGES = frozenset({"de", "en"})
_LONGEST_NAME = 100


class Role(StrEnum):
    """What somebody is at the desk."""

    ASSISTANT = "assistant"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Opens(StrEnum):
    """When a call's record opens by itself on somebody's desk; never while they type."""

    ANSWER = "answer"
    RING = "ring"
    NEVER = "never"


class Permission(StrEnum):
    """What a page or an action asks for."""

    DESK = "desk"
    CUSTOMERS = "customers"
    EXCHANGE = "exchange"  # whole lists of customers, in and out
    BOARD = "board"
    WALLBOARD = "wallboard"
    SCREENS = "screens"  # which devices may show one without a log-in
    TIMES = "times"  # what costs a customer more than was measured beyond doubt, see support.corrections
    ADMIN = "admin"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ASSISTANT: frozenset({Permission.DESK, Permission.CUSTOMERS, Permission.WALLBOARD}),
    Role.SUPERVISOR: frozenset(
        {
            *(Permission.DESK, Permission.CUSTOMERS, Permission.EXCHANGE),
            *(Permission.BOARD, Permission.WALLBOARD, Permission.SCREENS, Permission.TIMES),
        }
    ),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. ``login``: the log-in name; ``name``: for display; ``interface``: "PJSIP/201" or "".

    ``opens``, ``sounds``: how they like their desk; ``version``: of the row, one more with each change.
    """

    id: int
    login: str
    name: str
    role: Role
    extension: str
    interface: str
    language: str
    disabled: bool = False
    opens: Opens = Opens.ANSWER
    sounds: bool = True
    version: int = 1

    def may(self, permission: Permission) -> bool:
        """Tell whether the role includes ``permission``."""
        return permission in PERMISSIONS[self.role]


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed to let somebody in, the password aside."""

    login: str
    name: str
    role: Role
    extension: str = ""
    interface: str = ""
    language: str = "de"


@dataclass(frozen=True, slots=True)
class Taste:
    """What everybody decides for themselves: the language of the pages, when records open, whether rings sound."""

    language: str
    opens: Opens
    sounds: bool


def login_key(login: str) -> str:
    """Return what two spellings of one log-in name have in common: Anna and anna are one person."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def checked(new: NewUser) -> NewUser:
    """Return ``new`` without stray blanks. Raises FormWrong for what can't be written down."""
    login, name = new.login.strip(), new.name.strip() or new.login.strip()
    if not _LOGIN.fullmatch(login):
        raise FormWrong(
            "A log-in name is up to 50 letters, digits and . _ - @, and begins with a letter or digit.", field="login"
        )
    if len(name) > _LONGEST_NAME:
        raise FormWrong("This is longer than %(longest)d characters.", field="name", longest=_LONGEST_NAME)
    check_seen(name, "name")
    if not _EXTENSION.fullmatch(new.extension):
        raise FormWrong("An extension is what colleagues dial: up to 8 digits, as 201.", field="extension")
    if new.interface and not _INTERFACE.fullmatch(new.interface):
        raise FormWrong("An interface is named as Asterisk names it, as PJSIP/201.", field="interface")
    check_language(new.language)
    return replace(new, login=login, name=name)


def check_language(language: str) -> None:
    """Raises FormWrong for a language no page is written in."""
    if language not in _LANGUAGES:
        raise FormWrong("The language must be de or en.", field="language")
