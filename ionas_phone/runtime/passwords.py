"""Passwords: hashing and checking. Rule: never on the event loop, never more than two at a time.

One argon2 hash takes some 45 ms and 19 MiB; on the loop it would hold up every pop, and sixty at once would take the
memory of a small server. Two threads are both the executor and the limit: the rest waits its turn.
"""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ionas_phone.errors import FormWrong

SHORTEST = 10
LONGEST = 200  # characters; nobody's password, but no megabytes to hash either

_AT_ONCE = 2
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like another
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash of a random text nobody knows: checking against it takes as long as checking a real one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$g2APl8ihzrtkXlia7xCksQ$JpZ2t45Tey1+HI/1GXprgq/WYFIUM5FDUU/CNRGGksI"


class Passwords:
    """Hashes and checks; owns its two threads until ``close``."""

    def __init__(self) -> None:
        """Start no thread before the first password."""
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="passwords")

    async def hash(self, password: str) -> str:
        """Return the encoded argon2id hash of ``password``, salt and cost included."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _HASHER.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether ``password`` is the one ``stored`` was made of.

        ``stored`` None (nobody has this log-in name) takes as long as a wrong password, so that the time tells nobody
        which names exist.
        """
        right = await asyncio.get_running_loop().run_in_executor(self._threads, _fits, stored or _NOBODY, password)
        return right and stored is not None

    async def renewed(self, stored: str, password: str) -> str | None:
        """Return ``password`` hashed at today's cost if ``stored`` was made at another, None otherwise."""
        return await self.hash(password) if _HASHER.check_needs_rehash(stored) else None

    def close(self) -> None:
        """End the threads; what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def invented() -> str:
    """Return a new random password that can be read out: three groups of four letters and digits, 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def check_password(login: str, password: str) -> None:
    """Refuse a password that is too easily guessed. Raises FormWrong (field "password")."""
    if len(password) < SHORTEST:
        raise FormWrong("A password needs at least %(least)d characters.", field="password", least=SHORTEST)
    if len(password) > LONGEST:
        raise FormWrong("A password may have at most %(most)d characters.", field="password", most=LONGEST)
    if login.casefold() in password.casefold():
        raise FormWrong("The password must not contain the log-in name.", field="password")
    if len(set(password)) < SHORTEST // 2:
        raise FormWrong("The password repeats too few different characters.", field="password")


def _fits(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
