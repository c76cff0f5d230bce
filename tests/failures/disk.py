"""A disk of a few megabytes that can be filled up. Rule: it is seen by one process only, and goes when that ends."""

from __future__ import annotations

import os
from pathlib import Path

_MOUNT = 'mount -t tmpfs -o "size=$1" none "$2" && cp -a "$3/." "$2" && shift 3 && exec "$@"'
_BLOCK = 4096


class SmallDisk:
    """``within`` goes before a command: it finds the disk at ``place``, with a copy of what lies in ``seed`` on it."""

    def __init__(self, place: Path, seed: Path, megabytes: int) -> None:
        self._place = place
        place.mkdir()
        us = () if os.geteuid() == 0 else ("--map-root-user",)
        self.within = (
            *("unshare", *us, "--mount", "--propagation", "private"),
            *("sh", "-c", _MOUNT, "sh", f"{megabytes}m", str(place), str(seed)),
        )

    def inside(self, process: int) -> Path:
        """Return where the disk of this process is for us."""
        return Path(f"/proc/{process}/root{self._place}")

    def fill(self, process: int) -> None:
        """Leave no room on it."""
        with (self.inside(process) / "ballast").open("wb", buffering=0) as ballast:
            size = _BLOCK * 256
            while size >= _BLOCK:
                try:
                    if ballast.write(bytes(size)) < size:
                        size //= 2
                except OSError:
                    size //= 2

    def empty(self, process: int) -> None:
        """Make room again."""
        os.unlink(self.inside(process) / "ballast")  # noqa: PTH108 - pathlib would ask for the link itself
