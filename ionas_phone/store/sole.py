"""One service per database. Rule: the lock goes with its holder, whatever ends it; nobody has to clear anything away.

SQLite: the operating system's lock on a file beside the database's. PostgreSQL: an advisory lock, held by a connection
of its own, which the server lets go with the connection; so there must be no pooler in between that shares connections.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ionas_phone.errors import Conflict, SettingWrong, StoreAway
from ionas_phone.store import engines
from ionas_phone.store.refusals import reaching, translated

_LOCK = 4961313271  # PostgreSQL's advisory lock of whoever serves
_WAIT = 5.0  # seconds that a server may take to notice that the holder is gone
_PAUSE = 0.1  # seconds between two tries
_TAKE = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=_LOCK)


class Sole:
    """The right to be the one service of a database."""

    def __init__(self, url: str, wait: float | None = None) -> None:
        """Take the database's URL; ``wait``: seconds to wait for another holder to go. Nothing is opened yet."""
        parsed = engines.parsed(url)
        self._wait = _WAIT if wait is None else wait
        self._lock: _File | _Server = _File(parsed) if parsed.drivername == engines.SQLITE else _Server(parsed)

    async def take(self) -> None:
        """Be the one. Raises Conflict (another service is), StoreAway, SettingWrong."""
        deadline = asyncio.get_running_loop().time() + self._wait
        while not await self._lock.take():
            if asyncio.get_running_loop().time() >= deadline:
                await self._lock.release()
                raise Conflict("Another ionas-phone serves this database already; stop that one first.")
            await asyncio.sleep(_PAUSE)

    async def keep(self) -> None:
        """Take it again if it was lost with the connection. Raises Conflict (somebody else was faster), StoreAway."""
        if not await self._lock.keep():
            raise Conflict("Another ionas-phone has taken over this database; stop one of the two.")

    async def release(self) -> None:
        """Let another one be it."""
        await self._lock.release()


class _File:
    """A lock on a file that stays where it is: to remove it would let two hold it."""

    def __init__(self, url: URL) -> None:
        self._path = Path(f"{url.database}.lock")
        self._held: int | None = None

    async def take(self) -> bool:
        try:
            opened = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SettingWrong(engines.CLOSED, path=str(self._path), reason=error.strerror) from error
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return False
        self._held = opened
        return True

    async def keep(self) -> bool:
        return self._held is not None

    async def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None


class _Server:
    """A lock on a connection that does nothing else."""

    def __init__(self, url: URL) -> None:
        self._engine: AsyncEngine = engines.keeper(url)
        self._held: AsyncConnection | None = None

    async def take(self) -> bool:
        with reaching():
            connection = await self._engine.connect()
        try:
            with translated(writing=False):
                taken = bool((await connection.execute(_TAKE)).scalar_one())
        except StoreAway:
            await connection.close()
            raise
        if taken:
            self._held = connection
        else:
            await connection.close()
        return taken

    async def keep(self) -> bool:
        if self._held is None:
            return await self.take()
        try:
            with translated(writing=False):
                await self._held.execute(text("SELECT 1"))
        except StoreAway:  # the connection is gone, and the lock with it
            await self._held.close()
            self._held = None
            return await self.take()
        return True

    async def release(self) -> None:
        if self._held is not None:
            await self._held.invalidate()  # given back to the pool it would keep the lock
            await self._held.close()
            self._held = None
        await self._engine.dispose()
