"""What comes over the wire is not what it should be, under running calls: wrong times, and callers' own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ionas_phone.runtime.clock import now
from tests.lab.waiting import until
from tests.unit.ami.hostile import PIECES

if TYPE_CHECKING:
    from tests.failures.scene import Scene

HOURS = 2
PASSED = 6  # calls that come and go meanwhile
_TIME = re.compile(rb"(?m)(?<=^Timestamp: )\d+")
_NUMBER = re.compile(rb"(?m)^\w*(?:CallerIDNum|ConnectedLineNum): \+4961315550(\d\d\d)(?=\r\n)")


def slow_clock(lines: bytes) -> bytes:
    """Tell every time as a PBX does whose clock is two hours slow."""
    return _TIME.sub(lambda found: str(int(found[0]) - HOURS * 3600).encode(), lines)


def hostile(lines: bytes) -> bytes:
    """Tell every number as if its caller had put more into it, each one something else, wherever it is printed raw."""

    def more(found: re.Match[bytes]) -> bytes:
        number = int(found[1])
        return b"\r\n".join([found[0], *(PIECES[number * step % len(PIECES)].encode() for step in range(number % 7))])

    return _NUMBER.sub(more, lines)


async def test_a_clock_that_is_hours_slow_changes_no_time_that_is_shown_or_kept(scene: Scene) -> None:
    live = scene.service.engine.live
    began = now()
    scene.relay.rewrite(slow_clock)
    await scene.shows(f"Die Uhr der Telefonanlage mainz geht 0{HOURS}:00:00 nach. Die Zeiten hier stimmen trotzdem.")
    await scene.calls_pass(PASSED)
    await until(lambda: live.board().talking, "somebody to talk")
    assert began < live.board().talking[0].talking_since < now()
    await scene.picture_is_right()
    await scene.relay.mend()
    await until(lambda: not live.health().links[0].ahead, "the clock to be right again")
    await scene.picture_is_right()
    await scene.reckoned()


async def test_what_callers_write_into_their_numbers_neither_adds_a_call_nor_takes_one_away(scene: Scene) -> None:
    refused = scene.service.links["mainz"].refused
    scene.relay.rewrite(hostile)
    before = refused.total()
    await scene.calls_pass(2 * PASSED)
    await scene.picture_is_right()
    assert refused.total() > before
    await scene.reckoned()
    await scene.relay.mend()
