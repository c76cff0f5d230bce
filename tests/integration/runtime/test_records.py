"""What the picture orders of the store, on both databases: done, safe twice, and remembered after a start."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from ionas_phone.errors import RowRefused
from ionas_phone.live import events as e
from ionas_phone.live.answers import CallWritten
from ionas_phone.live.effects import (
    HandOverSession,
    KeepSight,
    LookUpCaller,
    OpenSession,
    Outcome,
    RecordCall,
    RecordGap,
)
from ionas_phone.live.nouns import CallKey, Direction, Gap
from ionas_phone.runtime.orders import Order
from ionas_phone.runtime.records import Records
from ionas_phone.store import calls, customer_merges, customer_numbers, customers, sessions, users
from ionas_phone.store import tables as t
from ionas_phone.store.database import Database
from ionas_phone.support.customers import NewCustomer
from tests.databases import gives_way_once
from tests.people import ANSWERED, AT, KEY, NUMBER, call
from tests.service import PEOPLE


async def records(database: Database) -> Records:
    async with database.write() as connection:
        for new in PEOPLE:
            await users.add(connection, new, "hash", AT, "test")
        await customers.create(connection, NewCustomer(name="Erika", phones=(NUMBER,)), AT, "test")
    return Records(database, lambda: AT)


async def test_a_look_up_tells_whom_the_number_may_belong_to(database: Database) -> None:
    store = await records(database)
    [fact] = await store.carry_out([LookUpCaller(KEY, NUMBER)])
    assert isinstance(fact, e.CallerRecognised)
    assert [match.name for match in fact.matches] == ["Erika"]


async def test_opening_twice_opens_one_session_and_tells_it_twice(database: Database) -> None:
    store = await records(database)
    order = OpenSession(ANSWERED, AT)
    [[fact], [again]] = [await store.carry_out([order]) for _ in range(2)]
    assert isinstance(fact, e.SessionOpened)
    assert isinstance(again, e.SessionOpened)
    assert (fact.fresh, again.fresh) == (True, False)
    assert replace(again, fresh=True) == fact
    assert fact.customer
    assert fact.customer.name == "Erika"


async def test_a_session_is_handed_over_and_that_is_told(database: Database) -> None:
    store = await records(database)
    [opened] = await store.carry_out([OpenSession(ANSWERED, AT)])
    assert isinstance(opened, e.SessionOpened)
    facts = await store.carry_out([HandOverSession(KEY, opened.session_id, "ben", AT)])
    assert facts == [e.SessionHandedOver(at=AT, call=KEY, login="ben")]
    async with database.read() as connection:
        session = await sessions.get(connection, opened.session_id)
    assert session
    assert session.assistant == "ben"


async def test_a_call_back_in_a_colleagues_session_tells_whose_it_is_and_whose_it_was(database: Database) -> None:
    store = await records(database)
    [opened] = await store.carry_out([OpenSession(ANSWERED, AT)])
    out = replace(ANSWERED, call=CallKey(KEY.pbx, "out"), direction=Direction.OUT, answered_by="ben")
    [back] = await store.carry_out([OpenSession(out, AT)])
    assert isinstance(opened, e.SessionOpened)
    assert isinstance(back, e.SessionOpened)
    assert (back.session_id, back.holder, opened.holder) == (opened.session_id, "anna", None)
    [over] = await store.carry_out([HandOverSession(out.call, back.session_id, "ben", AT, "anna")])
    assert over == e.SessionHandedOver(at=AT, call=out.call, login="ben", before="anna")


async def test_a_call_is_written_down_and_remembered_while_it_has_not_ended(database: Database) -> None:
    store = await records(database)
    assert await store.carry_out([RecordCall(call())]) == [CallWritten(at=AT, call=KEY, missed=False)]
    directory, remembered, _ = await store.start([KEY.pbx])
    assert isinstance(directory, e.DirectoryRead)
    assert {person.login for person in directory.assistants} == {"anna", "ben", "cem"}
    assert isinstance(remembered, e.CallsRemembered)
    assert [old.call for old in remembered.calls] == [KEY]
    async with database.read() as connection:
        assert await calls.get(connection, KEY)


async def test_sight_and_gaps_are_remembered(database: Database) -> None:
    store = await records(database)
    gap = Gap(KEY.pbx, AT - timedelta(minutes=1), AT, 2)
    await store.carry_out([KeepSight(KEY.pbx, AT, (("support", 7),))])
    await store.carry_out([RecordGap(gap)])
    *_, sight = await store.start([KEY.pbx])
    assert sight == e.SightRemembered(at=AT, pbx=KEY.pbx, seen_at=AT, counts=(("support", 7),), gaps=(gap,))


async def test_some_caller_for_practising_is_a_customer_with_a_phone(database: Database) -> None:
    assert await Records(database, lambda: AT).some_caller() is None
    assert await (await records(database)).some_caller() == (NUMBER, "Erika")


async def test_a_batch_is_done_as_a_whole_or_not_at_all(database: Database) -> None:
    store = await records(database)
    other = call("other")
    third = replace(ANSWERED, call=CallKey("mainz", "third"), ended_at=AT)
    opening = OpenSession(replace(ANSWERED, call=other.call), AT)
    batch: list[Order] = [RecordCall(call()), opening, RecordCall(third), KeepSight(KEY.pbx, AT, ())]
    with pytest.raises(RowRefused):
        await store.carry_out([*batch[:3], KeepSight(KEY.pbx, AT, (("support", 1), ("support", 2)))])
    async with database.read() as connection:
        assert await calls.recent(connection) == ()
    opened, written = await store.carry_out(batch)
    assert isinstance(opened, e.SessionOpened)
    assert opened.call == other.call
    assert written == CallWritten(at=AT, call=KEY, missed=True)  # said of all: one was answered
    async with database.read() as connection:
        assert {one.record.call for one in await calls.recent(connection)} == {KEY, other.call, third.call}


async def test_a_batch_that_gave_way_is_done_again_at_once(on_a_server: Database) -> None:
    store = await records(on_a_server)
    await gives_way_once(on_a_server, "sessions")
    [opened] = await store.carry_out([OpenSession(ANSWERED, AT)])
    assert isinstance(opened, e.SessionOpened)


async def test_a_batch_and_a_merge_that_block_each_other_are_both_done(on_a_server: Database) -> None:
    """The merge has one of two customers and wants the other; the batch opens sessions for both, the other first."""
    store = await records(on_a_server)
    other = "+4961315550102"
    async with on_a_server.write() as connection:
        erich = await customers.create(connection, NewCustomer(name="Erich", phones=(other,)), AT, "test")
        [erika] = await customer_numbers.matches(connection, NUMBER)
    second = replace(ANSWERED, call=CallKey("mainz", "second"), number=other)
    async with asyncio.TaskGroup() as group, on_a_server.write() as connection:
        await connection.execute(text("SET LOCAL deadlock_timeout = '60s'"))  # not we shall be given up
        await connection.execute(
            select(t.customers.c.id).where(t.customers.c.id == erika.customer_id).with_for_update()
        )
        batch = group.create_task(store.carry_out([OpenSession(second, AT), OpenSession(ANSWERED, AT)]))
        await asyncio.wait([batch], timeout=0.2)  # it has the other one and waits for ours
        moved = await customer_merges.merge(connection, erika.customer_id, erich.id, (1, 1), AT, "test")
    assert moved == ()  # its session is opened only now …
    facts = batch.result()
    assert [type(fact) for fact in facts] == [e.SessionOpened] * 2
    async with on_a_server.read() as connection:
        for fact in facts:  # … and is the one customer's both have become
            assert isinstance(fact, e.SessionOpened)
            session = await sessions.get(connection, fact.session_id)
            assert session
            assert session.customer_id == erika.customer_id


async def test_who_was_missed_is_to_be_read_again_once_for_each_call(database: Database) -> None:
    store = await records(database)
    internal, opened = replace(ANSWERED, call=CallKey("mainz", "internal")), ANSWERED
    over: dict[str, Any] = {"ended_at": AT, "outcome": Outcome.ANSWERED}
    told = [await store.carry_out([RecordCall(internal)]) for _ in range(2)]
    told.append(await store.carry_out([RecordCall(replace(internal, **over))]))
    assert [[fact.missed for fact in facts if isinstance(fact, CallWritten)] for facts in told] == [
        [True],
        [False],
        [False],
    ]
    assert await store.carry_out([OpenSession(opened, AT)])
    its_session_has_told = CallWritten(at=AT, call=opened.call, missed=False)
    assert await store.carry_out([RecordCall(replace(opened, **over))]) == [its_session_has_told]
    nobody = call("nobody", ended_at=AT, outcome=Outcome.ABANDONED_WAITING)
    assert await store.carry_out([RecordCall(nobody)]) == [CallWritten(at=AT, call=nobody.call, missed=True)]


async def test_several_callers_are_looked_up_together(database: Database) -> None:
    store = await records(database)
    facts = await store.carry_out([LookUpCaller(CallKey("mainz", str(n)), NUMBER) for n in range(3)])
    assert [fact.call.unique_id for fact in facts if isinstance(fact, e.CallerRecognised)] == ["0", "1", "2"]
