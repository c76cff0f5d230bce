"""A version of Asterisk that is missing: its tests are passed over, and that is said last of all; in CI they fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.parametrize(("ci", "said"), [("true", "1 error"), ("", "1 skipped")])
def test_of_a_version_that_is_missing(ci: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "asterisk-22").mkdir()
    (tmp_path / "asterisk-22/.complete").touch()
    test = "tests/integration/test_every_call.py::test_at_every_step_the_picture_is_right[16-answered]"
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=CHECKOUT,
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "LAB_CACHE": str(tmp_path), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert said in told, told
    assert "Asterisk 16 is not installed: tests/lab/install.sh 16" in told
    assert told.splitlines()[-1].startswith("Not run: the tests of Asterisk 16, which is not installed")
