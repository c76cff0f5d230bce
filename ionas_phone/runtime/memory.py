"""What the process does with its memory. Rule: said once, when all that stays for good is loaded."""

from __future__ import annotations

import ctypes
import gc
from typing import Final

_COLLECT: Final = (
    10_000,
    20,
    20,
)  # new objects before the youngest are searched for garbage; how often before the older are
_M_MMAP_THRESHOLD: Final = -3  # malloc.h
_LARGE: Final = 1024 * 1024  # bytes


def settle() -> None:
    """Spare the collector what is loaded by now, and have large blocks given back as soon as they are free."""
    _spare_the_collector()
    _give_back_what_is_large()


def _spare_the_collector() -> None:
    """What is loaded by now stays for good: nobody's ring waits while all of it is searched for garbage once more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT)


def _give_back_what_is_large() -> None:
    """A password's hash takes 19 MiB for an instant. After the first glibc would keep as much for the next for good.

    It raises the size from which a block has pages of its own to that of whatever was freed, unless it was told one.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # other C libraries know no such habit
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
