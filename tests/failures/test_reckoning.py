"""The reckoning itself: whatever is taken away, doubled or told otherwise, it says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import Gap
from ionas_phone.store.calls import StoredCall
from tests.failures.reckoning import Ledger, reckon
from tests.lab.records import QueueLogRow
from tests.people import call

BEGAN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
END = BEGAN.timestamp() + 3600
LOG = (
    "ENTERQUEUE 0 a,CONNECT 4 a,ENTERQUEUE 5 b,ABANDON 9 b,COMPLETECALLER 20 a,"
    "ENTERQUEUE 21 c,ENTERQUEUE 22 d,EXITWITHTIMEOUT 27 c,CONNECT 28 d,COMPLETEAGENT 40 d"
)


def rows(log: str = LOG) -> list[QueueLogRow]:
    words = (entry.split() for entry in log.split(","))
    return [
        QueueLogRow(int(BEGAN.timestamp()) + int(at), who, "support", "NONE", event, ()) for event, at, who in words
    ]


def stored(who: str, at: int, outcome: Outcome, *, answered: int = 0, session: int | None = None) -> StoredCall:
    record = call(
        who,
        number=f"+4961315550{ord(who)}",
        offered_at=BEGAN + timedelta(seconds=at),
        answered_at=BEGAN + timedelta(seconds=answered) if answered else None,
        ended_at=BEGAN + timedelta(seconds=at + 10),
        outcome=outcome,
    )
    return StoredCall(ord(who), record, session, practice=False)


A = stored("a", 0, Outcome.ANSWERED, answered=4, session=1)
B = stored("b", 5, Outcome.ABANDONED_WAITING)
C = stored("c", 21, Outcome.QUEUE_TIMEOUT)
D = stored("d", 22, Outcome.ANSWERED, answered=28, session=2)
SESSIONS = ((1, A.record.number), (2, D.record.number))
KEPT = Ledger((A, B, C, D), SESSIONS)


def gap(begin: int, end: int, missed: int | None) -> Gap:
    return Gap("mainz", BEGAN + timedelta(seconds=begin), BEGAN + timedelta(seconds=end), missed)


def test_what_agrees_is_no_difference() -> None:
    found = reckon(rows(), KEPT, until=END)
    assert (found.differences, found.passages, found.missed) == ([], 4, 0)


def test_a_call_that_is_not_over_yet_is_not_asked_for() -> None:
    assert reckon(rows(LOG + ",ENTERQUEUE 50 e"), KEPT, until=END).differences == []
    assert reckon(rows(LOG + ",ENTERQUEUE 50 e,ABANDON 3700 e"), KEPT, until=END).differences == []


def test_a_call_that_goes_on_in_another_queue_is_not_asked_for_either() -> None:
    log = rows(LOG + ",ENTERQUEUE 3500 c,CONNECT 3700 c,COMPLETECALLER 3800 c")
    answered = stored("c", 21, Outcome.ANSWERED, answered=3700, session=3)
    kept = Ledger((A, B, answered, D), (*SESSIONS, (3, answered.record.number)))
    assert reckon(log, kept, until=END).differences == []
    assert "queue_log has COMPLETECALLER" in reckon(log, KEPT, until=END + 300).differences[0]


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (replace(KEPT, calls=(A, C, D)), "b in the queue support, ABANDON at 1795341609, is missing, and no gap"),
        (replace(KEPT, calls=(A, B, C, replace(D, session_id=None))), "was answered and has no session"),
        (replace(KEPT, calls=(A, replace(B, session_id=2), C, D)), "nobody answered, and it has a session"),
        (replace(KEPT, sessions=(*SESSIONS, (3, A.record.number))), f"the caller {A.record.number} has 2 sessions"),
        (replace(KEPT, sessions=(*SESSIONS, (3, None))), "the session 3 belongs to no call"),
        (replace(KEPT, calls=(A, B, C, replace(D, session_id=1))), "2 calls share the session 1"),
        (
            replace(KEPT, calls=(A, stored("b", 5, Outcome.QUEUE_TIMEOUT), C, D)),
            "queue_log has ABANDON, the store queue_timeout",
        ),
        (replace(KEPT, calls=(A, B, stored("c", 21, Outcome.OPEN), D)), "EXITWITHTIMEOUT, the store open"),
        (
            replace(KEPT, calls=(stored("a", 0, Outcome.ANSWERED, answered=9, session=1), B, C, D)),
            "answered at 1795341609.0, not at 1795341604",
        ),
        (replace(KEPT, calls=(A, stored("b", 8, Outcome.ABANDONED_WAITING), C, D)), "offered at 1795341608.0, not"),
        (replace(KEPT, gaps=(gap(100, 200, 1),)), "says 1 missed calls; queue_log has 0"),
        (replace(KEPT, calls=(A, C, D), gaps=(gap(4, 10, 0),)), "says 0 missed calls; queue_log has 1"),
        (replace(KEPT, calls=(A, C, D), gaps=(gap(7, 10, 1),)), "is missing, and no gap was recorded"),
    ],
)
def test_what_differs_is_said(kept: Ledger, said: str) -> None:
    assert said in "\n".join(reckon(rows(), kept, until=END).differences)


def test_calls_in_a_gap_are_the_ones_it_says_it_missed() -> None:
    found = reckon(rows(), replace(KEPT, calls=(A, C, D), gaps=(gap(4, 10, 1),)), until=END)
    assert (found.differences, found.missed) == ([], 1)
    unknown = replace(KEPT, calls=(A, C, D), gaps=(gap(4, 10, None),))
    assert reckon(rows(), unknown, until=END).differences == []


def test_calls_that_die_with_the_switchboard_have_no_seen_end() -> None:
    log = rows("ENTERQUEUE 0 a,CONNECT 4 a,ENTERQUEUE 5 b,QUEUESTART 30 NONE")
    unseen = stored("b", 5, Outcome.UNSEEN)
    assert reckon(log, Ledger((A, unseen), SESSIONS[:1]), until=END).differences == []
    assert "no end, the store abandoned" in reckon(log, Ledger((A, B), SESSIONS[:1]), until=END).differences[0]
