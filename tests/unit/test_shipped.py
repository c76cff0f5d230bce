from __future__ import annotations

from pathlib import Path

import pytest

import ionas_phone.shipped
from ionas_phone.shipped import shipped


def test_a_checkout_has_its_folders_beside_the_package() -> None:
    assert shipped("webui") == Path(__file__).parents[2] / "webui"


def test_an_installed_wheel_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "_shipped" / "dialplan"
    inside.mkdir(parents=True)
    monkeypatch.setattr(ionas_phone.shipped, "_PACKAGE", tmp_path)
    assert shipped("dialplan") == inside
    assert shipped("webui") == tmp_path.parent / "webui"
