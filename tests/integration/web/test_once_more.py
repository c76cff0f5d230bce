"""Forms that stand in another writer's way, on a real PostgreSQL that gives up one of two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from ionas_phone.app import Service, running
from ionas_phone.settings import Settings
from ionas_phone.store import customers
from ionas_phone.store.tables import customers as records
from ionas_phone.support.customers import NewCustomer
from tests.databases import gives_way_once
from tests.desk_app import PASSWORD, Visitor
from tests.people import AT
from tests.postgres import PostgreSQL
from tests.service import people_and_a_customer

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@pytest.fixture
async def service(postgresql: PostgreSQL, tmp_path: Path) -> AsyncIterator[Service]:
    """A service with Erika (1000) and a second record of hers (1001), on a server that takes time to see a deadlock."""
    name = await postgresql.new("migrated")
    # Until then both must wait: each looks once, and after five seconds whoever waits for a lock gives up.
    await postgresql.execute(f"ALTER DATABASE {name} SET deadlock_timeout = '4s'")
    url = postgresql.url(name)
    await people_and_a_customer(url)
    environ = {"IONAS_DATA": str(tmp_path), "IONAS_HTTP": "127.0.0.1:0", "IONAS_DATABASE_URL": url}
    async with running(Settings.from_env(environ)) as service:
        async with service.database.write() as connection:
            await customers.create(connection, NewCustomer(name="E. Beispiel"), AT, "test")
        yield service
    await postgresql.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def sophie(service: Service) -> AsyncIterator[Visitor]:
    async with Visitor(service.url) as visitor:
        assert (await visitor.post("/anmelden", {"name": "sophie", "passwort": PASSWORD})).status == 303
        yield visitor


async def numbers(service: Service) -> list[tuple[int, str]]:
    async with service.database.read() as connection:
        found = await connection.execute(select(records.c.id, records.c.number).order_by(records.c.id))
        return [(row.id, row.number) for row in found]


async def test_two_who_wait_for_each_other_are_both_done(service: Service, sophie: Visitor) -> None:
    """Somebody has the second record and wants the first; the merge has the first and wants the second."""
    (erika, number), (again, other) = await numbers(service)

    def holding(customer: int) -> object:
        return select(records.c.id).where(records.c.id == customer).with_for_update()

    async with asyncio.TaskGroup() as group, service.database.write() as connection:
        await connection.execute(text("SET LOCAL deadlock_timeout = '60s'"))  # not we shall be given up
        await connection.execute(holding(again))  # type: ignore[call-overload]
        form = {"mit": other, "kept": "1", "gone": "1"}
        merge = group.create_task(sophie.post(f"/kunden/{number}/zusammenfuehren", form))
        while not (await connection.execute(text(WAITS))).scalar_one():  # each question is a way to the server and back
            pass
        await connection.execute(holding(erika))  # type: ignore[call-overload]
    assert merge.result().status == 303
    async with service.database.read() as connection:
        found = await customers.by_number(connection, other)
        assert found
        assert found.id == erika


EDITED = {"name": "Erika Muster", "phones": "06131 5550101", "version": "1"}


async def test_a_form_that_gives_way_once_is_saved(service: Service, sophie: Visitor) -> None:
    number = (await numbers(service))[0][1]
    await gives_way_once(service.database, "customers")
    assert (await sophie.post(f"/kunden/{number}/bearbeiten", EDITED)).status == 303
    assert "Erika Muster" in await (await sophie.get(f"/kunden/{number}")).text()


async def test_who_has_to_give_way_twice_is_told_and_what_was_typed_is_kept(service: Service, sophie: Visitor) -> None:
    number = (await numbers(service))[0][1]
    await gives_way_once(service.database, "customers", times=2)
    told = await sophie.post(f"/kunden/{number}/bearbeiten", EDITED)
    page = await told.text()
    assert told.status == 503
    assert "konnte zweierlei nicht zugleich tun" in page
    assert 'value="Erika Muster"' in page
    assert "Erika Muster" not in await (await sophie.get(f"/kunden/{number}")).text()
    assert (await sophie.post(f"/kunden/{number}/bearbeiten", EDITED)).status == 303
