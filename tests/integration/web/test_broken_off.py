"""A browser that goes away while its form is being saved: what was sent is saved, and nothing is cancelled."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from sqlalchemy import text

from ionas_phone.app import running
from ionas_phone.settings import Settings
from ionas_phone.store import customers
from ionas_phone.store.database import Database
from tests.desk_app import PASSWORD, Visitor
from tests.lab.waiting import until
from tests.service import people_and_a_customer


async def test_a_form_is_saved_though_its_browser_has_gone(tmp_path: Path, migrated_file: Path) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'ionas.db')}"
    erika = await people_and_a_customer(url)
    environ = {"IONAS_DATA": str(tmp_path), "IONAS_HTTP": "127.0.0.1:0", "IONAS_DATABASE_URL": url}
    async with running(Settings.from_env(environ)) as service, Visitor(service.url) as sophie:
        assert (await sophie.post("/anmelden", {"name": "sophie", "passwort": PASSWORD})).status == 303
        other, server = Database(url), service._runner and service._runner.server
        assert server
        before = server.requests_count
        async with asyncio.TaskGroup() as group, other.write() as holder:
            await holder.execute(text("UPDATE counters SET next = next"))
            typed = {"name": "Erika Muster", "version": "1"}
            form = group.create_task(sophie.post(f"/kunden/{erika.number}/bearbeiten", typed))
            await until(lambda: server.requests_count > before, "the form to be read")
            form.cancel()
            await until(lambda: all(one.transport is None for one in server.connections), "the browser to be gone")
        await until(lambda: not server.connections, "the form to be saved")
        async with other.read() as connection:
            found = await customers.by_number(connection, erika.number)
        await other.close()
    assert found
    assert found.name == "Erika Muster"
