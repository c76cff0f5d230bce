"""Readiness names what is not up."""

from __future__ import annotations

from ionas_phone.live.events import DatabaseSeen, LinkChanged
from ionas_phone.live.nouns import LinkState
from ionas_phone.runtime import clock
from tests.desk_app import DeskApp


async def test_ready_only_while_the_picture_can_be_believed(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        ready = await visitor.get("/healthz")
        assert (ready.status, await ready.json()) == (200, {"ready": True, "missing": []})
        desk.story.tell(LinkChanged(at=clock.now(), pbx="mainz", state=LinkState.LOST, reason="secret detail"))
        desk.story.tell(DatabaseSeen(at=clock.now(), up=False, reason="secret detail"))
        away = await visitor.get("/healthz")
        assert away.status == 503
        assert await away.json() == {"ready": False, "missing": ["pbx mainz: lost", "database"]}
