"""What comes over the wire is not what it should be, under running calls: wrong times, and callers' own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from ionas_phone.runtime.clock import now
from tests.failures.busy import RING, Kind, Visit, stays
from tests.failures.reckoning import ledger
from tests.lab.phones import LINE
from tests.lab.waiting import until
from tests.unit.ami.hostile import PIECES

if TYPE_CHECKING:
    from tests.failures.scene import Scene

HOURS = 2
PASSED = 6  # calls that come and go meanwhile
STRANGE = (  # what a caller may show for a name, and behind the digits of the number: a call carries each of them
    ("", "\r\n\r\n" + PIECES[-5] + "\r\n\r\n"),
    ("", "\r\n" + PIECES[11]),
    ("", "\r\n" + "\r\n\r\n".join(PIECES[11:15])),
    ("", "\n\r\0\v\u2028Uniqueid: guess-1.1"),
    ("", "'\"<>;|%${EXTEN}\udcff\udcc0\udcaf"),
    ("Ä" * 500, ""),
    ("Uniqueid: guess-1.1\u2028Linkedid: x\x85y\v\f", ""),
    ('a\\"b\\\\c\udcff\udcfe\udcc0\udcae <sip:x@y>', ""),
    ("\u202e1010555 \u200b\ufeff\u0000", "x" * 100),
)
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


async def test_a_call_that_carries_whatever_a_call_can_carry_is_one_call_and_nothing_else(scene: Scene) -> None:
    """Through the real Asterisk, as a carrier hands it on; the plan takes the call, and a phone rings."""
    refused = scene.service.links["mainz"].refused
    before = refused.total()
    await scene.is_busy()
    for at, (name, behind) in enumerate(STRANGE):
        await rings(scene, f"+4961315550{at:03}", name, behind)
    await scene.picture_is_right()
    await scene.reckoned()
    numbers = [call.record.number or "" for call in (await ledger(scene.service.database)).calls]
    for at in range(len(STRANGE)):
        assert [number[:14] for number in numbers].count(f"+4961315550{at:03}") == 1
    assert refused.total() > before


async def rings(scene: Scene, number: str, name: str, behind: str) -> None:
    """Call with these, let a phone ring, and give up."""
    scene.line.visits[number] = Visit(Kind.GIVES_UP, number)
    user = quote((number + behind).encode("utf-8", "surrogateescape"), safe="+")
    leg = scene.line.customers.dial(LINE, shown=f'"{name}" <sip:{user}@carrier.example.org>')
    await leg.until(leg.answered)
    await stays(leg, 4 * RING)
    await leg.hang_up()
