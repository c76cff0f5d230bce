"""The laboratory as pytest fixtures, for tests that want real calls. Rule: one Asterisk a run, new people a test."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from tests.lab.asterisk import Asterisk
from tests.lab.legs import WAIT, Leg
from tests.lab.manager import Manager
from tests.lab.phones import Customers, Phone
from tests.lab.tree import MAJORS, Tree, newest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MISSING = [major for major in MAJORS if major != newest() and not Tree(major).installed]
ALL_WANTED = os.environ.get("CI") == "true"  # noqa: TID251 - settings.py is the product's


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Pass over the tests of a version that can't be had, if there is another; in CI they fail."""
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if (major := params.get("major")) in MISSING:
        said = f"Asterisk {major} is not installed: tests/lab/install.sh {major}"
        if ALL_WANTED:
            pytest.fail(f"{said}. CI runs everything.", pytrace=False)
        pytest.skip(said)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say last of all what was not run."""
    if MISSING and config.pluginmanager.hasplugin("terminalreporter"):
        versions = " and ".join(f"Asterisk {major}" for major in MISSING)
        config.get_terminal_writer().line(
            f"Not run: the tests of {versions}, which is not installed (tests/lab/install.sh). "
            f"All others ran on Asterisk {newest()}."
        )


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


@pytest.fixture(scope="session")
async def pbx() -> AsyncIterator[Asterisk]:
    """A real Asterisk, the newest there is, with our dial plan, switched to open. A phone's turn lasts 3 s."""
    async with Asterisk.running(ring_seconds=3, wait_seconds=30) as running:
        await running.cli("database put ionas opening open")
        yield running


@pytest.fixture
async def phones(pbx: Asterisk) -> AsyncIterator[Phones]:
    """The desk phones 201 to 203, registered; at the end they hang up and sign out."""
    async with AsyncExitStack() as stack:
        extensions = [phone.extension for phone in pbx.plan.phones]
        yield Phones([await stack.enter_async_context(Phone.registered(pbx, name)) for name in extensions])


@pytest.fixture
async def customers(pbx: Asterisk) -> AsyncIterator[Customers]:
    """The carrier's side; at the end its calls are hung up."""
    async with Customers.of(pbx) as carrier:
        yield carrier


@pytest.fixture
async def manager(pbx: Asterisk) -> AsyncIterator[Manager]:
    """A manager session of the dial plan's own account that writes down what arrives, from a quiet moment on."""
    while "0 active channels" not in await pbx.cli("core show channels count"):
        pass
    async with Manager.of(pbx) as session:
        yield session
