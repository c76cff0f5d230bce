"""One practice call, from queue or click to the last hang-up. Rule: a table says what may follow what, and is played.

    waiting ─ring─▶ ringing ─pick up─▶ talking ◀─hold, resume─▶ held
                                        │  ▲                     │
                    ┌────────send───────┤  └──back──┬────────────│──┐
                    ▼                   ask◀────────┼────────────┘  │
                  sent                  ▼           │               │
                    │ pick up         asking ───────┘ ─pick up─▶ consulting
                    ▼                                     │
                  taken ◀────────────hand over────────────┘

    calling ─pick up─▶ dialling ─answer─▶ called

Whoever hangs up ends it (not while a colleague is asked: no such call was recorded); in ``calling`` it ends by itself.
The stage is what was asked for last; the events follow in their real time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from ionas_phone.errors import PhoneError
from ionas_phone.practice.playback import Playback
from ionas_phone.practice.recording import UNKNOWN, Cast, Part
from ionas_phone.practice.tapes import Tapes
from ionas_phone.words import N_

_NOT_RINGING = N_("Your practice phone is not ringing.")
_NOT_TALKING = N_("There is no practice call to hang up.")
_NOT_NOW = N_("This can't be done with the practice call at the moment.")


class PracticeRefused(PhoneError):
    """This can't be done on the practice phone at the moment."""


class Seat(NamedTuple):
    """Whose phone it is. ``interface``: "PJSIP/201"."""

    login: str
    name: str
    interface: str

    @property
    def extension(self) -> str:
        """What colleagues dial."""
        return self.interface.rpartition("/")[2]


class Stage(StrEnum):
    """How far a call has come."""

    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    ASKING = "asking"  # the colleague's phone rings for a question
    CONSULTING = "consulting"  # assistant and colleague talk, the caller hears music
    SENT = "sent"  # the colleague's phone rings for the caller
    TAKEN = "taken"  # colleague and caller talk
    CALLING = "calling"  # the assistant's own phone rings; when it is taken off, a customer is called
    DIALLING = "dialling"  # the customer's phone rings
    CALLED = "called"  # the customer has answered: both talk
    OVER = "over"


class Verb(StrEnum):
    """What somebody does."""

    RING = "ring"
    PICK_UP = "pick_up"
    HANG_UP = "hang_up"
    GIVE_UP = "give_up"  # the caller hangs up
    HOLD = "hold"
    RESUME = "resume"
    ASK = "ask"
    BACK = "back"
    HAND_OVER = "hand_over"
    SEND = "send"
    ANSWER = "answer"  # the customer who is called picks up


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things last that nobody ends, in seconds.

    ``ringing``, ``talking``, ``waiting``: the caller; ``colleague``: until the line picks up for a colleague;
    ``taken``: how long the caller talks to them; ``next``: until the next caller rings a phone that is free again;
    ``calling``: until one's own phone is taken off for a call out; ``dialling``: until a customer answers.
    """

    ringing: float = 180.0
    talking: float = 3_600.0
    waiting: float = 300.0
    colleague: float = 4.0
    taken: float = 60.0
    next: float = 3.0
    calling: float = 25.0
    dialling: float = 120.0


_S, _V, _P = Stage, Verb, Part
# (stage, verb) -> the next stage and what is played: pairs of a tape's name and its part.
MOVES: Final[dict[tuple[Stage, Verb], tuple[Stage, tuple[tuple[str, Part], ...]]]] = {
    (_S.WAITING, _V.RING): (_S.RINGING, (("call", _P.RING),)),
    (_S.WAITING, _V.GIVE_UP): (_S.OVER, (("waits_in_vain", _P.END),)),
    (_S.RINGING, _V.PICK_UP): (_S.TALKING, (("call", _P.ANSWER),)),
    (_S.RINGING, _V.GIVE_UP): (_S.OVER, (("gives_up", _P.END),)),
    (_S.TALKING, _V.HOLD): (_S.HELD, (("hold", _P.HOLD),)),
    (_S.HELD, _V.RESUME): (_S.TALKING, (("consultation", _P.RESUME),)),
    (_S.TALKING, _V.SEND): (_S.SENT, (("blind", _P.SEND),)),
    (_S.HELD, _V.SEND): (_S.SENT, (("blind", _P.SEND),)),
    (_S.SENT, _V.PICK_UP): (_S.TAKEN, (("blind", _P.AGREE),)),
    (_S.SENT, _V.GIVE_UP): (_S.OVER, (("blind_in_vain", _P.END),)),
    (_S.TALKING, _V.ASK): (_S.ASKING, (("attended", _P.HOLD), ("attended", _P.ASK))),
    (_S.HELD, _V.ASK): (_S.ASKING, (("attended", _P.ASK),)),
    (_S.ASKING, _V.PICK_UP): (_S.CONSULTING, (("attended", _P.AGREE),)),
    (_S.ASKING, _V.BACK): (_S.TALKING, (("called_off", _P.BACK), ("called_off", _P.RESUME))),
    (_S.CONSULTING, _V.BACK): (_S.TALKING, (("consultation", _P.BACK), ("consultation", _P.RESUME))),
    (_S.CONSULTING, _V.HAND_OVER): (_S.TAKEN, (("attended", _P.SEND),)),
    (_S.TAKEN, _V.HANG_UP): (_S.OVER, (("colleague_hangs_up", _P.END),)),
    (_S.TAKEN, _V.GIVE_UP): (_S.OVER, (("attended", _P.END),)),
    (_S.CALLING, _V.PICK_UP): (_S.DIALLING, (("out", _P.ANSWER),)),
    (_S.CALLING, _V.GIVE_UP): (_S.OVER, (("out_not_taken_off", _P.END),)),
    (_S.DIALLING, _V.ANSWER): (_S.CALLED, (("out", _P.AGREE),)),
    (_S.DIALLING, _V.HANG_UP): (_S.OVER, (("out_in_vain", _P.END),)),
    (_S.CALLED, _V.HANG_UP): (_S.OVER, (("out", _P.END),)),
    (_S.CALLED, _V.GIVE_UP): (_S.OVER, (("customer_hangs_up", _P.END),)),
    **{(stage, _V.HANG_UP): (_S.OVER, (("assistant_hangs_up", _P.END),)) for stage in (_S.TALKING, _S.HELD)},
    **{(stage, _V.GIVE_UP): (_S.OVER, (("call", _P.END),)) for stage in (_S.TALKING, _S.HELD)},
}
BEGINS: Final = {_S.WAITING: ("call", _P.JOIN), _S.CALLING: ("out", _P.RING)}  # what is played first
OUTWARD: Final = frozenset({_S.CALLING, _S.DIALLING, _S.CALLED})
OWNERS: Final = OUTWARD | {_S.RINGING, _S.TALKING, _S.HELD, _S.ASKING, _S.CONSULTING}  # the assistant's phone is in it
COLLEAGUES: Final = frozenset({_S.ASKING, _S.CONSULTING, _S.SENT, _S.TAKEN})  # the colleague's phone is
SENT_ON: Final = frozenset({_S.SENT, _S.TAKEN})  # only the colleague's phone is
_RINGS_COLLEAGUE: Final = frozenset({_S.ASKING, _S.SENT})
# What ends a call whose phone is taken away, step by step.
_AT_ONCE: Final = {_S.ASKING: _V.BACK, _S.CONSULTING: _V.BACK, _S.DIALLING: _V.HANG_UP}
_REFUSALS: Final = {_V.PICK_UP: _NOT_RINGING, _V.HANG_UP: _NOT_TALKING, _V.GIVE_UP: _NOT_TALKING}


class Call:
    """One call for ``seat``. ``cast``: who plays in it; ``changed`` is called after each change of ``stage``."""

    def __init__(  # noqa: PLR0913 - what a call is made of, by name
        self,
        seat: Seat,
        *,
        tapes: Tapes,
        cast: Cast,
        suppressed: bool,
        playback: Playback,
        now: Callable[[], datetime],
        changed: Callable[[Call], None],
        patience: Patience,
        begins: Stage = Stage.WAITING,
    ) -> None:
        """Let it begin (see ``BEGINS``). Of a suppressed number nothing is left after the first steps."""
        self.seat, self.suppressed, self.tapes = seat, suppressed, tapes
        self.other: Seat | None = None
        self.stage, self.since = begins, now()
        self._playback, self._now, self._changed, self._patience = playback, now, changed, patience
        self._timer: asyncio.TimerHandle | None = None
        self._talking_since: datetime | None = None
        tape, part = BEGINS[begins]
        playback.add(getattr(tapes, tape), part, cast)
        self.cast = cast._replace(number=UNKNOWN, name=UNKNOWN) if suppressed else cast
        self._become(begins)

    @property
    def number(self) -> str | None:
        """The caller's number as far as it is shown, E.164."""
        return None if self.suppressed else self.cast.number

    @property
    def ended(self) -> bool:
        """Whether everything was played."""
        return self.stage is Stage.OVER and self._playback.idle

    def busies(self, login: str) -> bool:
        """Tell whether the phone of ``login`` is in this call."""
        mine = self.seat.login == login and self.stage in OWNERS
        return mine or (self.other is not None and self.other.login == login and self.stage in COLLEAGUES)

    def concerns(self, login: str) -> bool:
        """Tell whether ``login`` has to do with this call: it came for them, or was sent to them."""
        return login in {self.seat.login, self.other.login if self.other else ""}

    def does(self, verb: Verb, login: str = "") -> None:
        """Do it, if it fits; ``login``: who does, "" the line itself. Raises PracticeRefused."""
        move = MOVES.get((self.stage, verb))
        if move is None or (login and not self._may(verb, login)):
            raise PracticeRefused(_REFUSALS.get(verb, _NOT_NOW))
        stage, parts = move
        for tape, part in parts:
            self._playback.add(getattr(self.tapes, tape), part, self.cast)
        self._become(stage)

    def turns_to(self, verb: Verb, other: Seat, cast: Cast, login: str) -> None:
        """Ask a colleague, or send the caller there. ``cast``: with the colleague in it. Raises PracticeRefused."""
        if (self.stage, verb) not in MOVES or not self._may(verb, login):
            raise PracticeRefused(_NOT_NOW)
        self.other, self.cast = other, cast
        self.does(verb)

    def finish(self) -> None:
        """End it at once: somebody's phone is taken away."""
        while self.stage is not Stage.OVER:
            self.does(_AT_ONCE.get(self.stage, Verb.GIVE_UP))
        self._playback.finish()

    def stop(self) -> None:
        """No more timers: the line is being shut."""
        self._playback.stop()
        if self._timer:
            self._timer.cancel()

    def _may(self, verb: Verb, login: str) -> bool:
        """Tell whether it is theirs to do: the colleague picks up what rings there, and hangs up what they took."""
        if verb is Verb.GIVE_UP:  # by a caller; nobody gives up for whom it is that one's own phone rings
            return self.concerns(login) and self.stage is not Stage.CALLING
        theirs = (verb is Verb.PICK_UP and self.stage in _RINGS_COLLEAGUE) or (
            verb is Verb.HANG_UP and self.stage is Stage.TAKEN
        )
        return login == (self.other.login if theirs and self.other else "" if theirs else self.seat.login)

    def _become(self, stage: Stage) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self.stage, self.since = stage, self._now()
        if stage is Stage.TALKING:  # with nobody but the caller; a hold in between is part of it
            self.other = None
            self.since = self._talking_since = self._talking_since or self.since
        limit = {
            Stage.WAITING: (self._patience.waiting, Verb.GIVE_UP),
            Stage.RINGING: (self._patience.ringing, Verb.GIVE_UP),
            Stage.TALKING: (self._patience.talking, Verb.GIVE_UP),
            Stage.HELD: (self._patience.talking, Verb.GIVE_UP),
            Stage.CONSULTING: (self._patience.talking, Verb.BACK),
            Stage.ASKING: (self._patience.colleague, Verb.PICK_UP),
            Stage.SENT: (self._patience.colleague, Verb.PICK_UP),
            Stage.TAKEN: (self._patience.taken, Verb.GIVE_UP),
            Stage.CALLING: (self._patience.calling, Verb.GIVE_UP),
            Stage.DIALLING: (self._patience.dialling, Verb.HANG_UP),
            Stage.CALLED: (self._patience.talking, Verb.GIVE_UP),
        }.get(stage)
        if limit:
            seconds, verb = limit
            self._timer = asyncio.get_running_loop().call_later(seconds, self.does, verb)
        self._changed(self)
