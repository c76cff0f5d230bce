from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from ionas_phone.errors import SettingWrong
from ionas_phone.settings import VARIABLES, Settings, language_of


def sentence(environ: dict[str, str]) -> str:
    with pytest.raises(SettingWrong) as wrong:
        Settings.from_env(environ)
    return str(wrong.value)


def written(folder: Path, text: str) -> str:
    path = folder / "secret"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_empty_environment_gives_a_desk_on_this_machine() -> None:
    settings = Settings.from_env({})
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert settings.lines == ("+496131327070",)
    assert settings.queues == ("support",)
    assert settings.pbx_urls == ()
    assert (settings.language, settings.timezone.key) == ("de", "Europe/Berlin")
    assert not settings.practice
    assert settings.database_url == f"sqlite+aiosqlite:///{Path('var').absolute()}/ionas.db"


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IONAS_QUEUES", "sales")
    assert Settings.from_env().queues == ("sales",)
    monkeypatch.setenv("IONAS_LANGUAGE", "en")
    assert language_of() == "en"


def test_every_variable_of_the_list_is_read(tmp_path: Path) -> None:
    values = {
        "IONAS_PBX_URLS": "amis://desk@pbx.example.org:5039  ami://desk@127.0.0.1:5038",
        "IONAS_PBX_SECRET_FILE": written(tmp_path, "first one\nsecond#two\n\n"),
        "IONAS_DATA": str(tmp_path),
        "IONAS_DATABASE_URL": "postgresql+asyncpg://ionas@db.example.org:5432/ionas",
        "IONAS_DATABASE_PASSWORD_FILE": str(tmp_path / "database"),
        "IONAS_HTTP": "[::]:0",
        "IONAS_PUBLIC_URL": "https://Phone.example.org/",
        "IONAS_METRICS_TOKEN_FILE": str(tmp_path / "meters"),
        "IONAS_LINES": "+496131327070, +496131327071",
        "IONAS_QUEUES": "support,sales",
        "IONAS_DIAL_CONTEXT": "from-internal",
        "IONAS_PRACTICE": "1",
        "IONAS_LANGUAGE": "en",
        "IONAS_TIMEZONE": "Europe/Vienna",
        "IONAS_LOG_LEVEL": "debug",
        "IONAS_LOG_FORMAT": "json",
    }
    (tmp_path / "database").write_text("p@ss/wörd\n", encoding="utf-8")
    (tmp_path / "meters").write_text("m€ter\n", encoding="utf-8")
    settings = Settings.from_env(values)
    assert values.keys() == VARIABLES.keys()
    defaults = Settings.from_env({})
    same = [f.name for f in dataclasses.fields(Settings) if getattr(settings, f.name) == getattr(defaults, f.name)]
    assert same == []
    assert settings.pbx_secrets == ("first one", "second#two")
    assert (settings.http_host, settings.http_port) == ("::", 0)
    assert settings.public_url == "https://phone.example.org"
    assert settings.database_dsn == "postgresql+asyncpg://ionas:p%40ss%2Fw%C3%B6rd@db.example.org:5432/ionas"
    assert settings.secrets == ("first one", "second#two", "p@ss/wörd", "m€ter")
    assert settings.metrics_token == "m€ter"
    assert not any(secret in repr(settings) for secret in settings.secrets)


def test_a_database_without_password_is_reached_as_written() -> None:
    url = "postgresql+asyncpg://ionas@/ionas?host=/run/postgresql"
    assert Settings.from_env({"IONAS_DATABASE_URL": url}).database_dsn == url


def test_a_socket_address_takes_its_password_too(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://ionas@/ionas?host=/run/postgresql"
    path = written(tmp_path, "geheim")
    settings = Settings.from_env({"IONAS_DATABASE_URL": url, "IONAS_DATABASE_PASSWORD_FILE": path})
    assert settings.database_dsn == "postgresql+asyncpg://ionas:geheim@/ionas?host=/run/postgresql"


def test_an_empty_value_counts_as_not_set() -> None:
    assert Settings.from_env({"IONAS_PBX_URLS": " ", "IONAS_HTTP": ""}) == Settings.from_env({})


def test_other_peoples_variables_are_not_ours() -> None:
    assert Settings.from_env({"HOME": "/", "XIONAS_HTTP": "x"}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IONAS_HTTP", "8080"),
        ("IONAS_HTTP", "127.0.0.1"),
        ("IONAS_HTTP", "127.0.0.1:99999"),
        ("IONAS_HTTP", "127.0.0.1:8080/x"),
        ("IONAS_HTTP", "user@127.0.0.1:8080"),
        ("IONAS_HTTP", "[::1:8080"),
        ("IONAS_HTTP", "127.0.0.1\r\n:8080"),
        ("IONAS_HTTP", "0.0.0.0:8080"),
        ("IONAS_PUBLIC_URL", "phone.example.org"),
        ("IONAS_PUBLIC_URL", "http://phone.example.org"),
        ("IONAS_PUBLIC_URL", "https://phone.example.org/desk"),
        ("IONAS_PUBLIC_URL", "https://anna@phone.example.org"),
        ("IONAS_PBX_URLS", "pbx.example.org"),
        ("IONAS_PBX_URLS", "tcp://desk@pbx.example.org:5038"),
        ("IONAS_PBX_URLS", "amis://pbx.example.org:5039"),
        ("IONAS_PBX_URLS", "amis://desk:geheim@pbx.example.org:5039"),
        ("IONAS_PBX_URLS", "amis://desk@pbx.example.org amis://desk@pbx.example.org"),
        ("IONAS_PBX_SECRET_FILE", "/does/not/exist"),
        ("IONAS_PBX_SECRET_FILE", "/dev/null"),
        ("IONAS_DATABASE_URL", "mysql://ionas@db.example.org/ionas"),
        ("IONAS_DATABASE_URL", "postgresql://ionas@db.example.org/ionas"),
        ("IONAS_DATABASE_URL", "postgresql+asyncpg://ionas:geheim@db.example.org/ionas"),
        ("IONAS_DATABASE_PASSWORD_FILE", "/does/not/exist"),
        ("IONAS_LINES", "06131 327070"),
        ("IONAS_LINES", ","),
        ("IONAS_LINES", ""),
        ("IONAS_QUEUES", " "),
        ("IONAS_QUEUES", "support;rm"),
        ("IONAS_PRACTICE", "yes"),
        ("IONAS_LANGUAGE", "fr"),
        ("IONAS_TIMEZONE", "Europe/Mainz"),
        ("IONAS_TIMEZONE", "../../etc/passwd"),
        ("IONAS_LOG_LEVEL", "loud"),
        ("IONAS_LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_variable(name: str, value: str) -> None:
    said = sentence({name: value})
    assert name in said
    assert said.endswith(".")
    assert "\n" not in said
    assert not re.search(r"[.!?] [A-Z]", said), "one sentence"
    assert "geheim" not in said


def test_an_unknown_variable_is_refused_and_the_likely_one_named() -> None:
    assert sentence({"IONAS_HTPP": "127.0.0.1:1"}) == "IONAS_HTPP is no setting; is IONAS_HTTP meant?"
    assert "IONAS_BANANA" in sentence({"IONAS_BANANA": ""})


def test_each_pbx_needs_its_secret(tmp_path: Path) -> None:
    urls = "amis://desk@one.example.org amis://desk@two.example.org"
    assert "IONAS_PBX_SECRET_FILE" in sentence({"IONAS_PBX_URLS": urls})
    said = sentence({"IONAS_PBX_URLS": urls, "IONAS_PBX_SECRET_FILE": written(tmp_path, "only one")})
    assert said == "IONAS_PBX_SECRET_FILE has 1 secrets, but IONAS_PBX_URLS names 2 PBXes; a line each."


@pytest.mark.parametrize("text", ["first\n\nthird\n", "one\ttwo", "one\x00"])
def test_a_secret_that_could_break_a_line_is_refused(tmp_path: Path, text: str) -> None:
    said = sentence({"IONAS_PBX_URLS": "ami://a@127.0.0.1", "IONAS_PBX_SECRET_FILE": written(tmp_path, text)})
    assert "IONAS_PBX_SECRET_FILE" in said
    assert text not in said


def test_a_file_with_windows_line_ends_is_read_like_any_other(tmp_path: Path) -> None:
    path = written(tmp_path, "geheim\r\n")
    settings = Settings.from_env({"IONAS_PBX_URLS": "ami://a@127.0.0.1", "IONAS_PBX_SECRET_FILE": path})
    assert settings.pbx_secrets == ("geheim",)


def test_a_password_needs_somebody_it_belongs_to(tmp_path: Path) -> None:
    assert "IONAS_DATABASE_PASSWORD_FILE" in sentence({"IONAS_DATABASE_PASSWORD_FILE": written(tmp_path, "geheim")})
    (tmp_path / "two").write_text("a\nb\n", encoding="utf-8")
    url = "postgresql+asyncpg://ionas@db.example.org/ionas"
    said = sentence({"IONAS_DATABASE_URL": url, "IONAS_DATABASE_PASSWORD_FILE": str(tmp_path / "two")})
    assert "one line" in said


def test_other_machines_are_served_behind_https_only() -> None:
    assert "127.0.0.1" in sentence({"IONAS_HTTP": "192.0.2.7:8080", "IONAS_PUBLIC_URL": "http://localhost:8080"})
    behind = Settings.from_env({"IONAS_HTTP": "192.0.2.7:8080", "IONAS_PUBLIC_URL": "https://phone.example.org:8443"})
    assert behind.public_url == "https://phone.example.org:8443"
    assert Settings.from_env({"IONAS_HTTP": "[::1]:80"}).http_host == "::1"


def test_complaints_are_in_german_unless_english_is_asked_for() -> None:
    assert language_of({}) == "de"
    assert language_of({"IONAS_LANGUAGE": "en"}) == "en"
    assert language_of({"IONAS_LANGUAGE": "klingon"}) == "de"
