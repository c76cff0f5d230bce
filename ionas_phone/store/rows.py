"""How a row becomes what the rest of the house speaks of. Rule: a field and its column have the same name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Row, Table

from ionas_phone.store.tables import sessions, users
from ionas_phone.support.sessions import Ending, SessionState
from ionas_phone.support.users import Opens, Role, User

_T = TypeVar("_T")


def columns(cls: type[Any], table: Table) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of ``table`` that the dataclass ``cls`` is made of."""
    return tuple(table.c[field.name] for field in fields(cls))


def made(cls: Callable[..., _T], row: Row[*tuple[Any, ...]], table: Table, **given: object) -> _T:
    """Make a ``cls`` of the columns of ``table`` in ``row``; ``given`` are the fields that are no columns."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    names = [field.name for field in fields(cast("type[Any]", cls)) if field.name not in given]
    return cls(**{name: values[table.c[name]] for name in names}, **given)


USER = columns(User, users)


def user(row: Row[*tuple[Any, ...]]) -> User:
    """Make a User of a row that has all columns of USER."""
    values = row._mapping  # noqa: SLF001 - as above
    return made(User, row, users, role=Role(values[users.c.role]), opens=Opens(values[users.c.opens]))


def session(cls: Callable[..., _T], row: Row[*tuple[Any, ...]], **given: object) -> _T:
    """Make a Session, or a line of a list of them, of a row that has all columns of ``sessions``."""
    values = row._mapping  # noqa: SLF001 - as above
    outcome, closed_at = values[sessions.c.outcome], values[sessions.c.closed_at]
    state = SessionState.OPEN if closed_at is None else SessionState.CLOSED
    return made(cls, row, sessions, state=state, outcome=Ending(outcome) if outcome else None, **given)
