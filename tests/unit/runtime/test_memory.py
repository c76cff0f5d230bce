"""How the process keeps its memory, asked of a process of its own."""

from __future__ import annotations

import subprocess
import sys

_HASHES = """
import asyncio, gc, psutil
from ionas_phone.runtime import memory
from ionas_phone.runtime.passwords import Passwords

async def main():
    passwords = Passwords()
    await passwords.hash("none of anybody's")
    {settle}
    before = psutil.Process().memory_info().rss
    for _ in range(4):
        await passwords.hash("none of anybody's")
    print((psutil.Process().memory_info().rss - before) // 1024**2, gc.get_freeze_count() > 0)
    passwords.close()

asyncio.run(main())
"""


def _kept(settle: str) -> tuple[int, bool]:
    """Return how many MiB some passwords leave behind, and whether the collector is spared anything."""
    code = [sys.executable, "-c", _HASHES.format(settle=settle)]
    mib, frozen = subprocess.run(code, check=True, capture_output=True, text=True).stdout.split()
    return int(mib), frozen == "True"


def test_nothing_of_a_hashed_password_is_kept() -> None:
    kept, frozen = _kept("memory.settle()")
    assert kept < 4
    assert frozen
