"""What is looked for in the audit log. Rule: a filter that can't be read finds nothing, says so, and stays as typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from ionas_phone.errors import FormWrong
from ionas_phone.store.audit import AuditFilter
from ionas_phone.web.forms import Form
from ionas_phone.web.typed import Typed

_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)
_MOST: Final = 10**18


def _line(sent: object) -> int | None:
    """Return the number of a line; whatever else an address says begins with the newest."""
    typed = str(sent)
    return int(typed) if typed.isascii() and typed.isdigit() else None


class AuditForm(Form):
    """The filter as typed: who, which kind of record, its number, from which day to which. ``vor``: before a line."""

    wer: str = ""
    was: str = ""
    nummer: str = ""
    von: str = ""
    bis: str = ""
    vor: Annotated[int | None, BeforeValidator(_line)] = None

    def wanted(self, zone: ZoneInfo) -> tuple[AuditFilter, dict[str, FormWrong]]:
        """Return what is looked for, days as people in ``zone`` count them, and what could not be read."""
        typed = Typed()
        first, last = typed.take("von", self.von, _day, None), typed.take("bis", self.bis, _day, None)
        if first and last and last < first:
            typed.wrong["bis"] = FormWrong("The last day lies before the first one.")
        number = typed.take("nummer", self.nummer, _number, None)
        return AuditFilter(
            by=self.wer or None,
            noun=self.was or None,
            noun_id=number,
            since=_midnight(first, zone) if first else None,
            until=_midnight(last + timedelta(days=1), zone) if last else None,
        ), typed.wrong

    def query(self, **more: object) -> str:
        """Return the filter as it stands in an address."""
        typed = {name: text for name, text in self.model_dump(exclude={"vor"}).items() if text}
        return urlencode({**typed, **more})


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise FormWrong("Write the day as 2026-12-31.") from error
    if not _FIRST <= day <= _LAST:
        raise FormWrong("Write a day between 2000 and 2999.")
    return day


def _number(text: str) -> int | None:
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and int(typed) < _MOST):
        raise FormWrong("Write a whole number, as 15.")
    return int(typed)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
