"""What pages show of time: elapsed by our clock, and who may do what."""

from __future__ import annotations

from datetime import timedelta

from ionas_phone.store import customers, sessions, users
from ionas_phone.support.customers import NewCustomer
from ionas_phone.support.users import User
from ionas_phone.support.work import Command, WorkState
from ionas_phone.web.times import my_timer, new_key, session_time, used_ms
from tests import agreed
from tests.desk_app import DeskApp
from tests.e2e.calls import answered
from tests.timed import Timed


async def person(timed: Timed, login: str) -> User:
    async with timed.desk.world.database.read() as connection:
        user = await users.by_login(connection, login)
    assert user
    return user


def test_no_two_keys_are_alike() -> None:
    assert new_key() != new_key()


async def test_a_running_clock_has_parts_of_a_second_a_standing_one_has_none(timed: Timed) -> None:
    await timed.do(Command.START, 62.5)
    running = await timed.work()
    assert running.running
    assert used_ms(running) == (running.at - running.running.started_at) // timedelta(milliseconds=1)
    await timed.do(Command.STOP)
    assert used_ms(await timed.work()) % 1000 == 0


async def test_past_its_limit_the_clock_stands_at_it_before_that_is_written(timed: Timed) -> None:
    await timed.here.do(Command.START, timed.seconds(1300))  # nobody is told, and nobody has looked yet
    assert used_ms(await timed.work()) == 1_200_000


async def test_only_who_worked_on_it_or_a_supervisor_is_offered_to_correct(timed: Timed) -> None:
    await timed.do(Command.START, 60)
    offered = {}
    for login in ("anna", "ben", "sophie"):
        values = await session_time(timed.desk.world, await person(timed, login), timed.id)
        offered[login] = (values["may_correct"], values["elsewhere"])
    assert offered == {"anna": (True, None), "ben": (False, None), "sophie": (True, None)}


async def test_one_has_one_timer_or_none(timed: Timed) -> None:
    assert await my_timer(timed.desk.world, await person(timed, "anna")) == {"work": None}
    await timed.do(Command.START, 60)
    mine = await my_timer(timed.desk.world, await person(timed, "anna"))
    assert (mine["session"].id, mine["customer"].name) == (timed.id, "Erika Beispiel")
    assert await my_timer(timed.desk.world, await person(timed, "ben")) == {"work": None}


async def test_who_talks_to_somebody_who_has_agreed_is_offered_the_start_wherever_they_are(desk: DeskApp) -> None:
    session_id = await answered(desk)
    here = agreed.Desk(desk.world.database, session_id)
    async with desk.world.database.write() as connection:
        erika = await customers.create(connection, NewCustomer("Erika"), desk.world.now(), "anna")
        await sessions.set_customer(connection, session_id, erika.id, desk.world.now(), "anna")
        anna = await users.by_login(connection, "anna")
    assert anna
    assert await my_timer(desk.world, anna) == {"work": None}
    await here.agree()
    assert (await my_timer(desk.world, anna))["work"].state is WorkState.ACCEPTED
    await here.do(Command.START)
    await here.do(Command.STOP)
    assert await my_timer(desk.world, anna) == {"work": None}
