"""Users of ours and what their roles allow. Rule: code asks for a permission, a role is only a set of permissions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the desk."""

    ASSISTANT = "assistant"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a page or an action asks for."""

    DESK = "desk"
    CUSTOMERS = "customers"
    BOARD = "board"
    ADMIN = "admin"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ASSISTANT: frozenset({Permission.DESK, Permission.CUSTOMERS}),
    Role.SUPERVISOR: frozenset({Permission.DESK, Permission.CUSTOMERS, Permission.BOARD}),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. ``login``: the log-in name; ``name``: for display; ``interface``: "PJSIP/201" or ""."""

    id: int
    login: str
    name: str
    role: Role
    extension: str
    interface: str
    language: str
    disabled: bool = False

    def may(self, permission: Permission) -> bool:
        """Tell whether the role includes ``permission``."""
        return permission in PERMISSIONS[self.role]
