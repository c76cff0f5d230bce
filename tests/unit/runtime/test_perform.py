"""Each order reaches whoever does the work; none is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from ionas_phone.live.effects import (
    AwaitPop,
    Effect,
    KeepSight,
    LookUpCaller,
    OpenSession,
    RecordCall,
    Redraw,
    SettlePop,
    TakeSnapshot,
)
from ionas_phone.live.events import Event
from ionas_phone.runtime.hub import Hub
from ionas_phone.runtime.metrics import Metrics
from ionas_phone.runtime.orders import Order
from ionas_phone.runtime.perform import Performer
from ionas_phone.runtime.writer import Writer
from tests.stories import START, Story


async def nothing(_orders: Sequence[Order]) -> list[Event]:
    return []


def orders() -> list[Effect]:
    story = Story()
    story.comes_through()
    return story.effects


async def test_what_must_be_written_waits_for_the_writer_and_screens_are_marked_at_once() -> None:
    hub, writer = Hub(), Writer(nothing, lambda _: None, lambda: START)
    watch = hub.watch("log-in", {"ring": ["desk/anna"]})
    await watch.changed()
    perform = Performer(hub, Metrics().pops, writer, lambda _: None)
    told = orders()
    written = {RecordCall, LookUpCaller, OpenSession, KeepSight}
    assert {type(order) for order in told} == {Redraw, AwaitPop, SettlePop, *written}
    for order in told:
        perform(order, 4.25)
    assert await watch.changed() == {"ring": 4.25}
    assert writer.pending() == 3  # the call is written down with its session


def test_a_card_is_awaited_from_the_moment_its_cause_was_received() -> None:
    metrics = Metrics()
    perform = Performer(Hub(), metrics.pops, Writer(nothing, lambda _: None, lambda: START), lambda _: None)
    metrics.pops.opened("anna", 0.0)
    awaited, settled = (order for order in orders() if isinstance(order, AwaitPop | SettlePop))
    perform(awaited, 4.0)
    perform(settled, 6.0)
    assert metrics.registry.get_sample_value("ionas_pops_missed_total") == 1


def test_a_snapshot_is_asked_of_the_pbx_that_is_doubted() -> None:
    asked: list[str] = []
    perform = Performer(Hub(), Metrics().pops, Writer(nothing, lambda _: None, lambda: START), asked.append)
    perform(TakeSnapshot("mainz", "why"), 0.0)
    assert asked == ["mainz"]


def test_an_order_nobody_knows_is_a_bug_and_says_so() -> None:
    @dataclass(frozen=True)
    class Dance(Effect):
        pass

    with pytest.raises(TypeError, match="Dance"):
        Performer(Hub(), Metrics().pops, Writer(nothing, lambda _: None, lambda: START), lambda _: None)(Dance(), 0.0)
