"""Frozen read models for the templates: what desk and board show. Rule: facts and instants only, no words, no HTML.

Topics (what the hub marks as stale): ``board`` everything supervisors watch · ``queues`` waiting counts ·
``links`` PBXes and database · ``desk/<login>`` one assistant's ring slot, calls and state ·
``sessions/<login>`` what is written down for them · ``session/<id>`` one support session ·
``times`` time that is in doubt · ``missed`` callers nobody answered · ``calls`` what is written down of calls ·
``figures`` what boards show of the store · ``opening`` how the line is switched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ionas_phone.live.nouns import PRACTICE_PBX, CallKey, Gap, LinkState
from ionas_phone.live.wrap_up import WrapUp
from ionas_phone.support.customers import Match

BOARD = "board"
QUEUES = "queues"
LINKS = "links"
TIMES = "times"
MISSED = "missed"
CALLS = "calls"
FIGURES = "figures"
OPENING = "opening"


def desk_topic(login: str) -> str:
    """Return the topic of one assistant's desk."""
    return f"desk/{login}"


def sessions_topic(login: str) -> str:
    """Return the topic of what is written down for one assistant: open sessions and timers, and which is talked on."""
    return f"sessions/{login}"


def session_topic(session_id: int) -> str:
    """Return the topic of one support session: its customer, its texts, the work on it."""
    return f"session/{session_id}"


class AssistantState(StrEnum):
    """What somebody at a phone is doing."""

    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    BUSY = "busy"  # on the phone, but not with one of our callers
    PAUSED = "paused"
    AWAY = "away"  # the phone can't be reached


class RingState(StrEnum):
    """Whether a phone still rings for a caller, or why no longer (then the card stays a few seconds as a note)."""

    RINGING = "ringing"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    MISSED = "missed"
    CALLER_GONE = "caller_gone"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who rings, as far as known. ``matches`` None: not looked up yet; (): nobody; one; several to choose from."""

    number: str | None
    name: str
    suppressed: bool
    matches: tuple[Match, ...] | None


@dataclass(frozen=True, slots=True)
class RingCard:
    """One card of the ring slot. ``leg``: the rung channel's tag (one ring = one leg). ``by``: who answered."""

    call: CallKey
    leg: str
    caller: Caller
    queue: str
    waiting_since: datetime
    ringing_since: datetime
    state: RingState
    by: str = ""
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Consultation:
    """Somebody asks a colleague while the caller of ``call`` waits. ``answered``: they talk; else the phone rings.

    ``asker``, ``colleague``: their devices.
    """

    call: CallKey
    asker: str
    asker_name: str
    colleague: str
    colleague_name: str
    answered: bool


@dataclass(frozen=True, slots=True)
class DeskCall:
    """A call somebody talks on. ``session_id``: None until the store opened it.

    ``held``: the caller hears music, and has since ``held_since``; None: not now.
    ``assistant``: the name of who talks; ``queue``: through which they were connected, "" for none.
    ``asks``: whom they ask meanwhile; told on the board alone.
    """

    call: CallKey
    caller: Caller
    talking_since: datetime
    session_id: int | None
    customer: Match | None
    held: bool = False
    practice: bool = False
    assistant: str = ""
    queue: str = ""
    held_since: datetime | None = None
    asks: Consultation | None = None


@dataclass(frozen=True, slots=True)
class SentOn:
    """A call somebody sent on that still goes on. ``to``: the name of who has it now, or the number it was sent to."""

    call: CallKey
    caller: Caller
    to: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """One queue in a line. ``available``/``signed_in``: members that could take a call / whose phone is there."""

    queue: str
    waiting: int
    longest_since: datetime | None
    available: int
    signed_in: int


@dataclass(frozen=True, slots=True)
class WaitingCaller:
    """A caller in a queue. ``ringing``: names of those whose phones ring for them now."""

    call: CallKey
    caller: Caller
    queue: str
    position: int
    since: datetime
    ringing: tuple[str, ...]
    practice: bool = False


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody at a phone, over all queues. ``login`` None: no user of ours has it. ``reason``: of the pause.

    ``since`` None: it was so before anybody looked. ``practice``: it is a phone of the practice line.
    ``asks``: a colleague, while their caller waits; ``asked``: by a colleague whose caller waits.
    """

    name: str
    login: str | None
    interface: str
    queues: tuple[str, ...]
    state: AssistantState
    since: datetime | None
    reason: str = ""
    caller: Caller | None = None
    wrap_up: WrapUp | None = None
    practice: bool = False
    asks: Consultation | None = None
    asked: Consultation | None = None


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """How the link to one PBX stands; ``reason`` is an English msgid sentence, also of a link that is up.

    ``ahead``: of its clock before ours, in seconds; 0 if nobody minds. All times shown are our clock's.
    """

    pbx: str
    state: LinkState
    since: datetime
    reason: str = ""
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """What the desk must be honest about. ``set_aside``: writes that can never succeed, in words, newest last."""

    links: tuple[LinkHealth, ...]
    database_up: bool
    database_since: datetime | None
    database_reason: str = ""
    set_aside: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()  # the latest, oldest first; those that still last at the end

    @property
    def practice_alone(self) -> bool:
        """Whether there is no telephone system beside the practice line."""
        return all(link.pbx == PRACTICE_PBX for link in self.links)


@dataclass(frozen=True, slots=True)
class Desk:
    """What one assistant's page shows of the live picture."""

    login: str
    state: AssistantState | None  # None: no phone of ours, or not a member of any queue
    since: datetime | None
    reason: str
    rings: tuple[RingCard, ...]
    calls: tuple[DeskCall, ...]
    wrap_up: WrapUp | None = None  # a pause that ends by itself
    sent: tuple[SentOn, ...] = ()


@dataclass(frozen=True, slots=True)
class Phone:
    """Somebody's phone at one PBX. ``seats``: interfaces of its members in our queues, () if it has none there.

    ``paused``: no queue rings it, whatever it is doing; ``reason``: why.
    """

    pbx: str
    device: str
    state: AssistantState
    seats: tuple[str, ...]
    paused: bool
    reason: str

    @property
    def in_use(self) -> bool:
        """Whether somebody talks there, or it rings."""
        return self.state in {AssistantState.TALKING, AssistantState.BUSY, AssistantState.RINGING}


@dataclass(frozen=True, slots=True)
class Board:
    """What supervisors see."""

    queues: tuple[QueueSummary, ...]
    waiting: tuple[WaitingCaller, ...]
    members: tuple[MemberRow, ...]
    talking: tuple[DeskCall, ...]
