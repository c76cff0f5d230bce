from __future__ import annotations

from datetime import timedelta

from ionas_phone.store import customer_history
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer
from ionas_phone.support.users import User
from ionas_phone.support.work import Command
from tests.agreed import after, customer, desk
from tests.people import AT


async def test_the_latest_session_of_each_customer(database: Database, mueller: Customer) -> None:
    erika = await customer(database)
    await desk(database, mueller, "1")
    latest = await desk(database, mueller, "2")
    async with database.read() as connection:
        last = await customer_history.last_sessions(connection, [mueller.id, erika.id, 4711])
    assert {of: one.id for of, one in last.items()} == {mueller.id: latest.session_id}
    assert last[mueller.id].at - AT < timedelta(seconds=1)


async def test_the_customers_of_late_stand_there_once(database: Database, mueller: Customer) -> None:
    erika = await customer(database)
    for count, whose in enumerate((mueller, erika, None, mueller, mueller)):
        await desk(database, whose, str(count))
    async with database.read() as connection:
        assert await customer_history.of_late(connection) == (mueller.id, erika.id)
        assert await customer_history.of_late(connection, limit=1) == (mueller.id,)


async def test_the_time_of_sessions_with_corrections_and_what_runs(database: Database, anna: User) -> None:
    erika = await customer(database)
    worked, idle = await desk(database, erika, "1"), await desk(database, erika, "2")
    await worked.agree()
    await worked.do(Command.START, 0)
    async with database.read() as connection:
        times = await customer_history.times_of(connection, [worked.session_id, idle.session_id], after(90))
    assert times == {worked.session_id: 90}
