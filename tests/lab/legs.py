"""One call as one phone sees it: ring, answer, hold, transfer, hang up. Rule: only when the test says so."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ionas_phone.runtime.clock import now
from tests.lab import sip
from tests.lab.sip import Message

if TYPE_CHECKING:
    from tests.lab.agents import Agent

WAIT = 10  # seconds for the other side to do anything
FINGER = 0.2  # seconds between two keys


class Moment(asyncio.Event):
    """Something that happens once. ``at``: when, in seconds since 1970 by this machine's clock; 0 = not yet."""

    at = 0.0

    def set(self) -> None:
        """It has happened; later calls don't move the time."""
        if not self.is_set():
            self.at = now().timestamp()
        super().set()


@dataclass(eq=False)
class Leg:
    """One call. ``ringing``, ``answered`` and ``ended`` are set once; what a test waits for has to come within 10 s."""

    agent: Agent
    call_id: str
    ours: str  # From or To header of our end, with its tag
    theirs: str
    target: str  # where requests inside the dialogue go
    invite: Message
    incoming: bool
    began: float = field(default_factory=lambda: now().timestamp())  # when the INVITE came or went
    ringing: Moment = field(default_factory=Moment)
    answered: Moment = field(default_factory=Moment)
    ended: Moment = field(default_factory=Moment)
    accepted: Moment = field(default_factory=Moment)  # our REFER
    status: int = 0  # the last answer that either side gave to the INVITE
    sequence: int = 1
    leaving: bool = False  # we have asked for the end
    route: list[tuple[str, str]] = field(default_factory=list)
    notified: list[str] = field(default_factory=list)  # bodies of NOTIFY: how a transfer goes

    async def until(self, event: asyncio.Event) -> None:
        async with asyncio.timeout(WAIT):
            await event.wait()

    def ring(self) -> None:
        self._reply(180)

    def answer(self) -> None:
        self._reply(200, body=sip.sdp(self.agent.host, self.agent.voice_port))

    def reject(self, code: int = 486) -> None:
        """486 = busy, 603 = declined."""
        self._reply(code)
        self.ended.set()

    def forward(self, to: str) -> None:
        """Send the caller to the extension ``to`` without answering (302)."""
        host, port = self.agent.pbx
        self._reply(302, contact=f"sip:{to}@{host}:{port}")
        self.ended.set()

    async def press(self, keys: str) -> None:
        """Press keys during the call (SIP INFO), as fast as a finger does."""
        for key in keys:
            await asyncio.sleep(FINGER)
            body = f"Signal={key}\r\nDuration=100\r\n".encode()
            self.request("INFO", ("Content-Type", "application/dtmf-relay"), body=body)

    async def hang_up(self) -> None:
        """End the call from here: CANCEL before it is answered, BYE after. Returns when the other side has agreed."""
        self.leaving = True
        if self.answered.is_set():
            self.request("BYE")
        else:
            via = self.invite.every("Via")
            same = [(key, self.invite.get(key)) for key in ("From", "To", "Call-ID")]
            number = self.invite.get("CSeq").split()[0]
            self.agent.send(
                Message(self.invite.first.replace("INVITE", "CANCEL"), [*via, *same, ("CSeq", f"{number} CANCEL")])
            )
        await self.until(self.ended)

    async def gone(self) -> None:
        """Return when the call is over here; once the PBX has taken a REFER, it is often for the phone to hang up."""
        if self.accepted.is_set() and not self.ended.is_set():
            await self.hang_up()
        await self.until(self.ended)

    def hold(self) -> None:
        self._reinvite("sendonly")

    def unhold(self) -> None:
        self._reinvite("sendrecv")

    def refer(self, to: str, *, replaces: Leg | None = None) -> None:
        """Transfer the other side to the extension ``to``; with ``replaces`` into the call we have there."""
        host, port = self.agent.pbx
        address = f"sip:{to}@{host}:{port}"
        if replaces is not None:
            theirs, ours = (header.partition(";tag=")[2] for header in (replaces.theirs, replaces.ours))
            address += f"?Replaces={replaces.call_id}%3Bto-tag%3D{theirs}%3Bfrom-tag%3D{ours}"
        self.request("REFER", ("Refer-To", f"<{address}>"), ("Referred-By", f"<{sip.uri(self.ours)}>"))

    def request(self, method: str, *more: tuple[str, str], body: bytes = b"") -> None:
        """Send ``method`` inside the dialogue."""
        self.sequence += 1
        self.agent.send(self._inside(method, self.sequence, *more, body=body))

    def acknowledge(self, answer: Message) -> None:
        number = int(answer.get("CSeq").split()[0])
        self.agent.send(self._inside("ACK", number))

    def _inside(self, method: str, number: int, *more: tuple[str, str], body: bytes = b"") -> Message:
        headers = [
            ("Via", self.agent.via()),
            ("Max-Forwards", "70"),
            *self.route,
            ("From", self.ours),
            ("To", self.theirs),
        ]
        headers += [
            ("Call-ID", self.call_id),
            ("CSeq", f"{number} {method}"),
            ("Contact", f"<{self.agent.contact}>"),
            *more,
        ]
        headers += [("Content-Type", "application/sdp")] if body and method == "INVITE" else []
        return Message(f"{method} {self.target} SIP/2.0", headers, body)

    def _reply(self, code: int, *, contact: str = "", body: bytes = b"") -> None:
        assert self.incoming, "only a call that came in can be answered"
        self.status = code
        tag = self.ours.partition(";tag=")[2]
        self.agent.send(sip.response(self.invite, code, tag=tag, contact=contact or self.agent.contact, body=body))

    def _reinvite(self, direction: str) -> None:
        self.request("INVITE", body=sip.sdp(self.agent.host, self.agent.voice_port, direction=direction))
