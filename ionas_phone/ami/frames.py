r"""Bytes to messages and messages to bytes, at either end of the wire. Rule: no I/O; only whole blocks are decoded.

A block is what stands between two empty lines. Lines end with CR LF and nothing else: ``str.splitlines`` also splits at
U+2028, \v and \f, so that a caller's *name* could smuggle in headers. Invalid UTF-8 is decoded with "replace": a lone
surrogate would travel on as far as the database and the browser and only break there, while nothing that came from the
wire is ever sent back to it byte for byte.

The messages are asterisk-ami's own objects with two promises of ours: ``keys`` maps each header to its text, a repeated
header (ChanVariable, Output …) to its texts joined by CR LF (no single text can contain that), and ``lines`` is the
block as it came, because the guard judges by the order of its lines. A block that begins with neither Event, Response
nor Action becomes an event without a name: the guard may find out whose rest it is.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeAlias

from asterisk.ami.action import Action
from asterisk.ami.response import Response

from ionas_phone.ami.channels import CRLF
from ionas_phone.ami.forms import Forms, FramedEvent, headers
from ionas_phone.errors import PhoneError

__all__ = [
    "BLOCK_LIMIT",
    "CRLF",
    "HEADER_LIMIT",
    "LINE_LIMIT",
    "ActionUnfit",
    "Frames",
    "Message",
    "encode",
    "encode_event",
    "encode_response",
    "texts",
]

Message: TypeAlias = Any  # an asterisk.ami Event, Response or Action; the package has no type hints

BLOCK_LIMIT = 65_536  # bytes; the longest block of a real Asterisk seen so far has 4 kB
LINE_LIMIT = 1_000  # bytes of one header; Asterisk reads 1025 and drops the rest
HEADER_LIMIT = 120  # Asterisk takes 128 headers and drops the rest

_END = b"\r\n\r\n"
_GREETING = b"Asterisk Call Manager/"
_FORBIDDEN = ("\r", "\n", "\0")


class ActionUnfit(PhoneError):
    """This can't be sent to the switchboard: it holds a line break, a zero byte, or is too long."""


class Frames:
    """A stream of bytes cut into messages; every cut of the same stream gives the same messages.

    ``banner`` is the greeting's version ("11.0.0") once it was read. ``refused`` counts blocks by reason. ``forms``:
    those of the messages that come again and again.
    """

    def __init__(self, refused: Counter[str] | None = None, forms: Forms | None = None) -> None:
        self.banner = ""
        self.refused: Counter[str] = Counter() if refused is None else refused
        self._forms = Forms() if forms is None else forms
        self._rest = bytearray()
        self._overlong = False  # the rest of a block that is already refused is still coming in
        self._fresh = True  # the greeting may still come

    @property
    def between(self) -> bool:
        """Tell whether what was fed so far ends behind a message, not within one."""
        return not self._rest and not self._overlong

    def feed(self, data: bytes) -> list[Message]:
        """Take the next bytes as they came; return the messages that became whole."""
        if self._fresh:
            data = self._greeted(data)
        if _END not in data and _END not in self._rest[1 - len(_END) :] + data[: len(_END) - 1]:
            self._rest += data
            self._drop_overlong()
            return []
        *blocks, rest = b"".join((self._rest, data)).split(_END)
        self._rest = bytearray(rest)
        if self._overlong:
            del blocks[0]
            self._overlong = False
        self._drop_overlong()
        messages: list[Message] = []
        for block in blocks:
            if len(block) > BLOCK_LIMIT:
                self.refused["oversized"] += 1
                continue
            text = block.decode("utf-8", "replace")
            if (event := self._forms.read(text)) is not None:
                messages.append(event)
            elif text and text != CRLF:
                _read(text, messages)
        return messages

    def _greeted(self, data: bytes) -> bytes:
        """Take the greeting off the stream's beginning: it is one line, not a block."""
        start = bytes(self._rest) + data
        self._rest.clear()
        end = start.find(b"\r\n")
        if end < 0 and len(start) <= LINE_LIMIT + 1 and _GREETING.startswith(start[: len(_GREETING)]):
            self._rest += start  # more of the line is to come
            return b""
        self._fresh = False
        if start.startswith(_GREETING) and 0 <= end <= LINE_LIMIT:
            self.banner = start[len(_GREETING) : end].decode("utf-8", "replace")
            return start[end + 2 :]
        return start

    def _drop_overlong(self) -> None:
        """A peer that never ends a block must not eat our memory: keep only what may belong to the end mark."""
        if self._overlong or len(self._rest) > BLOCK_LIMIT + len(_END) - 1:
            if not self._overlong:
                self._overlong = True
                self.refused["oversized"] += 1
            del self._rest[: 1 - len(_END)]


def _read(text: str, messages: list[Message]) -> None:
    """Append the message(s) of one block."""
    lines = text.split(CRLF)
    if not lines[0]:
        del lines[0]  # an extra line break before a message occurs
    first = lines[0]
    if first.startswith("Event: "):
        messages.append(_event(lines))
    elif first.startswith("Response: "):
        response = Response(first[10:], headers(lines[1:]))
        response.lines = lines
        messages.append(response)
    elif first.startswith("Action: "):
        messages.append(_action(first[8:], lines))
    else:
        _read_headless(lines, messages)


def _action(name: str, lines: list[str]) -> Message:
    """An action as the other end reads it; each ``Variable: name=text`` becomes one of its variables."""
    keys = headers(lines[1:])
    variables = dict(pair.partition("=")[::2] for pair in keys.pop("Variable", "").split(CRLF) if pair)
    action = Action(name, keys, variables)
    object.__setattr__(action, "lines", lines)  # its own __setattr__ would make this a header
    return action


def _read_headless(lines: list[str], messages: list[Message]) -> None:
    """A test build of Asterisk leaves a line ": " before an event, a hostile number may leave much more."""
    start = next((at for at, line in enumerate(lines) if line.startswith("Event: ")), len(lines))
    messages.append(FramedEvent("", CRLF.join(lines[:start]), headers(lines[:start])))
    if start < len(lines):
        messages.append(_event(lines[start:]))


def _event(lines: list[str]) -> FramedEvent:
    return FramedEvent(lines[0][7:], CRLF.join(lines), headers(lines[1:]))


def texts(message: Message, header: str) -> list[str]:
    """All texts of a repeated header, in their order."""
    joined = message.keys.get(header)
    return [] if joined is None else joined.split(CRLF)


def encode(action: Message) -> bytes:
    """An action as bytes. Raises ``ActionUnfit`` before anything unsafe or unreadable reaches the wire."""
    pairs = [("Action", action.name), *action.keys.items()]
    pairs += [("Variable", f"{name}={text}") for name, text in action.variables.items()]
    return _encode(pairs)


def encode_event(event: Message) -> bytes:
    """An event as bytes, for the practice line; a text joined by CR LF is written as a repeated header."""
    return _encode(_unjoined({"Event": event.name} | event.keys))


def encode_response(response: Message) -> bytes:
    """A response as bytes, for the practice line."""
    return _encode(_unjoined({"Response": response.status} | response.keys))


def _unjoined(keys: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, text) for name, joined in keys.items() for text in str(joined).split(CRLF)]


def _encode(pairs: list[tuple[str, Any]]) -> bytes:
    if len(pairs) > HEADER_LIMIT:
        raise ActionUnfit
    lines = []
    for name, text in pairs:
        line = f"{name}: {text}"
        if not name or ":" in name or any(mark in line for mark in _FORBIDDEN):
            raise ActionUnfit
        encoded = line.encode("utf-8", "replace")
        if len(encoded) > LINE_LIMIT:
            raise ActionUnfit
        lines.append(encoded)
    return b"\r\n".join(lines) + _END
