"""All that a support session's record shows, read together. Rule: page, fragment and region show what is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ionas_phone.errors import NotThere
from ionas_phone.store import call_lists, customer_numbers, customers, session_lists, sessions, tariffs
from ionas_phone.store.call_lists import CallLine
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer, Match
from ionas_phone.support.sessions import Clash, Session, SessionLine, SessionText
from ionas_phone.support.tariffs import Tariff, day_of


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that could not be saved, as it was typed, and why."""

    which: SessionText
    typed: str
    clash: Clash


@dataclass(frozen=True, slots=True)
class Record:
    """All that the centre of the desk shows. ``match``: the customer, and why as the session was opened.

    ``matches``: who else has the number by now. ``calls``: of the session, in their order.

    ``tariff``: the price of the day; None: none is written down yet.
    """

    session: Session
    customer: Customer | None
    match: Match | None
    matches: tuple[Match, ...]
    history: tuple[SessionLine, ...]
    tariff: Tariff | None
    calls: tuple[CallLine, ...] = ()

    def values(self, refused: Refused | None = None) -> dict[str, Any]:
        """Return what the templates need."""
        return {name: getattr(self, name) for name in self.__slots__} | {"refused": refused}


async def read_record(database: Database, session_id: int, at: datetime) -> Record:
    """Read a session and all that is shown with it at ``at``. Raises NotThere, StoreAway."""
    async with database.read() as connection:
        session = await sessions.get(connection, session_id)
        if session is None:
            raise NotThere("There is no such session (any more).")
        number, customer, match = session.number, None, None
        history: tuple[SessionLine, ...] = ()
        others = await customer_numbers.matches(connection, number) if number else ()
        if session.customer_id is not None:
            customer = await customers.get(connection, session.customer_id)
            match = await customer_numbers.match(connection, session.customer_id, number, session.opened_at)
            lines = await session_lists.history(connection, session.customer_id, limit=11)
            history = tuple(line for line in lines if line.id != session_id)[:10]
        tariff = await tariffs.newest_at(connection, day_of(at))
        calls = await call_lists.of_session(connection, session_id)
    others = tuple(other for other in others if other.customer_id != session.customer_id)
    return Record(session, customer, match, others, history, tariff, calls)
