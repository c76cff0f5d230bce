"""People and records that most tests of the store begin with."""

from __future__ import annotations

import pytest

from ionas_phone.store import customers, users
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer
from ionas_phone.support.users import User
from tests.people import ANNA, AT, BEN, HASH, MUELLER


@pytest.fixture
async def anna(database: Database) -> User:
    async with database.write() as connection:
        return await users.add(connection, ANNA, HASH, AT, "office")


@pytest.fixture
async def ben(database: Database) -> User:
    async with database.write() as connection:
        return await users.add(connection, BEN, HASH, AT, "office")


@pytest.fixture
async def mueller(database: Database) -> Customer:
    async with database.write() as connection:
        return await customers.create(connection, MUELLER, AT, "anna")
