"""Forms that have to give way, against handlers that give way as often as told; real ones are in tests/integration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, MultipartWriter, web

from ionas_phone.errors import Contended
from ionas_phone.store.attempts import done_for_good
from ionas_phone.web.access import Handler
from ionas_phone.web.once_more import once_more


@asynccontextmanager
async def form(gives_way: int, *, after_the_fact: bool = False) -> AsyncIterator[tuple[str, list[str]]]:
    """Serve a form at the URL; listed is what was read at each try."""
    tries: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        tries.append(str((await request.post()).get("notes", "")))
        if after_the_fact:
            done_for_good()
        if len(tries) <= gives_way:
            raise Contended
        return web.Response(text="saved")

    @web.middleware
    async def tells(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Contended:
            return web.Response(status=503)

    app = web.Application(middlewares=[tells, once_more])
    app.router.add_route("*", "/", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/", tries
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(("gives_way", "status", "tries"), [(0, 200, 1), (1, 200, 2), (2, 503, 2)])
async def test_a_form_is_done_once_more_and_never_twice_more(gives_way: int, status: int, tries: int) -> None:
    async with form(gives_way) as (url, read), ClientSession() as client:
        assert (await client.post(url, data={"notes": "Drucker"})).status == status
        assert read == ["Drucker"] * tries


async def test_what_is_done_is_not_done_again() -> None:
    async with form(1, after_the_fact=True) as (url, read), ClientSession() as client:
        assert (await client.post(url, data={"notes": "Drucker"})).status == 503
        assert len(read) == 1


async def test_neither_a_page_nor_a_file_is_asked_for_again() -> None:
    async with form(1) as (url, read), ClientSession() as client:
        assert (await client.get(url)).status == 503
        assert len(read) == 1
    async with form(1) as (url, read), ClientSession() as client:
        with MultipartWriter("form-data") as several:
            part = several.append("Drucker")
            part.set_content_disposition("form-data", name="notes")
        assert (await client.post(url, data=several)).status == 503
        assert len(read) == 1
