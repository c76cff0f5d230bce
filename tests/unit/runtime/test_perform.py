"""Each order reaches whoever does the work; none is forgotten."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ionas_phone.live.effects import Effect, LookUpCaller, OpenSession, RecordCall, Redraw, TakeSnapshot
from ionas_phone.live.events import Event
from ionas_phone.runtime.hub import Hub
from ionas_phone.runtime.perform import Performer
from ionas_phone.runtime.writer import Order, Writer
from tests.stories import ANNA, START, Story


async def nothing(_order: Order) -> list[Event]:
    return []


def orders() -> list[Effect]:
    story = Story()
    caller = story.rings_in()
    story.joins(caller)
    leg = story.calls(caller, ANNA, "a1")
    story.answers(caller, leg, ANNA)
    return story.effects


async def test_what_must_be_written_waits_for_the_writer_and_screens_are_marked_at_once() -> None:
    hub, writer = Hub(), Writer(nothing, lambda _: None, lambda: START)
    watch = hub.watch("log-in", {"ring": ["desk/anna"]})
    await watch.changed()
    perform = Performer(hub, writer, lambda _: None)
    told = orders()
    assert {type(order) for order in told} == {Redraw, RecordCall, LookUpCaller, OpenSession}
    for order in told:
        perform(order, 4.25)
    assert await watch.changed() == {"ring": 4.25}
    assert writer.pending() == 3


def test_a_snapshot_is_asked_of_the_pbx_that_is_doubted() -> None:
    asked: list[str] = []
    Performer(Hub(), Writer(nothing, lambda _: None, lambda: START), asked.append)(TakeSnapshot("mainz", "why"), 0.0)
    assert asked == ["mainz"]


def test_an_order_nobody_knows_is_a_bug_and_says_so() -> None:
    @dataclass(frozen=True)
    class Dance(Effect):
        pass

    with pytest.raises(TypeError, match="Dance"):
        Performer(Hub(), Writer(nothing, lambda _: None, lambda: START), lambda _: None)(Dance(), 0.0)
