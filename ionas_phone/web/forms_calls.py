"""What people send about calls. Rule: what can't be used is said beside its field, and stays there as it was typed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from ionas_phone.errors import FormWrong
from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import Direction
from ionas_phone.store import missed
from ionas_phone.store.call_lists import CallFilter
from ionas_phone.web.forms import Form
from ionas_phone.words import N_

_OUTCOMES: Final = {
    "": frozenset[Outcome](),
    "missed": missed.OUTCOMES,
    **{each.value: frozenset({each}) for each in Outcome},
}
_GERMAN: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_YEARS: Final = range(1971, 9000)  # instants outside of them are no calls', and not every clock can tell them


class CallsForm(Form):
    """Which calls are to be listed. ``von``, ``bis``: days, both included. ``vor``: id of the last call shown."""

    von: str = ""
    bis: str = ""
    ausgang: str = ""
    schlange: str = ""
    person: str = ""
    richtung: str = ""
    wer: str = ""
    vor: str = ""

    def asked(self) -> bool:
        """Tell whether anything is filtered."""
        return any(getattr(self, name) for name in type(self).model_fields if name != "vor")


def wanted(form: CallsForm, zone: tzinfo) -> tuple[CallFilter, dict[str, FormWrong]]:
    """Return which calls are wanted, and what can't be used, by field: that is as if it were not asked for."""
    wrong: dict[str, FormWrong] = {}

    def day(name: str) -> date | None:
        try:
            return read_day(getattr(form, name))
        except FormWrong as error:
            wrong[name] = error
            return None

    since, until = day("von"), day("bis")
    if since and until and until < since:
        wrong["bis"] = FormWrong(N_("The last day lies before the first one."), field="bis")
        until = None
    if form.ausgang not in _OUTCOMES:
        wrong["ausgang"] = FormWrong(N_("No call ends like this."), field="ausgang")
    return (
        CallFilter(
            since=_midnight(since, zone),
            until=_midnight(until + timedelta(days=1), zone) if until and until.year in _YEARS else None,
            outcomes=_OUTCOMES.get(form.ausgang, frozenset()),
            queue=form.schlange,
            login=form.person,
            direction=Direction(form.richtung) if form.richtung in set(Direction) else None,
            who=form.wer,
            before=int(form.vor) if re.fullmatch(r"[0-9]{1,18}", form.vor) else None,
        ),
        wrong,
    )


def read_day(typed: str) -> date | None:
    """Read a day as browsers send it or as people write it; None for nothing. Raises FormWrong."""
    text = typed.strip()
    if not text:
        return None
    try:
        if german := _GERMAN.fullmatch(text):
            return date(int(german[3]), int(german[2]), int(german[1]))
        return date.fromisoformat(text)
    except ValueError as error:
        raise FormWrong(N_("This is no day; write it like 22.11.2026.")) from error


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    """Return when a day begins, UTC; None: so far away that it is no limit."""
    return datetime.combine(day, time(), zone).astimezone(UTC) if day and day.year in _YEARS else None
