"""The virtual phone of one log-in: idle, ringing, talking. Rule: one call at most; wrong use is told in a sentence.

    idle ──ring──▶ ringing ──pick up──▶ talking
      ▲               │ give up            │ hang up, or the caller does
      └───────────────┴────────────────────┘

The state is what was asked for last; the events follow in their real time (the announcement lasts a second or two).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ionas_phone.errors import PhoneError
from ionas_phone.practice.playback import Playback
from ionas_phone.practice.recording import UNKNOWN, Cast, Part, Recording
from ionas_phone.words import N_

_IN_CALL = N_("Your practice phone is in a call already.")
_ENDING = N_("The last practice call is just ending; try again in a moment.")
_NOT_RINGING = N_("Your practice phone is not ringing.")
_NOT_TALKING = N_("There is no practice call to hang up.")


class PracticeRefused(PhoneError):
    """This can't be done on the practice phone at the moment."""


class Seat(NamedTuple):
    """Whose phone it is. ``interface``: "PJSIP/201"."""

    login: str
    name: str
    interface: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the caller lets it ring, and how long they talk before a forgotten call ends by itself; seconds."""

    ringing: float = 180.0
    talking: float = 3_600.0


@dataclass(frozen=True, slots=True)
class PhoneState:
    """What the phone is doing: ``state`` is "idle", "ringing" or "talking"; ``since`` UTC."""

    state: str = "idle"
    number: str | None = None
    suppressed: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """Which recordings a call is played from: how it begins, and how it ends each way."""

    call: Recording  # its own end: the caller hangs up
    assistant_hangs_up: Recording
    gives_up: Recording


class Phone:
    """One phone. ``now``: the clock, UTC. ``changed`` is called after each change of ``state``."""

    def __init__(
        self,
        seat: Seat,
        playback: Playback,
        now: Callable[[], datetime],
        changed: Callable[[], None],
        patience: Patience,
    ) -> None:
        self.seat, self.state = seat, PhoneState()
        self._playback, self._now, self._changed = playback, now, changed
        self._limits = patience
        self._script: Script | None = None
        self._cast: Cast | None = None
        self._patience: asyncio.TimerHandle | None = None

    def check_free(self) -> None:
        """Raise PracticeRefused unless a call could begin."""
        if self.state.state != "idle":
            raise PracticeRefused(_IN_CALL)
        if not self._playback.idle:
            raise PracticeRefused(_ENDING)

    def ring(self, script: Script, cast: Cast, *, suppressed: bool) -> None:
        """Let a call begin. Of a suppressed number nothing is left after the dial plan's first steps."""
        self.check_free()
        self._script = script
        self._playback.add(script.call, Part.RING, cast)
        if suppressed:
            cast = cast._replace(number=UNKNOWN, name=UNKNOWN)
        self._cast = cast
        number = None if suppressed else cast.number
        self._become(PhoneState("ringing", number, suppressed, self._now()), self._limits.ringing)

    def pick_up(self) -> None:
        """Answer what rings."""
        script, cast = self._call("ringing", _NOT_RINGING)
        self._playback.add(script.call, Part.ANSWER, cast)
        was = self.state
        self._become(PhoneState("talking", was.number, was.suppressed, self._now()), self._limits.talking)

    def hang_up(self) -> None:
        """End the talk from the assistant's side."""
        script, cast = self._call("talking", _NOT_TALKING)
        self._end(script.assistant_hangs_up, cast)

    def give_up(self) -> None:
        """Let the caller hang up, whether the phone rings or both talk."""
        if self.state.state == "ringing":
            script, cast = self._call("ringing", _NOT_RINGING)
            self._end(script.gives_up, cast)
        else:
            script, cast = self._call("talking", _NOT_TALKING)
            self._end(script.call, cast)

    def close(self) -> None:
        """The phone is taken away: its call ends at once."""
        if self.state.state != "idle":
            self.give_up()
        self._playback.finish()

    def stop(self) -> None:
        """No more timers: the line is being shut."""
        self._playback.stop()
        if self._patience:
            self._patience.cancel()

    def _call(self, state: str, refusal: str) -> tuple[Script, Cast]:
        if self.state.state != state or self._script is None or self._cast is None:
            raise PracticeRefused(refusal)
        return self._script, self._cast

    def _end(self, recording: Recording, cast: Cast) -> None:
        self._playback.add(recording, Part.END, cast)
        self._become(PhoneState(), None)

    def _become(self, state: PhoneState, patience: float | None) -> None:
        if self._patience:
            self._patience.cancel()
        self._patience = None
        if patience is not None:
            self._patience = asyncio.get_running_loop().call_later(patience, self.give_up)
        self.state = state
        self._changed()


def scripts(recordings: Mapping[str, Recording]) -> tuple[Script, Script]:
    """Return the script of a call whose number is shown and of one whose number is suppressed."""
    ends = (recordings["answered_assistant_hangs_up"], recordings["abandon_ringing"])
    return Script(recordings["answered"], *ends), Script(recordings["anonymous_answered"], *ends)
