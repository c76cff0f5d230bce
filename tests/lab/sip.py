"""SIP messages, as far as a desk phone and a customer need them. Rule: no I/O here, bytes in and bytes out."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field

_PARAMETERS = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    202: "Accepted",
    302: "Moved Temporarily",
    480: "Temporarily Unavailable",
    481: "No Such Call",
}
REASONS |= {486: "Busy Here", 487: "Request Terminated", 501: "Not Implemented", 603: "Decline"}


@dataclass
class Message:
    """A request (``first`` = "INVITE sip:… SIP/2.0") or a response ("SIP/2.0 180 Ringing")."""

    first: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def status(self) -> int:
        """Return the response's code, 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """Return what is asked, or what was asked and is answered here."""
        return self.get("CSeq").split()[1]

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def every(self, name: str) -> list[tuple[str, str]]:
        return [(key, value) for key, value in self.headers if key.lower() == name.lower()]

    def encode(self) -> bytes:
        lines = [
            self.first,
            *(f"{key}: {value}" for key, value in self.headers),
            f"Content-Length: {len(self.body)}",
            "",
            "",
        ]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + self.body


def decode(data: bytes) -> Message:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = [(key.strip(), value.strip()) for key, _, value in pairs]
    return Message(first, [pair for pair in headers if pair[0].lower() != "content-length"], body)


def response(request: Message, code: int, *, tag: str, contact: str = "", body: bytes = b"") -> Message:
    """Answer ``request``; ``tag`` is our end's, for the whole dialogue."""
    to = request.get("To") if ";tag=" in request.get("To") else f"{request.get('To')};tag={tag}"
    headers = [*request.every("Via"), *request.every("Record-Route"), ("From", request.get("From")), ("To", to)]
    headers += [("Call-ID", request.get("Call-ID")), ("CSeq", request.get("CSeq"))]
    headers += [("Contact", f"<{contact}>")] if contact else []
    headers += [("Content-Type", "application/sdp")] if body else []
    return Message(f"SIP/2.0 {code} {REASONS[code]}", headers, body)


def branch() -> str:
    return f"z9hG4bK{secrets.token_hex(8)}"


def uri(header: str) -> str:
    """Return the address in a From, To or Contact header."""
    inside = re.search(r"<([^>]*)>", header)
    return inside.group(1) if inside else header.partition(";")[0].strip()


def user(header: str) -> str:
    """Return the part before the @ of that address: the number."""
    return uri(header).removeprefix("sip:").partition("@")[0]


def sdp(host: str, port: int, *, direction: str = "sendrecv") -> bytes:
    """Offer (or accept) PCMA at ``host``:``port``; "sendonly" puts the other side on hold."""
    lines = ["v=0", f"o=- 1 {secrets.randbelow(10**9)} IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]
    lines += [
        f"m=audio {port} RTP/AVP 8 101",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000",
        f"a={direction}",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def voice_at(body: bytes) -> tuple[str, int]:
    """Return where an SDP wants voices."""
    host = re.search(rb"^c=IN IP4 (\S+)", body, re.MULTILINE)
    port = re.search(rb"^m=audio (\d+)", body, re.MULTILINE)
    assert host, body
    assert port, body
    return host.group(1).decode(), int(port.group(1))


def rtp(number: int, level: int) -> bytes:
    """Return the packet ``number`` of 20 ms PCMA of one level."""
    return (
        bytes([0x80, 8])
        + number.to_bytes(2, "big")
        + (number * 160).to_bytes(4, "big")
        + b"ionas"[:4]
        + bytes([level]) * 160
    )


def digest(challenge: str, method: str, address: str, name: str, password: str) -> str:
    """Answer a WWW-Authenticate ``challenge`` (MD5, qop=auth)."""
    asked = {key: quoted or plain for key, quoted, plain in _PARAMETERS.findall(challenge)}
    nonce, realm, cnonce = asked["nonce"], asked["realm"], secrets.token_hex(8)
    mine, what = _md5(f"{name}:{realm}:{password}"), _md5(f"{method}:{address}")
    answer = _md5(f"{mine}:{nonce}:00000001:{cnonce}:auth:{what}")
    return (
        f'Digest username="{name}", realm="{realm}", nonce="{nonce}", uri="{address}", response="{answer}", '
        f'algorithm=MD5, qop=auth, nc=00000001, cnonce="{cnonce}", opaque="{asked.get("opaque", "")}"'
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
