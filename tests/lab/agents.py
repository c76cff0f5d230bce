"""A SIP user agent that does what the test says, when it says so. Rule: of itself only what SIP demands."""

from __future__ import annotations

import asyncio
import secrets

from tests.lab import sip
from tests.lab.legs import WAIT, Leg
from tests.lab.sip import Message

BREATH = 3  # packets of 20 ms
T1, LAST = 0.5, 2.0  # seconds until something is sent again, each time twice as long, and the longest such wait


def _turn(message: Message) -> tuple[str, str]:
    """Return what a message and its answer have in common."""
    return message.get("Call-ID"), message.get("CSeq").replace("ACK", "INVITE")


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
        self._unanswered: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self.rings_of_itself = False  # as phones do; else the test says when
        self.voice = Voice()
        self.port = 0
        self.voice_port = 0

    @property
    def contact(self) -> str:
        return f"sip:{self.name}@{self.host}:{self.port}"

    def via(self) -> str:
        return f"SIP/2.0/UDP {self.host}:{self.port};rport;branch={sip.branch()}"

    def breathe(self, offer: bytes) -> None:
        """Let the other side, whose SDP this is, hear a moment of silence: a switchboard waits for the first sound."""
        host, port = sip.voice_at(offer)
        for number in range(BREATH):
            self._voice.sendto(sip.rtp(number, Voice.SILENCE), (host, port))

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
        for handle in self._unanswered.values():
            handle.cancel()
        self._unanswered.clear()
        self._transport.close()
        self._voice.close()

    def send(self, message: Message) -> None:
        """Send it; what wants an answer is sent again until one comes, for UDP may lose it."""
        self._transport.sendto(message.encode(), self.pbx)
        if message.method != "ACK" and (not message.status or (message.method == "INVITE" and message.status == 200)):
            self._later(message, T1)

    def _later(self, message: Message, wait: float) -> None:
        def again() -> None:
            self._transport.sendto(message.encode(), self.pbx)
            if wait < LAST:
                self._later(message, wait * 2)

        self._unanswered[_turn(message)] = asyncio.get_running_loop().call_later(wait, again)

    def _answered(self, message: Message) -> None:
        """Whatever this answers needs not be sent again; an ACK answers our 200."""
        if handle := self._unanswered.pop(_turn(message), None):
            handle.cancel()

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
        if message.status or message.method == "ACK":
            self._answered(message)
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
        if self.rings_of_itself:
            leg.ring()

    def _request(self, message: Message, leg: Leg) -> None:
        tag = leg.ours.partition(";tag=")[2]
        if message.method == "ACK":
            if leg.status == 200 and not leg.answered.is_set():
                leg.answered.set()
                self.breathe(leg.invite.body)
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
        elif message.method == "REFER" and message.status == 202:
            leg.accepted.set()

    def _invited(self, message: Message, leg: Leg) -> None:
        leg.status = message.status
        if message.status == 180:
            leg.theirs = message.get("To")  # with the tag that a transfer of a still ringing call has to name
            leg.ringing.set()
        elif message.status == 200:
            leg.theirs, leg.target = message.get("To"), sip.uri(message.get("Contact"))
            leg.acknowledge(message)
            if not leg.answered.is_set():
                self.breathe(message.body)
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
