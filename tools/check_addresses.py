"""The project builds anywhere. Rule: no address of an index in what is installed from, no folder of one machine."""

from __future__ import annotations

import re
from pathlib import Path

from tools.files import files, place, text

_INSTALLED_FROM = ("requirements*", "requirements/*", "**/*.lock", "**/*lock.json", "**/*lock.yaml", "**/*.sources")
_ADDRESS = re.compile(
    r"\b(?:https?|file|git|ssh)[+:]\S*//|--(?:extra-)?index-url|--find-links|--trusted-host|^-[if]\s", re.MULTILINE
)
_MACHINE = re.compile(r"(?<![\w.}/-])/(?:root|home/\w+|work|tmp)/\w")


def problems(root: Path) -> list[str]:
    """Return every line that names an index or a folder of somebody's machine."""
    found = [
        f"{place(root, path, number)} names an address; installing decides where from"
        for path in files(root, *_INSTALLED_FROM)
        for number in _lines(path, _ADDRESS)
    ]
    found += [
        f"{place(root, path, number)} names a folder of one machine"
        for path in files(root, "**/*")
        for number in _lines(path, _MACHINE)
    ]
    return found


def _lines(path: Path, pattern: re.Pattern[str]) -> list[int]:
    return [number for number, line in enumerate((text(path) or "").splitlines(), 1) if pattern.search(line)]
