from __future__ import annotations

import pytest

from ionas_phone.errors import NotThere
from ionas_phone.store import work
from ionas_phone.store.database import Database
from ionas_phone.support.users import User
from ionas_phone.support.work import Command, Warn, WorkState
from tests.agreed import after, customer, deed, desk
from tests.people import AT


async def test_a_session_nobody_has_worked_on_yet(database: Database) -> None:
    whose = await customer(database)
    now = await (await desk(database, whose)).work()

    assert (now.state, now.estimate, now.answer, now.acceptance, now.entries) == (
        WorkState.ESTIMATE,
        None,
        None,
        None,
        (),
    )
    assert [str(need) for need in now.needs] == [
        "There is no estimate yet; write down what you propose and how long it will take."
    ]


async def test_all_records_come_back_together(database: Database, anna: User) -> None:
    here = await desk(database, await customer(database))
    accepted = await here.agree()
    await here.do(Command.START)

    now = await here.work(1000)

    assert now.acceptance == now.answer == now.newest_acceptance == accepted
    assert now.confirmation is not None
    assert now.confirmation.acceptance_id == accepted.id
    assert now.estimate is not None
    assert now.estimate.tariff == accepted.tariff
    assert (now.running_since, now.limit_at, now.warn, now.needs) == (AT, after(1200), Warn.AMBER, ())
    assert now.running is not None
    assert (now.running.assistant, now.running.assistant_name) == ("anna", "Anna Beispiel")
    assert (now.running.acceptance_id, now.running.session_id) == (accepted.id, here.session_id)


async def test_a_request_sees_a_limit_that_has_passed_as_written(database: Database, anna: User) -> None:
    here = await desk(database, await customer(database))
    await here.agree()
    await here.do(Command.START)

    async with database.write() as connection:
        known = await work.locked(connection, here.session_id, after(5000))

    assert (known.timer, known.running) == (WorkState.PAUSED, None)
    assert [entry.ended_at for entry in known.entries] == [after(1200)]
    assert (await here.do(Command.STOP, 5001)).state is WorkState.STOPPED


async def test_where_there_is_no_session_there_is_no_work(database: Database) -> None:
    async with database.write() as connection:
        for session_id in (4711, -1, 10**30):
            with pytest.raises(NotThere, match="no such session"):
                await work.load(connection, session_id, AT)
            with pytest.raises(NotThere, match="no such session"):
                await work.locked(connection, session_id, deed().at)
