from __future__ import annotations

from pathlib import Path

import pytest

from ionas_phone import logs
from ionas_phone.cli.store import begin, opened
from ionas_phone.errors import NotThere, PhoneError
from ionas_phone.settings import Settings
from ionas_phone.store.migrate import migrate
from tests.databases import ping


def settings(folder: Path) -> Settings:
    secret = folder / "secret"
    secret.write_text("hochgeheim\n", encoding="utf-8")
    return Settings.from_env(
        {"IONAS_DATA": str(folder), "IONAS_PBX_URLS": "ami://a@127.0.0.1", "IONAS_PBX_SECRET_FILE": str(secret)}
    )


def test_a_database_that_is_not_there_is_not_made_by_the_way(tmp_path: Path) -> None:
    with pytest.raises(NotThere, match="run `ionas-phone migrate` first"):
        begin(settings(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_tables_of_another_time_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "ionas.db").touch()
    with pytest.raises(PhoneError, match="run `ionas-phone migrate` first"):
        begin(settings(tmp_path))


def test_secrets_are_hidden_from_the_first_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_secrets", set())
    migrate(settings(tmp_path).database_dsn)
    begin(settings(tmp_path))
    assert logs.masked("it is hochgeheim") == "it is [hidden]"


async def test_the_database_of_the_settings_is_opened(tmp_path: Path) -> None:
    migrate(settings(tmp_path).database_dsn)
    async with opened(settings(tmp_path)) as database:
        await ping(database)
    assert (tmp_path / "ionas.db").is_file()
