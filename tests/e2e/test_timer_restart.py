"""The service is killed while a timer runs and somebody looks on: nothing is lost, nothing is billed unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from ionas_phone.runtime import clock
from ionas_phone.store.database import Database
from ionas_phone.store.migrate import migrate
from ionas_phone.support.work import WorkState
from tests import agreed
from tests.browser import Complaints, NewBrowser, sign_in
from tests.e2e.test_timer import BAR, RECORD, press, seconds
from tests.failures.process import Serving
from tests.lab.ports import free_tcp
from tests.people import AT
from tests.service import environment, people_and_a_customer

if TYPE_CHECKING:
    from pathlib import Path


async def test_killed_and_started_again_it_runs_on_is_marked_and_reviewed(
    tmp_path: Path, profile: NewBrowser, complaints: Complaints
) -> None:
    complaints.expected += ["ERR_CONNECTION", "WebSocket"]
    url = f"sqlite+aiosqlite:///{tmp_path / 'ionas.db'}"
    migrate(url)
    erika = await people_and_a_customer(url)
    database = Database(url)
    here = await agreed.desk(database, erika)
    await here.agree(20, seconds=_now() - 60)
    async with Serving.running(
        tmp_path, environment(tmp_path, url, IONAS_PRACTICE="1", IONAS_HTTP=f"127.0.0.1:{free_tcp()}")
    ) as service:
        page = await sign_in(await profile(), service.url, "anna", f"/vorgaenge/{here.session_id}")
        await press(page, "Start")
        await expect(page.locator(BAR)).to_contain_text("läuft")
        await service.kill()
        await expect(page.locator("#connection")).to_contain_text("Verbindung unterbrochen")
        await expect(page.locator(BAR)).to_contain_text("läuft")  # it does: its start is written down
        await service.start()
        await expect(page.locator("#connection")).to_contain_text("verbunden", timeout=15_000)
        await expect(page.locator(RECORD)).to_contain_text("Die Zeit lief weiter, niemand konnte sie anhalten.")
        work = await here.work(_now())
        assert (work.state, len(work.entries), len(work.to_review)) == (WorkState.RUNNING, 1, 1)
        await press(page, "Pause")
        await expect(page.locator(BAR)).to_contain_text("pausiert")
        assert await seconds(page) == (await here.work(_now())).used_seconds

        sophie = await sign_in(await profile(), service.url, "sophie", "/leitung/zeiten")
        await sophie.get_by_role("link", name="Beispiel Elektrotechnik").click()
        await sophie.get_by_label("es wurde gearbeitet").check()
        await sophie.get_by_role("button", name="Entscheiden").click()
        await expect(page.locator(RECORD)).not_to_contain_text("Die Zeit lief weiter")
        assert (await here.work(_now())).to_review == ()
    await database.close()


def _now() -> float:
    return (clock.now() - AT).total_seconds()
