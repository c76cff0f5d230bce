"""The link to one PBX, held on to for ever. Rule: whatever breaks, say so in a sentence and come back by itself.

Connect, log in, take a snapshot, stream; after a fault anew, with a pause that grows from 0.5 to 1.5 s and differs each
time. Only this and ``inquiry`` open a socket to a PBX; what travels over it is read in ``wire``.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import ssl
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from asterisk.ami.action import Action

from ionas_phone.ami import faults
from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.backoff import Backoff
from ionas_phone.ami.faults import Fault
from ionas_phone.ami.ties import Deliver, Tap, Ties, Timings
from ionas_phone.ami.wire import Wire
from ionas_phone.errors import NotSteered
from ionas_phone.live.events import LinkChanged
from ionas_phone.live.nouns import LinkState
from ionas_phone.words import N_

__all__ = ["Link", "PbxAddress", "Reply", "Timings"]

log = structlog.get_logger(__name__)

_NOT_LINKED = N_("There is no connection to the telephone system at the moment; nothing was done.")
_NO_ANSWER = N_("The telephone system did not answer. Whether it did it is not known: look before you try again.")


class Reply(NamedTuple):
    """What a PBX answered to an action; ``message`` in its own words. Events bear ``action_id`` that follow from it.

    ``value``: what was asked for, of Getvar.
    """

    done: bool
    message: str
    action_id: str
    value: str = ""


class Link:
    """The link to one PBX.

    ``deliver(event, received)`` gets every fact at once; ``received``: when its bytes came, in seconds of
    ``time.monotonic()``. It must neither block nor raise, and neither must ``tap``, who reads along (see ``Ties``).
    ``clock`` gives the time of what the PBX does not date itself. ``refused`` counts what was not believed, by reason,
    since the start.
    """

    def __init__(  # noqa: PLR0913 - what a test or the app replaces, by name
        self,
        address: PbxAddress,
        deliver: Deliver,
        clock: Callable[[], datetime],
        *,
        tls: ssl.SSLContext | None = None,
        timings: Timings | None = None,
        tap: Tap | None = None,
        new_id: Callable[[], str] = secrets.token_hex,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.address = address
        self.refused: Counter[str] = Counter()
        self.state = LinkState.CONNECTING
        self.reason = ""
        self._timings = timings or Timings()
        self._ties = Ties(address, deliver, self._tell, clock, new_id, self.refused, self._timings, tap)
        self._backoff = Backoff(self._timings.first_pause, self._timings.longest_pause, jitter)
        self._tls = (tls or ssl.create_default_context()) if address.tls else None
        self._wire: Wire | None = None
        self._doubt: Fault | None = None  # what its events lacked when it was last seen
        self._heard: float | None = None  # until when nothing is missing, while the link was up
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Stay linked until ``stop`` or cancellation."""
        self._report(LinkState.CONNECTING, "")
        while not self._stopped.is_set():
            fault, was_up = await self._connect()
            if self._stopped.is_set():
                break
            self._tell(fault)
            if was_up:
                self._backoff.reset()
            await self._rest(self._backoff.spread(self._timings.slow_pause) if fault.slow else self._backoff.next())

    async def stop(self) -> None:
        """Have ``run`` log off and end."""
        self._stopped.set()
        if self._wire is not None:
            self._wire.end(faults.CLOSED)

    def request_snapshot(self) -> None:
        """Take a snapshot as soon as it is sensible: not while one is under way, nor twice in a breath."""
        if self._wire is not None:
            self._wire.want_snapshot()

    def new_channel_id(self) -> str:
        """Return a unique id for a channel we ask for: one that is believed to be this PBX's. Raises NotSteered."""
        if self._wire is None or not self._wire.system_name:
            raise NotSteered(_NOT_LINKED)
        return f"{self._wire.system_name}-{secrets.token_hex(8)}"

    def new_action_id(self) -> str:
        """Return an id nobody can guess, to be sent as ``ActionID``: known before anything comes of the action."""
        return self._ties.new_id()

    async def send(self, action: str, headers: Mapping[str, str]) -> Reply:
        """Have the PBX do something and return its answer. Nothing is sent twice. Raises NotSteered."""
        reply = self._wire.send(Action(action, dict(headers))) if self._wire else None
        if reply is None:
            raise NotSteered(_NOT_LINKED)
        await asyncio.wait([reply], timeout=self._timings.answer)
        if not reply.done() or reply.cancelled():
            reply.cancel()
            raise NotSteered(_NO_ANSWER)
        response = reply.result()
        keys = response.keys
        return Reply(not response.is_error(), keys.get("Message", ""), keys["ActionID"], keys.get("Value", ""))

    async def _connect(self) -> tuple[Fault, bool]:
        """One connection, from its first to its last byte; return what ended it and whether it had been up."""
        loop = asyncio.get_running_loop()
        wire = Wire(self._ties, loop, self._doubt)
        try:
            async with asyncio.timeout(self._timings.connect):
                await loop.create_connection(lambda: wire, self.address.host, self.address.port, ssl=self._tls)
        except ssl.SSLCertVerificationError:
            return faults.CERTIFICATE, False
        except (OSError, TimeoutError):
            return faults.UNREACHABLE, False
        self._wire = wire
        try:
            while not wire.over.done():
                wire.tick()
                await asyncio.wait([wire.over], timeout=self._timings.tick)
            return wire.over.result(), wire.was_up
        finally:
            self._wire, self._doubt = None, wire.doubt
            self._heard = wire.heard_until() if wire.was_up else None
            await wire.farewell(self._timings.farewell)

    async def _rest(self, pause: float) -> None:
        """Wait before the next attempt, unless the link is stopped."""
        try:
            async with asyncio.timeout(pause):
                await self._stopped.wait()
        except TimeoutError:
            return

    def _tell(self, fault: Fault | None) -> None:
        """Report how the link stands, if that is new; None: it is up."""
        state, reason = (LinkState.UP, "") if fault is None else (fault.state, fault.reason)
        if (state, reason) != (self.state, self.reason):
            self._report(state, reason)

    def _report(self, state: LinkState, reason: str) -> None:
        self.state, self.reason = state, reason
        log.info("link_changed", pbx=self.address.name, state=state.value, reason=reason, refused=dict(self.refused))
        now, at = asyncio.get_running_loop().time(), self._ties.clock()
        heard_at = None if self._heard is None else at - timedelta(seconds=now - self._heard)
        self._heard = None
        event = LinkChanged(at=at, pbx=self.address.name, state=state, reason=reason, heard_at=heard_at)
        self._ties.deliver(event, now)
