"""Other people's phone numbers, replaced by invented ones. Rule: a number becomes the same one in every spelling.

A number keeps its length and its beginning (+49 6131 …), so that everything reads it as before; our own lines stay as
they are, and so do extensions, times and ids. Names stay, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random

_SHORTEST = 6  # digits; less is an extension
_KEPT, _INVENTED = 4, 4  # digits after the prefix: so many stay at most, so many are new at least
_TRIES = 100  # so many numbers may be taken; then two callers share one
_PREFIX = re.compile(rb"(?:\+49|0049)0?|\+|00|49(?=[0-9]{8})|0")
# Where a number stands for sure; elsewhere it needs a prefix, or to be known from here.
_SURE = re.compile(
    rb"\w*(?:CallerIDNum|CallerIDName|ConnectedLineNum|ConnectedLineName|Exten|Extension|DialString): "
    rb"|\w*ChanVariable: CALLERID\((?:all|name|num|DNID|ANI|RDNIS)\)="
)
_WRITTEN = re.compile(rb"\w*(?:CallerID|ConnectedLine)(?:Num|Name): ")  # by people, perhaps with blanks between
_BEFORE, _BEHIND = (
    rb"(?<![\w.+-])",
    rb"(?!\w|\.[0-9]|-(?![0-9a-f]{8}(?![0-9a-f-])))",
)  # "PJSIP/0171…-0000004a" ends there
_PLAIN = re.compile(_BEFORE + rb"\+?[0-9]{%d,}" % _SHORTEST + _BEHIND)
_SPACED = re.compile(_BEFORE + rb"\+?[0-9](?:[ ()/.-]{0,3}[0-9]){%d,}" % (_SHORTEST - 1) + _BEHIND)
_DIGIT = re.compile(rb"[0-9]")


class Masking:
    """Replaces numbers in messages. ``random`` decides which ones are invented."""

    def __init__(self, random: Random, lines: Iterable[str] = ()) -> None:
        """``lines``: our own numbers, E.164."""
        self._random = random
        self._invented = {_national(line.encode()): _national(line.encode()) for line in lines}
        self._taken = set(self._invented.values())

    def __call__(self, message: bytes) -> bytes:
        """Return the message with other people's numbers replaced."""
        return b"\r\n".join(self._line(line) for line in message.split(b"\r\n"))

    def _line(self, line: bytes) -> bytes:
        sure = _SURE.match(line) is not None
        pattern = _SPACED if _WRITTEN.match(line) else _PLAIN
        return pattern.sub(lambda found: self._masked(found[0], sure=sure), line)

    def _masked(self, number: bytes, *, sure: bool) -> bytes:
        digits = b"".join(_DIGIT.findall(number))
        national = _national(digits if number[:1] != b"+" else b"+" + digits)
        if not (sure or number[:1] in b"+0" or national in self._invented):
            return number
        changed = iter(digits[: len(digits) - len(national)] + self._invent(national))
        return _DIGIT.sub(lambda _: bytes([next(changed)]), number)

    def _invent(self, national: bytes) -> bytes:
        """Return what stands for a number from now on."""
        if national not in self._invented:
            kept = national[: max(0, min(_KEPT, len(national) - _INVENTED))]
            count = len(national) - len(kept)
            new = national
            for _ in range(_TRIES):
                new = kept + b"%0*d" % (count, self._random.randrange(10**count))
                if new not in self._taken and new != national:
                    break
            self._invented[national] = new
            self._taken.add(new)
        return self._invented[national]


def _national(number: bytes) -> bytes:
    """Take country code and trunk zero off, where they can be told."""
    found = _PREFIX.match(number)
    return number[found.end() :] if found else number
