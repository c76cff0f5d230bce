"""What every handler may use, handed in by the composition root. Rule: nothing here is global, nothing is looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from aiohttp import web

from ionas_phone.live.board import (
    TIMES,
    Board,
    Desk,
    DeskCall,
    Health,
    MemberRow,
    Phone,
    QueueSummary,
    session_topic,
    sessions_topic,
)
from ionas_phone.live.events import Event
from ionas_phone.live.nouns import CallKey, Stretch
from ionas_phone.live.offers import Offers
from ionas_phone.runtime.day import DayBook
from ionas_phone.runtime.hub import Hub
from ionas_phone.runtime.metrics import Metrics
from ionas_phone.runtime.opening import OpeningSwitch
from ionas_phone.runtime.passwords import Passwords
from ionas_phone.runtime.steering import Steering
from ionas_phone.runtime.throttle import Throttle
from ionas_phone.runtime.timers import Timers
from ionas_phone.runtime.wrap_ups import WrapUps
from ionas_phone.store.database import Database


class Picture(Protocol):
    """The readers of the live picture; the web never changes it."""

    def desk(self, login: str) -> Desk:
        """Return what the desk of ``login`` shows."""

    def phones(self, login: str) -> tuple[Phone, ...]:
        """Return the phone of ``login`` at each PBX that is up."""

    def journey(self, key: CallKey) -> tuple[Stretch, ...] | None:
        """Return what is known of a call by now, None if it is over for long."""

    def board(self) -> Board:
        """Return what supervisors see."""

    def talking(self) -> tuple[DeskCall, ...]:
        """Return who talks with a caller."""

    def members(self) -> tuple[MemberRow, ...]:
        """Return everybody with a seat in one of our queues."""

    def health(self) -> Health:
        """Return how the links and the database stand."""

    def queues(self) -> tuple[QueueSummary, ...]:
        """Return the queues in a line each."""

    def queue_names(self) -> tuple[str, ...]:
        """Return the names of all queues that may be shown."""

    def offers(self) -> Offers:
        """Return the callers offered to a queue that the picture remembers."""


class PracticeState(Protocol):
    """What a practice phone is doing: ``state`` as in practice.phone; ``since`` UTC."""

    @property
    def state(self) -> str:
        """Return what it is doing."""

    @property
    def number(self) -> str | None:
        """Return the caller's number as far as it is shown, E.164."""

    @property
    def suppressed(self) -> bool:
        """Tell whether the caller withholds the number."""

    @property
    def since(self) -> datetime | None:
        """Return since when it is doing that."""

    @property
    def other(self) -> str:
        """Return the name of the colleague it is about."""

    @property
    def waiting(self) -> int:
        """Return how many callers wait for this phone."""


class PracticePhone(Protocol):
    """The virtual phone of each log-in on the practice line. Wrong use raises a PhoneError."""

    def state(self, login: str) -> PracticeState:
        """Return what the phone of ``login`` is doing."""

    async def ring_in(self, login: str, kind: str) -> None:
        """Let a "known", "unknown" or "suppressed" caller ring in."""

    async def fill_queue(self, login: str) -> None:
        """Let one caller of each kind wait."""

    async def leave_queue(self, login: str) -> None:
        """Let the caller who waits longest hang up."""

    async def do(self, login: str, verb: str) -> None:
        """Press a button: pick_up, hang_up, give_up, hold, resume, back, hand_over, answer."""

    async def turn_to(self, login: str, verb: str, other: str) -> None:
        """Ask a colleague ("ask"), or send the caller there ("send")."""

    def colleagues(self, login: str) -> tuple[tuple[str, str], ...]:
        """Return (login, name) of whoever could be asked."""


def practice_topic(login: str) -> str:
    """Return the topic of one practice phone."""
    return f"practice/{login}"


@dataclass(frozen=True, slots=True)
class Times:
    """How patient the streams and log-ins are, in seconds."""

    beat: float = 15.0  # between two signs of life; with each, the log-in is asked for again
    pace: float = 1.0  # between two pushes of what all look at: each costs as much as there are desks
    soon: float = 0.05  # of what supervisors decide by, and of one's own calls: what belongs together is painted once
    breath: float = 0.1  # before the store is read for a desk: what belongs to one moment of a call is read once
    drain: float = 5.0  # a tab that takes nothing for so long is dropped
    closing: float = 1.0  # for the other side's goodbye


@dataclass(frozen=True, slots=True)
class Context:
    """The world of the handlers. ``post`` puts one of our own facts into the engine's inbox.

    ``public_url``: "https://phone.example.org", None when the pages are served on this machine only.
    ``metrics_token``: by which other machines may read the meters, None: they may not.
    ``practice``: None without a practice line. ``now``: UTC; ``monotonic``: seconds, for latencies.
    ``timers``: what ends them at their limit. ``steering``: what a person may have the PBXes do.
    ``day``: what boards show of the store; ``opening``: the switch of the line.
    """

    database: Database
    hub: Hub
    live: Picture
    post: Callable[[Event], None]
    metrics: Metrics
    passwords: Passwords
    throttle: Throttle
    public_url: str | None
    metrics_token: str | None
    default_language: str
    timezone: ZoneInfo
    practice: PracticePhone | None
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    timers: Timers
    steering: Steering
    wrap_ups: WrapUps
    day: DayBook
    opening: OpeningSwitch
    times: Times = Times()

    def changed(self, session_id: int, *logins: str | None) -> None:
        """Say that something about a support session is new: on its record, on these people's desks, for its timer."""
        self.written(session_id, *logins)
        self.hub.mark(TIMES, self.monotonic())
        self.timers.look()
        self.day.look()

    def written(self, session_id: int, *logins: str | None) -> None:
        """Say that a text of a session is new, on its record and on these people's desks: no time has changed."""
        self.hub.mark(session_topic(session_id), self.monotonic())
        for login in filter(None, {*logins}):
            self.hub.mark(sessions_topic(login), self.monotonic())


CONTEXT = web.AppKey("context", Context)


def context(request: web.Request) -> Context:
    """Return the world of this request's application."""
    return request.app[CONTEXT]
