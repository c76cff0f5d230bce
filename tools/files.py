"""Which files the checks look at. Rule: what git knows or would take in, nothing that is built, fetched or ignored."""

from __future__ import annotations

import subprocess
from pathlib import Path


def files(root: Path, *patterns: str) -> list[Path]:
    """Return the files of the checkout ``root`` that match one of ``patterns`` (e.g. "ionas_phone/**/*.py")."""
    known = _known_to_git(root)
    matching = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
    return sorted(path for path in matching if known is None or path in known)


def text(path: Path) -> str | None:
    """Return the text of ``path``, None if it holds something else."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def place(root: Path, path: Path, line: int | None = None) -> str:
    """Return "folder/file:line" for a message."""
    name = path.relative_to(root).as_posix()
    return name if line is None else f"{name}:{line}"


def _known_to_git(root: Path) -> set[Path] | None:
    if not (root / ".git").exists():
        return None
    listed = subprocess.run(  # noqa: S603 - fixed arguments
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - on PATH
        check=True,
        capture_output=True,
        text=True,
    )
    return {root / name for name in listed.stdout.split("\0") if name}
