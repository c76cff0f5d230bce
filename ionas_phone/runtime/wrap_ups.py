"""Lets nothing ring at a phone whose call has just ended. Rule: the switchboard keeps the pause and its end, we ask.

What is to be ended is read off the picture again and again: a restart, a lost link or a missed moment delays the end,
and leaves nobody paused for good. Only seats in our queues are asked for, none that is paused for another reason, and
none whose person has just paused by hand: what the picture does not show yet must not be undone.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from ionas_phone.ami.connection import Link
from ionas_phone.errors import NotSteered
from ionas_phone.live.effects import BeginWrapUp
from ionas_phone.live.nouns import PRACTICE_PBX, LinkState
from ionas_phone.live.wrap_up import REASON, QueueSeat, WrapUp
from ionas_phone.runtime.day import DayBook
from ionas_phone.runtime.rounds import Rounds
from ionas_phone.runtime.steering import Steering, check_reason

LOOK: Final = 1.0  # seconds between two looks, if nothing is due sooner
_LEAST: Final = 0.05  # seconds
_log = structlog.get_logger(__name__)


class WrapUps:
    """Begins and ends pauses after calls, each PBX by itself: one that has fallen silent holds up no other.

    ``seats`` tells of every seat in our queues; ``day``: whether and how long a queue lets people wrap up.
    """

    def __init__(
        self,
        links: Mapping[str, Link],
        seats: Callable[[], tuple[QueueSeat, ...]],
        day: DayBook,
        steering: Steering,
        now: Callable[[], datetime],
    ) -> None:
        """Take the links by the names of their PBXes; more of them may come."""
        self._links = links
        self._seats = seats
        self._day = day
        self._steering = steering
        self._now = now
        self._ordered: dict[str, deque[tuple[BeginWrapUp, datetime]]] = defaultdict(deque)  # by PBX
        self._rounds: dict[str, Rounds] = {}
        self._stopped = False

    def begin(self, order: BeginWrapUp) -> None:
        """Take note that a call has ended; whether and how long its queue lets people wrap up is seen in the round."""
        self._ordered[order.pbx].append((order, self._now()))
        if rounds := self._rounds.get(order.pbx):
            rounds.ask()

    def practised(self, login: str) -> tuple[QueueSeat, ...]:
        """Return this person's seats on the practice line."""
        return tuple(seat for seat in self._seats() if (seat.pbx, seat.login) == (PRACTICE_PBX, login))

    async def pause_practised(self, login: str, reason: str | None) -> bool:
        """Take this person's practice phone out of its queue, or (``reason`` None) back in; tell whether it was to be.

        Raises FormWrong, NotSteered.
        """
        check_reason(reason)
        mine = [seat for seat in self.practised(login) if seat.paused or reason is not None]
        with self._steering.wish(login, {PRACTICE_PBX}, pauses=reason is not None):
            for seat in mine:
                await self._steering.pause_seat(seat.pbx, seat.queue, seat.interface, reason)
        return bool(mine)

    async def run(self, pbx: str) -> None:
        """Look after the wrap-ups at one PBX for ever."""
        self._rounds[pbx] = Rounds(partial(self.turn, pbx))
        await self._rounds[pbx].run()

    async def turn(self, pbx: str) -> float:
        """End all that is due at this PBX, then begin what was ordered; return the seconds until the next look."""
        if (link := self._links.get(pbx)) and link.state is LinkState.UP:
            await self._each(pbx, lambda seat: seat.wrap_up is not None and seat.wrap_up.is_over(self._now()), None)
        for _ in range(len(self._ordered[pbx])):
            await self._begin(*self._ordered[pbx].popleft())
        ends = [seat.wrap_up.until for seat in self._seats() if seat.pbx == pbx and seat.wrap_up]
        left = [seconds for end in ends if (seconds := (end - self._now()).total_seconds()) > 0]
        return max(min([LOOK, *left]), _LEAST)

    async def stop(self) -> None:
        """Begin none any more, and end those that end by themselves: while we are away nobody else would.

        There is no next look: only of whom a pause may not be seen yet is passed over.
        """
        self._stopped = True
        up = [pbx for pbx, link in self._links.items() if link.state is LinkState.UP]
        await asyncio.gather(*(self._each(pbx, lambda seat: seat.wrap_up is not None, None) for pbx in up))

    async def _begin(self, order: BeginWrapUp, at: datetime) -> None:
        """Pause whoever ended the call in every queue of ours, unless they are paused by then, or it is over.

        Whoever was rung in the moment between a call and its wrap-up wraps up the second call, too, and in full.
        """
        if self._day.read is None:
            _log.warning("whether there is a wrap-up is not known yet", queue=order.queue)
            return
        seconds = self._day.read.targets_of(order.queue).wrap_up
        place = (order.pbx, order.queue, order.interface)
        who = next((seat.login for seat in self._seats() if seat.place == place), None)
        if seconds is None or who is None:
            return
        if (wish := self._steering.wished(order.pbx, who)) and wish.asked < at:
            self._ordered[order.pbx].append((order, at))  # whether they pause is not seen yet: at the next look
            return
        until = at + timedelta(seconds=seconds)

        def may_begin(seat: QueueSeat) -> bool:
            over = self._stopped or (seconds > 0 and until <= self._now())
            ends_first = seat.wrap_up is not None and (not seconds or seat.wrap_up.until < until)
            free = not seat.paused or ends_first
            return seat.login == who and free and not over

        await self._each(order.pbx, may_begin, WrapUp(seconds, until).written if seconds else REASON)

    async def _each(self, pbx: str, wanted: Callable[[QueueSeat], bool], reason: str | None) -> None:
        """Steer each seat that is ``wanted`` when its turn comes: while one is waited for, another may be paused.

        What is refused is left at that; an end is asked for again at the next look.
        """
        asked: set[tuple[str, str, str]] = set()
        while seat := next((one for one in self._at(pbx) if one.place not in asked and wanted(one)), None):
            asked.add(seat.place)
            try:
                await self._steering.pause_seat(pbx, seat.queue, seat.interface, reason)
            except NotSteered as error:
                _log.warning("a wrap-up was not steered", pbx=pbx, wanted=reason, reason=str(error))

    def _at(self, pbx: str) -> list[QueueSeat]:
        """Return the seats at this PBX of which the picture can be believed."""
        return [seat for seat in self._seats() if seat.pbx == pbx and not self._is_in_doubt(seat)]

    def _is_in_doubt(self, seat: QueueSeat) -> bool:
        """Tell whether its person has just steered it by hand, and what came of it may not be seen yet."""
        wish = self._steering.wished(seat.pbx, seat.login) if seat.login else None
        return wish is not None and (wish.pauses or not self._stopped)
