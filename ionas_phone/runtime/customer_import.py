"""Writing a file of customers down, or telling what that would do. Rule: good rows go in, bad ones are named.

Of a file that can't be read to its end nothing goes in. Few rows are a transaction, so that the running service never
waits for an import; the same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ionas_phone.errors import Conflict, FormWrong, RowRefused
from ionas_phone.store import customer_rows
from ionas_phone.store.customer_rows import Line, RowResult, line_of
from ionas_phone.store.database import Database
from ionas_phone.support.customer_file import CustomerFile, Fault, Row

_TOGETHER = 25  # rows in one transaction that writes
_LOOKED_AT = 400  # rows in one that only reads


@dataclass(frozen=True, slots=True)
class Import:
    """Who imports into which database. ``write`` False: it is only told what would happen."""

    database: Database
    now: Callable[[], datetime]
    by: str
    write: bool

    async def run(self, file: CustomerFile) -> tuple[Line, ...]:
        """Return what became of each row of ``file``, in its order. Raises StoreAway."""
        lines = [Line(one.line, one.number, one.name, RowResult.REFUSED, faults=one.faults) for one in file.refused]
        if file.broken and self.write:
            return await replace(self, write=False).run(file)
        size = _TOGETHER if self.write else _LOOKED_AT
        for start in range(0, len(file.rows), size):
            rows = file.rows[start : start + size]
            try:
                lines += await self._together(rows)
            except (FormWrong, Conflict, RowRefused):  # one of them can't be written: each by itself
                lines += [await self._alone(row) for row in rows]
        return tuple(sorted(lines, key=lambda line: line.line))

    async def _together(self, rows: Sequence[Row]) -> list[Line]:
        async with self.database.write() if self.write else self.database.read() as connection:
            return await customer_rows.take(connection, rows, self.now(), self.by, write=self.write)

    async def _alone(self, row: Row) -> Line:
        try:
            (line,) = await self._together([row])
        except (FormWrong, Conflict, RowRefused) as error:
            return line_of(row, RowResult.REFUSED, faults=(Fault(getattr(error, "field", ""), error),))
        return line
