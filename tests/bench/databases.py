"""An empty database of each kind, to be filled and measured. Rule: with the tables that the service itself has."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ionas_phone.store.migrate import migrate
from tests.postgres import PostgreSQL


@asynccontextmanager
async def both() -> AsyncIterator[dict[str, str]]:
    """Yield their URLs by how they are called in a table; they are gone afterwards."""
    server = PostgreSQL()
    try:
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.create, "bench")
        with tempfile.TemporaryDirectory(prefix="ionas-bench-") as folder:
            places = {"SQLite": f"sqlite+aiosqlite:///{Path(folder) / 'ionas.db'}", "PostgreSQL": server.url("bench")}
            for url in places.values():
                await asyncio.to_thread(migrate, url)
            yield places
    finally:
        server.remove()
