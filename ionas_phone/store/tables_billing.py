"""The tables of estimate, acceptance and timer. Rule: they only grow; triggers of the migrations refuse the rest.

Only ``deadlines`` (a cache, armed anew at each start) and ``service_runs`` (a heartbeat) are ever written over, and a
time entry gets its end, once.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Table, UniqueConstraint

from ionas_phone.store import tables
from ionas_phone.store.tables import customers, sessions, users
from ionas_phone.store.types import Instant, Whole, Words

metadata = tables.metadata  # whoever takes it from here has all tables, these included

tariffs = Table(
    "tariffs",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("name", Words, nullable=False),
    Column("valid_from", Date, nullable=False, index=True),  # a day in Germany
    Column("gross_cents", Whole, nullable=False),  # per minute, what consumers pay
    Column("net_cents", Whole, nullable=False),  # per minute, what businesses pay
    Column("vat_percent", Whole, nullable=False),
    Column("increment_minutes", Whole, nullable=False),
    Column("rounding", Words, nullable=False),
    Column("minimum_minutes", Whole, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Words, nullable=False),
    CheckConstraint("name <> ''", name="named"),
    CheckConstraint("net_cents >= 0 AND gross_cents >= net_cents", name="price"),
    CheckConstraint("vat_percent >= 0 AND vat_percent <= 100", name="vat"),
    CheckConstraint("increment_minutes >= 1 AND minimum_minutes >= 0", name="minutes"),
    CheckConstraint("rounding IN ('down', 'nearest', 'up')", name="rounding"),
    sqlite_autoincrement=True,
)

scripts = Table(
    "scripts",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("customer_kind", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("version", Whole, nullable=False),
    Column("text", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Words, nullable=False),
    UniqueConstraint("kind", "customer_kind", "language", "version"),
    CheckConstraint("text <> ''", name="text"),
    sqlite_autoincrement=True,
)

estimates = Table(
    "estimates",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("session_id", ForeignKey(sessions.c.id), nullable=False),
    Column("version", Whole, nullable=False),
    Column("procedure", Words, nullable=False),
    Column("minutes_from", Whole, nullable=False),
    Column("minutes_to", Whole, nullable=False),
    Column("tariff_id", ForeignKey(tariffs.c.id), nullable=False),
    Column("customer_kind", Words, nullable=False),
    Column("price_cents", Whole, nullable=False),  # of minutes_to; gross for consumers, net for businesses
    Column("cap_cents", Whole),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    UniqueConstraint("session_id", "version"),
    CheckConstraint("procedure <> ''", name="procedure"),
    CheckConstraint("minutes_from >= 1 AND minutes_to >= minutes_from", name="minutes"),
    CheckConstraint("price_cents >= 0 AND (cap_cents IS NULL OR cap_cents > 0)", name="price"),
    CheckConstraint("customer_kind IN ('consumer', 'business')", name="customer_kind"),
    sqlite_autoincrement=True,
)

acceptances = Table(
    "acceptances",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("session_id", ForeignKey(sessions.c.id), nullable=False, index=True),
    Column("estimate_id", ForeignKey(estimates.c.id), nullable=False, unique=True),  # one answer to one estimate
    Column("decision", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("relation", Words, nullable=False),
    Column("identified", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("scripts", Words, nullable=False),  # names, commas between
    Column("wording", Words, nullable=False),
    Column("customer_id", ForeignKey(customers.c.id)),
    Column("customer_kind", Words, nullable=False),
    Column("framework_contract", Boolean, nullable=False),
    # The tariff and the estimate as they were: what was agreed must be readable without any other row.
    Column("tariff_id", ForeignKey(tariffs.c.id), nullable=False),
    Column("tariff_name", Words, nullable=False),
    Column("tariff_valid_from", Date, nullable=False),
    Column("tariff_gross_cents", Whole, nullable=False),
    Column("tariff_net_cents", Whole, nullable=False),
    Column("tariff_vat_percent", Whole, nullable=False),
    Column("tariff_increment_minutes", Whole, nullable=False),
    Column("tariff_rounding", Words, nullable=False),
    Column("tariff_minimum_minutes", Whole, nullable=False),
    Column("procedure", Words, nullable=False),
    Column("minutes_from", Whole, nullable=False),
    Column("minutes_to", Whole, nullable=False),
    Column("price_cents", Whole, nullable=False),
    Column("cap_cents", Whole),
    Column("early_start", Boolean, nullable=False),
    Column("withdrawal_known", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    CheckConstraint("decision IN ('accepted', 'declined')", name="decision"),
    CheckConstraint("customer_kind IN ('consumer', 'business')", name="customer_kind"),
    CheckConstraint(
        "decision = 'declined' OR (who <> '' AND wording <> '' AND customer_id IS NOT NULL)", name="accepted"
    ),
    CheckConstraint(
        "decision = 'declined' OR customer_kind = 'business' OR (early_start AND withdrawal_known)", name="consents"
    ),
    sqlite_autoincrement=True,
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("acceptance_id", ForeignKey(acceptances.c.id), nullable=False, index=True),
    Column("script", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("sha256", Words, nullable=False),  # of the text in UTF-8, hexadecimal
    Column("handed", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    CheckConstraint("text <> '' AND length(sha256) = 64", name="text"),
    sqlite_autoincrement=True,
)

time_entries = Table(
    "time_entries",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("session_id", ForeignKey(sessions.c.id), nullable=False, index=True),
    Column("assistant_id", ForeignKey(users.c.id), nullable=False),
    Column("acceptance_id", ForeignKey(acceptances.c.id), nullable=False),  # by which it may cost something
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="forward"),
    sqlite_autoincrement=True,
)
_running = time_entries.c.ended_at.is_(None)
Index(
    "uq_time_entries_running_session",
    time_entries.c.session_id,
    unique=True,
    sqlite_where=_running,
    postgresql_where=_running,
)
Index(
    "uq_time_entries_running_assistant",
    time_entries.c.assistant_id,
    unique=True,
    sqlite_where=_running,
    postgresql_where=_running,
)

time_corrections = Table(
    "time_corrections",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("session_id", ForeignKey(sessions.c.id), nullable=False, index=True),
    Column("seconds", Whole, nullable=False),  # signed
    Column("reason", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    CheckConstraint("seconds <> 0", name="seconds"),
    CheckConstraint("reason <> ''", name="reason"),
    sqlite_autoincrement=True,
)

# The journal of the timer: what was asked for, and how the timer stood afterwards.
timer_steps = Table(
    "timer_steps",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("session_id", ForeignKey(sessions.c.id), nullable=False, index=True),
    Column("command", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("entry_id", ForeignKey(time_entries.c.id)),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    sqlite_autoincrement=True,
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("entry_id", ForeignKey(time_entries.c.id), primary_key=True),
    Column("warn_at", Instant, nullable=False),
    Column("limit_at", Instant, nullable=False),
)

outages = Table(
    "outages",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("entry_id", ForeignKey(time_entries.c.id), nullable=False),
    Column("kind", Words, nullable=False),
    Column("from_at", Instant, nullable=False),
    Column("to_at", Instant, nullable=False),  # before from_at if the clock was set back
    UniqueConstraint("entry_id", "kind", "from_at"),
    sqlite_autoincrement=True,
)

outage_reviews = Table(
    "outage_reviews",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("outage_id", ForeignKey(outages.c.id), nullable=False, unique=True),
    Column("correction_id", ForeignKey(time_corrections.c.id)),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    sqlite_autoincrement=True,
)

service_runs = Table(
    "service_runs",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
