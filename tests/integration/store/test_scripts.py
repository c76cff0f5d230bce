from __future__ import annotations

import asyncio

import pytest

from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.store import audit, scripts
from ionas_phone.store.database import Database
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.scripts import NewScript, Script, ScriptKind
from tests.people import AT

CONSUMER, BUSINESS = CustomerKind.CONSUMER, CustomerKind.BUSINESS
NEW = NewScript(ScriptKind.ACCEPTANCE, CONSUMER, "de", "{procedure}, bis {minutes_to} Minuten, {price}. Ja?")


async def _add(database: Database, new: NewScript) -> Script:
    async with database.write() as connection:
        return await scripts.add(connection, new, AT, "office")


async def test_a_new_text_is_the_next_version_of_its_own_kind_alone(database: Database) -> None:
    added = await _add(database, NEW)
    again = await _add(database, NEW)
    kinds = (ScriptKind.WITHDRAWAL, ScriptKind.ACCEPTANCE)

    async with database.read() as connection:
        german = await scripts.newest(connection, kinds, CONSUMER, "de")
        english = await scripts.newest(connection, kinds, CONSUMER, "en")
        business = await scripts.newest(connection, (ScriptKind.ACCEPTANCE,), BUSINESS, "de")
        every = await scripts.versions(connection)
        entries = await audit.about(connection, "script", added.id)

    assert (added.version, added.name, again) == (3, "acceptance/consumer/de/3", added)
    assert [one.kind for one in german] == list(kinds)  # in the order that was asked for
    assert (german[1], english[1].version, business[0].version) == (added, 2, 2)
    assert [one.version for one in every if one.name.startswith("acceptance/consumer/de")] == [3, 2, 1]
    assert [entry.action for entry in entries] == ["create"]


async def test_where_there_is_no_text_that_is_said(database: Database) -> None:
    async with database.read() as connection:
        with pytest.raises(NotThere, match="no text to read aloud"):
            await scripts.newest(connection, (ScriptKind.WITHDRAWAL,), BUSINESS, "de")
        with pytest.raises(NotThere, match="no text to read aloud"):
            await scripts.newest(connection, (ScriptKind.ACCEPTANCE,), CONSUMER, "fr")


async def test_the_texts_that_were_shown_stay_the_ones_even_if_newer_come(database: Database) -> None:
    kinds = (ScriptKind.ACCEPTANCE, ScriptKind.EARLY_START)
    async with database.read() as connection:
        shown = await scripts.newest(connection, kinds, CONSUMER, "de")
    await _add(database, NEW)

    async with database.read() as connection:
        assert await scripts.chosen(connection, [one.id for one in reversed(shown)], kinds) == shown
        for wrong in ([shown[0].id], [shown[0].id, shown[0].id], [shown[0].id, 4711], [one.id for one in shown] + [8]):
            with pytest.raises(FormWrong, match="not the texts"):
                await scripts.chosen(connection, wrong, kinds)


async def test_a_text_that_could_not_be_filled_in_is_refused(database: Database) -> None:
    with pytest.raises(FormWrong, match="price"):
        await _add(database, NewScript(ScriptKind.ACCEPTANCE, CONSUMER, "de", "{procedure} {minutes_to}"))


async def test_two_who_write_at_once_overwrite_nothing(database: Database) -> None:
    texts = [NewScript(ScriptKind.CAP, CONSUMER, "de", f"{number}: " + "{cap}") for number in range(6)]

    results = await asyncio.gather(*(_add(database, new) for new in texts), return_exceptions=True)

    made = [one for one in results if isinstance(one, Script)]
    assert all(isinstance(one, Script | Conflict) for one in results)
    assert sorted(one.version for one in made) == list(range(3, 3 + len(made)))
