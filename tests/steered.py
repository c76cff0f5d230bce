"""A desk whose buttons reach a PBX that behaves as told. Rule: the link is the real one, the PBX is not ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ionas_phone.live.events import LinkChanged
from ionas_phone.live.nouns import LinkState
from tests.desk_app import DeskApp
from tests.unit.ami.fake_pbx import FakePbx, Inbox
from tests.unit.ami.test_connection import link_to, running


@asynccontextmanager
async def steered(desk: DeskApp) -> AsyncIterator[FakePbx]:
    """Give the desk a link to a PBX; what happens there is still told by the desk's story."""
    async with FakePbx() as pbx:
        inbox = Inbox()
        link = link_to(pbx, inbox)
        try:
            async with running(link):
                await inbox.until(LinkChanged, state=LinkState.UP)
                desk.links["mainz"] = link
                yield pbx
        finally:
            desk.links.clear()
