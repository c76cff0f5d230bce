"""Readiness names what kind of thing is not up, and tells a stranger no more."""

from __future__ import annotations

from ionas_phone.live.events import DatabaseSeen, LinkChanged
from ionas_phone.live.nouns import LinkState
from ionas_phone.runtime import clock
from tests.desk_app import DeskApp


async def test_ready_only_while_the_picture_can_be_believed(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        ready = await visitor.get("/healthz")
        one = {"up": 1, "configured": 1}
        assert (ready.status, await ready.json()) == (200, {"ready": True, "missing": [], "pbx": one})
        second = LinkChanged(at=clock.now(), pbx="pbx.example.org:5039", state=LinkState.LOST, reason="secret detail")
        desk.story.tell(second)
        desk.story.tell(DatabaseSeen(at=clock.now(), up=False, reason="secret detail"))
        away = await visitor.get("/healthz")
        assert away.status == 503
        two = {"up": 1, "configured": 2}
        assert await away.json() == {"ready": False, "missing": ["pbx", "database"], "pbx": two}
