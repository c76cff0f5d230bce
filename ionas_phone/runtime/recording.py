"""What a PBX says, made fit to be kept in a file. Rule: the PBX's system name is in no file.

Bytes are written as they came, message by message, from the first one after the log-in. Where the link was lost and
came back the recording has a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ionas_phone.ami.frames import BLOCK_LIMIT

SYSTEM_NAME = b"pbx"  # what stands in place of the PBX's own
Change = Callable[[bytes], bytes]

_END = b"\r\n\r\n"
_EVENT = re.compile(rb"\s*Event: [^\r\n]*\r\nPrivilege: ")
_UNMISTAKABLE = 12  # a system name this long stands nowhere by chance


class Recording:
    """Takes what a link receives (as its ``tap``) and hands on what is to be written.

    ``change`` is applied to every message. ``events``: how many were written, without items of lists.
    """

    def __init__(self, write: Callable[[bytes], None], change: Change = bytes) -> None:
        self.events = 0
        self._write = write
        self._change = change
        self._rest = b""
        self._system_name = b""
        self._unnamed: Change = bytes

    def take(self, data: bytes, system_name: str) -> None:
        """Take the next bytes as they came; ``system_name`` is "" until the log-in is over."""
        name = system_name.encode()
        if not name and self._system_name:
            self._rest = b""  # a new connection; what the old one left unfinished stays so
        *messages, self._rest = (self._rest + data).split(_END)
        if name != self._system_name:
            self._system_name, self._unnamed = name, _replacer(name)
            messages = _behind_the_log_in(messages, name)
        if name:
            self._keep(messages)
        if len(self._rest) > BLOCK_LIMIT:
            self._rest = b""  # no message of an Asterisk

    def _keep(self, messages: list[bytes]) -> None:
        self.events += sum(_EVENT.match(message) is not None for message in messages)
        if messages:
            self._write(b"".join(self._change(self._unnamed(message)) + _END for message in messages))


def _behind_the_log_in(messages: list[bytes], name: bytes) -> list[bytes]:
    """Leave out what belongs to the log-in: it ends with the response that tells the system name."""
    for at, message in enumerate(messages):
        if message.startswith(b"Response: ") and b"\r\nSystemName: " + name in message:
            return messages[at + 1 :]
    return messages


def _replacer(name: bytes) -> Change:
    """Make what takes a system name out. A short one may be part of other words and is looked for where it belongs."""
    if len(name) >= _UNMISTAKABLE:
        return lambda message: message.replace(name, SYSTEM_NAME)
    pattern = re.compile(
        rb"(?<=SystemName: )%s(?=\r\n|\Z)|(?<![\w-])%s(?=-[0-9]{9,}\.[0-9])" % ((re.escape(name),) * 2)
    )
    return lambda message: pattern.sub(SYSTEM_NAME, message)
