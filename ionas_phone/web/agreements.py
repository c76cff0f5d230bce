"""How far a session is with its estimate. Rule: what is to be done next is read off the records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ionas_phone.errors import NotThere
from ionas_phone.store import customers, sessions, users, work
from ionas_phone.support.customers import Customer
from ionas_phone.support.sessions import Session, SessionState
from ionas_phone.support.work import Warn, Work
from ionas_phone.web.context import Context


class NextStep(StrEnum):
    """What is to be done about the estimate now."""

    ESTIMATE = "estimate"  # propose something, or something else
    ASK = "ask"
    CONFIRM = "confirm"  # a consumer must have the confirmation first
    MORE = "more"  # the accepted minutes are used up
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Agreement:
    """A session and what was agreed about it. ``customer``: None as long as nobody knows whose it is.

    ``written_by``: the name of who wrote the answer to the newest estimate down, "" if there is none.
    """

    session: Session
    customer: Customer | None
    work: Work
    written_by: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody may still propose something."""
        return self.session.state is SessionState.OPEN

    @property
    def outdated(self) -> bool:
        """Whether the newest estimate was made for another kind of customer than this one is (now)."""
        estimate, customer = self.work.estimate, self.customer
        return bool(estimate and customer and estimate.customer_kind is not customer.kind)

    @property
    def step(self) -> NextStep:
        """What is to be done now."""
        if not self.open:
            return NextStep.NOTHING
        if self.work.estimate is None or (self.work.answer is None and self.outdated):
            return NextStep.ESTIMATE
        if self.work.answer is None:
            return NextStep.ASK
        return self._after_the_answer()

    def _after_the_answer(self) -> NextStep:
        newest = self.work.newest_acceptance
        if newest is None or newest.customer_id != self.session.customer_id:
            return NextStep.ESTIMATE
        if newest.must_be_confirmed and self.work.confirmation is None:
            return NextStep.CONFIRM
        return NextStep.MORE if self.work.warn is Warn.RED else NextStep.NOTHING

    def values(self) -> dict[str, Any]:
        """Return what the templates need."""
        return {
            "session": self.session,
            "customer": self.customer,
            "work": self.work,
            "step": self.step,
            "outdated": self.outdated,
            "written_by": self.written_by,
        }


async def read_agreement(world: Context, session_id: int) -> Agreement:
    """Read a session and the work on it as they stand now. Raises NotThere."""
    async with world.database.read() as connection:
        session = await sessions.get(connection, session_id)
        if session is None:
            raise NotThere
        known = session.customer_id
        customer = await customers.get(connection, known) if known is not None else None
        known_work = await work.load(connection, session_id, world.now())
        answer = known_work.answer
        who = await users.by_login(connection, answer.by) if answer else None
        return Agreement(session, customer, known_work, who.name if who else answer.by if answer else "")
