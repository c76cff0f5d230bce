from __future__ import annotations

import runpy

import pytest


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["ionas_phone", "--version"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("ionas_phone", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("ionas-phone ")


def test_wrong_use_ends_with_two(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["ionas_phone"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("ionas_phone", run_name="__main__")
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("ionas-phone: ")
