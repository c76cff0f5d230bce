"""Who may correct measured time. Rule: in the customer's favour who did the work, to their cost another pair of eyes.

Decided so, because both must be quick and neither may be abused: an assistant who forgot to pause knows it best and at
once, and nobody is harmed by a shorter bill, so whoever's hands a session's time was measured by may take time off it.
What would cost the customer more than was measured beyond doubt (minutes added, time kept that nobody could have
stopped) is decided by somebody with the permission TIMES. Either way it is a new row with a reason and a name.
"""

from __future__ import annotations

import re

from ionas_phone.errors import FormWrong, NotAllowed
from ionas_phone.support.time_entries import Outage
from ionas_phone.support.users import Permission, User
from ionas_phone.support.work import Work

_LONGEST = 24 * 60  # minutes in one correction; whoever means more has mistyped
_WRITTEN = re.compile(r"(?P<minutes>[0-9]{1,5})(?:(?P<clock>:)(?P<seconds>[0-5][0-9])|[.,](?P<part>[0-9]{1,2}))?")


def may_shorten(user: User, work: Work) -> bool:
    """Tell whether ``user`` may take time off this session."""
    return user.may(Permission.TIMES) or user.login in {entry.assistant for entry in work.entries}


def may_lengthen(user: User) -> bool:
    """Tell whether ``user`` may add time to a session, or keep time that is in doubt."""
    return user.may(Permission.TIMES)


def refuse_correction(user: User, work: Work, change: int) -> None:
    """Raise NotAllowed unless ``user`` may give this session ``change`` seconds more or less."""
    if change < 0 and not may_shorten(user, work):
        raise NotAllowed("Only who worked on this session, or a supervisor, may take time off it.")
    if change > 0 and not may_lengthen(user):
        raise NotAllowed("Only a supervisor may add time that was not measured.")


def refuse_review(user: User, work: Work, mark: Outage, change: int) -> None:
    """Raise NotAllowed unless ``user`` may settle ``mark`` by ``change`` seconds, FormWrong for more than it is about.

    To take off all that is in doubt is in the customer's favour; everything else keeps some of it.
    """
    if abs(change) > abs(mark.seconds) or change * mark.seconds > 0:
        raise FormWrong("This is more than the time in doubt.", field="minutes")
    if change != -max(mark.seconds, 0):
        if not may_lengthen(user):
            raise NotAllowed("Only a supervisor may keep time that is in doubt.")
    elif not may_shorten(user, work):
        raise NotAllowed("Only who worked on this session, or a supervisor, may take time off it.")


def read_minutes(typed: str) -> int:
    """Return the seconds in "5", "2,5" (two minutes and a half) or "1:30". Raises FormWrong for anything else."""
    found = _WRITTEN.fullmatch(typed.strip())
    if found is None:
        raise FormWrong("Write minutes, like 5, 2,5 or 1:30.", field="minutes")
    seconds = int(found["minutes"]) * 60 + int(found["seconds"] or 0)
    if part := found["part"]:
        seconds += round(int(part) * 60 / 10 ** len(part))
    if not 1 <= seconds <= _LONGEST * 60:
        raise FormWrong("Between one second and %(longest)d minutes, please.", field="minutes", longest=_LONGEST)
    return seconds
