"""One connection to a PBX, from its greeting to its end. Rule: what is read is delivered at once; nothing here waits.

A slow reader is cut off by Asterisk, therefore an asyncio protocol: no task stands between the socket and ``deliver``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import cast

import structlog
from asterisk.ami.action import Action

from ionas_phone.ami import faults
from ionas_phone.ami.dialogue import (
    SHUTTING_DOWN,
    Answered,
    Dialogue,
    Happened,
    Heard,
    Listed,
    Named,
    Phase,
    Rejected,
)
from ionas_phone.ami.faults import Fault
from ionas_phone.ami.frames import Message
from ionas_phone.ami.pulse import Pulse
from ionas_phone.ami.snapshot import snapshot
from ionas_phone.ami.ties import Ties, Timings
from ionas_phone.ami.translate import fact, instant
from ionas_phone.live.events import ClockCompared
from ionas_phone.logs import register_secret

__all__ = ["Ties", "Timings", "Wire"]

log = structlog.get_logger(__name__)

_AT_ONCE = 65_536  # bytes read at once: what comes of them fits into the processor's cache, of four times as many not
_GUESSABLE = 12  # a system name shorter than this keeps no forger away


class Wire(asyncio.BufferedProtocol):
    """What is done with the bytes of one connection. ``over`` tells the fault that ended it."""

    def __init__(self, ties: Ties, loop: asyncio.AbstractEventLoop, doubt: Fault | None = None) -> None:
        """``doubt``: what this PBX's events lacked before; a snapshot alone does not prove that they are fit now."""
        address = ties.address
        self.over: asyncio.Future[Fault] = loop.create_future()
        self.was_up = False
        self.doubt = doubt
        self._buffer = memoryview(bytearray(_AT_ONCE))
        self._ties = ties
        self._loop = loop
        self._dialogue = Dialogue(address.user, address.secret, ties.new_id, ties.refused)
        self._transport: asyncio.Transport | None = None
        self._closed = loop.create_future()
        self._phase = (Phase.GREETING, loop.time())
        self._pulse = Pulse(loop.time())
        self._replies: dict[str, asyncio.Future[Message]] = {}  # to what was asked for by hand
        self._question = ""  # the ping whose answer tells what becomes of what is doubted
        self._doubted: list[tuple[Happened, float]] = []  # told at times that can't be: which clock is wrong?
        self._last_lists = 0.0
        self._booted: float | None = None  # when the PBX started, if it told
        self._wanted = False
        self._logged = Counter(ties.refused)
        self.system_name = ""

    # ---- what asyncio calls -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the greeting; it is the PBX that speaks first."""
        self._transport = cast("asyncio.Transport", transport)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        """Say where to put what comes."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """So much has come."""
        self.data_received(bytes(self._buffer[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Read, judge, translate and deliver, all at once."""
        received = self._loop.time()
        self._pulse.beat(received)
        lost = self._lost
        for heard in self._dialogue.receive(data):
            if not self.over.done():
                self._act(heard, received)
        if self._ties.tap is not None:
            self._ties.tap(data, self.system_name)
        if self._lost > lost:
            self._wanted = True  # a genuine event could not be read: only the lists tell what it said
        if self._dialogue.guard.waiting and not self._pulse.asking:
            self._ping(received)  # its response shows that nothing more belongs to what is held
        self._flush(received)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """It is over, if it was not before."""
        self.end(faults.CLOSED)
        if not self._closed.done():
            self._closed.set_result(None)

    # ---- what the link calls ----------------------------------------------------------------------------------------

    def end(self, fault: Fault) -> None:
        """Have nothing more to do with this connection; the first reason stands."""
        if not self.over.done():
            self.over.set_result(fault)
            self._trust()
        for reply in self._replies.values():
            reply.cancel()

    def tick(self) -> None:
        """Look at the clock: keep alive, give up, check."""
        now, timings = self._loop.time(), self._ties.timings
        phase, since = self._phase
        if self._pulse.silence(now) >= timings.silence:
            self.end(faults.SILENT)
        elif phase in {Phase.GREETING, Phase.LOG_IN, Phase.SETTINGS} and now - since >= timings.answer:
            self.end(faults.STUCK)
        elif phase is Phase.BOOT and now - since >= timings.starting:
            self._ties.tell(faults.STARTING)
        elif self._dialogue.listing and now - self._last_lists >= timings.lists:
            self.end(faults.STUCK)
        elif not self._dialogue.listing and self._pulse.waited(now) >= timings.silence:
            self.end(faults.SLOW)
        if self._pulse.rest(now) >= timings.ping and phase in {Phase.BOOT, Phase.STREAM}:
            self._ping(now)
        if now - self._last_lists >= timings.check:
            self._wanted = True
        self._flush(now)

    def heard_until(self) -> float:
        """Return until when nothing is missing of what the PBX told, in seconds of the loop."""
        return self._pulse.heard_until(self._loop.time(), self._ties.clock())

    def want_snapshot(self) -> None:
        """Take a snapshot as soon as it is sensible."""
        self._wanted = True
        self._flush(self._loop.time())

    def send(self, action: Action) -> asyncio.Future[Message] | None:
        """Send an action once; its response comes, or the future is cancelled with the connection. None: not now."""
        if self.over.done() or self._dialogue.phase is not Phase.STREAM:
            return None
        action_id, reply = self._dialogue.ask(action), self._loop.create_future()
        self._replies[action_id] = reply
        reply.add_done_callback(lambda _: self._replies.pop(action_id, None))
        self._flush(self._loop.time())
        return reply

    async def farewell(self, patience: float) -> None:
        """Log off if anybody listens, and let the socket go."""
        if self._transport is None:
            return
        if not self._transport.is_closing():
            if self._dialogue.phase in {Phase.BOOT, Phase.STREAM}:
                self._dialogue.log_off()
                self._transport.write(self._dialogue.take())
            self._transport.close()
        try:
            await asyncio.wait([self._closed], timeout=patience)
        finally:
            self._transport.abort()

    # ---- what was heard ----------------------------------------------------------------------------------------------

    def _act(self, heard: Heard, received: float) -> None:
        if isinstance(heard, Happened):
            self._happened(heard, received)
        elif isinstance(heard, Listed):
            self._listed(heard, received)
        elif isinstance(heard, Answered):
            self._answered(heard, received)
        elif isinstance(heard, Named):
            self._named(heard.system_name)
        elif isinstance(heard, Rejected):
            self.end(_fault(heard))
        else:
            self.end(faults.STRANGER if self._phase[0] is Phase.GREETING else faults.UNCLEAR)

    def _named(self, system_name: str) -> None:
        register_secret(system_name)
        self.system_name = system_name
        if not system_name:
            self.end(faults.NO_SYSTEM_NAME)
        elif len(system_name) < _GUESSABLE:
            log.warning("system_name_is_easy_to_guess", pbx=self._ties.address.name)

    def _happened(self, heard: Happened, received: float) -> None:
        """Deliver events, unless their time can't be: then the clocks are compared first."""
        if self._doubted or not self._ties.skew.likely(heard.timestamp, self._ties.clock()):
            if not self._doubted:
                self._question = self._ping(received)
            self._doubted.append((heard, received))
        else:
            self._tell(heard, received)

    def _trust(self) -> None:
        """Deliver what was doubted: the clocks are compared, or nothing more will be heard."""
        doubted, self._doubted = self._doubted, []
        for heard, received in doubted:
            self._tell(heard, received)

    def _tell(self, heard: Happened, received: float) -> None:
        ties, name = self._ties, self._ties.address.name
        refused, deliver, ahead, pulse = ties.refused, ties.deliver, ties.skew.ahead, self._pulse
        for message in heard.events:
            if (event := fact(message, name, refused)) is not None:
                ours = replace(event, at=ties.skew.ours(event.at)) if ahead else event
                pulse.latest = ours.at
                deliver(ours, received)
            elif message.name == "Shutdown":
                self.end(faults.SHUTTING_DOWN)
            elif message.name == "FullyBooted":
                self._wanted = True

    def _listed(self, heard: Listed, received: float) -> None:
        """Deliver the snapshot, unless the events that would follow it are not to be believed."""
        self._log_refused()
        if self.doubt is not None:
            self._ties.tell(self.doubt)
            return
        try:
            if heard.timestamp:
                self._compare_clocks(heard.timestamp, self._last_lists, received)
            self._trust()
            at = self._ties.skew.ours(instant(heard.timestamp)) if heard.timestamp else self._ties.clock()
            taken = replace(snapshot(self._ties.address.name, at, list(heard.items)), up_for=self._up_for())
        except (KeyError, ValueError, OverflowError):
            self._ties.refused["not_understood"] += 1
            self.end(faults.UNCLEAR)
            return
        self.was_up = True
        self._pulse.told_all(self._last_lists)
        self._ties.deliver(taken, received)
        self._ties.tell(None)

    def _up_for(self) -> timedelta | None:
        """Return for how long the PBX runs; by our own measure of time, which nobody sets."""
        return None if self._booted is None else timedelta(seconds=self._loop.time() - self._booted)

    def _compare_clocks(self, timestamp: str, sent: float, received: float) -> None:
        """Raises ValueError or OverflowError if the time can't be read."""
        ties, at = self._ties, self._ties.clock()
        took = timedelta(seconds=self._loop.time() - sent)
        if ties.skew.compare(instant(timestamp), at - took, at, self._loop.time()):
            log.warning("clocks_differ", pbx=ties.address.name, ahead=ties.skew.ahead.total_seconds())
            ties.deliver(ClockCompared(at=at, pbx=ties.address.name, ahead=ties.skew.ahead), received)
            self._wanted = True

    def _answered(self, heard: Answered, received: float) -> None:
        keys = heard.response.keys
        if (sent := self._pulse.answered(heard.action_id)) is not None:
            with contextlib.suppress(KeyError, ValueError, OverflowError):  # it tells no time
                self._compare_clocks(keys["Timestamp"], sent, received)
        if (reply := self._replies.get(heard.action_id)) and not reply.done():
            reply.set_result(heard.response)
        if heard.action_id == self._question:
            self._trust()
        if heard.response.is_error() and SHUTTING_DOWN in keys.get("Message", ""):
            self._ties.tell(faults.CLOSING)

    # ---- sending ----------------------------------------------------------------------------------------------------

    @property
    def _lost(self) -> int:
        return sum(self._ties.refused.get(reason, 0) for reason in ("broken", "not_understood", "unproven"))

    def _ping(self, now: float) -> str:
        action_id = self._dialogue.ping()
        self._pulse.pinged(action_id, now, awaited=self._dialogue.phase is Phase.STREAM)  # before it nobody tells
        return action_id

    def _flush(self, now: float) -> None:
        """Write what the dialogue has to say, and note where it stands."""
        self._judge_fitness()
        dialogue = self._dialogue
        began = dialogue.phase is Phase.STREAM and self._phase[0] is not Phase.STREAM  # and asked for the lists itself
        if dialogue.phase is not self._phase[0]:
            self._phase = (dialogue.phase, now)
            if dialogue.phase is Phase.SETTINGS:
                self._booted = now - int(dialogue.uptime[:10]) if dialogue.uptime.isdecimal() else None
        rested = now - self._last_lists >= self._ties.timings.breath
        if began or (self._wanted and rested and dialogue.phase is Phase.STREAM and not dialogue.listing):
            dialogue.request_snapshot()
            self._wanted, self._last_lists = False, now
        out = dialogue.take()
        if out and self._transport is not None and not self._transport.is_closing():
            self._transport.write(out)

    def _judge_fitness(self) -> None:
        """Events without system name or time are refused; say so, and take a snapshot when they are fit again."""
        guard = self._dialogue.guard
        if guard.unfit:
            self.doubt = faults.LACKS[guard.unfit]
            self._ties.tell(self.doubt)
        elif self.doubt is not None and guard.met:
            self.doubt = None
            self._wanted = True

    def _log_refused(self) -> None:
        """What was refused is written down as often as it is checked, not as often as a forger likes."""
        refused = Counter(self._ties.refused)
        if news := refused - self._logged:
            log.warning("manager_messages_refused", pbx=self._ties.address.name, **news)
        self._logged = refused


def _fault(heard: Rejected) -> Fault:
    if SHUTTING_DOWN in heard.message:
        return faults.SHUTTING_DOWN
    return faults.REFUSED if heard.action == "Login" else faults.NO_RIGHTS
