"""The database, for commands. Rule: no command touches tables that are not what this program expects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ionas_phone import logs
from ionas_phone.errors import PhoneError
from ionas_phone.settings import Settings
from ionas_phone.store.database import Database
from ionas_phone.store.migrate import pending


def begin(settings: Settings) -> None:
    """Set up what a command needs before it opens the database. Raises PhoneError if migrations are pending."""
    for secret in settings.secrets:
        logs.register_secret(secret)
    missing = pending(settings.database_dsn)
    if missing:
        raise PhoneError(
            "The database lacks %(count)d steps of its tables; run `ionas-phone migrate` first.", count=len(missing)
        )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Yield the database of ``settings`` and close it afterwards."""
    database = Database(settings.database_dsn)
    try:
        yield database
    finally:
        await database.close()
