"""Beginning and leaving the guided tour, from any tab."""

from __future__ import annotations

from tests.desk_app import DeskApp, Visitor
from tests.unit.web.test_practice import anna, service
from tests.unit.web.test_sessions import HX

__all__ = ["anna", "service"]
STRIP = '<section id="region-tour" class="tour'


async def test_the_strip_is_there_until_the_tour_is_left(anna: Visitor) -> None:
    assert STRIP not in await (await anna.get("/")).text()
    answer = await anna.post("/uebung/tour")
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    for path in ("/", "/kunden", "/uebung", "/konto"):
        assert STRIP in await (await anna.get(path)).text()
    assert (await anna.post("/uebung/tour/ende", **HX)).status == 204
    assert STRIP not in await (await anna.get("/")).text()
    assert (await anna.post("/uebung/tour/ende")).headers["Location"] == "/uebung"


async def test_open_tabs_follow(anna: Visitor) -> None:
    stream = await anna.stream()
    await anna.post("/uebung/tour", **HX)
    while STRIP not in (await stream.receive_json()).get("html", ""):
        pass
    await stream.close()


async def test_without_a_practice_line_there_is_no_strip(desk: DeskApp) -> None:
    await desk.person("cem")
    async with await desk.signed_in("cem") as cem:
        await cem.post("/uebung/tour")
        assert STRIP not in await (await cem.get("/")).text()
