"""Timers and review marks over all sessions. Rule: it only reads; what one session's time is, store.work says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, desc, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.store import rows
from ionas_phone.store import tables as t
from ionas_phone.store import tables_billing as b
from ionas_phone.support.customers import display_name
from ionas_phone.support.time_entries import Outage, OutageKind
from ionas_phone.support.users import login_key
from ionas_phone.support.work import WorkState


@dataclass(frozen=True, slots=True)
class MarkLine:
    """A review mark in a list: whose session, and by whose hands the time was measured."""

    mark: Outage
    customer_name: str
    assistant_name: str
    practice: bool


@dataclass(frozen=True, slots=True)
class AtHand:
    """Whose timer somebody may have before them, as ids of sessions.

    ``running``: theirs runs there; ``accepted``: of those they talk on, where something was answered; ``paused``: which
    of theirs was paused last, by hand or limit, and is neither ended nor interrupted.
    """

    running: int | None
    accepted: tuple[int, ...]
    paused: int | None

    @property
    def nothing(self) -> bool:
        """Whether there is none."""
        return self.running is None and self.paused is None and not self.accepted


async def running_of(conn: AsyncConnection, login: str) -> int | None:
    """Return the session in which the timer of ``login`` runs; there is at most one."""
    return (await conn.execute(_RUNNING, {"key": login_key(login)})).scalar_one_or_none()


async def at_hand(conn: AsyncConnection, login: str, talking: Sequence[int]) -> AtHand:
    """Return what may stand at the foot of somebody's page, by one statement: it is asked twice for each call."""
    found = await conn.execute(_AT_HAND, {"key": login_key(login), "talking": [*talking]})
    running, accepted, paused = None, [], None
    # A session's last step is chosen here: asked for "none later", PostgreSQL reads the journal of all sessions.
    gone_on: set[int] = set()
    for row in found:
        if row.what == _RUNS:
            running = row.session_id
        elif row.what == _ANSWERED:
            accepted.append(row.session_id)
        elif row.session_id not in gone_on:
            gone_on.add(row.session_id)
            if paused is None and row.state == WorkState.PAUSED:
                paused = row.session_id
    return AtHand(running, tuple(sorted(set(accepted), key=talking.index)), paused)


_RUNS, _ANSWERED, _STEP = "runs", "answered", "step"
_MINE = t.users.c.login_key == bindparam("key")
_RUNNING = (
    select(b.time_entries.c.session_id)
    .join(t.users, t.users.c.id == b.time_entries.c.assistant_id)
    .where(_MINE, b.time_entries.c.ended_at.is_(None))
)
_STEPS = (
    select(
        literal(_STEP).label("what"),
        b.timer_steps.c.session_id,
        b.timer_steps.c.id.label("step"),
        b.timer_steps.c.state,
    )
    .join(t.sessions, t.sessions.c.id == b.timer_steps.c.session_id)
    .join(t.users, t.users.c.id == t.sessions.c.assistant_id)
    .where(_MINE, t.sessions.c.closed_at.is_(None), t.sessions.c.outcome.is_(None))
)
_AT_HAND = union_all(
    _STEPS,
    _RUNNING.with_only_columns(literal(_RUNS), b.time_entries.c.session_id, literal(0), literal("")),
    select(literal(_ANSWERED), b.acceptances.c.session_id, literal(0), literal("")).where(
        b.acceptances.c.session_id.in_(bindparam("talking", expanding=True))
    ),
).order_by(desc("step"))


async def to_review(conn: AsyncConnection) -> tuple[MarkLine, ...]:
    """Return all marks that nobody has looked at yet, oldest first."""
    found = await conn.execute(
        select(
            b.outages,
            b.time_entries.c.session_id,
            t.users.c.name.label("assistant_name"),
            t.customers.c.name.label("customer"),
            t.customers.c.company,
            t.sessions.c.practice,
        )
        .join(b.time_entries, b.time_entries.c.id == b.outages.c.entry_id)
        .join(t.users, t.users.c.id == b.time_entries.c.assistant_id)
        .join(t.sessions, t.sessions.c.id == b.time_entries.c.session_id)
        .outerjoin(t.customers, t.customers.c.id == t.sessions.c.customer_id)
        .outerjoin(b.outage_reviews, b.outage_reviews.c.outage_id == b.outages.c.id)
        .where(b.outage_reviews.c.id.is_(None))
        .order_by(b.outages.c.id)
    )
    return tuple(
        MarkLine(
            rows.made(
                Outage,
                row,
                b.outages,
                session_id=row.session_id,
                kind=OutageKind(row.kind),
                reviewed_at=None,
                reviewed_by=None,
            ),
            display_name(row.customer or "", row.company or ""),
            row.assistant_name,
            row.practice,
        )
        for row in found
    )
