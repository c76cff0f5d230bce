"""Frozen values, made quickly. Rule: what comes out is the class itself, as frozen as ever; only the way there differs.

A frozen dataclass sets each of its fields through ``object.__setattr__``, which costs as much as reading the whole
message did. A maker sets them on a draft, an open twin with the same slots, and then declares the draft to be the
frozen class. As with ``collections.namedtuple`` the function is written out and compiled once per class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def maker(made: Callable[P, T]) -> Callable[P, T]:
    """Return what takes the arguments of ``made`` by name: of a dataclass with slots and without ``__post_init__``."""
    cls = cast("Any", made)
    draft: Any = type(
        f"{cls.__name__}Draft",
        cls.__bases__,
        {"__slots__": cls.__slots__, "__setattr__": object.__setattr__, "__delattr__": object.__delattr__},
    )
    names = [field.name for field in fields(cls)]
    defaults = {f"_{field.name}": field.default for field in fields(cls) if field.default is not MISSING}
    source = [
        f"def make(*, {', '.join(f'{name}=_{name}' if f'_{name}' in defaults else name for name in names)}):",
        " self = new(draft)",
        *(f" self.{name} = {name}" for name in names),
        " self.__class__ = cls",
        " return self",
    ]
    scope: dict[str, Any] = {"new": object.__new__, "draft": draft, "cls": cls, **defaults}
    exec("\n".join(source), scope)  # noqa: S102 - made of the names of a class of ours, nothing else
    return cast("Callable[P, T]", scope["make"])
