from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from ionas_phone.errors import FormWrong
from ionas_phone.runtime import passwords
from ionas_phone.runtime.passwords import Passwords, check_password, invented


@pytest.fixture
def keeper() -> Iterator[Passwords]:
    keeper = Passwords()
    yield keeper
    keeper.close()


async def test_only_the_right_password_fits(keeper: Passwords) -> None:
    stored = await keeper.hash("rechtes Passwort")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await keeper.verify(stored, "rechtes Passwort")
    assert not await keeper.verify(stored, "rechtes passwort")
    assert stored != await keeper.hash("rechtes Passwort")


async def test_a_hash_of_another_cost_is_made_anew(keeper: Passwords) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("rechtes Passwort")
    renewed = await keeper.renewed(cheap, "rechtes Passwort")
    assert renewed
    assert await keeper.verify(renewed, "rechtes Passwort")
    assert await keeper.renewed(renewed, "rechtes Passwort") is None


async def test_nobodys_password_is_never_right_and_a_broken_hash_is_wrong(keeper: Passwords) -> None:
    assert not await keeper.verify(None, "rechtes Passwort")
    assert not await keeper.verify("", "")
    assert not await keeper.verify("not a hash", "rechtes Passwort")


async def test_checking_nobody_costs_as_much_as_checking_somebody(keeper: Passwords) -> None:
    stored = await keeper.hash("rechtes Passwort")
    assert stored.rsplit("$", 2)[0] == passwords._NOBODY.rsplit("$", 2)[0]  # the same cost, so the same time
    begun = time.process_time()
    await keeper.verify(None, "falsches Passwort")
    assert time.process_time() - begun > 0.005, "really hashed"


async def test_many_at_once_take_two_threads(keeper: Passwords) -> None:
    stored = await keeper.hash("rechtes Passwort")
    results = await asyncio.gather(*(keeper.verify(stored, f"guess number {n}") for n in range(8)))
    assert results == [False] * 8
    assert len(keeper._threads._threads) <= 2


async def test_the_loop_goes_on_while_a_password_is_hashed(keeper: Passwords) -> None:
    hashing = asyncio.gather(keeper.hash("one of them"), keeper.hash("the other one"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    await hashing
    assert turns > 10


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("kurz", "A password needs at least 10 characters."),
        ("x" * 201, "A password may have at most 200 characters."),
        ("ichbinANNA12", "The password must not contain the log-in name."),
        ("ababababab", "The password repeats too few different characters."),
    ],
)
def test_a_password_too_easily_guessed_is_refused(password: str, said: str) -> None:
    with pytest.raises(FormWrong) as wrong:
        check_password("anna", password)
    assert str(wrong.value) == said
    assert wrong.value.field == "password"


def test_a_long_enough_password_is_taken() -> None:
    check_password("anna", "Möhren & Gurken")


def test_an_invented_password_is_a_new_one_each_time_and_good_enough() -> None:
    found = {invented() for _ in range(50)}
    assert len(found) == 50
    for password in found:
        check_password("anna", password)
        assert re.fullmatch(r"[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){2}", password)
