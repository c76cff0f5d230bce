"""Timers and review marks over all sessions. Rule: it only reads; what one session's time is, store.work says."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
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


async def running_of(conn: AsyncConnection, login: str) -> int | None:
    """Return the session in which the timer of ``login`` runs; there is at most one."""
    found = await conn.execute(
        select(b.time_entries.c.session_id)
        .join(t.users, t.users.c.id == b.time_entries.c.assistant_id)
        .where(t.users.c.login_key == login_key(login), b.time_entries.c.ended_at.is_(None))
    )
    return found.scalar_one_or_none()


async def paused_of(conn: AsyncConnection, login: str) -> int | None:
    """Return the session of ``login`` that was paused last, by hand or limit, and is neither ended nor interrupted."""
    found = await conn.execute(
        select(b.timer_steps.c.session_id, b.timer_steps.c.state)
        .join(t.sessions, t.sessions.c.id == b.timer_steps.c.session_id)
        .join(t.users, t.users.c.id == t.sessions.c.assistant_id)
        .where(
            t.users.c.login_key == login_key(login), t.sessions.c.closed_at.is_(None), t.sessions.c.outcome.is_(None)
        )
        .order_by(b.timer_steps.c.id.desc())
    )
    # A session's last step is chosen here: asked for "none later", PostgreSQL reads the journal of all sessions.
    gone_on: set[int] = set()
    for step in found:
        if step.state == WorkState.PAUSED and step.session_id not in gone_on:
            return int(step.session_id)
        gone_on.add(step.session_id)
    return None


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
