"""Bringing the tables to where this program needs them. Rule: all steps in one transaction, one process at a time.

The steps are one chain, numbered by their files; so what is pending is known without alembic, which does them. No
running service loads it: it would keep its ten megabytes for good.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, inspect, text

from ionas_phone.errors import SettingWrong
from ionas_phone.store import engines

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 4961313270  # PostgreSQL's advisory lock of whoever migrates
_ALEMBIC = threading.Lock()  # what its env.py sees is global to the process
_T = TypeVar("_T")


def migrate(url: str) -> tuple[str, ...]:
    """Apply all pending migrations and return their ids; safe to call always, and from within a running loop.

    Raises SettingWrong (the database is newer than this program), StoreAway.
    """
    engines.prepare(engines.parsed(url))
    return _connected(url, _upgrade)


def pending(url: str) -> tuple[str, ...]:
    """Return the ids of the migrations not applied yet, oldest first. Raises SettingWrong, NotThere, StoreAway."""
    engines.present(engines.parsed(url))
    return _connected(url, _pending)


def _connected(url: str, work: Callable[[Connection], _T]) -> _T:
    """Do ``work`` on a connection, in a loop and in a thread of its own: the caller's loop may be running."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="migrate") as executor:
        return executor.submit(asyncio.run, _in_transaction(url, work)).result()


async def _in_transaction(url: str, work: Callable[[Connection], _T]) -> _T:
    engine = engines.migrator(engines.parsed(url))
    try:
        async with engines.transaction(engine, writing=True) as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> tuple[str, ...]:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    todo = _pending(connection)
    if todo:
        _do(connection)
        _refuse_dangling(connection)
    return todo


def _pending(connection: Connection) -> tuple[str, ...]:
    done = _done(connection)
    if done and not done <= {*steps()}:
        raise SettingWrong(
            "The database was made by a newer version of this program (%(version)s); run that one.",
            version=", ".join(sorted(done)),
        )
    return tuple(step for step in steps() if step > max(done, default=""))


def steps() -> tuple[str, ...]:
    """Return the ids of all migrations, oldest first: "0001" is the step in r0001_….py."""
    return tuple(sorted(path.name[1:5] for path in (MIGRATIONS / "versions").glob("r[0-9]*.py")))


def _done(connection: Connection) -> set[str]:
    """Return the id of the step the database is at, as alembic has noted it."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _do(connection: Connection, to: str = "head") -> None:
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ALEMBIC:
        command.upgrade(config, to)


def _refuse_dangling(connection: Connection) -> None:
    # SQLite changes most things of a table by building it anew, for which its foreign keys are switched off.
    if connection.dialect.name == "sqlite" and (
        dangling := connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    ):
        raise AssertionError(f"a migration left {len(dangling)} rows that refer to nothing")
