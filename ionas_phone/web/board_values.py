"""What boards and wallboards show, put together from memory. Rule: it never waits; what is unknown is None, never 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ionas_phone.live.board import AssistantState, Board, Health, MemberRow, QueueSummary, WaitingCaller
from ionas_phone.live.nouns import PRACTICE_PBX, Gap
from ionas_phone.live.offers import overlaid
from ionas_phone.store.day import Day
from ionas_phone.support.queue_targets import QueueTargets
from ionas_phone.support.service_levels import Figures, day_around, figures
from ionas_phone.support.users import User
from ionas_phone.web.context import Context

NEAR: Final = 0.8  # of a limit: from here on it is said that one comes close to it


@dataclass(frozen=True, slots=True)
class QueueView:
    """One queue: now, its targets, its figures of today (None: they could not be read yet).

    ``unseen``: calls of today that nobody saw may be missing in the figures. ``alarm``: somebody waits, and nobody is
    ready or being rung. ``practised``: callers of practice are or may be among them, whom no figure counts. ``before``:
    the figures of the day before, ``until`` the same time; ``before_unseen``: as ``unseen``, of that day.
    """

    now: QueueSummary
    targets: QueueTargets
    figures: Figures | None
    unseen: bool
    talking: int
    alarm: bool
    practised: bool = False
    before: Figures | None = None
    until: datetime | None = None
    before_unseen: bool = False

    @property
    def too_many(self) -> bool:
        """Tell whether more wait than should."""
        return self.now.waiting > self.targets.most_waiting

    @property
    def nearly_too_many(self) -> bool:
        """Tell whether those who wait come close to as many as may."""
        return self.now.waiting > 0 and self.now.waiting >= NEAR * self.targets.most_waiting

    @property
    def waiting_state(self) -> str:
        """Return how the number of those who wait is shown: nobody (is ready) · bad · warn · ok; the worst counts."""
        if self.alarm:
            return "nobody"
        if self.too_many:
            return "bad"
        return "warn" if self.nearly_too_many else "ok"

    @property
    def ready_state(self) -> str:
        """Return how the number of those who are ready is shown: nobody, if callers wait for one · warn · ok."""
        if self.now.available:
            return "ok"
        return "nobody" if self.alarm else "warn"

    @property
    def near_ms(self) -> int:
        """From how many milliseconds on a wait comes close to the longest there should be."""
        return round(NEAR * self.over_ms)

    @property
    def over_ms(self) -> int:
        """From how many milliseconds on a wait is too long."""
        return self.targets.longest_wait * 1000

    @property
    def on_target(self) -> bool | None:
        """Tell whether the service level is reached; None: nobody counts yet."""
        level = self.figures.service_level if self.figures else None
        return None if level is None else level >= self.targets.percent


async def board_values(world: Context, _user: User) -> dict[str, Any]:
    """Return the values of all regions of the board."""
    board, health, day = world.live.board(), world.live.health(), world.day.read
    return {
        "board": board,
        "queues": tuple(queue_view(world, name, board, health) for name in [summary.queue for summary in board.queues]),
        "timers": day.timers if day else {},
        "away": world.day.away,
    }


async def state_values(world: Context, _user: User) -> dict[str, Any]:
    """Return what the picture rests on, and how much time is to be reviewed."""
    return {"health": world.live.health(), "marks": world.day.read.marks if world.day.read else 0}


def queue_view(world: Context, queue: str, board: Board, health: Health) -> QueueView:
    """Return one queue as boards show it; one that nobody sits or waits in, too."""
    begin, now = day_around(world.now(), world.timezone)[0], world.now()
    day = world.day.read or Day(begin)
    targets = day.targets_of(queue)
    summary = next((one for one in board.queues if one.queue == queue), QueueSummary(queue, 0, None, 0, 0))
    found = None
    if world.day.read:
        today = [one for one in overlaid(day.offers, world.live.offers()) if one.offered_at >= begin]
        found = figures([one for one in today if one.queue == queue], targets.seconds, now)
    unheard = any(not one.ringing for one in waiting_in(board, queue, health))
    return QueueView(
        now=summary,
        targets=targets,
        figures=found,
        unseen=any(not_seen(gap, begin) for gap in health.gaps),
        talking=sum(one.state is AssistantState.TALKING for one in people_of(board, queue)),
        alarm=unheard and not summary.available,
        practised=health.practice_alone or any(one.practice and one.queue == queue for one in board.waiting),
        before=day.before_of(queue),
        until=day.until,
        before_unseen=day.before_unseen,
    )


def waiting_in(board: Board, queue: str, health: Health) -> tuple[WaitingCaller, ...]:
    """Return who waits in a queue, who waits longest first; beside a PBX nobody who is a part of practice."""
    found = (one for one in board.waiting if one.queue == queue)
    return tuple(one for one in found if health.practice_alone or not one.practice)


def people_of(board: Board, queue: str) -> tuple[MemberRow, ...]:
    """Return who sits in a queue, by name."""
    return tuple(one for one in board.members if queue in one.queues)


def not_seen(gap: Gap, begin: datetime) -> bool:
    """Tell whether calls since ``begin`` may be missing because of this gap."""
    return gap.pbx != PRACTICE_PBX and gap.missed != 0 and (gap.ended_at is None or gap.ended_at > begin)
