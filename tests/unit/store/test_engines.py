from __future__ import annotations

from pathlib import Path
from stat import S_IMODE

import pytest

from ionas_phone.errors import NotThere, SettingWrong
from ionas_phone.store.engines import parsed, prepare, present


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ionas.db",
        "sqlite:///ionas.db",
        "postgresql://localhost/ionas",
        "postgresql+psycopg://localhost/ionas",
        "mysql+aiomysql://localhost/ionas",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "postgresql+asyncpg://localhost:port/ionas",
    ],
)
def test_an_url_that_cannot_be_used(url: str) -> None:
    with pytest.raises(SettingWrong, match="IONAS_DATABASE_URL must"):
        parsed(url)


def test_a_refused_url_is_not_repeated_its_password_least_of_all() -> None:
    with pytest.raises(SettingWrong) as refused:
        parsed("mysql://ionas:secret@db.example.org/ionas")

    assert "secret" not in f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__context__!r}"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:///var/ionas.db",
        "postgresql+asyncpg://ionas@db.example.org:5433/ionas",
        "postgresql+asyncpg://ionas@/ionas?host=/run/postgresql",
    ],
)
def test_an_url_that_can(url: str) -> None:
    assert parsed(url).render_as_string(hide_password=False).startswith(url.partition("?")[0])


def test_the_file_is_readable_by_us_only_and_so_is_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "ionas.db"

    prepare(parsed(f"sqlite+aiosqlite:///{file}"))

    assert S_IMODE(file.stat().st_mode) == 0o600
    assert S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "ionas.db"
    file.write_bytes(b"what was there")

    prepare(parsed(f"sqlite+aiosqlite:///{file}"))

    assert file.read_bytes() == b"what was there"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SettingWrong, match=r"can't be opened \(.+\)"):
        prepare(parsed(f"sqlite+aiosqlite:///{tmp_path / 'file' / 'ionas.db'}"))


def test_where_nothing_is_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(NotThere, match="run `ionas-phone migrate` first"):
        present(parsed(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'ionas.db'}"))

    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(SettingWrong, match="can't be opened"):
        present(parsed(f"sqlite+aiosqlite:///{tmp_path}"))


def test_postgresql_needs_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    prepare(parsed("postgresql+asyncpg://localhost/ionas"))
    present(parsed("postgresql+asyncpg://localhost/ionas"))

    assert not list(tmp_path.iterdir())
