"""In which open session a call back goes on. Rule: in none that may be another customer's; in doubt in none at all.

A number says who is rung only as long as one customer is all it can mean. A household's may mean several: there only
who rings back in a session of their own, right after they talked with its customer, can mean that customer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenSession:
    """An open session that was opened by the number. ``assistant``: the log-in name of whose it is."""

    id: int
    customer_id: int | None
    assistant: str | None


def goes_on_in(
    sessions: Sequence[OpenSession], customers: Collection[int], login: str | None, latest: int | None
) -> OpenSession | None:
    """Return the session that a call of ``login`` to the number goes on in, if it can be told.

    ``sessions``: newest first; ``customers``: whom the number may belong to; ``latest``: the session of the number's
    latest call before this one, our own vain attempts left out; None if nobody answered it.
    """
    mine = [one for one in sessions if login and one.assistant == login]
    meant = {*customers, *(one.customer_id for one in sessions if one.customer_id is not None)}
    if len(meant) > 1:
        return next((one for one in mine if one.id == latest), None)
    return next(iter([*mine, *sessions]), None)
