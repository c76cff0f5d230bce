"""The whole service on a real Asterisk and a real database, in this process. Rule: nothing of it is replaced."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from ionas_phone.app import Service, running
from ionas_phone.live.nouns import LinkState
from ionas_phone.runtime import clock
from ionas_phone.settings import Settings
from ionas_phone.store import customers, users
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer, NewCustomer
from ionas_phone.support.users import NewUser, Role
from tests.desk_app import password_hash
from tests.lab.asterisk import Asterisk
from tests.lab.waiting import until

PEOPLE = (
    NewUser("anna", "Anna Berger", Role.ASSISTANT, "201", "PJSIP/201"),
    NewUser("ben", "Ben Çelik", Role.ASSISTANT, "202", "PJSIP/202"),
    NewUser("cem", "Cem Aydın", Role.ASSISTANT, "203", "PJSIP/203"),
    NewUser("sophie", "Sophie Kern", Role.SUPERVISOR),
)
ERIKA = NewCustomer(name="Erika Beispiel", company="Beispiel Elektrotechnik GmbH", phones=("+4961315550101",))
OF_EXTENSION = {new.extension: new.login for new in PEOPLE if new.extension}


async def people_and_a_customer(url: str) -> Customer:
    """Write down who works here, and Erika."""
    database = Database(url)
    try:
        async with database.write() as connection:
            for new in PEOPLE:
                await users.add(connection, new, password_hash(), clock.now(), "test")
            return await customers.create(connection, ERIKA, clock.now(), "test")
    finally:
        await database.close()


def settings(folder: Path, database_url: str, *pbxes: Asterisk, **more: str) -> Settings:
    """Return the settings an administrator would write for these PBXes."""
    return Settings.from_env(environment(folder, database_url, *pbxes, **more))


def environment(folder: Path, database_url: str, *pbxes: Asterisk, **more: str) -> dict[str, str]:
    """Return the variables that say so, for a process of its own."""
    secrets = folder / "pbx-secrets"
    secrets.write_text("".join(f"{pbx.secret}\n" for pbx in pbxes))
    return {
        "IONAS_DATA": str(folder),
        "IONAS_DATABASE_URL": database_url,
        "IONAS_HTTP": "127.0.0.1:0",
        "IONAS_PBX_URLS": " ".join(pbx.ami_url for pbx in pbxes),
        "IONAS_PBX_SECRET_FILE": str(secrets) if pbxes else "",
        **more,
    }


@asynccontextmanager
async def linked(chosen: Settings, now: Callable[[], datetime] = clock.now) -> AsyncIterator[Service]:
    """Run the service, by the clock ``now``; inside the block every link is up."""
    async with running(chosen, now) as service:
        await until(lambda: is_up(service), "the links to come up")
        yield service


@asynccontextmanager
async def practising(folder: Path, migrated_file: Path) -> AsyncIterator[Service]:
    """Run the service on a database file of its own, with a practice line and no other PBX."""
    url = f"sqlite+aiosqlite:///{folder / 'ionas.db'}"
    shutil.copy(migrated_file, folder / "ionas.db")
    await people_and_a_customer(url)
    async with linked(settings(folder, url, IONAS_PRACTICE="1")) as service:
        yield service


def is_up(service: Service) -> bool:
    """Tell whether every PBX has given its snapshot."""
    links = service.engine.live.health().links
    return len(links) == len(service.links) and all(link.state is LinkState.UP for link in links)
