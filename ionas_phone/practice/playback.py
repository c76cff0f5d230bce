"""Parts of a recorded call, one after the other, each with its real gaps. Rule: timers only, no task, nothing leaks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from ionas_phone.practice.recording import Cast, Event, Part, Recording, Step

Say = Callable[[Event, datetime], None]


class Playback:
    """Plays what is added; ``say(event, at)`` is called when each event is due. ``now``: the clock, UTC."""

    def __init__(self, say: Say, now: Callable[[], datetime]) -> None:
        self._say, self._now = say, now
        self._parts: deque[tuple[Recording, Part, Cast]] = deque()
        self._steps: deque[Step] = deque()
        self._playing: tuple[Recording, Cast] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._began_at = self._said_at = now()
        self._began = 0.0  # the loop's time of the same moment

    @property
    def idle(self) -> bool:
        """Tell whether everything was played."""
        return not self._steps and not self._parts

    def add(self, recording: Recording, part: Part, cast: Cast) -> None:
        """Play this part when those before it are over: at once, if there are none."""
        self._parts.append((recording, part, cast))
        if self._timer is None:
            self._advance()

    def finish(self) -> None:
        """Play all that is left at once."""
        self.stop()
        while not self.idle:
            self._begin()
            while self._steps:
                self._play()

    def stop(self) -> None:
        """Play nothing more until something is added."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _advance(self) -> None:
        """Play what is due and set the timer for what comes next."""
        self._timer = None
        loop = asyncio.get_running_loop()
        while not self.idle:
            self._begin()
            due = self._began + self._steps[0].after
            if due > loop.time():
                self._timer = loop.call_at(due, self._advance)
                return
            self._play()

    def _begin(self) -> None:
        """Take the next part if the one before it is over."""
        if not self._steps:
            recording, part, cast = self._parts.popleft()
            self._playing = (recording, cast)
            self._steps.extend(recording.parts[part])
            self._began_at = max(self._now(), self._said_at)  # after ``finish`` the last event lies ahead of the clock
            self._began = asyncio.get_running_loop().time()

    def _play(self) -> None:
        step = self._steps.popleft()
        if self._playing:
            recording, cast = self._playing
            self._said_at = self._began_at + timedelta(seconds=step.after)
            self._say(recording.played(step, cast, self._said_at), self._said_at)
