"""Who may correct, and how minutes are written."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from ionas_phone.billing.work import Records, work
from ionas_phone.errors import FormWrong, NotAllowed
from ionas_phone.support.corrections import may_shorten, read_minutes, refuse_correction, refuse_review
from ionas_phone.support.time_entries import Outage, OutageKind, TimeEntry
from ionas_phone.support.users import Role, User
from ionas_phone.support.work import Work
from tests.agreements import acceptance, estimate
from tests.people import AT

ANNA = User(1, "anna", "Anna", Role.ASSISTANT, "201", "PJSIP/201", "de")
BEN = User(2, "ben", "Ben", Role.ASSISTANT, "202", "PJSIP/202", "de")
SOPHIE = User(3, "sophie", "Sophie", Role.SUPERVISOR, "", "", "de")
OFFICE = User(4, "office", "Büro", Role.ADMIN, "", "", "de")


def annas(seconds: int = 600) -> Work:
    """A session that Anna has worked on."""
    entry = TimeEntry(1, 7, "anna", "Anna", 1, AT, AT + timedelta(seconds=seconds))
    known = Records(7, 3, False, False, None, estimate(), (acceptance(),), {}, (entry,), (), None, ())
    return work(known, AT + timedelta(hours=1))


def mark(seconds: int) -> Outage:
    kind = OutageKind.OUTAGE if seconds > 0 else OutageKind.CLOCK
    return Outage(1, 1, 7, kind, AT, AT + timedelta(seconds=seconds), None, None)


def refused(kind: type[Exception] | None) -> AbstractContextManager[object]:
    return pytest.raises(kind) if kind else nullcontext()


@pytest.mark.parametrize(
    ("user", "change", "error"),
    [
        (ANNA, -60, None),
        (ANNA, 60, NotAllowed),
        (BEN, -60, NotAllowed),
        (SOPHIE, -60, None),
        (SOPHIE, 60, None),
        (OFFICE, 60, None),
    ],
    ids=str,
)
def test_who_worked_may_take_off_and_only_another_pair_of_eyes_may_add(
    user: User, change: int, error: type[Exception] | None
) -> None:
    with refused(error):
        refuse_correction(user, annas(), change)


@pytest.mark.parametrize(
    ("user", "seconds", "change", "error"),
    [
        (ANNA, 300, -300, None),  # all that is in doubt is given to the customer
        (ANNA, 300, -299, NotAllowed),
        (ANNA, 300, 0, NotAllowed),
        (BEN, 300, -300, NotAllowed),
        (SOPHIE, 300, 0, None),
        (SOPHIE, 300, -120, None),
        (SOPHIE, 300, -301, FormWrong),
        (SOPHIE, 300, 1, FormWrong),
        (ANNA, -300, 0, None),  # the clock was set back, less was measured: so be it
        (ANNA, -300, 300, NotAllowed),
        (SOPHIE, -300, 300, None),
        (SOPHIE, -300, 301, FormWrong),
        (SOPHIE, -300, -1, FormWrong),
    ],
    ids=str,
)
def test_keeping_time_in_doubt_is_decided_by_somebody_else(
    user: User, seconds: int, change: int, error: type[Exception] | None
) -> None:
    with refused(error):
        refuse_review(user, annas(), mark(seconds), change)


def test_nobody_but_who_worked_has_worked() -> None:
    nobodys = replace(annas(), entries=())
    assert not may_shorten(ANNA, nobodys)
    assert may_shorten(SOPHIE, nobodys)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("5", 300), (" 5 ", 300), ("1:30", 90), ("0:01", 1), ("2,5", 150), ("2.5", 150), ("0,25", 15), ("1440", 86400)],
)
def test_minutes_are_written_in_these_ways(typed: str, seconds: int) -> None:
    assert read_minutes(typed) == seconds


@pytest.mark.parametrize("typed", ["", "0", "-5", "+5", "fünf", "1:60", "1:5", "1,234", "1441", "99999", "٣", "5 min"])
def test_what_is_no_number_of_minutes_is_refused(typed: str) -> None:
    with pytest.raises(FormWrong) as refusal:
        read_minutes(typed)
    assert refusal.value.field == "minutes"
