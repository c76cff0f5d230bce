"""All records about the work on a session, read together. Rule: what is shown and what is decided come from here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.billing.work import Records, deadline_of, state_of, work
from ionas_phone.errors import NotThere
from ionas_phone.store import audit, rows, sessions, tariffs
from ionas_phone.store import tables as t
from ionas_phone.store import tables_billing as b
from ionas_phone.store.database import upsert
from ionas_phone.store.tables_customers import customer_merges
from ionas_phone.support.acceptances import (
    Acceptance,
    Channel,
    Confirmation,
    Decision,
    Handed,
    Identified,
    Relation,
)
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.estimates import Estimate
from ionas_phone.support.sessions import Ending
from ionas_phone.support.tariffs import Rounding, Tariff
from ionas_phone.support.time_entries import Correction, Outage, OutageKind, TimeEntry
from ionas_phone.support.work import Command, Deed, Step, Work, WorkState, after

_FROZEN = "tariff_"


async def load(conn: AsyncConnection, session_id: int, at: datetime) -> Work:
    """Return what is the case with a session's estimate, acceptance and timer at ``at``. Raises NotThere."""
    return work(await records(conn, session_id), at)


async def locked(conn: AsyncConnection, session_id: int, at: datetime) -> Records:
    """Return the records, which nobody else changes until the transaction ends. Raises NotThere.

    A timer whose accepted minutes were used up before ``at`` is ended first, exactly when they were.
    """
    await sessions.lock(conn, session_id)
    known = await records(conn, session_id)
    limits, running = deadline_of(known), known.running
    if running is None or limits is None or at < limits.limit_at:
        return known
    await end_entry(conn, running, limits.limit_at)
    state = after(state_of(known), Command.LIMIT)
    step = Step(Command.LIMIT, state, session_id, running.id, limits.limit_at, audit.SERVICE)
    await write_step(conn, step, f"{Command.LIMIT}/{running.id}")
    return await records(conn, session_id)


async def end_entry(conn: AsyncConnection, running: TimeEntry, at: datetime) -> None:
    """End a running stretch; if the clock was set back meanwhile, not before it began."""
    await conn.execute(delete(b.deadlines).where(b.deadlines.c.entry_id == running.id))
    mine = b.time_entries.c.id == running.id
    await conn.execute(update(b.time_entries).where(mine).values(ended_at=max(running.started_at, at)))


async def write_step(conn: AsyncConnection, step: Step, key: str) -> None:
    """Write a command to the timer into its journal, and into the audit log."""
    facts = {"session_id": step.session_id, "entry_id": step.entry_id, "at": step.at, "by": step.by}
    await conn.execute(insert(b.timer_steps).values(key=key, command=step.command, state=step.state, **facts))
    changed = ("started_at",) if step.command in {Command.START, Command.RESUME} else ("ended_at",)
    await audit.write(conn, audit.Entry(step.at, step.by, "session", step.session_id, step.command.value, changed))


async def remember(conn: AsyncConnection, session_id: int, state: WorkState, deed: Deed) -> None:
    """Write down that this form has ended a session in whose ``state`` no timer had to be touched."""
    step = {"session_id": session_id, "command": Command.END, "state": state, "at": deed.at, "by": deed.by}
    await conn.execute(insert(b.timer_steps).values(key=deed.key, **step))


async def records(conn: AsyncConnection, session_id: int) -> Records:
    """Return all that is written down about the work on a session. Raises NotThere."""
    found = await conn.execute(select(t.sessions).where(t.sessions.c.id == session_id))
    session = found.one_or_none()
    if session is None:
        raise NotThere("There is no such session (any more).")
    answers = await _answers(conn, session_id)
    steps = _of(b.timer_steps, session_id).where(b.timer_steps.c.command != Command.END)
    last = await conn.execute(steps.order_by(b.timer_steps.c.id.desc()).limit(1))
    step = last.one_or_none()
    corrections = await conn.execute(_of(b.time_corrections, session_id).order_by(b.time_corrections.c.id))
    return Records(
        session_id=session_id,
        customer_id=session.customer_id,
        practice=session.practice,
        closed=session.closed_at is not None,
        outcome=Ending(session.outcome) if session.outcome else None,
        estimate=next(iter(await estimates(conn, session_id, limit=1)), None),
        answers=answers,
        confirmations=await _confirmations(conn, session_id),
        entries=await _entries(conn, session_id),
        corrections=tuple(rows.made(Correction, row, b.time_corrections) for row in corrections),
        timer=WorkState(step.state) if step else None,
        to_review=await outages(conn, session_id),
    )


async def arm(conn: AsyncConnection, session_id: int) -> None:
    """Write the deadlines of a session's running timer anew; after anything that may move them."""
    known = await records(conn, session_id)
    limits = deadline_of(known)
    if limits is None or known.running is None:
        return
    new = {"warn_at": limits.warn_at, "limit_at": limits.limit_at}
    await conn.execute(
        upsert(conn, b.deadlines)
        .values(entry_id=known.running.id, **new)
        .on_conflict_do_update(index_elements=["entry_id"], set_=new)
    )


async def estimates(conn: AsyncConnection, session_id: int, limit: int | None = None) -> tuple[Estimate, ...]:
    """Return the versions of a session's estimate, newest first."""
    found = await conn.execute(
        select(b.estimates, b.tariffs)
        .join(b.tariffs, b.tariffs.c.id == b.estimates.c.tariff_id)
        .where(b.estimates.c.session_id == session_id)
        .order_by(b.estimates.c.version.desc())
        .limit(limit)
    )
    return tuple(
        rows.made(
            Estimate,
            row,
            b.estimates,
            tariff=tariffs.tariff(row),
            customer_kind=CustomerKind(row.customer_kind),
        )
        for row in found
    )


async def outages(conn: AsyncConnection, session_id: int, *, reviewed: bool = False) -> tuple[Outage, ...]:
    """Return the review marks of a session that nobody has looked at yet (or those that somebody has)."""
    seen = b.outage_reviews.c.id.is_not(None) if reviewed else b.outage_reviews.c.id.is_(None)
    found = await conn.execute(
        select(b.outages, b.time_entries.c.session_id, b.outage_reviews.c.at, b.outage_reviews.c.by)
        .join(b.time_entries, b.time_entries.c.id == b.outages.c.entry_id)
        .outerjoin(b.outage_reviews, b.outage_reviews.c.outage_id == b.outages.c.id)
        .where(b.time_entries.c.session_id == session_id, seen)
        .order_by(b.outages.c.id)
    )
    return tuple(
        rows.made(
            Outage,
            row,
            b.outages,
            session_id=session_id,
            kind=OutageKind(row.kind),
            reviewed_at=row.at,
            reviewed_by=row.by,
        )
        for row in found
    )


def confirmation(row: Row[*tuple[Any, ...]]) -> Confirmation:
    """Make a Confirmation of a row of its table."""
    return rows.made(Confirmation, row, b.confirmations, handed=Handed(row.handed))


def acceptance(row: Row[*tuple[Any, ...]]) -> Acceptance:
    """Make an Acceptance of a row of its table, with the tariff that is frozen into it."""
    facts = {name: row._mapping[f"{_FROZEN}{name}"] for name in Tariff.__dataclass_fields__}  # noqa: SLF001 - SQLAlchemy's public name
    return rows.made(
        Acceptance,
        row,
        b.acceptances,
        decision=Decision(row.decision),
        relation=Relation(row.relation),
        identified=Identified(row.identified),
        channel=Channel(row.channel),
        scripts=tuple(filter(None, row.scripts.split(","))),
        customer_kind=CustomerKind(row.customer_kind),
        tariff=Tariff(**facts | {"rounding": Rounding(facts["rounding"])}),
    )


def frozen(tariff: Tariff) -> dict[str, object]:
    """Return the columns of an acceptance that hold its tariff."""
    return {f"{_FROZEN}{name}": getattr(tariff, name) for name in Tariff.__dataclass_fields__}


async def _answers(conn: AsyncConnection, session_id: int) -> tuple[Acceptance, ...]:
    """Return what was said to the estimates; by a customer merged with another meanwhile, as said by that other."""
    found = await conn.execute(
        select(b.acceptances, customer_merges.c.into_id)
        .outerjoin(customer_merges, customer_merges.c.customer_id == b.acceptances.c.customer_id)
        .where(b.acceptances.c.session_id == session_id)
        .order_by(b.acceptances.c.id)
    )
    return tuple(replace(one, customer_id=row.into_id or one.customer_id) for row in found for one in [acceptance(row)])


async def _confirmations(conn: AsyncConnection, session_id: int) -> dict[int, Confirmation]:
    """Return, by acceptance, the first confirmation that the customer can keep."""
    found = await conn.execute(
        select(b.confirmations)
        .join(b.acceptances, b.acceptances.c.id == b.confirmations.c.acceptance_id)
        .where(b.acceptances.c.session_id == session_id)
        .order_by(b.confirmations.c.id.desc())
    )
    return {one.acceptance_id: one for one in map(confirmation, found) if one.handed.lasts}


async def _entries(conn: AsyncConnection, session_id: int) -> tuple[TimeEntry, ...]:
    found = await conn.execute(
        select(b.time_entries, t.users.c.login, t.users.c.name)
        .join(t.users, t.users.c.id == b.time_entries.c.assistant_id)
        .where(b.time_entries.c.session_id == session_id)
        .order_by(b.time_entries.c.id)
    )
    return tuple(
        rows.made(TimeEntry, row, b.time_entries, assistant=row.login, assistant_name=row.name) for row in found
    )


def _of(table: Any, session_id: int) -> Any:
    return select(table).where(table.c.session_id == session_id)
