from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from ionas_phone.cli import example
from ionas_phone.cli.example_people import CUSTOMERS
from ionas_phone.cli.store import opened
from ionas_phone.errors import FormWrong
from ionas_phone.runtime.passwords import Passwords
from ionas_phone.settings import Settings
from ionas_phone.store import users
from ionas_phone.support.customers import NewCustomer

from .conftest import Run


async def may_sign_in(login: str, password: str) -> bool:
    keeper = Passwords()
    async with opened(Settings.from_env()) as database, database.read() as connection:
        found = await users.for_log_in(connection, login)
    try:
        return found is not None and await keeper.verify(found[1], password)
    finally:
        keeper.close()


def test_an_empty_database_is_filled_and_the_log_ins_work(migrated: Run, tmp_path: Path) -> None:
    said = migrated("example")
    assert said.code == 0
    assert said.out.startswith("25 example customers are written down.")
    printed = dict(re.findall(r"^  (\w+) +(\S+-\S+)", said.out, re.MULTILINE))
    assert printed.keys() == {"anna", "ben", "cem", "sophie", "admin"}
    assert len(set(printed.values())) == 5
    assert asyncio.run(may_sign_in("anna", printed["anna"]))
    notes = tmp_path / "var" / "log-ins.txt"
    assert printed["anna"] in notes.read_text()
    assert notes.stat().st_mode & 0o777 == 0o600


def test_a_second_time_it_only_tells_where_the_log_ins_are(migrated: Run, tmp_path: Path) -> None:
    migrated("example")
    notes = tmp_path / "var" / "log-ins.txt"
    before = notes.read_text()
    assert migrated("example").out == f"The database is filled already; the log-ins are in {notes}.\n"
    assert notes.read_text() == before


def test_a_database_in_use_is_never_touched(migrated: Run, tmp_path: Path) -> None:
    migrated("user", "add", "ben", "--role", "admin", typed="Möhren & Gurken\n")
    assert migrated("example").out == "The database is not empty; nothing was changed.\n"
    assert len(migrated("user", "list").out.splitlines()) == 2
    assert not (tmp_path / "var" / "log-ins.txt").exists()


def test_all_of_it_or_nothing(migrated: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(example, "CUSTOMERS", (*CUSTOMERS, NewCustomer(name="")))
    said = migrated("example")
    assert (said.code, said.err) == (1, f"ionas-phone: {FormWrong('A customer needs a name or a company.')}\n")
    assert len(migrated("user", "list").out.splitlines()) == 1
    assert not (tmp_path / "var" / "log-ins.txt").exists()
