"""When the line is open: hours of the week and public holidays. Rule: which day it is, is an argument."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ionas_phone.errors import SettingWrong

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

YEARS_AHEAD = 2
_RANGE = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True)
class Hours:
    """Opening hours in local time, each "17:00-22:00", several with blanks between, "" = closed.

    The defaults keep the company's promise: there when the computer shop is closed. A public holiday is like a Sunday.
    """

    weekdays: str = "17:00-22:00"
    saturday: str = "10:00-22:00"
    sunday: str = "10:00-22:00"
    holiday: str = "10:00-22:00"

    def week(self) -> tuple[str, ...]:
        """Return the first two fields of GotoIfTime ("17:00-21:59,mon-fri"), one per range."""
        days = (("mon-fri", self.weekdays), ("sat", self.saturday), ("sun", self.sunday))
        return tuple(f"{times},{day}" for day, text in days for times in _ranges(text))

    def on_holidays(self) -> tuple[str, ...]:
        """Return the same for public holidays, on whatever day of the week they fall."""
        return tuple(f"{times},*" for times in _ranges(self.holiday))


def closing_days(today: date, own: Iterable[tuple[date, str]] = ()) -> tuple[tuple[str, str], ...]:
    """Return ("20261225", "Erster Weihnachtstag") … of this year and the next two, sorted, with the ``own`` ones."""
    import holidays  # noqa: PLC0415 - no running service needs it, and it is large

    years = range(today.year, today.year + YEARS_AHEAD + 1)
    days = dict(holidays.country_holidays("DE", subdiv="RP", years=years, language="de")) | dict(own)
    return tuple((f"{day:%Y%m%d}", _plain(name)) for day, name in sorted(days.items()))


def _ranges(text: str) -> Iterable[str]:
    """Turn each range into Asterisk's, whose last minute still belongs to it: until 22:00 is until 21:59."""
    for piece in text.split():
        match = _RANGE.fullmatch(piece)
        minutes = [int(part) for part in match.groups()] if match else [0, 0, 0, 0]
        start, end = minutes[0] * 60 + minutes[1], minutes[2] * 60 + minutes[3]
        if not start < end <= 24 * 60:
            raise SettingWrong("%(text)s are no opening hours. Write them as 17:00-22:00.", text=text)
        yield f"{start // 60:02}:{start % 60:02}-{(end - 1) // 60:02}:{(end - 1) % 60:02}"


def _plain(name: str) -> str:
    """Leave only what can't be misread inside an application's brackets."""
    return re.sub(r"[^\w .-]", " ", name).strip()
