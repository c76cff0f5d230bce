"""Until when a connection has heard everything: what is said of a gap begins there, not at the last byte."""

from __future__ import annotations

import pytest

from tests.unit.ami.test_wire import RELOAD, Table


async def test_of_a_pbx_that_says_nothing_it_is_when_it_was_asked() -> None:
    table = Table()
    table.link()
    table.tick(5)
    table.hear("Response: Success\nActionID: id7\nPing: Pong\n\n")
    table.tick(3)
    table.wire.connection_lost(None)
    assert table.wire.heard_until() == pytest.approx(1005)


async def test_what_comes_late_says_that_the_rest_is_still_on_its_way() -> None:
    """The wire was stuck for nine seconds: what comes now was told then, and after it the PBX has hung up."""
    table = Table()
    table.link()
    table.clock.now += 1
    late = RELOAD.replace("1795340552.446407", f"{table.pbx_time():.6f}")
    table.clock.now += 9
    table.hear(late)
    table.wire.connection_lost(None)
    assert table.wire.heard_until() == pytest.approx(1001)


async def test_it_is_never_later_than_the_last_byte() -> None:
    table = Table()
    table.link()
    table.clock.now += 1
    table.hear(RELOAD.replace("1795340552.446407", f"{table.pbx_time() + 30:.6f}"))
    table.clock.now += 2
    table.wire.connection_lost(None)
    assert table.wire.heard_until() == pytest.approx(1001)
