"""The customer's answers and what confirms them. Rule: a record holds all that was said, and never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.billing import wording
from ionas_phone.billing.work import Records, state_of
from ionas_phone.errors import Conflict, FormWrong, NotThere
from ionas_phone.store import audit, customers, estimates, scripts, sessions, work
from ionas_phone.store import tables_billing as b
from ionas_phone.support.acceptances import (
    Acceptance,
    Answer,
    Confirmation,
    Decision,
    NewConfirmation,
    checked,
    checked_confirmation,
    digest,
)
from ionas_phone.support.customers import Customer
from ionas_phone.support.estimates import Estimate
from ionas_phone.support.scripts import Script, ScriptKind, read_out
from ionas_phone.support.sessions import Ending
from ionas_phone.support.work import Command, Deed, WorkState, after

_SAID = ("decision", "who", "relation", "identified", "channel", "early_start", "withdrawal_known")
_OFFERED = ("customer_kind", "procedure", "minutes_from", "minutes_to", "price_cents", "cap_cents")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read to the customer (or handed over), filled in; ``scripts``: ids, to be sent back with it.

    ``parts``: the text by what each paragraph is for.
    """

    scripts: tuple[int, ...]
    text: str
    parts: tuple[tuple[ScriptKind, str], ...] = ()


async def to_read(conn: AsyncConnection, estimate: Estimate, language: str) -> Reading:
    """Return what is read to the customer before they answer. Raises NotThere if there is no such text."""
    kinds = read_out(estimate.customer_kind, capped=estimate.capped)
    texts = await scripts.newest(conn, kinds, estimate.customer_kind, language)
    parts = tuple((one.kind, wording.read_out((one,), estimate)) for one in texts)
    return Reading(tuple(one.id for one in texts), wording.read_out(texts, estimate), parts)


async def answer(conn: AsyncConnection, session_id: int, estimate_id: int, said: Answer, deed: Deed) -> Acceptance:
    """Record what the customer said to an estimate, with everything it was about.

    A no to the first estimate closes the session free of charge. Raises FormWrong, NotThere, or Conflict: the session
    is closed, there is a newer estimate, this one was answered already, or it was made for another kind of customer.
    """
    known = await work.locked(conn, session_id, deed.at)
    if (first := await _by_key(conn, deed.key)) is not None:
        return _again(known, first)
    if known.closed:
        raise Conflict("This session is closed; open it again first.")
    estimate = _newest(known, estimate_id)
    accepting = said.decision is Decision.ACCEPTED
    state = after(state_of(known), Command.ACCEPT if accepting else Command.DECLINE)
    said = checked(said, estimate.customer_kind)
    customer = await customers.get(conn, known.customer_id) if known.customer_id is not None else None
    texts: tuple[Script, ...] = ()
    if accepting:
        _refuse_yes(known, estimate, customer, deed.at)
        kinds = read_out(estimate.customer_kind, capped=estimate.capped)
        texts = await scripts.chosen(conn, said.scripts, kinds)
    made = await _insert(conn, _values(estimate, said, texts, customer), deed)
    await _note(conn, session_id, made.decision.value, (*_SAID, *_OFFERED, "wording", "tariff"), deed)
    if state is WorkState.DECLINED:
        await sessions.end(conn, session_id, Ending.DECLINED, deed.at, deed.by)
    await work.arm(conn, session_id)
    return made


async def draft(conn: AsyncConnection, acceptance_id: int) -> Reading:
    """Return the confirmation that the customer is to get. Raises NotThere."""
    accepted = await _get(conn, acceptance_id)
    texts = await scripts.newest(conn, (ScriptKind.CONFIRMATION,), accepted.customer_kind, accepted.language)
    return await _drafted(conn, accepted, texts[0])


async def confirm(conn: AsyncConnection, acceptance_id: int, new: NewConfirmation, deed: Deed) -> Confirmation:
    """Record that the customer got the confirmation: its text, how, where it went, and when.

    Raises FormWrong, Conflict, NotThere.
    """
    accepted = await _get(conn, acceptance_id)
    await work.locked(conn, accepted.session_id, deed.at)
    found = await conn.execute(select(b.confirmations).where(b.confirmations.c.key == deed.key))
    first = found.one_or_none()
    if first is not None:
        return _same(work.confirmation(first), acceptance_id)
    if not accepted.accepted:
        raise Conflict("The customer has declined; there is nothing to confirm.")
    new = checked_confirmation(new)
    texts = await scripts.chosen(conn, (new.script,), (ScriptKind.CONFIRMATION,))
    text = (await _drafted(conn, accepted, texts[0])).text
    facts = {"script": texts[0].name, "text": text, "sha256": digest(text)}
    sent = {"handed": new.handed, "address": new.address}
    stamp = {"key": deed.key, "at": deed.at, "by": deed.by}
    written = await conn.execute(
        insert(b.confirmations).values(acceptance_id=acceptance_id, **facts, **sent, **stamp).returning(b.confirmations)
    )
    await _note(conn, accepted.session_id, "confirm", (*facts, *sent), deed)
    await work.arm(conn, accepted.session_id)
    return work.confirmation(written.one())


async def confirmations(conn: AsyncConnection, acceptance_id: int) -> tuple[Confirmation, ...]:
    """Return all confirmations of an acceptance, oldest first."""
    of_it = b.confirmations.c.acceptance_id == acceptance_id
    found = await conn.execute(select(b.confirmations).where(of_it).order_by(b.confirmations.c.id))
    return tuple(map(work.confirmation, found))


def _newest(known: Records, estimate_id: int) -> Estimate:
    """Return the estimate if it is the one to be answered. Raises Conflict, NotThere."""
    if known.estimate is None or estimate_id > known.estimate.id:
        raise NotThere("There is no such estimate.")
    if known.estimate.id != estimate_id:
        raise Conflict("There is a newer estimate; read that one out.")
    if known.answer is not None:
        raise Conflict("This estimate was answered already; propose a new one.")
    return known.estimate


def _refuse_yes(known: Records, estimate: Estimate, customer: Customer | None, at: datetime) -> None:
    if customer is None:
        raise Conflict("Nobody knows yet whose session this is; choose the customer.")
    if customer.kind is not estimate.customer_kind:
        raise Conflict("The estimate was made for another kind of customer; propose it anew.")
    estimates.refuse_less_than_used(known, estimate.minutes_to, at)


def _values(
    estimate: Estimate, said: Answer, texts: tuple[Script, ...], customer: Customer | None
) -> dict[str, object]:
    """Return all that was agreed, as columns."""
    return {
        "session_id": estimate.session_id,
        "estimate_id": estimate.id,
        **{name: getattr(said, name) for name in _SAID},
        **{name: getattr(estimate, name) for name in _OFFERED},
        **work.frozen(estimate.tariff),
        "language": texts[0].language if texts else "",
        "scripts": ",".join(text.name for text in texts),
        "wording": wording.read_out(texts, estimate),
        "customer_id": customer and customer.id,
        "framework_contract": bool(customer and customer.framework_contract),
    }


async def _insert(conn: AsyncConnection, values: dict[str, object], deed: Deed) -> Acceptance:
    written = await conn.execute(
        insert(b.acceptances).values(**values, key=deed.key, at=deed.at, by=deed.by).returning(b.acceptances)
    )
    return work.acceptance(written.one())


async def _note(conn: AsyncConnection, session_id: int, action: str, fields: tuple[str, ...], deed: Deed) -> None:
    await audit.write(conn, audit.Entry(deed.at, deed.by, "session", session_id, action, fields))


async def _drafted(conn: AsyncConnection, accepted: Acceptance, script: Script) -> Reading:
    if (script.customer_kind, script.language) != (accepted.customer_kind, accepted.language):
        raise FormWrong("These are not the texts for this estimate; load the page anew and read them out again.")
    customer = await customers.get(conn, accepted.customer_id or 0)
    return Reading((script.id,), wording.confirmation(script, accepted, customer.display_name if customer else ""))


async def _get(conn: AsyncConnection, acceptance_id: int) -> Acceptance:
    found = await conn.execute(select(b.acceptances).where(b.acceptances.c.id == acceptance_id))
    row = found.one_or_none()
    if row is None:
        raise NotThere("There is no such acceptance.")
    return work.acceptance(row)


async def _by_key(conn: AsyncConnection, key: str) -> int | None:
    return (await conn.execute(select(b.acceptances.c.id).where(b.acceptances.c.key == key))).scalar_one_or_none()


def _again(known: Records, acceptance_id: int) -> Acceptance:
    """Return the answer that this very request has recorded before."""
    for one in known.answers:
        if one.id == acceptance_id:
            return one
    raise Conflict("This was sent for another session already; load the page anew.")


def _same(first: Confirmation, acceptance_id: int) -> Confirmation:
    if first.acceptance_id != acceptance_id:
        raise Conflict("This was sent for another session already; load the page anew.")
    return first
