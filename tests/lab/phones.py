"""Desk phones and customers at the test's command. Rule: nobody rings, answers or hangs up unless the test says so."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tests.lab.agents import Agent
from tests.lab.asterisk import CARRIER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.lab.asterisk import Asterisk
    from tests.lab.legs import Leg

LINE = "+496131327070"
ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'


class Phone(Agent):
    """A desk phone that registers: ``leg = await phone.next_call()``, ``leg.ring()``, ``leg.answer()``."""

    @classmethod
    @contextlib.asynccontextmanager
    async def registered(cls, pbx: Asterisk, extension: str) -> AsyncIterator[Phone]:
        """Sign in, and out again at the end."""
        phone = cls(extension, "127.0.0.1", pbx.sip, pbx.written.secrets.phones[extension])
        await phone.open()
        try:
            await phone.register()
            yield phone
        finally:
            if pbx.process is not None:
                await phone.register(0)
                await phone.close()
            else:
                phone.drop()


class Customers(Agent):
    """The carrier's side of the trunk: customers call from here, and calls to the outside world arrive here."""

    @classmethod
    @contextlib.asynccontextmanager
    async def of(cls, pbx: Asterisk) -> AsyncIterator[Customers]:
        assert pbx.plan.trunk is not None
        customers = cls("carrier", CARRIER, pbx.sip)
        await customers.open(pbx.plan.trunk.port)
        try:
            yield customers
        finally:
            if pbx.process is not None:
                await customers.close()
            else:
                customers.drop()

    def call(self, number: str, name: str = "", *, to: str = LINE, asserted: str = "", privacy: str = "") -> Leg:
        """Ring ``to``: ``number`` and ``name`` in From, ``asserted`` in P-Asserted-Identity, ``privacy`` e.g. "id"."""
        more = _identity(asserted, privacy)
        return self.dial(to, shown=f'"{name}" <sip:{number}@carrier.example.org>', more=more)

    def call_anonymously(self, *, to: str = LINE, asserted: str = "") -> Leg:
        """Ring with a suppressed number; ``asserted`` is the real one that some carriers send along."""
        return self.dial(to, shown=ANONYMOUS, more=_identity(asserted, "id"))


def _identity(asserted: str, privacy: str) -> tuple[tuple[str, str], ...]:
    """Return the headers with which a carrier vouches for a number, and says that it is not to be shown."""
    every = (("P-Asserted-Identity", asserted and f"<sip:{asserted}@carrier.example.org>"), ("Privacy", privacy))
    return tuple(pair for pair in every if pair[1])
