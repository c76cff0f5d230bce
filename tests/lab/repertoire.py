"""All plays, by name. Rule: a play that stands here is recorded and watched on every Asterisk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from tests.lab.plays import basics, codes, desks, freepbx, queues, transfers
from tests.lab.stage import WAIT_SECONDS, Stage


class Play(NamedTuple):
    """``queues``: those of the laboratory's addition that it needs. ``pace``: seconds between two steps, recorded.

    ``wait``: seconds after which the product's own queue gives a caller back. ``like_freepbx``: on such a dial plan.
    """

    play: Callable[[Stage], Awaitable[None]]
    queues: tuple[str, ...] = ()
    pace: float = 0.6
    wait: int = WAIT_SECONDS
    like_freepbx: bool = False

    @property
    def needs(self) -> dict[str, Any]:
        """Return what the stage has to have for it."""
        return {"queues": self.queues, "wait": self.wait, "like_freepbx": self.like_freepbx}


_PLAYS = (
    *(Play(play, pace=1.6) for play in (basics.answered, basics.answered_assistant_hangs_up, basics.abandon_waiting)),
    *(Play(play, pace=1.6) for play in (basics.abandon_ringing, basics.anonymous_answered, basics.queue_timeout)),
    Play(basics.rings_out, pace=1.6, wait=20),  # the second phone's turn, whole
    *(Play(play) for play in (basics.declined, basics.declined_busy, basics.closed, basics.announcement)),
    *(Play(play) for play in (transfers.blind_refer, transfers.blind_refer_unanswered)),
    Play(transfers.blind_refer_to_queue, ("second",)),
    Play(codes.blind_feature, ("first",)),
    *(Play(play) for play in (transfers.attended_replaces, transfers.blonde_refer, transfers.attended_to_app)),
    Play(transfers.attended_to_queue, ("second",)),
    *(Play(play) for play in (transfers.attended_intercom, transfers.attended_fails)),
    *(Play(play) for play in (transfers.attended_link, transfers.attended_to_parking)),
    *(Play(play, ("first",)) for play in (codes.attended_feature, codes.blonde_feature, codes.threeway)),
    Play(codes.consultation_feature, ("first",)),
    *(Play(play) for play in (desks.consultation, desks.consultation_called_off, desks.hold, desks.hold_abandoned)),
    *(Play(play) for play in (desks.pickup_group, desks.pickup_directed, desks.redirect)),
    *(Play(play) for play in (desks.parked, desks.parked_beside, desks.parked_by_application)),
    *(Play(play) for play in (desks.direct, desks.direct_unanswered, desks.direct_declined, desks.internal)),
    *(Play(play) for play in (desks.outbound, desks.outbound_unanswered, desks.originate)),
    Play(desks.originate_unanswered),
    Play(desks.local, ("local",)),
    Play(desks.local_optimised, ("localopt",)),
    Play(queues.two_queues, ("first", "other")),
    Play(queues.queue_after_queue, ("first", "second")),
    *(Play(play, ("ringall",)) for play in (queues.ring_all, queues.ring_all_abandoned)),
    *(Play(play, ("first",)) for play in (basics.suppressed, queues.odd_names)),
    Play(queues.autopause, ("autopause",)),
    Play(queues.wrapup, ("wrapup",)),
    Play(queues.refused_empty, ("empty",)),
    Play(queues.refused_full, ("full",)),
    Play(queues.key, ("key",)),
    Play(queues.shared, ("shared",)),
    *(Play(play) for play in (queues.forwarded, queues.reload, queues.stopped)),
    *(Play(play, like_freepbx=True, wait=20) for play in freepbx.PLAYS),
)
PLAYS = {play.play.__name__: play for play in _PLAYS}
