"""All that is wrong with something, not only the first. Rule: the check is asked again until it is content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from ionas_phone.errors import FormWrong

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_New = TypeVar("_New", bound="DataclassInstance")


def all_wrong(new: _New, harmless: _New, check: Callable[[_New], object]) -> dict[str, FormWrong]:
    """Return all that ``check`` has against ``new``, by field: what is wrong is made harmless, the rest looked at."""
    wrong: dict[str, FormWrong] = {}
    while True:
        try:
            check(new)
        except FormWrong as error:
            if error.field in wrong or not hasattr(harmless, error.field):  # it would go on for ever
                return {**wrong, error.field: error}
            wrong[error.field] = error
            new = replace(new, **{error.field: getattr(harmless, error.field)})
        else:
            return wrong
