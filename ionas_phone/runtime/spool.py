"""What the store has not taken yet, in a file. Rule: written down before it is tried, gone once the store has it all.

So neither a service that is killed nor one that is stopped while the database is away loses what it saw. A line per
order; once most of them are done, or stand there in a newer line, the file is written anew with what is pending and put
in the old one's place: it is never much longer than that. It is not forced onto the disk: it outlives this process, not
a power cut. It holds names and numbers of callers, so only we can read it, and it stays no longer than needed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog
from pydantic import TypeAdapter

from ionas_phone.live.effects import Effect, HandOverSession, KeepSight, OpenSession, RecordCall, RecordGap
from ionas_phone.runtime.orders import Key, Order, key_of

_log = structlog.get_logger(__name__)
# To look a number up again is pointless: the call has long ceased to ring.
_KINDS: dict[type[Effect], TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (RecordCall, OpenSession, HandOverSession, KeepSight, RecordGap)
}
_MUCH = 1000  # lines; a shorter file is not worth being written anew
_BY_NAME = {kind.__name__: adapter for kind, adapter in _KINDS.items()}


class Spool:
    """The file of one database's pending orders. Nothing here raises: without the file memory has to do."""

    def __init__(self, folder: Path, database: str) -> None:
        """Name the file; ``database`` (a URL without secrets) tells whose orders they are. Nothing is opened yet."""
        self._path = folder / f"pending-{sha256(database.encode()).hexdigest()[:12]}.jsonl"
        self._aside = self._path.with_suffix(".aside")
        self._anew = self._path.with_suffix(".anew")  # while it is written anew; then it takes the file's place
        self.aside = 0  # lines that were put aside, by this run and by earlier ones
        self._file: int | None = None
        self._lines = 0  # in the file, also those that are done
        self._bearable = 0  # lines; after a failure it is not written anew before it has more
        self._works = True

    def open(self) -> tuple[Order, ...]:
        """Open the file and return what an earlier run has left in it, in order; what can't be read is put aside."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_RDWR | os.O_CLOEXEC, 0o600)
            self._anew.unlink(missing_ok=True)  # of a run that was killed; all that is in it is in the file, too
            content = self._path.read_bytes()
            self.aside = sum(map(bool, self._aside.read_bytes().split(b"\n"))) if self._aside.exists() else 0
        except OSError as error:
            self._trouble(error)
            return ()
        self._lines = sum(map(bool, content.split(b"\n")))
        if self.aside:
            _log.error("writes that were put aside earlier are still there", count=self.aside, kept_in=str(self._aside))
        return self._read(content)

    def add(self, order: Order) -> None:
        """Write an order down."""
        if self._file is None or type(order) not in _KINDS:
            return
        self._lines += 1
        try:
            line = _line(order)
            written = os.write(self._file, line)
        except OSError as error:
            self._trouble(error)
            return
        if written < len(line):  # the disk is full; the next line begins anew, so only this one can't be read
            self._trouble(OSError(f"{written} of {len(line)} bytes"))
        else:
            self._works = True

    def put_aside(self, order: Order) -> None:
        """Keep an order that the store will never take, for whoever looks after it."""
        if type(order) in _KINDS:
            self._keep_aside(_line(order), 1)

    def clear(self) -> None:
        """Forget everything: the store has it."""
        if self._file is None or not self._lines:
            return
        try:
            os.ftruncate(self._file, 0)
        except OSError as error:
            self._trouble(error)
            return
        self._lines = self._bearable = 0

    def shorten(self, pending: Collection[Order]) -> None:
        """Forget what is not ``pending``, if that is most of a long file. Killed in between, one of both is there."""
        if self._file is None or self._lines <= max(_MUCH, 2 * len(pending), self._bearable):
            return
        kept = [order for order in pending if type(order) in _KINDS]
        try:
            self._anew.unlink(missing_ok=True)  # which could not be removed then
            file = os.open(self._anew, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                _write_all(file, b"".join(map(_line, kept)))
                self._anew.replace(self._path)
            except OSError:
                os.close(file)
                raise
        except OSError as error:
            self._stays_long(error)
            return
        os.close(self._file)
        self._file, self._lines, self._bearable = file, len(kept), 0

    def close(self) -> None:
        """Close the file; it stays if something is in it."""
        if self._file is None:
            return
        os.close(self._file)
        self._file = None
        if not self._lines:
            self._path.unlink(missing_ok=True)

    def _read(self, content: bytes) -> tuple[Order, ...]:
        found: dict[Key, Order] = {}
        unreadable: list[bytes] = []
        for line in filter(None, content.split(b"\n")):
            try:
                order = _order(line)
            except (ValueError, KeyError, TypeError):
                unreadable.append(b"\n" + line)
            else:
                found[key_of(order)] = order
        if unreadable:
            self._keep_aside(b"".join(unreadable), len(unreadable))
        return tuple(found.values())

    def _keep_aside(self, lines: bytes, count: int) -> None:
        _log.error("writes were put aside", count=count, kept_in=str(self._aside))
        self.aside += count
        try:
            self._aside.touch(0o600)
            with self._aside.open("ab") as file:
                file.write(lines)
        except OSError as error:
            self._trouble(error)

    def _stays_long(self, error: OSError) -> None:
        """Leave the file as it is until it has doubled: to write it anew for every order would stop everybody."""
        self._bearable = 2 * self._lines
        _log.warning("the file of pending writes can't be shortened and stays as it is", reason=str(error))
        with suppress(OSError):  # else the next start removes it
            self._anew.unlink(missing_ok=True)

    def _trouble(self, error: Exception) -> None:
        if self._works:
            _log.error("pending writes can't be kept in a file; a stop now would lose them", reason=str(error))
        self._works = False


def _write_all(file: int, content: bytes) -> None:
    """Raises OSError, also where only a part found room."""
    if (written := os.write(file, content)) < len(content):
        raise OSError(f"{written} of {len(content)} bytes")


def _line(order: Order) -> bytes:
    kind = type(order)
    return b'\n{"kind":"%s","order":%s}' % (kind.__name__.encode(), _KINDS[kind].dump_json(order))


def _order(line: bytes) -> Order:
    """Read a line. Raises ValueError, KeyError, TypeError."""
    fields = json.loads(line)
    order: Order = _BY_NAME[fields["kind"]].validate_python(fields["order"])
    return order
