"""What drivers say, in our words. Rule: StoreAway = trying again makes sense, RowRefused = it never will.

Contended is the StoreAway nobody need hear of: two stood in each other's way, and done again at once it succeeds.
Everything else (no such table, a wrong statement) is our own mistake and passes through untouched. No value that a row
holds stands in our sentences: drivers quote them, logs must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from ionas_phone.errors import Contended, PhoneError, RowRefused, StoreAway
from ionas_phone.words import N_

BUSY = N_("The database is busy; nothing is lost, try again in a few seconds.")
FULL = N_("The database's disk is full; make room, nothing more can be saved until then.")
UNREACHABLE = N_("The database can't be reached at the moment; nothing is lost, try again in a few seconds.")
DAMAGED = N_("The database's file is damaged; stop the service and restore the last backup.")
READ_ONLY = N_("The database is read-only for this service; give it the right to write.")
REFUSED = N_("The database refuses this row for good (%(rule)s).")

# SQLite's primary result codes.
SQLITE_BUSY = 5
_SQLITE_AWAY = {
    SQLITE_BUSY: BUSY,
    6: BUSY,
    10: UNREACHABLE,
    11: DAMAGED,
    13: FULL,
    14: UNREACHABLE,
    15: BUSY,
    26: DAMAGED,
}
_SQLITE_READ_ONLY = 8
_SQLITE_REFUSED = {18, 19, 20}  # too big, constraint, mismatch

# PostgreSQL's SQLSTATE, the longest beginning decides.
_POSTGRES_AWAY = {
    "08": UNREACHABLE,  # connection
    "28": UNREACHABLE,  # log-in refused
    "3D": UNREACHABLE,  # no such database
    "40": BUSY,  # rolled back, nobody knows why
    "53": BUSY,  # too many connections, out of memory
    "53100": FULL,
    "55P03": BUSY,  # lock not available
    "57": UNREACHABLE,  # shutting down, starting
    "57014": BUSY,  # the statement took too long
    "58": UNREACHABLE,  # its own disk fails
    "42501": READ_ONLY,  # the administrator has taken a right away
    "XX001": DAMAGED,
    "XX002": DAMAGED,  # an index
}
_POSTGRES_CONTENDED = {"40001", "40P01"}  # serialization, deadlock
_POSTGRES_REFUSED = ("22", "23", "54")  # bad data, constraint, too large
_POSTGRES_READ_ONLY = "25006"


@contextmanager
def reaching() -> Iterator[None]:
    """Translate all that keeps us from getting a connection. Raises StoreAway."""
    try:
        yield
    except NoneFree as error:
        raise StoreAway(BUSY) from error
    except asyncpg.PostgresError as error:
        raise _postgres(error.sqlstate or "", error, writing=False) or _unreachable(error) from error
    except (OSError, asyncpg.InterfaceError) as error:  # a time-out is an OSError, too
        raise _unreachable(error) from error
    except DBAPIError as error:
        raise _ours(error, writing=True) or _unreachable(error) from error


def driver_failed(context: ExceptionContext) -> None:
    """Translate what SQLAlchemy lets through: asyncpg's time-outs and broken sockets. Raises StoreAway."""
    if isinstance(context.original_exception, OSError):
        raise _unreachable(context.original_exception) from context.original_exception


@contextmanager
def translated(*, writing: bool) -> Iterator[None]:
    """Translate what statements and commits fail with. Raises StoreAway (Contended), RowRefused."""
    try:
        yield
    except DBAPIError as error:
        ours = _ours(error, writing=writing)
        if ours is None:
            raise
        if isinstance(ours, RowRefused):
            raise ours from None  # the driver's own text quotes the row
        raise ours from error


def _unreachable(error: BaseException | None) -> StoreAway:
    return StoreAway(UNREACHABLE, detail=getattr(error, "strerror", None) or type(error).__name__)


def _ours(error: DBAPIError, *, writing: bool) -> PhoneError | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _sqlite(code, str(error.orig), writing=writing)
    cause = error.orig and error.orig.__cause__  # asyncpg's own error behind SQLAlchemy's copy of it
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        return _postgres(state, cause, writing=writing)
    if error.connection_invalidated:
        return _unreachable(cause or error.orig)
    # asyncpg refuses some values before it asks the server (a number out of range): no SQLSTATE, but its DataError.
    return RowRefused(REFUSED, rule="data") if isinstance(cause, asyncpg.DataError) else None


def _sqlite(code: int, message: str, *, writing: bool) -> PhoneError | None:
    primary = code & 0xFF
    if primary == _SQLITE_READ_ONLY:
        return StoreAway(READ_ONLY) if writing else None  # a write inside read() is our mistake
    if primary in _SQLITE_REFUSED:
        # "UNIQUE constraint failed: users.login_key": SQLite names columns and rules, never values.
        return RowRefused(REFUSED, rule=message.rpartition(": ")[2])
    sentence = _SQLITE_AWAY.get(primary)
    return StoreAway(sentence, detail=message) if sentence else None


def _postgres(state: str, cause: BaseException | None, *, writing: bool) -> PhoneError | None:
    if state == _POSTGRES_READ_ONLY:
        return StoreAway(READ_ONLY) if writing else None
    if state in _POSTGRES_CONTENDED:
        return Contended(detail=type(cause).__name__)
    if state.startswith(_POSTGRES_REFUSED):
        return RowRefused(REFUSED, rule=getattr(cause, "constraint_name", None) or state)
    sentence = _POSTGRES_AWAY.get(state) or _POSTGRES_AWAY.get(state[:2])
    return StoreAway(sentence, detail=type(cause).__name__) if sentence else None
