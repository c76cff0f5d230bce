from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools import check


def test_every_check_is_asked_and_named(tmp_path: Path, write: Callable[[str, str], Path]) -> None:
    write("ionas_phone/long.py", "def go() -> None:\n" + "    pass\n" * 400)
    write("webui/templates/page.html", "<button>x</button>")
    said = check.complaints(tmp_path)
    assert {line.partition(":")[0] for line in said} == {"lengths", "templates", "tests"}


def test_one_complaint_is_enough_to_fail(
    tmp_path: Path,
    write: Callable[[str, str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(check, "HOUSE", tmp_path)
    assert check.main() == 0
    write("webui/templates/page.html", "<button>x</button>")
    assert check.main() == 1
    assert "page.html:1 has a button without type" in capsys.readouterr().err
