"""What is pending: coalesced, in order, tried again while the database is away, set aside if it never can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ionas_phone.errors import RowRefused, StoreAway
from ionas_phone.live.effects import CallRecord, HandOverSession, LookUpCaller, OpenSession, RecordCall
from ionas_phone.live.events import CallerRecognised, DatabaseSeen, Event, WriteSetAside
from ionas_phone.live.nouns import CallKey
from ionas_phone.runtime import writer as module
from ionas_phone.runtime.orders import STILL_ASIDE, Order
from ionas_phone.runtime.spool import Spool
from ionas_phone.runtime.writer import Writer
from tests.stories import START, Story

CarryOut = Callable[[Sequence[Order]], Awaitable[list[Event]]]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST", 0.0)
    monkeypatch.setattr(module, "_LONGEST", 0.0)


@pytest.fixture
def record() -> CallRecord:
    story = Story()
    story.joins(story.rings_in())
    order = story.of(RecordCall)[0]
    assert isinstance(order, RecordCall)
    return order.record


class Facts(list[Event]):
    """What the writer posted."""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path, "sqlite+aiosqlite:////var/ionas.db")
    yield spool
    spool.close()


@asynccontextmanager
async def working(
    carry_out: CarryOut, facts: Facts, spool: Spool | None = None, breath: float = 0.0
) -> AsyncIterator[Writer]:
    writer = Writer(carry_out, facts.append, lambda: START, spool, breath)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(writer.run())
        yield writer
        await asyncio.wait_for(writer.drained(), 5)
        task.cancel()


async def test_orders_are_carried_out_in_order_and_their_facts_come_back(record: CallRecord) -> None:
    done: list[list[Order]] = []
    fact = CallerRecognised(at=START, call=record.call, matches=())
    facts = Facts()

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        done.append([*orders])
        return [fact for order in orders if isinstance(order, LookUpCaller)]

    first, second = RecordCall(record), OpenSession(replace(record, answered_at=START), START)
    third, who = HandOverSession(record.call, 7, "ben", START), LookUpCaller(record.call, "+4961315550101")
    async with working(carry_out, facts) as writer:
        for order in (first, second, third, who):
            writer.order(order)
    assert done == [[who], [first, second], [third]]
    assert facts == [fact]


async def test_a_call_that_is_written_down_with_its_session_is_not_written_down_twice(record: CallRecord) -> None:
    done: list[Order] = []

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        done.extend(orders)
        return []

    async with working(carry_out, Facts(), breath=3600.0) as writer:
        writer.order(RecordCall(record))
        writer.order(OpenSession(record, START))
        assert writer.pending() == 1
        await asyncio.wait_for(writer._idle.wait(), 5)  # nothing is left that would want a breath
    assert done == [OpenSession(record, START)]


@pytest.mark.parametrize("error", [RowRefused("No."), ValueError("a bug of ours")])
async def test_of_a_batch_that_is_refused_only_the_guilty_order_is_set_aside(
    record: CallRecord, error: Exception
) -> None:
    done: list[Order] = []
    facts = Facts()
    guilty, innocent = record, [replace(record, call=CallKey("mainz", str(number))) for number in range(5)]

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        if RecordCall(guilty) in orders:
            raise error
        done.extend(orders)
        return []

    async with working(carry_out, facts) as writer:
        for one in (*innocent[:2], guilty, *innocent[2:]):
            writer.order(RecordCall(one))
    assert done == [RecordCall(one) for one in innocent]
    assert [type(fact) for fact in facts] == [WriteSetAside]
    assert writer.aside() == 1


async def test_a_call_is_written_down_though_its_session_is_refused(record: CallRecord) -> None:
    done: list[Order] = []

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        if any(isinstance(order, OpenSession) for order in orders):
            raise RowRefused("No.")
        done.extend(orders)
        return []

    async with working(carry_out, Facts()) as writer:
        writer.order(RecordCall(record))
        writer.order(OpenSession(record, START))
    assert done == [RecordCall(record)]


async def test_what_is_not_urgent_takes_a_breath_of_its_own_whatever_came_before(record: CallRecord) -> None:
    done: list[list[Order]] = []
    later = [RecordCall(replace(record, call=CallKey("mainz", str(number)))) for number in range(3)]

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        if not done:
            for order in later:
                writer.order(order)
        done.append([*orders])
        return []

    async with working(carry_out, Facts(), breath=0.05) as writer:
        writer.order(RecordCall(record))
        await asyncio.wait_for(writer._idle.wait(), 5)
    assert done == [[RecordCall(record)], later]


async def test_the_same_call_written_down_twice_before_the_store_looks_is_written_once(record: CallRecord) -> None:
    done: list[Order] = []

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        done.extend(orders)
        return []

    newer = replace(record, ended_at=START)
    async with working(carry_out, Facts()) as writer:
        writer.order(RecordCall(record))
        writer.order(RecordCall(newer))
        assert writer.pending() == 1
    assert done == [RecordCall(newer)]


async def test_a_newer_order_that_comes_while_the_older_is_carried_out_is_not_lost(record: CallRecord) -> None:
    done: list[Order] = []
    newer = replace(record, ended_at=START)

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        done.extend(orders)
        if len(done) == 1:
            writer.order(RecordCall(newer))
        return []

    async with working(carry_out, Facts()) as writer:
        writer.order(RecordCall(record))
    assert done == [RecordCall(record), RecordCall(newer)]


async def test_while_the_database_is_away_everything_waits_and_people_are_told(record: CallRecord) -> None:
    tries = 0
    facts = Facts()

    async def carry_out(_orders: Sequence[Order]) -> list[Event]:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise StoreAway
        return []

    async with working(carry_out, facts) as writer:
        writer.order(RecordCall(record))
    assert tries == 4
    assert [fact.up for fact in facts if isinstance(fact, DatabaseSeen)] == [False, True]


@pytest.mark.parametrize("error", [RowRefused("No."), ValueError("a bug of ours")])
async def test_a_write_that_never_can_is_set_aside_and_holds_up_nothing(record: CallRecord, error: Exception) -> None:
    done: list[Order] = []
    facts = Facts()

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        if any(isinstance(order, RecordCall) for order in orders):
            raise error
        done.extend(orders)
        return []

    answered = replace(record, answered_at=START)
    async with working(carry_out, facts) as writer:
        writer.order(RecordCall(record))
        writer.order(OpenSession(answered, START))
    assert done == [OpenSession(answered, START)]
    assert [type(fact) for fact in facts] == [WriteSetAside]


async def test_what_was_pending_when_the_last_run_ended_is_written_before_anything_new(
    record: CallRecord, spool: Spool, tmp_path: Path
) -> None:
    """Killed: nothing is said, the orders are simply still there."""
    done: list[Order] = []

    async def away(_orders: Sequence[Order]) -> list[Event]:
        raise StoreAway

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        done.extend(orders)
        return []

    killed = Writer(away, Facts().append, lambda: START, spool)
    with pytest.raises(StoreAway):
        await _order_and_catch_up(killed, record)

    for left in (2, 0):
        next_one = Writer(
            carry_out, Facts().append, lambda: START, Spool(tmp_path, "sqlite+aiosqlite:////var/ionas.db")
        )
        await next_one.catch_up()
        assert len(done) == left
        done.clear()
        assert next_one._spool
        next_one._spool.close()


async def _order_and_catch_up(writer: Writer, record: CallRecord) -> None:
    await writer.catch_up()
    for order in (RecordCall(record), OpenSession(replace(record, answered_at=START), START)):
        writer.order(order)
    await writer.catch_up()


async def test_what_was_written_is_in_no_file(record: CallRecord, spool: Spool) -> None:
    async def carry_out(_orders: Sequence[Order]) -> list[Event]:
        return []

    async with working(carry_out, Facts(), spool) as writer:
        await writer.catch_up()
        writer.order(RecordCall(record))
    assert spool.open() == ()


async def test_under_a_steady_load_the_file_stays_short_and_still_holds_all_that_is_pending(
    record: CallRecord, spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is always something pending, so the file is never simply emptied; killed at any moment nothing is lost."""
    monkeypatch.setattr("ionas_phone.runtime.spool._MUCH", 20)
    calls = [replace(record, call=CallKey("mainz", str(number))) for number in range(200)]
    lines: list[int] = []

    def left() -> tuple[Order, ...]:
        other = Spool(tmp_path, "sqlite+aiosqlite:////var/ionas.db")
        found = other.open()
        other.close()
        return found

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        if calls:  # while the database is at it, the next ones come
            writer.order(RecordCall(calls.pop()))
        found = left()
        lines.append(len(found))
        assert set(orders) <= set(found)
        assert set(writer._pending.values()) <= set(found)
        return []

    async with working(carry_out, Facts(), spool) as writer:
        await writer.catch_up()
        writer.order(RecordCall(calls.pop()))
        await asyncio.wait_for(writer._idle.wait(), 20)
    assert max(lines) <= 21


async def test_a_call_whose_session_is_refused_is_in_the_file_again_until_it_is_written(
    record: CallRecord, spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line went when the file was written anew: the session's said the same."""
    monkeypatch.setattr("ionas_phone.runtime.spool._MUCH", 2)
    found: list[tuple[Order, ...]] = []

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        if any(isinstance(order, OpenSession) for order in orders):
            raise RowRefused("No.")
        other = Spool(tmp_path, "sqlite+aiosqlite:////var/ionas.db")
        found.append(other.open())
        other.close()
        return []

    named = replace(record, caller_name="Erika")
    async with working(carry_out, Facts(), spool) as writer:
        await writer.catch_up()
        for order in (RecordCall(record), RecordCall(named), OpenSession(named, START)):
            writer.order(order)
    assert len(found) == 1
    assert RecordCall(named) in found[0]


async def test_a_write_set_aside_is_kept_for_whoever_looks_after_it(
    record: CallRecord, spool: Spool, tmp_path: Path
) -> None:
    async def carry_out(_orders: Sequence[Order]) -> list[Event]:
        raise RowRefused("No.")

    async with working(carry_out, Facts(), spool) as writer:
        await writer.catch_up()
        writer.order(RecordCall(record))
    assert record.call.unique_id in _aside(tmp_path)
    assert spool.open() == ()


async def test_what_earlier_runs_have_set_aside_is_said_at_every_start(
    record: CallRecord, spool: Spool, tmp_path: Path
) -> None:
    async def carry_out(_orders: Sequence[Order]) -> list[Event]:
        raise RowRefused("No.")

    async with working(carry_out, Facts(), spool) as first:
        for number in range(30):
            first.order(RecordCall(replace(record, call=CallKey("mainz", str(number)))))
    assert first.aside() == 30

    facts, later = Facts(), Spool(tmp_path, "sqlite+aiosqlite:////var/ionas.db")
    async with working(carry_out, facts, later) as second:
        await second.catch_up()
        assert {fact.what for fact in facts if isinstance(fact, WriteSetAside)} == {STILL_ASIDE}
        assert second.aside() == 30
        second.order(RecordCall(record))
    assert second.aside() == 31
    later.close()


def _aside(folder: Path) -> str:
    (file,) = folder.glob("*.aside")
    return file.read_text()


async def test_a_moment_with_many_facts_is_one_write_and_who_waits_does_not_wait_for_it(record: CallRecord) -> None:
    carried: list[Order] = []
    looked_up = asyncio.Event()

    async def carry_out(orders: Sequence[Order]) -> list[Event]:
        carried.extend(orders)
        if any(isinstance(order, LookUpCaller) for order in orders):
            looked_up.set()
        return []

    newer = RecordCall(replace(record, caller_name="Erika"))
    async with working(carry_out, Facts(), breath=3600.0) as writer:
        writer.order(RecordCall(record))
        writer.order(LookUpCaller(record.call, "+4961315550101"))
        await asyncio.wait_for(looked_up.wait(), 5)
        writer.order(newer)
        assert [type(order) for order in carried] == [LookUpCaller]
        assert writer.pending() == 1
    assert carried[1:] == [newer]  # at the end nobody takes breath


async def test_after_a_breath_it_is_written(record: CallRecord) -> None:
    written = asyncio.Event()

    async def carry_out(_orders: Sequence[Order]) -> list[Event]:
        written.set()
        return []

    async with working(carry_out, Facts(), breath=0.05) as writer:
        writer.order(RecordCall(record))
        await asyncio.wait_for(written.wait(), 5)
