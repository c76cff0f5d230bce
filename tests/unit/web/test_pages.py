"""A page is rendered for its reader."""

from __future__ import annotations

import re

import pytest

from ionas_phone.support.users import Role
from ionas_phone.web.routes import routes
from tests.desk_app import DeskApp, Visitor

FRAGMENTS = {
    "/anmelden",
    "/strom",
    "/kunden/suche",
    "/uhr",
    "/healthz",
    "/metrics",
    "/verwaltung",  # leads on to its first page
    "/verwaltung/protokoll.csv",
    "/kunden/ausgabe.csv",
}  # no whole pages of somebody signed in


async def test_a_page_speaks_its_readers_language(anna: Visitor, ben: Visitor) -> None:
    assert '<html lang="de">' in await (await anna.get("/")).text()
    assert '<html lang="en">' in await (await ben.get("/?sprache=de")).text()  # who is signed in has chosen


async def test_the_navigation_offers_what_the_role_allows_and_says_where_one_is(anna: Visitor, ben: Visitor) -> None:
    assistant = await (await anna.get("/")).text()
    supervisor = await (await ben.get("/leitung")).text()
    assert 'href="/leitung"' not in assistant
    assert re.search(r'href="/leitung"\s+aria-current="page"', supervisor)
    assert 'href="/uebung"' not in assistant  # there is no practice line here


async def test_a_live_page_has_its_regions_in_it_and_says_whose_it_is(anna: Visitor) -> None:
    text = await (await anna.get("/")).text()
    for region in ("ring", "my-calls", "open-sessions", "queues", "links"):
        assert text.count(f'id="region-{region}"') == 1
    assert 'data-page="desk" data-me="anna"' in text


@pytest.mark.parametrize("role", Role)
async def test_wherever_somebody_signed_in_is_their_ring_is_seen(desk: DeskApp, role: Role) -> None:
    await desk.person("cem", role, extension="203")
    pages = {route.path for route in routes() if route.method == "GET" and "{" not in route.path} - FRAGMENTS
    pages |= {"/kunden/10001", "/vorgaenge/7", "/nix"}
    async with await desk.signed_in("cem") as cem:
        for path in sorted(pages):
            text = await (await cem.get(path)).text()
            assert re.search(r'<body data-page="[\w/]+" data-me="cem"', text), path
            for region in ("links", "ring"):
                assert text.count(f'id="region-{region}"') == 1, (path, region)


async def test_other_pages_open_no_stream(desk: DeskApp) -> None:
    async with desk.visitor() as visitor:
        text = await (await visitor.get("/anmelden")).text()
    assert "data-page" not in text
    assert "live.js" not in text


async def test_nothing_inline_that_the_policy_would_refuse(anna: Visitor, ben: Visitor) -> None:
    for answer in (await anna.get("/"), await ben.get("/leitung"), await anna.get("/nix")):
        text = await answer.text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text)
