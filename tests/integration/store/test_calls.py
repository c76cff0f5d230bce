from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import insert, update

from ionas_phone.errors import RowRefused
from ionas_phone.live.effects import CallRecord, Outcome
from ionas_phone.live.nouns import PRACTICE_PBX, CallKey, Direction, RememberedCall, Stretch, StretchKind
from ionas_phone.store import calls, sessions
from ionas_phone.store import tables as t
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer, Match, MatchReason
from ionas_phone.support.users import User
from tests.people import AT, KEY, NUMBER, call

LATER, END = AT + timedelta(seconds=17), AT + timedelta(minutes=4)

JOINED = call()
ANSWERED = call(answered_at=LATER, answered_by="anna", answered_interface="PJSIP/201")
ENDED = replace(ANSWERED, ended_at=END, outcome=Outcome.ANSWERED, ended_by="caller")


async def _record(database: Database, *records: CallRecord) -> calls.StoredCall:
    async with database.write() as connection:
        for record in records:
            await calls.record(connection, record)
    async with database.read() as connection:
        stored = await calls.get(connection, records[0].call)
    assert stored is not None
    return stored


async def test_a_call_comes_back_as_it_was_told(database: Database) -> None:
    stored = await _record(database, ENDED)

    assert stored == calls.StoredCall(stored.id, ENDED, None, practice=False)
    async with database.read() as connection:
        assert await calls.get(connection, CallKey("bingen", KEY.unique_id)) is None
        assert await calls.get(connection, CallKey(KEY.pbx, KEY.unique_id[:-1])) is None


async def test_told_in_any_order_and_any_number_of_times_it_is_the_same_call(database: Database) -> None:
    for number, order in enumerate(permutations([JOINED, ANSWERED, ENDED])):
        key = CallKey("mainz", f"call-{number}")
        stored = await _record(database, *(replace(record, call=key) for record in (*order, order[0])))

        assert stored.record == replace(ENDED, call=key)


async def test_what_a_rebuilt_picture_no_longer_knows_stays(database: Database) -> None:
    knows_less = call(number=None, offered_at=None, caller_name="", queue="", outcome=Outcome.OPEN)

    assert (await _record(database, ANSWERED, knows_less)).record == ANSWERED
    assert (await _record(database, ENDED, knows_less)).record == ENDED


async def test_the_instants_seen_live_stand_against_those_reckoned_later(database: Database) -> None:
    reckoned = replace(ENDED, offered_at=AT + timedelta(seconds=1), answered_at=LATER + timedelta(seconds=1))

    assert (await _record(database, ANSWERED, reckoned)).record == ENDED


async def test_who_answered_can_be_corrected(database: Database) -> None:
    corrected = replace(ANSWERED, answered_by="ben", answered_interface="PJSIP/202")

    assert (await _record(database, ANSWERED, corrected)).record == corrected


UNSEEN = replace(ANSWERED, ended_at=END + timedelta(minutes=1), outcome=Outcome.UNSEEN, ended_by=None)


async def test_a_known_ending_stands_against_an_unseen_one(database: Database) -> None:
    assert (await _record(database, ENDED, UNSEEN)).record == ENDED


async def test_an_unseen_ending_is_corrected_once_it_is_known(database: Database) -> None:
    assert (await _record(database, ANSWERED, UNSEEN)).record == UNSEEN
    assert (await _record(database, ENDED)).record == ENDED


async def test_one_known_ending_is_corrected_by_another(database: Database) -> None:
    gave_up = call(ended_at=END, outcome=Outcome.ABANDONED_WAITING, ended_by="caller")
    timed_out = replace(gave_up, outcome=Outcome.QUEUE_TIMEOUT, ended_at=LATER)

    stored = await _record(database, gave_up, timed_out)

    assert (stored.record.outcome, stored.record.ended_at) == (Outcome.QUEUE_TIMEOUT, LATER)


async def test_a_suppressed_caller_leaves_no_trace_even_if_the_pbx_reveals_it(database: Database) -> None:
    shown, hidden = call(), call(suppressed=True)  # a number in both
    for number, order in enumerate([(hidden,), (shown, hidden), (hidden, shown), (shown, hidden, shown)]):
        key = CallKey("mainz", f"call-{number}")
        stored = await _record(database, *(replace(record, call=key) for record in order))

        assert (stored.record.suppressed, stored.record.number, stored.record.caller_name) == (True, None, "")


async def test_the_database_itself_refuses_a_suppressed_number(database: Database) -> None:
    async with database.write() as connection:
        await sessions.open_for_call(connection, ANSWERED, AT)

    for table in (t.calls, t.sessions):
        with pytest.raises(RowRefused, match="suppressed"):
            async with database.write() as connection:
                await connection.execute(update(table).values(suppressed=True))


async def test_the_database_itself_refuses_a_call_twice(database: Database) -> None:
    await _record(database, JOINED)
    row = {"pbx": KEY.pbx, "unique_id": KEY.unique_id, "line": "", "queue": "", "caller_name": "", "outcome": "open"}
    with pytest.raises(RowRefused, match="unique_id"):
        async with database.write() as connection:
            await connection.execute(insert(t.calls).values(row | {"suppressed": False, "practice": False}))


async def test_a_practice_call_is_marked(database: Database) -> None:
    stored = await _record(database, call(pbx=PRACTICE_PBX))

    assert stored.practice


async def test_broken_and_endless_names_cost_no_call(database: Database) -> None:
    stored = await _record(database, call(caller_name="M\udcfcller\x00" + "x" * 1000))

    assert stored.record.caller_name == ("M\ufffdller\ufffd" + "x" * 1000)[:200]


async def test_twenty_at_once_write_one_call(database: Database) -> None:
    async def write(record: CallRecord) -> int:
        async with database.write() as connection:
            return (await calls.record(connection, record)).id

    ids = await asyncio.gather(*(write(record) for record in [JOINED, ANSWERED, ENDED, UNSEEN] * 5))

    assert len(set(ids)) == 1
    assert (await _record(database, JOINED)).record == ENDED


async def test_the_latest_come_first(database: Database) -> None:
    for number in range(5):
        await _record(database, call(f"call-{number}"))
    await _record(database, replace(ENDED, call=CallKey("mainz", "call-0")))

    async with database.read() as connection:
        found = [stored.record.call.unique_id for stored in await calls.recent(connection, limit=3)]

    assert found == ["call-4", "call-3", "call-2"]


async def test_open_calls_are_remembered_with_their_session_and_customer(
    database: Database, mueller: Customer, anna: User
) -> None:
    await _record(database, replace(ENDED, call=CallKey("mainz", "ended")), call("other", pbx="bingen"))
    async with database.write() as connection:
        opened = await sessions.open_for_call(connection, ANSWERED, AT)
    await _record(database, call("waiting", number="+4961315550199"))

    async with database.read() as connection:
        first, second = await calls.open_calls(connection, "mainz")
        everywhere = await calls.open_calls(connection)

    assert first == RememberedCall(
        call=KEY,
        line="+496131327070",
        queue="support",
        number=NUMBER,
        caller_name="Mueller",
        suppressed=False,
        offered_at=AT,
        answered_at=LATER,
        answered_interface="PJSIP/201",
        session_id=opened.session_id,
        session_assistant="anna",
        began_at=AT,
        customer=Match(mueller.id, "10001", "Jörg Müller", MatchReason.EXACT),
    )
    assert (second.call.unique_id, second.session_id, second.customer) == ("waiting", None, None)
    assert {remembered.call.pbx for remembered in everywhere} == {"mainz", "bingen"}


async def test_its_journey_and_its_beginning_are_kept_and_never_shortened(database: Database) -> None:
    waited = Stretch(StretchKind.WAITING, AT.replace(microsecond=123000), LATER.replace(microsecond=123000), "support")
    rang = Stretch(StretchKind.RINGING, LATER.replace(microsecond=0), None, "support", "Anna “A”", "ringing")
    whole = replace(ENDED, stretches=(waited, rang), direction=Direction.OUT)

    stored = await _record(database, replace(ANSWERED, direction=Direction.OUT, stretches=(waited,)), whole, ANSWERED)
    assert (stored.record.stretches, stored.record.began_at) == ((waited, rang), AT)


async def test_a_journey_that_says_it_better_is_shorter_and_a_late_one_changes_nothing(database: Database) -> None:
    since, until = AT.replace(microsecond=0), LATER.replace(microsecond=0)
    rang = Stretch(StretchKind.RINGING, since, until, "support", "Somebody with a long name", "missed")
    talked = Stretch(StretchKind.TALKING, since, until, who="Ben")
    begun = (rang, talked._replace(ended_at=None))

    stored = await _record(
        database,
        replace(ANSWERED, stretches=(rang, rang)),
        replace(ANSWERED, stretches=begun),  # a ring was left out for the talk
        replace(ENDED, stretches=(rang, talked)),
        replace(ANSWERED, stretches=begun),  # late
        replace(UNSEEN, stretches=begun),  # late
    )
    assert stored.record.stretches == (rang, talked)


async def test_a_call_of_which_no_instant_is_known_has_a_beginning_all_the_same(database: Database) -> None:
    stored = await _record(database, call(offered_at=None, outcome=Outcome.UNSEEN))
    assert stored.record.began_at == datetime(1970, 1, 1, tzinfo=UTC)


async def test_an_open_call_is_remembered_with_its_journey(database: Database) -> None:
    waits = Stretch(StretchKind.WAITING, AT.replace(microsecond=0), None, "support")
    await _record(database, replace(JOINED, stretches=(waits,), direction=Direction.OUT))
    async with database.read() as connection:
        [old] = await calls.open_calls(connection)
    assert (old.stretches, old.direction, old.began_at) == ((waits,), Direction.OUT, AT)
