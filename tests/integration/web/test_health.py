"""Whether the service is ready, asked while a real Asterisk crashes and comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.desk_app import Visitor
from tests.lab.asterisk import Asterisk
from tests.lab.waiting import until
from tests.service import is_up, linked, settings


async def test_ready_is_who_sees_every_pbx(pbx: Asterisk, migrated_file: Path, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    async with (
        Asterisk.running() as other,
        linked(settings(tmp_path, url, pbx, other)) as service,
        Visitor(service.url) as visitor,
    ):
        assert (await visitor.get("/healthz")).status == 200
        await other.kill()
        await until(lambda: not is_up(service), "the link to be lost")
        away = await visitor.get("/healthz")
        links = {"up": 1, "configured": 2, "down": [f"127.0.0.1:{other.plan.ami_port}"]}
        assert (away.status, await away.json()) == (503, {"ready": False, "missing": ["pbx"], "pbx": links})
        await other.start()
        await until(lambda: is_up(service), "the link to come back")
        assert (await visitor.get("/healthz")).status == 200
