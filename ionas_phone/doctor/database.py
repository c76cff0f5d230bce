"""The database: is it there, is it of our version, is somebody in it. Rule: it is read, never brought up to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ionas_phone.doctor.findings import Finding, advice, fault, well
from ionas_phone.errors import PhoneError, StoreAway
from ionas_phone.store import calls, users
from ionas_phone.store.database import Database
from ionas_phone.store.migrate import pending
from ionas_phone.support.users import User
from ionas_phone.words import N_

_AWAY = N_(
    "The database can't be reached%(why)s. See that it runs, and that IONAS_DATABASE_URL and"
    " IONAS_DATABASE_PASSWORD_FILE are right."
)
_RECENT = 200  # calls that are looked through for each PBX's last


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database knows. ``last_calls``: when each PBX's last call came, by its name."""

    findings: tuple[Finding, ...]
    users: tuple[User, ...] | None = None  # None: nobody knows
    last_calls: Mapping[str, datetime] = field(default_factory=dict)


async def look(url: str) -> Kept:
    """Look into the database of ``url``; whatever is wrong with it is a finding."""
    try:
        missing = pending(url)
        if missing:
            return Kept((_behind(missing),))
        return await _read(url)
    except StoreAway as error:
        return Kept((fault("database", _AWAY, why=f" ({error.detail})" if error.detail else ""),))
    except PhoneError as error:  # it says what to do
        return Kept((fault("database", error.message, **error.values),))


def _behind(missing: tuple[str, ...]) -> Finding:
    return fault(
        "database",
        N_("The database lacks %(count)d steps of its tables; run `ionas-phone migrate` first."),
        count=len(missing),
    )


async def _read(url: str) -> Kept:
    database = Database(url)
    try:
        async with database.read() as connection:
            everybody = await users.everybody(connection)
            recent = await calls.recent(connection, _RECENT)
    finally:
        await database.close()
    last_calls: dict[str, datetime] = {}
    for call in recent:
        if call.record.offered_at is not None:
            last_calls.setdefault(call.record.call.pbx, call.record.offered_at)
    return Kept(tuple(_judged(everybody)), everybody, last_calls)


def _judged(everybody: tuple[User, ...]) -> Iterator[Finding]:
    yield well("database", N_("The database answers, and its tables are up to date."))
    if all(user.disabled for user in everybody):
        yield advice(
            "users",
            N_("Nobody may sign in. Let somebody in: `ionas-phone user add NAME --role admin`, then the assistants."),
        )
