"""The regions: elements that are redrawn as a whole. Rule: one partial per region: first paint, push, reconnect alike.

A region's template begins with ``<section id="region-NAME" …>``; its values are read from the live picture and the
store as they are at the moment of painting. Which regions a page has, and which topics make them stale, is decided here
from the page's name, the log-in and the support session that is shown; a browser never names a topic. It does say
which session it shows, as the address of its page does: whoever may use the desk may see any session.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ionas_phone.live.board import (
    BOARD,
    FIGURES,
    LINKS,
    MISSED,
    OPENING,
    QUEUES,
    TIMES,
    desk_topic,
    session_topic,
    sessions_topic,
)
from ionas_phone.store.call_lists import sent_on
from ionas_phone.support.users import Permission, User
from ionas_phone.web import desk_values
from ionas_phone.web.agreements import read_agreement
from ionas_phone.web.board_values import board_values, state_values
from ionas_phone.web.context import Context, practice_topic
from ionas_phone.web.missed_lists import everybody, in_short
from ionas_phone.web.opening_values import opening_values
from ionas_phone.web.records import read_record
from ionas_phone.web.remote_sessions import read_remote
from ionas_phone.web.times import marks, my_timer, session_time
from ionas_phone.web.tour_strip import tour

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Region:
    """``load`` may raise PhoneErrors; their sentence is shown instead.

    ``brisk``: it is sent sooner than its like: the ring than what else is one's own, a board, or what is wrong, than
    what all desks show.
    ``own``: it differs from person to person. ``reads_store``: what needs the picture alone does not wait for it.
    ``session_id``: the support session it is about, if it is part of a record; ``queue``: of a wallboard; ``asked``:
    which calls it lists, as an address asks for them. Regions of one session that ``share`` a read are painted from
    one. ``facts``: its values are frozen and all that it shows, but for times that the browser counts on by itself: a
    tab that shows the same facts already is sent nothing.
    """

    name: str
    template: str
    needs: Permission
    topics: Callable[[User], tuple[str, ...]]
    load: Callable[[Context, User], Awaitable[Values]]
    own: bool = False
    brisk: bool = False
    reads_store: bool = False
    session_id: int | None = None
    queue: str = ""
    asked: str = ""
    share: str = ""
    facts: bool = False


@dataclass(frozen=True, slots=True)
class SessionRegion:
    """A region about one support session, part of its record. ``load`` is given the session's id; see Region.

    All of them read the store, and are redrawn with the session's topic (``live.board.session_topic``) and with LINKS;
    those that differ from person to person with the person's desk, too.
    """

    name: str
    template: str
    needs: Permission
    load: Callable[[Context, User, int], Awaitable[Values]]
    own: bool = False
    share: str = ""

    def of(self, session_id: int) -> Region:
        """Return the region as it is for one session."""
        return Region(
            self.name,
            self.template,
            self.needs,
            lambda user: (session_topic(session_id), LINKS, *((sessions_topic(user.login),) if self.own else ())),
            lambda world, user: self.load(world, user, session_id),
            own=self.own,
            reads_store=True,
            session_id=session_id,
            share=self.share,
        )


async def _record(world: Context, _user: User, session_id: int) -> Values:
    record = await read_record(world.database, session_id, world.now())
    transfers = [sent for call in record.calls for sent in sent_on(call, world.live.journey)]
    return {**record.values(), "transfers": transfers}


async def _remote(world: Context, _user: User, session_id: int) -> Values:
    return await read_remote(world, session_id)


async def _work(world: Context, _user: User, session_id: int) -> Values:
    return (await read_agreement(world, session_id)).values()


def _board_part(name: str, template: str) -> Region:
    topics = (BOARD, FIGURES)
    return Region(name, template, Permission.BOARD, lambda _user: topics, board_values, brisk=True, share="board")


REGIONS: Final[dict[str, Region]] = {
    region.name: region
    for region in (
        Region(
            "ring",
            "desk/_ring.html",
            Permission.DESK,
            lambda user: (desk_topic(user.login),),
            desk_values.ring,
            own=True,
            brisk=True,
            facts=True,
        ),
        Region(
            "status",
            "desk/_status.html",
            Permission.DESK,
            lambda user: (desk_topic(user.login), LINKS),
            desk_values.status,
            own=True,
            facts=True,
        ),
        Region(
            "my-calls",
            "desk/_calls.html",
            Permission.DESK,
            lambda user: (desk_topic(user.login),),
            desk_values.my_calls,
            own=True,
            facts=True,
        ),
        Region(
            "open-sessions",
            "desk/_sessions.html",
            Permission.DESK,
            lambda user: (sessions_topic(user.login), LINKS),  # LINKS: the database is back, it can be read again
            desk_values.open_sessions,
            own=True,
            reads_store=True,
        ),
        Region(
            "timer",
            "timers/_timer.html",
            Permission.DESK,
            lambda user: (sessions_topic(user.login), LINKS),
            my_timer,
            own=True,
            reads_store=True,
            facts=True,
        ),
        Region("marks", "outages/_marks.html", Permission.TIMES, lambda _user: (TIMES, LINKS), marks, reads_store=True),
        Region("opening", "opening/_line.html", Permission.DESK, lambda _user: (OPENING,), opening_values),
        Region("queues", "desk/_queues.html", Permission.DESK, lambda _user: (QUEUES,), desk_values.queues, facts=True),
        Region(
            "tour",
            "practice/_tour.html",
            Permission.DESK,
            lambda user: (sessions_topic(user.login), desk_topic(user.login), practice_topic(user.login), LINKS),
            tour,
            own=True,
            reads_store=True,
            facts=True,
        ),
        Region(
            "missed",
            "calls/_missed.html",
            Permission.DESK,
            lambda user: (MISSED, FIGURES, LINKS, desk_topic(user.login)),  # FIGURES: nobody looks after one for ever
            everybody,
            own=True,
            reads_store=True,
            facts=True,
        ),
        Region(
            "missed-callers",
            "desk/_missed.html",
            Permission.DESK,
            lambda _user: (MISSED, FIGURES, LINKS),
            in_short,
            reads_store=True,
            facts=True,
        ),
        Region("links", "_links.html", Permission.DESK, lambda _user: (LINKS,), desk_values.links, brisk=True),
        _board_part("board-queues", "board/_queues.html"),
        _board_part("board-waiting", "board/_waiting.html"),
        _board_part("board-members", "board/_members.html"),
        _board_part("board-talking", "board/_talking.html"),
        Region(
            "board-state",
            "board/_state.html",
            Permission.BOARD,
            lambda _user: (LINKS, FIGURES),
            state_values,
            brisk=True,
        ),
        Region(
            "board-gaps", "board/_gaps.html", Permission.BOARD, lambda _user: (LINKS,), desk_values.links, brisk=True
        ),
        Region(
            "practice-phone",
            "practice/_phone.html",
            Permission.DESK,
            lambda user: (practice_topic(user.login), desk_topic(user.login)),  # the latter: a pause
            desk_values.practice_phone,
            own=True,
        ),
    )
}

SESSION_REGIONS: Final[dict[str, SessionRegion]] = {
    "texts": SessionRegion("texts", "sessions/_texts.html", Permission.DESK, _record, share="record"),
    "head": SessionRegion("head", "sessions/_head.html", Permission.DESK, _record, share="record"),
    "customer": SessionRegion("customer", "sessions/_who.html", Permission.DESK, _record, share="record"),
    "remote": SessionRegion("remote", "remote/_remote.html", Permission.DESK, _remote),
    "work": SessionRegion("work", "estimates/_work.html", Permission.DESK, _work),
    "time": SessionRegion("time", "timers/_time.html", Permission.DESK, session_time, own=True),
    "ends": SessionRegion("ends", "sessions/_ends.html", Permission.DESK, session_time, own=True),
    "history": SessionRegion("history", "sessions/_history.html", Permission.DESK, _record, share="record"),
}

PAGES: Final[dict[str, tuple[str, ...]]] = {  # what is to be seen first comes first
    "calls": ("ring", "my-calls", "status", "timer", "missed", "links"),
    "desk": (
        "ring",
        "my-calls",
        "status",
        "tour",
        "timer",
        "open-sessions",
        "missed-callers",
        "opening",
        "queues",
        "links",
    ),
    "times": ("ring", "my-calls", "status", "timer", "marks", "links"),
    "board": (
        "ring",
        "my-calls",
        "status",
        "timer",
        "board-waiting",
        "board-queues",
        "board-members",
        "board-talking",
        "board-state",
        "opening",
        "board-gaps",
        "links",
    ),
    "practice": ("ring", "my-calls", "status", "tour", "timer", "practice-phone", "open-sessions", "links"),
}


def regions_of(page: str, user: User) -> tuple[Region, ...]:
    """Return the regions of ``page`` that ``user`` may see, in painting order; none for a page nobody knows."""
    regions = (REGIONS[name] for name in PAGES.get(page, ()))
    return tuple(region for region in regions if user.may(region.needs))


def regions_of_session(session_id: int, user: User) -> tuple[Region, ...]:
    """Return the regions of a session's record that ``user`` may see, in painting order."""
    return tuple(region.of(session_id) for region in SESSION_REGIONS.values() if user.may(region.needs))
