"""The laboratory as pytest fixtures, for every test that wants real calls. Rule: one Asterisk per run, fresh people per test."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.lab.asterisk import Asterisk
from tests.lab.legs import WAIT, Leg
from tests.lab.manager import Manager
from tests.lab.phones import Customers, Phone
from tests.lab.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Phones:
    """The three desk phones, signed in: ``phones["201"]``. ``next_call`` is the next ring at any of them."""

    def __init__(self, phones: list[Phone]) -> None:
        self._phones = {phone.name: phone for phone in phones}
        self._calls: asyncio.Queue[Leg] = asyncio.Queue()
        for phone in phones:
            phone.calls = self._calls

    def __getitem__(self, extension: str) -> Phone:
        return self._phones[extension]

    async def next_call(self) -> Leg:
        async with asyncio.timeout(WAIT):
            return await self._calls.get()

    async def answer(self, caller: Leg) -> Leg:
        """Let the next phone ring and answer; return its leg when both talk."""
        leg = await self.next_call()
        leg.ring()
        leg.answer()
        await leg.until(leg.answered)
        await caller.until(caller.answered)
        return leg


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pbx() -> AsyncIterator[Asterisk]:
    """A real Asterisk 22 with our dial plan, always open, for the whole run. Phones ring for 3 s; the queue waits 30 s."""
    async with Asterisk.running(ring_seconds=3, wait_seconds=30) as running:
        await running.cli("database put ionas opening open")
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def phones(pbx: Asterisk) -> AsyncIterator[Phones]:
    """The desk phones 201 to 203, registered; at the end they hang up and sign out."""
    async with AsyncExitStack() as stack:
        signed_in = [await stack.enter_async_context(Phone.registered(pbx, phone.extension)) for phone in pbx.plan.phones]
        yield Phones(signed_in)


@pytest_asyncio.fixture(loop_scope="session")
async def customers(pbx: Asterisk) -> AsyncIterator[Customers]:
    """The carrier's side; at the end its calls are hung up."""
    async with Customers.of(pbx) as carrier:
        yield carrier


@pytest_asyncio.fixture(loop_scope="session")
async def manager(pbx: Asterisk) -> AsyncIterator[Manager]:
    """A manager session of the dial plan's own account that writes down what arrives."""
    async with Manager.of(pbx) as session:
        yield session
