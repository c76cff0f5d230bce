"""Runs every ``check_*`` beside it. Rule: all of them speak before the exit code says whether one complained."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]


def complaints(root: Path) -> list[str]:
    """Return one line per broken rule in the checkout ``root``."""
    found: list[str] = []
    for path in sorted(Path(__file__).parent.glob("check_*.py")):
        check = importlib.import_module(f"tools.{path.stem}")
        found += [f"{path.stem.removeprefix('check_')}: {line}" for line in check.problems(root)]
    return found


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    lines = complaints(HOUSE)
    for line in lines:
        sys.stderr.write(f"{line}\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
