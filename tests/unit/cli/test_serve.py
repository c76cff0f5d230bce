from __future__ import annotations

import errno

import pytest

from ionas_phone.cli import serve
from ionas_phone.errors import StoreAway
from ionas_phone.settings import VARIABLES, Settings

from .conftest import Run


def test_help_lists_every_setting(run: Run) -> None:
    text = run("serve", "--help").out
    assert [name for name in VARIABLES if name not in text] == []


def test_a_desk_that_nobody_could_call_is_a_wrong_setting(migrated: Run) -> None:
    said = migrated("serve")
    assert said.code == 2
    assert "IONAS_PBX_URLS" in said.err


def test_serving_waits_for_the_tables(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IONAS_PRACTICE", "1")
    said = run("serve")
    assert said.code == 1
    assert "run `ionas-phone migrate` first" in said.err


def test_migrating_twice_does_nothing_the_second_time(run: Run) -> None:
    assert run("migrate").out.startswith("The tables are up to date; steps done: 0001")
    assert run("migrate").out == "The tables were up to date.\n"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            OSError(errno.EADDRINUSE, "x"),
            "At IONAS_HTTP=127.0.0.1:8080 another program is at work; end it, or name another port.",
        ),
        (ExceptionGroup("x", [StoreAway("The database is away.")]), "The database is away."),
        (ExceptionGroup("x", [ExceptionGroup("y", [StoreAway("Away.")])]), "Away."),
        (OSError(errno.EIO, "x"), None),
        (ExceptionGroup("x", [StoreAway("Away."), ValueError()]), None),
    ],
)
def test_only_their_trouble_becomes_a_sentence(trouble: Exception, said: str | None) -> None:
    sentence = serve._sentence(Settings.from_env({}), trouble)
    assert (sentence and str(sentence)) == said
