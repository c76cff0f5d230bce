"""What counts as done for good."""

from __future__ import annotations

import asyncio

import pytest

from ionas_phone.store.attempts import attempt, done_for_good


async def test_what_is_done_for_good_is_told_to_whoever_watches_and_to_nobody_else() -> None:
    done_for_good()  # nobody watches
    with attempt() as outer:
        with attempt() as inner:
            await asyncio.gather(asyncio.to_thread(done_for_good))
        assert (outer.done, inner.done) == (False, True)


def test_the_watch_ends_with_its_block() -> None:
    with pytest.raises(ValueError, match="x"), attempt() as watched:
        raise ValueError("x")
    done_for_good()
    assert not watched.done
