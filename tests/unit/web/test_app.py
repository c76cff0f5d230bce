"""The application comes up with what it was handed, and goes down without waiting for a browser."""

from __future__ import annotations

from pathlib import Path

from ionas_phone.runtime import clock
from tests.desk_app import desk_app, goodbye


async def test_shutdown_tells_every_tab_to_come_back_and_waits_for_none(tmp_path: Path) -> None:
    async with desk_app(tmp_path) as desk:
        await desk.person("anna")
        visitor = await desk.signed_in("anna")
        streams = [await visitor.stream() for _ in range(10)]
        started = clock.monotonic()
    async with visitor:
        assert clock.monotonic() - started < 1.5
        for stream in streams:  # nobody has answered the goodbye; it lies there nevertheless
            assert await goodbye(stream) == 1012
        assert desk.world.hub.watching() == 0
