"""An Asterisk installed in a folder. Rule: it runs from there by its own loader, without root and beside others."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MAJORS = (22, 16)
_REPOSITORY = Path(__file__).resolve().parents[2]
_CACHE = Path(os.environ.get("LAB_CACHE") or _REPOSITORY / ".cache").resolve()  # noqa: TID251 - settings.py is the product's


class NotInstalled(Exception):
    """The Asterisk that was asked for is not there."""


@dataclass(frozen=True)
class Tree:
    """The folder that install.sh has made for one major version."""

    major: int

    @property
    def root(self) -> Path:
        return _CACHE / f"asterisk-{self.major}"

    @property
    def libraries(self) -> Path:
        return self.root / "usr/lib/x86_64-linux-gnu"

    @property
    def modules(self) -> Path:
        """Debian's place for modules changed between 16 and 22."""
        new = self.libraries / "asterisk/modules"
        return new if new.is_dir() else self.root / "usr/lib/asterisk/modules"

    @property
    def data(self) -> Path:
        return self.root / "usr/share/asterisk"

    @property
    def installed(self) -> bool:
        return (self.root / ".complete").exists()

    @property
    def program(self) -> Path:
        return self.root / "usr/sbin/asterisk"

    def command(self, *arguments: str, program: Path | None = None) -> list[str]:
        """Return the command line of this Asterisk (under another name: ``program``), run by its own C library."""
        if not self.installed:
            raise NotInstalled(f"Asterisk {self.major} is not installed. Run: tests/lab/install.sh {self.major}")
        folders = f"{self.libraries}:{self.modules.parent}:{self.root}/lib/x86_64-linux-gnu:{self.root}/usr/lib"
        return [str(self._loader()), "--library-path", folders, str(program or self.program), *arguments]

    def _loader(self) -> Path:
        """Return the loader; in older Debians it is a link that is right only from inside the folder."""
        loader = self.root / "lib64/ld-linux-x86-64.so.2"
        target = loader.readlink()
        return self.root / target.relative_to("/") if target.is_absolute() else loader


def newest() -> int:
    """Return the newest version that is installed; the newest of all, if none is: asking for it says what to do."""
    return next((major for major in MAJORS if Tree(major).installed), MAJORS[0])


def cache() -> Path:
    """Return the folder for what the laboratory keeps between two runs."""
    return _CACHE
