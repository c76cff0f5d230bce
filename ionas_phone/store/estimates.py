"""Estimates. Rule: a change is a new version; the price of a session is the tariff of its first yes, to the end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ionas_phone.billing.minutes import seconds, used
from ionas_phone.billing.prices import idle_cap, price_of_estimate
from ionas_phone.billing.work import Records, state_of
from ionas_phone.errors import Conflict, FormWrong
from ionas_phone.store import audit, customers, tariffs, work
from ionas_phone.store.tables_billing import estimates
from ionas_phone.support.customers import CustomerKind
from ionas_phone.support.estimates import Estimate, NewEstimate, checked
from ionas_phone.support.tariffs import Tariff, day_of
from ionas_phone.support.work import Command, Deed, after

_FIELDS = ("procedure", "minutes_from", "minutes_to", "tariff_id", "customer_kind", "price_cents", "cap_cents")


async def propose(conn: AsyncConnection, session_id: int, new: NewEstimate, deed: Deed) -> Estimate:
    """Write down what is proposed, as the newest version.

    The price is that of the customer's kind; who is not known yet is told a consumer's. More may be proposed while the
    timer runs. Raises FormWrong (also if it is not more than was used already), Conflict, NotThere.
    """
    known = await work.locked(conn, session_id, deed.at)
    versions = await work.estimates(conn, session_id)
    if (first := await _by_key(conn, deed.key)) is not None:
        return _again(versions, first)
    new = checked(new)
    after(state_of(known), Command.PROPOSE)
    if known.closed:
        raise Conflict("This session is closed; open it again first.")
    refuse_less_than_used(known, new.minutes_to, deed.at)
    tariff, kind = await terms(conn, known, deed.at)
    if idle_cap(new, tariff, kind):
        raise FormWrong("The work costs no more than this cap anyway: choose a lower one, or none.", field="cap_cents")
    facts = {
        "procedure": new.procedure,
        "minutes_from": new.minutes_from,
        "minutes_to": new.minutes_to,
        "tariff_id": tariff.id,
        "customer_kind": kind,
        "price_cents": price_of_estimate(new.minutes_to, tariff, kind, new.cap_cents),
        "cap_cents": new.cap_cents,
    }
    version = versions[0].version + 1 if versions else 1
    stamp = {"key": deed.key, "at": deed.at, "by": deed.by}
    await conn.execute(insert(estimates).values(session_id=session_id, version=version, **stamp, **facts))
    await audit.write(conn, audit.Entry(deed.at, deed.by, "session", session_id, "estimate", _FIELDS))
    return (await work.estimates(conn, session_id, limit=1))[0]


async def terms(conn: AsyncConnection, known: Records, at: datetime) -> tuple[Tariff, CustomerKind]:
    """Return by which tariff, and for which kind of customer (who is not known: a consumer), an estimate is made.

    Raises NotThere if there is no tariff.
    """
    tariff = known.yeses[0].tariff if known.yeses else await tariffs.valid_at(conn, day_of(at))
    customer = await customers.get(conn, known.customer_id) if known.customer_id is not None else None
    return tariff, customer.kind if customer else CustomerKind.CONSUMER


def refuse_less_than_used(known: Records, minutes_to: int, at: datetime) -> None:
    """Raise FormWrong for an upper bound that is used up already."""
    active = seconds(used(known.entries, known.corrections, at))
    if minutes_to * 60 <= active:
        raise FormWrong(
            "%(minutes)d minutes are used already; the upper bound must be more.",
            field="minutes_to",
            minutes=-(-active // 60),
        )


async def _by_key(conn: AsyncConnection, key: str) -> int | None:
    return (await conn.execute(select(estimates.c.id).where(estimates.c.key == key))).scalar_one_or_none()


def _again(versions: tuple[Estimate, ...], estimate_id: int) -> Estimate:
    """Return the estimate that this very request has made before."""
    for one in versions:
        if one.id == estimate_id:
            return one
    raise Conflict("This was sent for another session already; load the page anew.")
