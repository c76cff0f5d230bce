"""A session in the store, brought as far as a test needs it: proposed, read out, accepted, confirmed, running."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from ionas_phone.live.effects import CallRecord
from ionas_phone.live.nouns import CallKey
from ionas_phone.store import acceptances, customers, estimates, sessions, timers, work
from ionas_phone.store.database import Database
from ionas_phone.support.acceptances import (
    Acceptance,
    Answer,
    Confirmation,
    Decision,
    Handed,
    Identified,
    NewConfirmation,
    Relation,
)
from ionas_phone.support.customers import Customer, CustomerKind, NewCustomer
from ionas_phone.support.estimates import Estimate, NewEstimate
from ionas_phone.support.work import Command, Deed, Step, Work
from tests.people import AT, call

OFFER = NewEstimate("Treiber erneuern", 10, 20)
YES = Answer(
    Decision.ACCEPTED, "Erika Beispiel", Relation.SELF, Identified.DETAILS, early_start=True, withdrawal_known=True
)
NO = Answer(Decision.DECLINED, "Erika Beispiel")
COMMANDS = {
    Command.START: timers.start,
    Command.PAUSE: timers.pause,
    Command.RESUME: timers.resume,
    Command.STOP: timers.stop,
}
_keys = (f"key-{number}" for number in count())


def after(seconds: float) -> datetime:
    """Return the instant so many seconds after AT."""
    return AT + timedelta(seconds=seconds)


def deed(seconds: float = 0, by: str = "anna", key: str | None = None) -> Deed:
    """Something that somebody does so many seconds after AT; without a key of its own it gets a fresh one."""
    return Deed(key or next(_keys), after(seconds), by)


@dataclass(frozen=True)
class Desk:
    """One session, as the pages will handle it: one transaction per request."""

    database: Database
    session_id: int

    async def propose(self, new: NewEstimate = OFFER, doing: Deed | None = None) -> Estimate:
        async with self.database.write() as connection:
            return await estimates.propose(connection, self.session_id, new, doing or deed())

    async def answer(
        self, said: Answer = YES, doing: Deed | None = None, estimate: Estimate | None = None, language: str = "de"
    ) -> Acceptance:
        """Read out what is to be read, and record the answer."""
        async with self.database.write() as connection:
            asked = estimate or (await work.estimates(connection, self.session_id, limit=1))[0]
            reading = await acceptances.to_read(connection, asked, language)
            said = replace(said, scripts=said.scripts or reading.scripts)
            return await acceptances.answer(connection, self.session_id, asked.id, said, doing or deed())

    async def confirm(
        self, acceptance: Acceptance, handed: Handed = Handed.MAIL, doing: Deed | None = None
    ) -> Confirmation:
        async with self.database.write() as connection:
            (script,) = (await acceptances.draft(connection, acceptance.id)).scripts
            new = NewConfirmation(script, handed, "erika@example.org")
            return await acceptances.confirm(connection, acceptance.id, new, doing or deed())

    async def agree(self, minutes_to: int = 20, seconds: float = 0) -> Acceptance:
        """Everything until the timer may start."""
        await self.propose(replace(OFFER, minutes_to=minutes_to), deed(seconds))
        accepted = await self.answer(doing=deed(seconds))
        await self.confirm(accepted, doing=deed(seconds))
        return accepted

    async def do(self, command: Command, seconds: float = 0, by: str = "anna", key: str | None = None) -> Step:
        async with self.database.write() as connection:
            return await COMMANDS[command](connection, self.session_id, deed(seconds, by, key))

    async def work(self, seconds: float = 0) -> Work:
        async with self.database.read() as connection:
            return await work.load(connection, self.session_id, after(seconds))


async def customer(database: Database, kind: CustomerKind = CustomerKind.CONSUMER, **changes: bool) -> Customer:
    """A customer who never rang before."""
    new = NewCustomer("Erika Beispiel", kind=kind, framework_contract=changes.get("framework_contract"))
    async with database.write() as connection:
        return await customers.create(connection, new, AT, "anna")


async def desk(database: Database, whose: Customer | None, unique_id: str = "1", pbx: str = "mainz") -> Desk:
    """A session that a call of theirs has opened."""
    record: CallRecord = replace(call(answered_at=AT, answered_by="anna", number=None), call=CallKey(pbx, unique_id))
    async with database.write() as connection:
        opened = await sessions.open_for_call(connection, record, AT)
        if whose is not None:
            await sessions.set_customer(connection, opened.session_id, whose.id, AT, "anna")
    return Desk(database, opened.session_id)
