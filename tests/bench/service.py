"""The service as a process of its own, on PostgreSQL. Rule: what is asked of it is asked from outside."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_urlsafe

import psutil
from prometheus_client.parser import text_string_to_metric_families

from ionas_phone.runtime import clock
from ionas_phone.store import customers, logins, users
from ionas_phone.store.database import Database
from ionas_phone.support.customers import NewCustomer
from ionas_phone.support.users import NewUser, Role
from ionas_phone.web.access import hash_of
from tests.desk_app import Visitor, password_hash
from tests.lab.ports import free_tcp

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds until it is ready, and until all tabs are open
CUSTOMERS = 50
PROFILED = False  # see tests.bench.profiled


@dataclass
class Served:
    """A running service, and what the system says about its process."""

    url: str
    process: psutil.Process

    async def meters(self) -> dict[str, float]:
        """Read /metrics; histogram buckets are named ``…_bucket/LE``."""
        async with Visitor(self.url) as visitor:
            text = await (await visitor.get("/metrics")).text()
        return {
            sample.name + (f"/{sample.labels['le']}" if "le" in sample.labels else ""): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    async def tabs(self, wanted: int) -> None:
        """Wait until so many tabs hold a stream."""
        async with asyncio.timeout(PATIENCE):
            while (await self.meters())["ionas_tabs"] < wanted:  # noqa: ASYNC110 - another process is waited for
                await asyncio.sleep(0.1)

    def cpu(self) -> float:
        """Return the processor seconds it has used."""
        used = self.process.cpu_times()
        return float(used.user + used.system)

    def sample(self) -> None:
        """Begin to sample where the time goes, or end it and say so; nothing without --profile."""
        if PROFILED:
            self.process.send_signal(signal.SIGUSR1)

    def rss(self) -> int:
        """Return the bytes of memory it holds."""
        return int(self.process.memory_info().rss)


@asynccontextmanager
async def serving(folder: Path, database: str, pbx: str, secret: str) -> AsyncIterator[Served]:
    """Run the service inside the block: ready, with its link up."""
    (folder / "pbx-secret").write_text(f"{secret}\n")
    url = f"http://127.0.0.1:{free_tcp()}"
    environ = os.environ | {  # noqa: TID251 - a process of its own
        "IONAS_DATA": str(folder),
        "IONAS_DATABASE_URL": database,
        "IONAS_HTTP": url.removeprefix("http://"),
        "IONAS_PBX_URLS": pbx,
        "IONAS_PBX_SECRET_FILE": str(folder / "pbx-secret"),
        "IONAS_LOG_LEVEL": "error",
        "PYTHONPATH": str(ROOT),
    }
    module = "tests.bench.profiled" if PROFILED else "tests.bench.installed"
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, "serve", env=environ, cwd=ROOT)
    try:
        await ready(url)
        yield Served(url, psutil.Process(process.pid))
    finally:
        process.terminate()
        await process.wait()


async def ready(url: str) -> None:
    """Wait until the pages are served and every link is up."""
    async with asyncio.timeout(PATIENCE), Visitor(url) as visitor:
        while True:
            try:
                if (await visitor.get("/healthz")).status == 200:
                    return
            except OSError:
                pass
            await asyncio.sleep(0.05)


async def people(database_url: str, phones: tuple[str, ...]) -> dict[str, str]:
    """Write down an assistant per phone and some customers; return a signed-in browser's cookie for each phone."""
    database, cookies = Database(database_url), {}
    try:
        async with database.write() as connection:
            for phone in phones:
                new = NewUser(f"a{phone}", f"Assistent {phone}", Role.ASSISTANT, phone, f"PJSIP/{phone}")
                user = await users.add(connection, new, password_hash(), clock.now(), "bench")
                cookies[phone] = token_urlsafe(32)
                await logins.open(connection, user.id, hash_of(cookies[phone]), clock.now())
            one = NewCustomer(name="Erika Beispiel", company="Beispiel GmbH", phones=())
            for number in range(CUSTOMERS):
                known = replace(one, name=f"Erika Beispiel {number}", phones=(number_of(number),))
                await customers.create(connection, known, clock.now(), "bench")
    finally:
        await database.close()
    return cookies


def number_of(index: int) -> str:
    """Return the phone number of a customer."""
    return f"+4961315550{index % CUSTOMERS + 100}"
