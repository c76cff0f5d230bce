"""Parts in their order, with their gaps, and no timer left behind."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from ionas_phone.practice.playback import Playback
from ionas_phone.practice.recording import Event, Part, Recording, recorded

START = datetime(2026, 11, 22, 10, 44, tzinfo=UTC)
CALL = (Part.JOIN, Part.RING, Part.ANSWER, Part.END)
ANSWERED = Recording(recorded("answered"))


class Heard:
    """Takes what is said; ``full`` is set at the event ``last``."""

    def __init__(self, last: str = "") -> None:
        self.said: list[tuple[str, datetime]] = []
        self.full = asyncio.Event()
        self._last = last

    def __call__(self, event: Event, at: datetime) -> None:
        self.said.append((event.name, at))
        if event.name == self._last:
            self.full.set()

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.said]


def names(*parts: Part) -> list[str]:
    return [step.name for part in parts for step in ANSWERED.parts[part]]


async def test_a_part_is_played_in_its_real_time_and_the_next_one_after_it() -> None:
    heard = Heard(last="AgentConnect")
    playback = Playback(heard, lambda: START)
    loop = asyncio.get_running_loop()
    began = loop.time()
    playback.add(ANSWERED, Part.JOIN, ANSWERED.cast)
    playback.add(ANSWERED, Part.RING, ANSWERED.cast)
    playback.add(ANSWERED, Part.ANSWER, ANSWERED.cast)
    assert heard.names[0] == "Newchannel"
    assert "QueueCallerJoin" not in heard.names
    async with asyncio.timeout(10):
        await heard.full.wait()
    assert loop.time() - began >= ANSWERED.parts[Part.JOIN][-1].after
    playback.finish()
    assert heard.names == names(Part.JOIN, Part.RING, Part.ANSWER)
    assert playback.idle


async def test_the_instants_keep_the_recorded_gaps_to_the_microsecond() -> None:
    heard = Heard()
    playback = Playback(heard, lambda: START)
    playback.add(ANSWERED, Part.JOIN, ANSWERED.cast)
    playback.finish()
    gaps = [(at - START) / timedelta(seconds=1) for _, at in heard.said]
    assert gaps == [round(step.after, 6) for step in ANSWERED.parts[Part.JOIN]]


async def test_finishing_plays_all_that_is_left_and_time_never_runs_back() -> None:
    heard = Heard()
    playback = Playback(heard, lambda: START)
    for part in CALL:
        playback.add(ANSWERED, part, ANSWERED.cast)
    playback.finish()
    assert heard.names == names(*CALL)
    instants = [at for _, at in heard.said]
    assert instants == sorted(instants)
    assert playback.idle


async def test_what_is_stopped_stays_silent() -> None:
    heard = Heard()
    playback = Playback(heard, lambda: START)
    playback.add(ANSWERED, Part.JOIN, ANSWERED.cast)
    before = len(heard.said)
    playback.stop()
    other = Heard(last="QueueCallerJoin")
    Playback(other, lambda: START).add(ANSWERED, Part.JOIN, ANSWERED.cast)
    async with asyncio.timeout(10):
        await other.full.wait()
    assert len(heard.said) == before
