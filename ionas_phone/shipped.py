"""Where the files that travel with the package lie (webui/, dialplan/). Rule: a checkout and an installed wheel look alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return the folder ``name`` ("webui" or "dialplan"): inside the wheel if installed, beside the package in a checkout."""
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
