"""A task that fails starts again; its neighbours don't notice."""

from __future__ import annotations

import asyncio

import pytest

from ionas_phone.runtime import guard


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_FIRST", 0.0)


async def test_a_task_that_has_done_its_work_ends() -> None:
    counted: list[str] = []

    async def run() -> None:
        return

    await asyncio.wait_for(guard.guarded("link", run, counted.append), 5)
    assert counted == []


async def test_a_task_that_fails_is_counted_and_starts_again() -> None:
    starts = 0
    counted: list[str] = []
    again = asyncio.Event()

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts == 3:
            again.set()
            await asyncio.Event().wait()
        raise RuntimeError("broken")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(guard.guarded("engine", run, counted.append))
        await asyncio.wait_for(again.wait(), 5)
        task.cancel()
    assert counted == ["engine", "engine"]
