"""The world of the handlers is handed in with the application."""

from __future__ import annotations

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from ionas_phone.live.board import TIMES, session_topic, sessions_topic
from ionas_phone.web.context import CONTEXT, context, practice_topic
from tests.desk_app import DeskApp


def test_each_practice_phone_has_a_topic_of_its_own() -> None:
    assert practice_topic("anna") == "practice/anna"


async def test_a_text_that_was_written_wakes_nobody_who_looks_at_times(desk: DeskApp) -> None:
    hub = desk.world.hub
    watch = hub.watch("log-in 1", {"texts": [session_topic(1)], "marks": [TIMES], "sessions": [sessions_topic("anna")]})
    await watch.changed()
    desk.world.written(1, "anna", None)
    assert (await watch.changed()).keys() == {"texts", "sessions"}
    desk.world.changed(1, "anna")
    assert (await watch.changed()).keys() == {"texts", "sessions", "marks"}
    watch.close()


async def test_a_request_finds_the_world_of_its_application(desk: DeskApp) -> None:
    app = web.Application()
    app[CONTEXT] = desk.world
    assert context(make_mocked_request("GET", "/", app=app)) is desk.world
