from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ionas_phone.errors import Contended, PhoneError, RowRefused, StoreAway
from ionas_phone.store.database import Database
from ionas_phone.store.refusals import reaching, translated
from tests.postgres import PostgreSQL


@pytest.mark.parametrize(
    ("state", "expected", "words"),
    [
        ("08006", StoreAway, "can't be reached"),
        ("28P01", StoreAway, "can't be reached"),
        ("3D000", StoreAway, "can't be reached"),
        ("40000", StoreAway, "busy"),
        ("40001", Contended, "two things at once"),
        ("40P01", Contended, "two things at once"),
        ("53100", StoreAway, "disk is full"),
        ("53300", StoreAway, "busy"),
        ("55P03", StoreAway, "busy"),
        ("57014", StoreAway, "busy"),
        ("57P01", StoreAway, "can't be reached"),
        ("57P03", StoreAway, "can't be reached"),
        ("58030", StoreAway, "can't be reached"),
        ("22001", RowRefused, "22001"),
        ("22021", RowRefused, "22021"),
        ("23505", RowRefused, "23505"),
        ("23514", RowRefused, "23514"),
        ("54000", RowRefused, "54000"),
        ("25006", StoreAway, "read-only"),
        ("42501", StoreAway, "read-only"),
        ("XX001", StoreAway, "damaged"),
        ("XX002", StoreAway, "damaged"),
        ("42P01", DBAPIError, "42P01"),  # no such table
        ("42601", DBAPIError, "42601"),  # a wrong statement
        ("XX000", DBAPIError, "XX000"),
    ],
)
async def test_what_postgresql_says(postgresql: PostgreSQL, state: str, expected: type[Exception], words: str) -> None:
    database = Database(postgresql.url("migrated"))
    try:
        with pytest.raises(expected, match=words):
            async with database.write() as connection:
                await connection.execute(text(f"DO $$ BEGIN RAISE '{state}' USING ERRCODE = '{state}'; END $$"))
    finally:
        await database.close()


@pytest.mark.parametrize(
    ("code", "expected", "words"),
    [
        (sqlite3.SQLITE_BUSY, StoreAway, "busy"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreAway, "busy"),
        (sqlite3.SQLITE_LOCKED, StoreAway, "busy"),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreAway, "can't be reached"),
        (sqlite3.SQLITE_CANTOPEN, StoreAway, "can't be reached"),
        (sqlite3.SQLITE_FULL, StoreAway, "disk is full"),
        (sqlite3.SQLITE_CORRUPT, StoreAway, "damaged"),
        (sqlite3.SQLITE_NOTADB, StoreAway, "damaged"),
        (sqlite3.SQLITE_READONLY, StoreAway, "read-only"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, RowRefused, "as SQLite says"),
        (sqlite3.SQLITE_CONSTRAINT_TRIGGER, RowRefused, "as SQLite says"),
        (sqlite3.SQLITE_TOOBIG, RowRefused, "as SQLite says"),
        (sqlite3.SQLITE_ERROR, DBAPIError, "as SQLite says"),  # a wrong statement, no such table
        (sqlite3.SQLITE_MISUSE, DBAPIError, "as SQLite says"),
    ],
)
def test_what_sqlite_says(code: int, expected: type[Exception], words: str) -> None:
    theirs = sqlite3.OperationalError("as SQLite says")
    theirs.sqlite_errorcode = code  # most of these can't be brought about in a test: disks don't fail on demand

    with pytest.raises(expected, match=words), translated(writing=True):
        raise DBAPIError("INSERT", None, theirs)


def test_a_write_where_only_reading_is_meant_is_our_mistake() -> None:
    theirs = sqlite3.OperationalError("attempt to write a readonly database")
    theirs.sqlite_errorcode = sqlite3.SQLITE_READONLY

    with pytest.raises(DBAPIError), translated(writing=False):
        raise DBAPIError("INSERT", None, theirs)


@pytest.mark.parametrize("error", [OSError(111, "Connection refused"), TimeoutError(), ConnectionResetError()])
def test_whatever_keeps_us_out_is_worth_another_try(error: Exception) -> None:
    with pytest.raises(StoreAway, match="can't be reached") as told, reaching():
        raise error
    assert told.value.detail  # what the administrator needs to know


@pytest.mark.parametrize("error", [OSError("theirs"), ValueError("theirs"), PhoneError("theirs")])
def test_errors_of_whoever_uses_a_transaction_stay_theirs(error: Exception) -> None:
    with pytest.raises(type(error), match="theirs"), translated(writing=True):
        raise error
