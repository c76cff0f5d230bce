"""The texts of a session: kept version by version, each by itself, and of two who write at once one is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from ionas_phone.errors import FormWrong
from ionas_phone.store import audit, session_lists, session_texts, sessions
from ionas_phone.store.database import Database
from ionas_phone.support.customers import Customer
from ionas_phone.support.sessions import Clash, Ending, Saved, SessionText
from ionas_phone.support.users import User
from tests.opened import open_session, read_session
from tests.people import AT, UNKNOWN

SOON = AT + timedelta(seconds=1)


async def _save(database: Database, session_id: int, version: int, text: str, by: str = "anna") -> Saved | Clash:
    async with database.write() as connection:
        return await session_texts.save(connection, session_id, SessionText.PROBLEM, version, text, SOON, by)


async def test_what_was_typed_is_kept_version_by_version(database: Database) -> None:
    session_id = (await open_session(database)).session_id

    assert await _save(database, session_id, 1, "Der Dru") == Saved(2, SOON)
    assert await _save(database, session_id, 2, "Der Drucker 🖨 streikt.\r\nSeit gestern.") == Saved(3, SOON)
    session = await read_session(database, session_id)
    assert (session.problem, session.version, session.saved_at) == ("Der Drucker 🖨 streikt.\nSeit gestern.", 3, SOON)


async def test_a_save_over_somebody_elses_text_shows_theirs(database: Database, anna: User, ben: User) -> None:
    session_id = (await open_session(database)).session_id
    await _save(database, session_id, 1, "Bens Text", "ben")

    clash = await _save(database, session_id, 1, "Annas Text")

    assert clash == Clash("Bens Text", "Ben Muster", 2, SOON, "ben")
    assert (await read_session(database, session_id)).problem == "Bens Text"
    assert await _save(database, session_id, 2, "Annas Text") == Saved(3, SOON)


async def test_the_same_save_twice_is_one(database: Database) -> None:
    session_id = (await open_session(database)).session_id

    assert {await _save(database, session_id, 1, "Text") for _ in range(3)} == {Saved(2, SOON)}
    async with database.read() as connection:
        entries = await audit.about(connection, "session", session_id)
    assert [entry.action for entry in entries] == ["update", "open"]


async def test_of_twenty_different_texts_at_once_exactly_one_wins(database: Database) -> None:
    session_id = (await open_session(database)).session_id

    results = await asyncio.gather(*(_save(database, session_id, 1, f"Text {number}") for number in range(20)))

    (won,) = [number for number, result in enumerate(results) if isinstance(result, Saved)]
    lost = {result for result in results if isinstance(result, Clash)}
    assert lost == {Clash(f"Text {won}", "anna", 2, SOON, "anna")}
    assert (await read_session(database, session_id)).problem == f"Text {won}"


async def test_choosing_a_customer_meanwhile_is_no_clash(database: Database, mueller: Customer) -> None:
    session_id = (await open_session(database, UNKNOWN)).session_id
    async with database.write() as connection:
        await sessions.set_customer(connection, session_id, mueller.id, SOON, "anna")

    assert await _save(database, session_id, 1, "Text") == Saved(3, SOON)
    assert isinstance(await _save(database, session_id, 2, "Another"), Clash)


@pytest.mark.parametrize("version", [99, -1, 10**30])
async def test_a_version_nobody_gave_out_saves_nothing(database: Database, version: int) -> None:
    session_id = (await open_session(database)).session_id

    assert isinstance(await _save(database, session_id, version, "Text"), Clash)
    assert (await read_session(database, session_id)).problem == ""


async def test_too_long_a_text_is_refused_in_words(database: Database) -> None:
    session_id = (await open_session(database)).session_id

    with pytest.raises(FormWrong, match="10000 characters"):
        await _save(database, session_id, 1, "x" * 10_001)


async def test_what_was_typed_is_saved_even_after_the_end(database: Database) -> None:
    session_id = (await open_session(database)).session_id
    async with database.write() as connection:
        await sessions.end(connection, session_id, Ending.DONE, SOON, "anna")

    assert isinstance(await _save(database, session_id, 1, "zu spät"), Saved)


async def _write(
    database: Database, session_id: int, which: SessionText, version: int, text: str, by: str = "anna"
) -> Saved | Clash:
    async with database.write() as connection:
        return await session_texts.save(connection, session_id, which, version, text, SOON, by)


async def test_each_text_is_kept_by_itself(database: Database, anna: User, ben: User) -> None:
    session_id = (await open_session(database)).session_id

    saved = [await _write(database, session_id, which, 1, f"Text: {which}\r\n") for which in SessionText]
    clash = await _write(database, session_id, SessionText.SUMMARY, 1, "Bens Text", "ben")
    again = await _write(database, session_id, SessionText.PREVENTION, 1, "Text: prevention\n", "ben")
    session = await read_session(database, session_id)
    async with database.read() as connection:
        entries = await audit.about(connection, "session", session_id)

    assert saved == [Saved(2, SOON), Saved(3, SOON), Saved(4, SOON)]  # what is written elsewhere is no clash
    assert clash == Clash("Text: summary\n", "Anna Beispiel", 4, SOON, "anna")
    assert again == Saved(4, SOON)
    assert (session.problem, session.summary, session.prevention) == tuple(f"Text: {which}\n" for which in SessionText)
    assert session.saved_at == session.summary_saved_at == session.prevention_saved_at == SOON
    assert [entry.fields for entry in entries[:3]] == [("prevention",), ("summary",), ("problem",)]


async def test_the_last_prevention_advice_stands_in_the_history(database: Database, mueller: Customer) -> None:
    session_id = (await open_session(database)).session_id
    await _write(database, session_id, SessionText.PREVENTION, 1, "Backup machen")

    async with database.read() as connection:
        (line,) = await session_lists.history(connection, mueller.id)
    assert line.prevention == "Backup machen"
