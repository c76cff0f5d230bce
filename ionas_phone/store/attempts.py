"""Whether what somebody asked for may be tried once more. Rule: once any of it is done for good, it may not.

Two transactions may stand in each other's way, and the database gives up one of them (``Contended``). Whoever asked for
it has nothing of it then; to do it again from the beginning is right unless something else was committed before, or a
switchboard was asked to do something.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Attempt:
    """One try. ``done``: some of it can't be taken back."""

    done: bool = False


_under_way: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def attempt() -> Iterator[Attempt]:
    """Watch what is done for good inside the block, by this task and those it starts."""
    watched = Attempt()
    before = _under_way.set(watched)
    try:
        yield watched
    finally:
        _under_way.reset(before)


def may_be_repeated() -> bool:
    """Tell whether somebody watches who will try again, should it give way now."""
    watched = _under_way.get()
    return watched is not None and not watched.done


def done_for_good() -> None:
    """Say that something was committed, or asked of a switchboard."""
    if watched := _under_way.get():
        watched.done = True
