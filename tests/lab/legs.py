"""A SIP user agent that does what the test says, when it says so. Rule: of itself only what SIP demands."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from tests.lab import sip
from tests.lab.sip import Message

WAIT = 10  # seconds for the other side to do anything


@dataclass
class Leg:
    """One call as one phone sees it. The futures-like events ``ringing``, ``answered``, ``ended`` are set once."""

    agent: Agent
    call_id: str
    ours: str  # From or To header of our end, with its tag
    theirs: str
    target: str  # where requests inside the dialogue go
    invite: Message
    incoming: bool
    ringing: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
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
        headers += [("Content-Type", "application/sdp")] if body else []
        return Message(f"{method} {self.target} SIP/2.0", headers, body)

    def _reply(self, code: int, *, body: bytes = b"") -> None:
        assert self.incoming, "only a call that came in can be answered"
        self.status = code
        tag = self.ours.partition(";tag=")[2]
        self.agent.send(sip.response(self.invite, code, tag=tag, contact=self.agent.contact, body=body))

    def _reinvite(self, direction: str) -> None:
        self.request("INVITE", body=sip.sdp(self.agent.host, self.agent.voice_port, direction=direction))


class Voice(asyncio.DatagramProtocol):
    """Where voices arrive. ``heard`` is set as soon as something other than silence has been played."""

    SILENCE = 0xD5  # in PCMA

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def datagram_received(self, data: bytes, _addr: tuple[str, int]) -> None:
        if len(set(data[12:]) - {self.SILENCE}) > 8:  # 12 bytes of RTP header; a tone has many levels
            self.heard.set()


class Agent(asyncio.DatagramProtocol):
    """One SIP address on loopback, with any number of legs. ``calls`` hands out the calls that come in."""

    _transport: asyncio.DatagramTransport
    _voice: asyncio.DatagramTransport

    def __init__(self, name: str, host: str, pbx: tuple[str, int], password: str = "") -> None:
        self.name, self.host, self.pbx, self.password = name, host, pbx, password
        self.calls: asyncio.Queue[Leg] = asyncio.Queue()
        self.legs: dict[str, Leg] = {}
        self.replies: dict[str, asyncio.Future[Message]] = {}
        self.voice = Voice()
        self.port = 0
        self.voice_port = 0

    @property
    def contact(self) -> str:
        return f"sip:{self.name}@{self.host}:{self.port}"

    def via(self) -> str:
        return f"SIP/2.0/UDP {self.host}:{self.port};rport;branch={sip.branch()}"

    async def open(self, port: int = 0) -> None:
        """Listen on ``port`` (0 = a free one) for SIP, and on another one for voices, which nobody hears."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, port))
        self._voice, _ = await loop.create_datagram_endpoint(lambda: self.voice, local_addr=(self.host, 0))
        self.port = self._transport.get_extra_info("sockname")[1]
        self.voice_port = self._voice.get_extra_info("sockname")[1]

    async def close(self) -> None:
        """Hang up what still runs and let the ports go."""
        for leg in [leg for leg in self.legs.values() if not leg.ended.is_set()]:
            if leg.incoming and not leg.answered.is_set():
                leg.reject(480)
            else:
                await leg.hang_up()
        self.drop()

    def drop(self) -> None:
        """Let the ports go without a word, as when the power fails."""
        self._transport.close()
        self._voice.close()

    def send(self, message: Message) -> None:
        self._transport.sendto(message.encode(), self.pbx)

    async def next_call(self) -> Leg:
        """Return the next call that comes in; it has not been answered in any way but "Trying"."""
        async with asyncio.timeout(WAIT):
            return await self.calls.get()

    def dial(self, to: str, *, shown: str = "", more: tuple[tuple[str, str], ...] = ()) -> Leg:
        """Call ``to``. ``shown`` is the From header's address with its name, if not our own."""
        target = f"sip:{to}@{self.pbx[0]}:{self.pbx[1]}"
        ours = f"{shown or f'<{self.contact}>'};tag={secrets.token_hex(4)}"
        call_id = secrets.token_hex(12)
        headers = [
            ("Via", self.via()),
            ("Max-Forwards", "70"),
            ("From", ours),
            ("To", f"<{target}>"),
            ("Call-ID", call_id),
        ]
        headers += [("CSeq", "1 INVITE"), ("Contact", f"<{self.contact}>"), ("Content-Type", "application/sdp"), *more]
        invite = Message(f"INVITE {target} SIP/2.0", headers, sip.sdp(self.host, self.voice_port))
        leg = self.legs[call_id] = Leg(self, call_id, ours, f"<{target}>", target, invite, incoming=False)
        self.send(invite)
        return leg

    async def register(self, seconds: int = 600) -> None:
        """Sign the phone in at the PBX; 0 seconds signs it out."""
        address, call_id = f"sip:{self.pbx[0]}:{self.pbx[1]}", secrets.token_hex(12)
        proof: list[tuple[str, str]] = []
        for number in (1, 2):
            own = f"<sip:{self.name}@{self.pbx[0]}>"
            headers = [
                ("Via", self.via()),
                ("Max-Forwards", "70"),
                ("From", f"{own};tag={secrets.token_hex(4)}"),
                ("To", own),
            ]
            headers += [("Call-ID", call_id), ("CSeq", f"{number} REGISTER"), ("Contact", f"<{self.contact}>")]
            headers += [("Expires", str(seconds)), *proof]
            self.replies[call_id] = asyncio.get_running_loop().create_future()
            self.send(Message(f"REGISTER {address} SIP/2.0", headers))
            async with asyncio.timeout(WAIT):
                reply = await self.replies[call_id]
            if reply.status != 401:
                break
            challenge = reply.get("WWW-Authenticate")
            proof = [("Authorization", sip.digest(challenge, "REGISTER", address, self.name, self.password))]
        assert reply.status == 200, reply.first

    def datagram_received(self, data: bytes, _addr: tuple[str, int]) -> None:
        if not data.strip():  # keep-alive
            return
        message = sip.decode(data)
        leg = self.legs.get(message.get("Call-ID"))
        if message.status:
            self._response(message, leg)
        elif leg is None and message.method == "INVITE":
            self._incoming(message)
        elif leg is not None:
            self._request(message, leg)
        elif message.method != "ACK":
            self.send(sip.response(message, 200 if message.method == "OPTIONS" else 481, tag="none"))

    def _incoming(self, invite: Message) -> None:
        tag = secrets.token_hex(4)
        self.send(sip.response(invite, 100, tag=tag))
        leg = Leg(
            agent=self,
            call_id=invite.get("Call-ID"),
            ours=f"{invite.get('To')};tag={tag}",
            theirs=invite.get("From"),
            target=sip.uri(invite.get("Contact")),
            invite=invite,
            incoming=True,
            route=[("Route", value) for _, value in invite.every("Record-Route")],
        )
        self.legs[leg.call_id] = leg
        self.calls.put_nowait(leg)

    def _request(self, message: Message, leg: Leg) -> None:
        tag = leg.ours.partition(";tag=")[2]
        if message.method == "ACK":
            if leg.status == 200:
                leg.answered.set()
            return
        if message.method == "INVITE" and not leg.answered.is_set():  # sent again: our answer was not there yet
            return
        body = sip.sdp(self.host, self.voice_port) if message.method == "INVITE" else b""
        code = 202 if message.method == "REFER" else 200
        self.send(sip.response(message, code, tag=tag, contact=self.contact, body=body))
        if message.method == "CANCEL":
            self.send(sip.response(leg.invite, 487, tag=tag))
            leg.status = 487
        elif message.method == "NOTIFY":
            leg.notified.append(message.body.decode("utf-8", "replace").strip())
        if message.method in {"BYE", "CANCEL"}:
            leg.ended.set()

    def _response(self, message: Message, leg: Leg | None) -> None:
        waiting = self.replies.get(message.get("Call-ID"))
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
        if leg is None or message.status == 100:
            return
        if message.method == "INVITE":
            self._invited(message, leg)
        elif message.method == "BYE":
            leg.ended.set()

    def _invited(self, message: Message, leg: Leg) -> None:
        leg.status = message.status
        if message.status == 180:
            leg.ringing.set()
        elif message.status == 200:
            leg.theirs, leg.target = message.get("To"), sip.uri(message.get("Contact"))
            leg.acknowledge(message)
            leg.answered.set()
            if leg.leaving:  # our CANCEL and their answer have met
                leg.request("BYE")
        elif message.status == 401 and self.password and leg.sequence == 1:
            self._acknowledge_refusal(message, leg)
            self._prove(message, leg)
        elif message.status >= 300:
            self._acknowledge_refusal(message, leg)
            leg.ended.set()

    def _acknowledge_refusal(self, message: Message, leg: Leg) -> None:
        headers = [*leg.invite.every("Via"), ("From", leg.ours), ("To", message.get("To")), ("Call-ID", leg.call_id)]
        number = message.get("CSeq").split()[0]
        self.send(Message(leg.invite.first.replace("INVITE", "ACK"), [*headers, ("CSeq", f"{number} ACK")]))

    def _prove(self, message: Message, leg: Leg) -> None:
        """Send the INVITE again, with the password's proof."""
        leg.sequence = 2
        keep = [pair for pair in leg.invite.headers if pair[0] not in {"Via", "CSeq"}]
        proof = sip.digest(message.get("WWW-Authenticate"), "INVITE", leg.target, self.name, self.password)
        headers = [("Via", self.via()), *keep, ("CSeq", "2 INVITE"), ("Authorization", proof)]
        leg.invite = Message(leg.invite.first, headers, leg.invite.body)
        self.send(leg.invite)
