"""Anna talks to a customer at a running desk, and sends what the forms of the record send."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import aiohttp

from ionas_phone.runtime import clock
from ionas_phone.store import customers, work
from ionas_phone.support.customers import Customer, CustomerKind, NewCustomer
from ionas_phone.support.sessions import Session
from ionas_phone.support.work import Work
from tests.desk_app import DeskApp, Visitor
from tests.e2e.calls import answered
from tests.opened import read_session

NUMBER = "+4961315550101"  # who rings in
HX = {"HX_Request": "true"}
ERIKA = NewCustomer("Erika Beispiel", phones=(NUMBER,), email="erika@example.org")
OFFER = {"procedure": "Ich erneuere den Treiber.", "minutes_from": "10", "minutes_to": "20", "cap": ""}
YES = {"decision": "accepted", "early_start": "1", "withdrawal_known": "1"}
NO = {"decision": "declined"}
SAID = {"who": "Erika Beispiel", "relation": "self", "identified": "details", "channel": "spoken"}
_keys = (f"key-{number}" for number in count())


@dataclass(frozen=True)
class Talk:
    """A call that stands open as a session. ``customer``: None if nobody we know rings."""

    desk: DeskApp
    anna: Visitor
    session_id: int
    customer: Customer | None

    @property
    def path(self) -> str:
        return f"/vorgaenge/{self.session_id}"

    async def get(self, form: str = "", **headers: str) -> str:
        """Return what stands at a form's address, or on the record."""
        return await (await self.anna.get(f"{self.path}{form}", **headers)).text()

    async def post(self, form: str, sent: dict[str, str], **headers: str) -> aiohttp.ClientResponse:
        """Send a form, with a key of its own unless it has one."""
        return await self.anna.post(f"{self.path}{form}", {"key": next(_keys), **sent}, **headers)

    async def propose(self, **changes: str) -> aiohttp.ClientResponse:
        return await self.post("/schaetzung", {**OFFER, **changes})

    async def answer(self, said: dict[str, str], **headers: str) -> aiohttp.ClientResponse:
        """Open the form that asks the customer, and send what they said."""
        return await self.post("/zustimmung", {**hidden(await self.get("/zustimmung")), **SAID, **said}, **headers)

    async def confirm(self, **changes: str) -> aiohttp.ClientResponse:
        """Hand over the confirmation as the form shows it, and record that."""
        handed = {"handed": "mail", "address": "erika@example.org", **changes}
        return await self.post("/bestaetigung", {**hidden(await self.get("/bestaetigung")), **handed})

    async def agree(self) -> None:
        """Everything until the timer may run."""
        await self.propose()
        await self.answer(YES)
        await self.confirm()
        assert (await self.work()).needs == ()

    async def work(self) -> Work:
        async with self.desk.world.database.read() as connection:
            return await work.load(connection, self.session_id, clock.now())

    async def session(self) -> Session:
        return await read_session(self.desk.world.database, self.session_id)


def hidden(html: str) -> dict[str, str]:
    """Return the hidden fields on a page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html))


async def erika(desk: DeskApp, kind: CustomerKind = CustomerKind.CONSUMER, *, framework: bool = False) -> Customer:
    """Write the customer who rings down."""
    async with desk.world.database.write() as connection:
        facts = {field: getattr(ERIKA, field) for field in ("name", "phones", "email")}
        new = NewCustomer(**facts, kind=kind, framework_contract=framework)
        return await customers.create(connection, new, clock.now(), "test")


@asynccontextmanager
async def talking(desk: DeskApp, whose: Customer | None) -> AsyncIterator[Talk]:
    """Let the customer ring in (None: nobody we know), and Anna answer."""
    session_id = await answered(desk)
    async with await desk.signed_in("anna") as anna:
        yield Talk(desk, anna, session_id, whose)
