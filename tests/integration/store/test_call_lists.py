"""Lists of calls in both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import CallKey, Direction, Stretch, StretchKind
from ionas_phone.store import call_lists, calls, customers, sessions
from ionas_phone.store.call_lists import CallFilter, Found, Who
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer, NewCustomer
from ionas_phone.support.users import User
from tests.people import AT, BAKERY, NUMBER, call

ANSWERED = call(
    answered_at=AT + timedelta(seconds=17),
    answered_by="anna",
    answered_interface="PJSIP/201",
    ended_at=AT + timedelta(minutes=4),
    outcome=Outcome.ANSWERED,
)
MINUTE = timedelta(minutes=1)


async def page(database: Database, size: int = 50, **wanted: Any) -> Found:
    async with database.read() as connection:
        return await call_lists.page(connection, CallFilter(**wanted), size)


def names(found: Found) -> list[str]:
    return [line.unique_id for line in found.lines]


@pytest.fixture
async def three(database: Database, anna: User, mueller: Customer) -> None:
    """Müller was answered; a minute later the bakery gave up, in between somebody unknown was rung."""
    async with database.write() as connection:
        await customers.create(connection, BAKERY, AT, "test")
        await sessions.open_for_call(connection, replace(ANSWERED, call=CallKey("mainz", "first")), AT)
        given_up = replace(call("last", number="+4961315550140", queue="other"), outcome=Outcome.ABANDONED_WAITING)
        await calls.record(connection, replace(given_up, began_at=AT + 2 * MINUTE))
        out = call("middle", number="+4961315550199", offered_at=None)
        await calls.record(connection, replace(out, direction=Direction.OUT, began_at=AT + MINUTE))


@pytest.mark.usefixtures("three")
async def test_a_call_of_somebodys_session_is_in_nobody_elses_list_though_they_share_the_number(
    database: Database,
) -> None:
    async with database.write() as connection:
        shared = await customers.create(connection, NewCustomer("Haus", phones=(NUMBER,)), AT, "test")
        given_up = replace(call("none", number=NUMBER), outcome=Outcome.ABANDONED_WAITING)
        await calls.record(connection, replace(given_up, began_at=AT + 3 * MINUTE))
    assert names(await page(database, who=shared.number)) == ["none"]  # nobody took it: it may be anybody's
    assert names(await page(database, who="10001")) == ["none", "first"]
    assert names(await page(database, who=NUMBER)) == ["none", "first"]


@pytest.mark.usefixtures("three")
async def test_the_newest_come_first_with_all_that_is_known_of_them(database: Database) -> None:
    found = await page(database)
    assert (names(found), found.more) == (["last", "middle", "first"], False)
    last, middle, first = found.lines
    assert (first.assistant, first.customer) == ("Anna Beispiel", Who("10001", "Jörg Müller", sure=True))
    assert (first.waited, first.talked) == (17, 223)
    assert last.customer == Who("10002", "Bäckerei Süß (Désirée Özgür)", sure=False)
    assert (middle.customer, middle.assistant, middle.waited, middle.talked) == (None, "", None, None)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"since": AT + MINUTE}, ["last", "middle"]),
        ({"until": AT + MINUTE}, ["first"]),
        ({"outcomes": frozenset({Outcome.ABANDONED_WAITING})}, ["last"]),
        ({"queue": "other"}, ["last"]),
        ({"login": "anna"}, ["first"]),
        ({"direction": Direction.OUT}, ["middle"]),
        ({"who": "müller"}, ["first"]),
        ({"who": "10002"}, ["last"]),
        ({"who": "06131 5550199"}, ["middle"]),
        ({"who": "55501"}, ["last", "middle", "first"]),
        ({"who": "müller", "direction": Direction.OUT}, []),
    ],
)
async def test_what_is_wanted_is_found(database: Database, wanted: dict[str, Any], found: list[str]) -> None:
    assert names(await page(database, **wanted)) == found


async def test_a_customer_chosen_in_the_session_is_found_whatever_the_number(
    database: Database, mueller: Customer
) -> None:
    async with database.write() as connection:
        opened = await sessions.open_for_call(connection, replace(ANSWERED, number=None, suppressed=True), AT)
        await sessions.set_customer(connection, opened.session_id, mueller.id, AT, "anna")
    assert len((await page(database, who="Jörg")).lines) == 1


async def test_nobody_of_that_name_is_something_else_than_no_call(database: Database, mueller: Customer) -> None:
    assert (await page(database, who="Nobody")).unknown
    found = await page(database, who=mueller.number)
    assert (found.lines, found.unknown) == ((), False)


async def test_pages_meet_where_many_began_in_the_same_instant(database: Database) -> None:
    async with database.write() as connection:
        for number in range(7):
            await calls.record(connection, replace(ANSWERED, call=CallKey("mainz", f"c{number}")))
    first = await page(database, size=3)
    second = await page(database, size=3, before=first.lines[-1].id)
    third = await page(database, size=3, before=second.lines[-1].id)
    assert [*names(first), *names(second), *names(third)] == [f"c{number}" for number in range(6, -1, -1)]
    assert (first.more, second.more, third.more) == (True, True, False)
    assert (await page(database, before=4711)).lines == ()


async def test_a_number_that_several_have_is_nobodys(database: Database, mueller: Customer) -> None:
    async with database.write() as connection:
        await customers.create(connection, NewCustomer("Nora Müller", phones=(NUMBER,)), AT, "test")
        await calls.record(connection, ANSWERED)
    assert (await page(database)).lines[0].customer is None


async def test_one_call_and_the_calls_of_a_session(database: Database, anna: User) -> None:
    async with database.write() as connection:
        opened = await sessions.open_for_call(connection, ANSWERED, AT)
    async with database.read() as connection:
        [of_session] = await call_lists.of_session(connection, opened.session_id)
        assert await call_lists.one(connection, of_session.id) == of_session
        assert await call_lists.one(connection, 4711) is None
    assert of_session.key == ANSWERED.call


@pytest.mark.parametrize(
    ("written", "seen", "whole", "to"),
    [
        ("talk", None, "talk", []),  # over for long: what was written down
        ("talk sent", None, "talk sent", ["Ben Muster"]),
        ("talk", "talk sent", "talk sent", ["Ben Muster"]),  # it goes on: the picture knows more
        ("talk", "talk lost", "talk lost", []),  # sent on, nobody has seen to whom
    ],
)
async def test_a_call_was_where_the_picture_or_else_the_store_has_seen_it(
    database: Database, written: str, seen: str | None, whole: str, to: list[str]
) -> None:
    began = AT.replace(microsecond=0)  # as the store keeps the instants of a journey: in milliseconds
    stretches = {
        "talk": Stretch(StretchKind.TALKING, began, None, who="Anna Beispiel"),
        "sent": Stretch(StretchKind.TRANSFER, began, began, who="Anna Beispiel", how="blind", to="Ben Muster"),
        "lost": Stretch(StretchKind.TRANSFER, began, began, who="Anna Beispiel", how="blind"),
    }

    def told(names: str) -> tuple[Stretch, ...]:
        return tuple(stretches[name] for name in names.split())

    async with database.write() as connection:
        await calls.record(connection, replace(ANSWERED, stretches=told(written)))
    [line] = (await page(database)).lines
    picture = {} if seen is None else {ANSWERED.call: told(seen)}
    assert call_lists.journey(line, picture.get) == told(whole)
    assert [one.to for one in call_lists.sent_on(line, picture.get)] == to
