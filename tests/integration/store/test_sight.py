"""When a PBX was last seen, its reckoned counters, and the gaps."""

from __future__ import annotations

from datetime import timedelta

from ionas_phone.live.nouns import PRACTICE_PBX, Gap
from ionas_phone.store import sight
from ionas_phone.store.database import Database
from tests.people import AT

GAP = Gap("mainz", AT - timedelta(minutes=2), AT, 3)


async def test_a_pbx_nobody_saw_has_nothing_to_remember(database: Database) -> None:
    async with database.read() as connection:
        found = await sight.remembered(connection, "mainz", AT)
    assert (found.seen_at, found.counts, found.gaps) == (None, (), ())


async def test_the_latest_sight_takes_the_place_of_the_one_before(database: Database) -> None:
    for second, counts in enumerate([(("support", 5), ("evening", 1)), (("support", 6),)]):
        async with database.write() as connection:
            await sight.keep(connection, "mainz", AT + timedelta(seconds=second), counts)
    async with database.read() as connection:
        found = await sight.remembered(connection, "mainz", AT)
        other = await sight.remembered(connection, "wiesbaden", AT)
    assert (found.seen_at, found.counts) == (AT + timedelta(seconds=1), (("support", 6),))
    assert other.seen_at is None


async def test_a_gap_is_written_once_and_shown_for_a_day(database: Database) -> None:
    for _ in range(2):
        async with database.write() as connection:
            await sight.record(connection, GAP)
    async with database.read() as connection:
        assert (await sight.remembered(connection, "mainz", AT)).gaps == (GAP,)
        assert (await sight.remembered(connection, "mainz", AT + timedelta(days=2))).gaps == ()


async def test_calls_may_be_missing_where_a_gap_touches_in_which_some_were_or_nobody_knows(database: Database) -> None:
    hour = timedelta(hours=1)
    gaps = (
        Gap("mainz", AT, AT + hour, 0),
        Gap("mainz", AT + 2 * hour, AT + 3 * hour, 1),
        Gap("mainz", AT + 4 * hour, AT + 5 * hour, None),
        Gap(PRACTICE_PBX, AT + 6 * hour, AT + 7 * hour, 1),
    )
    async with database.write() as connection:
        for gap in gaps:
            await sight.record(connection, gap)
    async with database.read() as connection:
        found = [await sight.may_lack(connection, AT + n * hour, AT + (n + 1) * hour) for n in range(8)]
    assert found == [False, False, True, False, True, False, False, False]
