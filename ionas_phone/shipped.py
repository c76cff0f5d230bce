"""Where the files that travel with the package lie (webui/, dialplan/). Rule: checkout and wheel look alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return the folder ``name`` ("webui", "dialplan"): inside an installed wheel, beside the package in a checkout."""
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
