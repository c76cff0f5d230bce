"""All plays, by name. Rule: a play that stands here is recorded and watched on every Asterisk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from tests.lab.plays import desks, queues, transfers
from tests.lab.stage import Stage


class Play(NamedTuple):
    """``queues``: those of the laboratory's addition that it needs, without "lab-"."""

    play: Callable[[Stage], Awaitable[None]]
    queues: tuple[str, ...] = ()


_PLAYS = (
    Play(transfers.blind_refer),
    Play(transfers.blind_refer_unanswered),
    Play(transfers.blind_refer_to_queue, ("second",)),
    Play(transfers.blind_feature, ("first",)),
    Play(transfers.attended_replaces),
    Play(transfers.blonde_refer),
    Play(transfers.attended_feature, ("first",)),
    Play(transfers.blonde_feature, ("first",)),
    Play(transfers.threeway, ("first",)),
    Play(desks.consultation),
    Play(desks.hold),
    Play(desks.hold_abandoned),
    Play(desks.pickup_group),
    Play(desks.pickup_directed),
    Play(desks.redirect),
    Play(desks.direct),
    Play(desks.direct_unanswered),
    Play(desks.internal),
    Play(desks.outbound),
    Play(desks.originate),
    Play(desks.local, ("local",)),
    Play(desks.local_optimised, ("localopt",)),
    Play(queues.two_queues, ("first", "other")),
    Play(queues.queue_after_queue, ("first", "second")),
    Play(queues.ring_all, ("ringall",)),
    Play(queues.ring_all_abandoned, ("ringall",)),
)
PLAYS = {play.play.__name__: play for play in _PLAYS}
