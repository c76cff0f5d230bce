"""Lists of calls. Rule: newest first, page by page behind the last call that was shown, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.live.effects import Outcome
from ionas_phone.live.nouns import CallKey, Direction, Stretch, StretchKind
from ionas_phone.store import customers as people
from ionas_phone.store import rows
from ionas_phone.store.tables import calls, customers, phone_numbers, sessions, users
from ionas_phone.support.customers import display_name
from ionas_phone.support.phone_numbers import normalise, searchable

PAGE = 50
_ALIKE = 20  # customers of one name whose calls are looked for

# What the live picture knows of a call's journey by now; None: the call is not (or no more) in it.
Seen = Callable[[CallKey], tuple[Stretch, ...] | None]


@dataclass(frozen=True, slots=True)
class Who:
    """A customer a call is about. ``sure``: chosen in its session; else the number stands in their record alone."""

    number: str
    name: str
    sure: bool


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call in a list. ``assistant``: the name of who answered first; ``customer`` None: not known, or several."""

    id: int
    pbx: str
    unique_id: str
    line: str
    queue: str
    number: str | None
    caller_name: str
    suppressed: bool
    direction: Direction
    began_at: datetime
    offered_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome
    ended_by: str | None
    practice: bool
    session_id: int | None
    stretches: tuple[Stretch, ...]
    answered_by: str | None
    assistant: str = ""
    customer: Who | None = None

    @property
    def waited(self) -> int | None:
        """Seconds from entering the first queue to the answer or the end; None: in no queue, or nobody saw its end."""
        until = self.answered_at or self.ended_at
        return round((until - self.offered_at).total_seconds()) if self.offered_at and until else None

    @property
    def talked(self) -> int | None:
        """Seconds from the answer to the end; None: no answer, or nobody saw the end."""
        answered, ended = self.answered_at, self.ended_at
        return round((ended - answered).total_seconds()) if answered and ended else None

    @property
    def key(self) -> CallKey:
        """What the live picture knows it by."""
        return CallKey(self.pbx, self.unique_id)


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls. ``since`` ≤ began < ``until``; ``who``: a customer number, name, or (part of a) phone number.

    ``before``: id of the last call of the page before.
    """

    since: datetime | None = None
    until: datetime | None = None
    outcomes: frozenset[Outcome] = frozenset()
    queue: str = ""
    login: str = ""
    direction: Direction | None = None
    who: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of calls. ``more``: there are older ones. ``unknown``: nobody is called as was asked."""

    lines: tuple[CallLine, ...]
    more: bool
    unknown: bool = False


def journey(call: CallLine, seen: Seen) -> tuple[Stretch, ...]:
    """Return where a call has been: of one that goes on, the picture knows more than was written at its beginning."""
    return seen(call.key) or call.stretches


def sent_on(call: CallLine, seen: Seen) -> tuple[Stretch, ...]:
    """Return those stretches of a call's journey in which it was sent on to somebody."""
    return tuple(one for one in journey(call, seen) if one.kind is StretchKind.TRANSFER and one.to)


async def page(conn: AsyncConnection, wanted: CallFilter, size: int = PAGE) -> Found:
    """Return the calls that are wanted, newest first."""
    query = _lines().where(*_conditions(wanted))
    if asked := wanted.who.strip():
        whose = await _whose(conn, asked)
        if whose is None:
            return Found((), more=False, unknown=True)
        query = query.where(whose)
    if wanted.before is not None:
        last = select(calls.c.began_at, calls.c.id).where(calls.c.id == wanted.before).subquery()
        began, at = select(last.c.began_at).scalar_subquery(), select(last.c.id).scalar_subquery()
        query = query.where(tuple_(calls.c.began_at, calls.c.id) < tuple_(began, at))
    found = (await conn.execute(query.order_by(calls.c.began_at.desc(), calls.c.id.desc()).limit(size + 1))).all()
    return Found(await _made(conn, found[:size]), more=len(found) > size)


async def one(conn: AsyncConnection, call_id: int) -> CallLine | None:
    """Return one call."""
    found = (await conn.execute(_lines().where(calls.c.id == call_id))).all()
    return next(iter(await _made(conn, found)), None)


async def several(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, CallLine]:
    """Return some calls by their ids."""
    found = (await conn.execute(_lines().where(calls.c.id.in_(list(ids))))).all()
    return {line.id: line for line in await _made(conn, found)}


async def of_session(conn: AsyncConnection, session_id: int) -> tuple[CallLine, ...]:
    """Return the calls of one support session, in their order."""
    found = (await conn.execute(_lines().where(calls.c.session_id == session_id).order_by(calls.c.began_at))).all()
    return await _made(conn, found)


def _lines() -> Select[*tuple[object, ...]]:
    return (
        select(
            calls,
            customers.c.number.label("customer_number"),
            customers.c.name,
            customers.c.company,
            users.c.name.label("assistant"),
        )
        .outerjoin(sessions, sessions.c.id == calls.c.session_id)
        .outerjoin(customers, customers.c.id == sessions.c.customer_id)
        .outerjoin(users, users.c.login == calls.c.answered_by)
    )


def _conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since:
        found.append(calls.c.began_at >= wanted.since)
    if wanted.until:
        found.append(calls.c.began_at < wanted.until)
    if wanted.outcomes:
        found.append(calls.c.outcome.in_(sorted(wanted.outcomes)))
    if wanted.queue:
        found.append(calls.c.queue == wanted.queue)
    if wanted.login:
        found.append(calls.c.answered_by == wanted.login)
    if wanted.direction:
        found.append(calls.c.direction == wanted.direction)
    return found


async def _whose(conn: AsyncConnection, text: str) -> ColumnElement[bool] | None:
    """Return the condition for calls of whoever is called so; None if nobody is."""
    number = normalise(text)
    known = await people.by_number(conn, text)
    if known is None and number is not None and number.is_e164:
        return calls.c.number == number.text
    if known is None and (part := searchable(text)):
        return calls.c.number.contains(part, autoescape=True)
    found = (known,) if known else await people.search(conn, text, _ALIKE)
    if not found:
        return None
    phones = [phone for customer in found for phone in customer.phones]
    its_session = sessions.c.id == calls.c.session_id
    chosen = select(calls.c.id).join(sessions, its_session)
    guessed = select(calls.c.id).outerjoin(sessions, its_session)  # those of a session that is somebody's are theirs
    return calls.c.id.in_(
        union(
            chosen.where(sessions.c.customer_id.in_([customer.id for customer in found])),
            guessed.where(calls.c.number.in_(phones), sessions.c.customer_id.is_(None)),
        )
    )


async def _made(conn: AsyncConnection, found: Iterable[Row[*tuple[object, ...]]]) -> tuple[CallLine, ...]:
    lines = list(found)
    known = await _known(conn, {row.number for row in lines if row.number and row.customer_number is None})
    return tuple(
        rows.made(
            CallLine,
            row,
            calls,
            direction=Direction(row.direction),
            outcome=Outcome(row.outcome),
            assistant=row.assistant or row.answered_by or row.answered_interface or "",
            customer=Who(row.customer_number, display_name(row.name, row.company), sure=True)
            if row.customer_number
            else known.get(row.number),
        )
        for row in lines
    )


async def _known(conn: AsyncConnection, numbers: set[str]) -> dict[str, Who]:
    """Return whose the numbers are, where they stand in one record alone."""
    if not numbers:
        return {}
    found = await conn.execute(
        select(phone_numbers.c.e164, customers.c.number, customers.c.name, customers.c.company)
        .join(customers, customers.c.id == phone_numbers.c.customer_id)
        .where(phone_numbers.c.e164.in_(numbers))
    )
    whose: dict[str, list[Who]] = {}
    for row in found:
        whose.setdefault(row.e164, []).append(Who(row.number, display_name(row.name, row.company), sure=False))
    return {number: who[0] for number, who in whose.items() if len(who) == 1}
