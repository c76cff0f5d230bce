"""Stale regions: coalesced, complete after a reconnect, and nobody waits for anybody."""

from __future__ import annotations

import asyncio

from ionas_phone.runtime.hub import Hub

REGIONS = {"ring": ["desk/anna"], "queues": ["queues"], "calls": ["desk/anna", "queues"]}


async def test_a_new_watch_begins_with_everything_stale() -> None:
    watch = Hub().watch("log-in 1", REGIONS)
    assert await watch.changed() == {"ring": None, "queues": None, "calls": None}


async def test_a_thousand_changes_are_one_and_the_oldest_is_timed() -> None:
    hub = Hub()
    watch = hub.watch("log-in 1", REGIONS)
    await watch.changed()
    for stamp in range(1000):
        hub.mark("desk/anna", float(stamp))
    assert await watch.changed() == {"ring": 0.0, "calls": 0.0}


async def test_only_who_depends_on_the_topic_is_woken() -> None:
    hub = Hub()
    watch = hub.watch("log-in 1", {"ring": ["desk/anna"]})
    await watch.changed()
    hub.mark("desk/ben", 1.0)
    waiting = asyncio.timeout(0)
    try:
        async with waiting:
            await watch.changed()
    except TimeoutError:
        pass
    assert waiting.expired()


async def test_a_change_while_rendering_is_not_lost() -> None:
    hub = Hub()
    watch = hub.watch("log-in 1", REGIONS)
    await watch.changed()
    hub.mark("queues", 1.0)
    taken = await watch.changed()
    hub.mark("queues", 2.0)
    assert taken == {"queues": 1.0, "calls": 1.0}
    assert await watch.changed() == {"queues": 2.0, "calls": 2.0}


def test_the_version_of_a_topic_grows_with_each_change() -> None:
    hub = Hub()
    before = hub.version(["board", "links"])
    hub.mark("links", 1.0)
    assert hub.version(["board", "links"]) != before


def test_a_topic_nobody_watches_any_more_is_not_remembered() -> None:
    hub = Hub()
    for session in range(100):
        topic = f"session/{session}"
        watch = hub.watch("log-in 1", {"history": [topic]})
        hub.mark(topic, 1.0)
        watch.close()
        hub.mark(topic, 2.0)
    assert not hub._versions


def test_no_version_comes_back_when_a_topic_is_watched_again() -> None:
    hub = Hub()
    seen = set()
    for _ in range(3):
        watch = hub.watch("log-in 1", {"history": ["session/1"]})
        hub.mark("session/1", 1.0)
        seen.add(hub.version(["session/1"]))
        watch.close()
        hub.mark("session/1", 2.0)  # no tab shows it, but a page may just be painted
        seen.add(hub.version(["session/1"]))
    assert len(seen) == 6


def test_what_changes_elsewhere_leaves_the_version_of_a_watched_topic_as_it_is() -> None:
    hub = Hub()
    watch = hub.watch("log-in 1", {"history": ["session/1"]})
    before = hub.version(["session/1"])
    hub.mark("session/2", 1.0)
    assert hub.version(["session/1"]) == before
    watch.close()


async def test_stopping_one_log_in_leaves_the_others() -> None:
    hub = Hub()
    anna, ben = hub.watch("anna's", REGIONS), hub.watch("ben's", REGIONS)
    hub.stop(4401, "anna's")
    assert (anna.end, ben.end) == (4401, None)
    hub.stop(1012)
    assert ben.end == 1012


def test_a_closed_watch_is_forgotten() -> None:
    hub = Hub()
    watch = hub.watch("log-in 1", REGIONS)
    assert (hub.watching(), hub.watching("queues")) == (1, 1)
    watch.close()
    hub.mark("queues", 1.0)
    assert (hub.watching(), hub.watching("queues")) == (0, 0)


async def test_a_region_may_follow_another_topic_and_forgets_the_old_one() -> None:
    hub = Hub()
    watch = hub.watch("log-in 1", {"history": ["session/1"]})
    await watch.changed()
    watch.follow("history", ["session/2", "links"])
    assert await watch.changed() == {"history": None}
    assert (hub.watching("session/1"), hub.watching("session/2")) == (0, 1)
    hub.mark("session/1", 1.0)
    hub.mark("session/2", 2.0)
    assert await watch.changed() == {"history": 2.0}
    watch.close()
    assert (hub.watching("session/2"), hub.watching("links")) == (0, 0)


async def test_who_may_take_their_time_are_told_together_and_of_everything_since() -> None:
    hub = Hub()
    one, other = hub.watch("log-in 1", {"queues": ["queues"]}), hub.watch("log-in 2", {"queues": ["queues"]})
    assert await one.changed(60.0) == await other.changed(60.0) == {"queues": None}  # the first time at once
    hub.mark("queues", 1.0)
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(watch.changed(0.05)) for watch in (one, other)]
        await asyncio.sleep(0)
        hub.mark("queues", 2.0)
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(0)
        assert [task.done() and task.result() for task in waiting] == [{"queues": 1.0}] * 2


async def test_who_has_been_told_is_told_again_only_after_having_looked() -> None:
    hub = Hub()
    watch = hub.watch("log-in 1", {"queues": ["queues"]})
    await watch.changed()
    hub.mark("queues", 1.0)
    hub.mark("queues", 2.0)
    assert await watch.changed() == {"queues": 1.0}
    hub.mark("queues", 3.0)
    assert await watch.changed() == {"queues": 3.0}


async def test_the_end_is_not_put_off() -> None:
    hub = Hub()
    watch = hub.watch("log-in 1", {"queues": ["queues"]})
    await watch.changed()
    hub.stop(4401)
    async with asyncio.timeout(5):
        await watch.changed(60.0)
    assert watch.end == 4401
