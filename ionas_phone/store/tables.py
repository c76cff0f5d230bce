"""All tables. Rule: what must never happen is refused here, by the database itself; migrations say the same."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
    true,
)

from ionas_phone.store.types import Folded, Instant, Journey, Whole, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

counters = Table(
    "counters",
    metadata,
    Column("name", Words, primary_key=True),
    Column("next", Whole, nullable=False),  # the number given next; its row is the lock of those who want one
)

customers = Table(
    "customers",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("number", Words, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("company", Words, nullable=False),
    Column("email", Words, nullable=False),
    Column("street", Words, nullable=False),
    Column("postcode", Words, nullable=False),
    Column("city", Words, nullable=False),
    Column("country", Words, nullable=False),
    Column("notes", Words, nullable=False),
    Column("kind", Words, nullable=False, server_default="consumer"),
    Column("framework_contract", Boolean, nullable=False, server_default=false()),
    Column("practice", Boolean, nullable=False),
    Column("search", Folded, nullable=False),  # support.customers.search_text
    Column("version", Whole, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("name <> '' OR company <> ''", name="named"),
    CheckConstraint("kind IN ('consumer', 'business')", name="kind"),
    sqlite_autoincrement=True,
)

phone_numbers = Table(
    "phone_numbers",
    metadata,
    Column("id", Whole, primary_key=True),  # their order in the customer's record
    Column("customer_id", ForeignKey(customers.c.id), nullable=False),
    # Not unique: a household or a company shares one. "+4961315550*": all extensions of a company.
    Column("e164", Words, nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("learned_by", Words),  # who attached it from a call; NULL: it was written into the record
    UniqueConstraint("customer_id", "e164"),
    CheckConstraint("substr(e164, 1, 1) = '+'", name="e164"),
    sqlite_autoincrement=True,
)

users = Table(
    "users",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("login", Words, nullable=False),
    Column("login_key", Folded, nullable=False, unique=True),  # support.users.login_key: Anna and anna are one
    Column("name", Words, nullable=False),
    Column("password_hash", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("extension", Words, nullable=False),
    Column("interface", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("opens", Words, nullable=False, server_default="answer"),
    Column("sounds", Boolean, nullable=False, server_default=true()),
    Column("version", Whole, nullable=False, server_default="1"),
    CheckConstraint("login <> ''", name="login"),
    CheckConstraint("opens IN ('answer', 'ring', 'never')", name="opens"),
    sqlite_autoincrement=True,
)
_has_phone = users.c.interface != text("''")
Index("uq_users_interface", users.c.interface, unique=True, sqlite_where=_has_phone, postgresql_where=_has_phone)

logins = Table(
    "logins",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("user_id", ForeignKey(users.c.id), nullable=False, index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),  # SHA-256: the token itself is only in the browser
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("idle_until", Instant, nullable=False),
    Column("absolute_until", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("user_agent", Words, nullable=False),
    CheckConstraint("length(token_hash) = 32", name="token_hash"),
    sqlite_autoincrement=True,
)

calls = Table(
    "calls",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("pbx", Words, nullable=False),
    Column("unique_id", Words, nullable=False),
    Column("line", Words, nullable=False),
    Column("queue", Words, nullable=False),
    Column("number", Words),
    Column("caller_name", Words, nullable=False),
    Column("suppressed", Boolean, nullable=False),
    Column("offered_at", Instant),
    Column("answered_at", Instant),
    Column("answered_by", Words),  # a log-in name as it was then: a fact, not a reference
    Column("answered_interface", Words),
    Column("ended_at", Instant),
    Column("outcome", Words, nullable=False),
    Column("ended_by", Words),
    Column("direction", Words, nullable=False, server_default="in"),
    Column("began_at", Instant, nullable=False, server_default=text("'1970-01-01 00:00:00.000000'")),
    Column("stretches", Journey, nullable=False, server_default="[]"),
    Column("practice", Boolean, nullable=False),
    # use_alter: calls and sessions refer to each other; PostgreSQL adds this one after both exist.
    Column("session_id", ForeignKey("sessions.id", use_alter=True), index=True),
    UniqueConstraint("pbx", "unique_id"),
    CheckConstraint("NOT suppressed OR (number IS NULL AND caller_name = '')", name="suppressed"),
    Index("ix_calls_number_began_at", "number", "began_at"),
    sqlite_autoincrement=True,
)
Index("ix_calls_began_at_id", calls.c.began_at, calls.c.id)  # newest first, page by page
_is_open = calls.c.outcome == text("'open'")
Index("ix_calls_open", calls.c.pbx, sqlite_where=_is_open, postgresql_where=_is_open)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("call_id", ForeignKey(calls.c.id), unique=True),  # the call that opened it: never two sessions for one call
    Column("customer_id", ForeignKey(customers.c.id), index=True),
    Column("assistant_id", ForeignKey(users.c.id)),
    Column("assistant_name", Words, nullable=False),
    Column("number", Words),
    Column("caller_name", Words, nullable=False),
    Column("suppressed", Boolean, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("problem", Words, nullable=False),
    Column("problem_version", Whole, nullable=False),  # the row's version since which the problem is as it is
    Column("saved_at", Instant),
    Column("saved_by", Words),
    Column("summary", Words, nullable=False, server_default=text("''")),
    Column("summary_version", Whole, nullable=False, server_default="1"),
    Column("summary_saved_at", Instant),
    Column("summary_saved_by", Words),
    Column("prevention", Words, nullable=False, server_default=text("''")),
    Column("prevention_version", Whole, nullable=False, server_default="1"),
    Column("prevention_saved_at", Instant),
    Column("prevention_saved_by", Words),
    Column("outcome", Words),
    Column("version", Whole, nullable=False),
    Column("practice", Boolean, nullable=False),
    CheckConstraint("NOT suppressed OR (number IS NULL AND caller_name = '')", name="suppressed"),
    CheckConstraint(
        "problem_version <= version AND summary_version <= version AND prevention_version <= version", name="version"
    ),
    CheckConstraint("outcome IN ('done', 'customer_alone', 'declined', 'interrupted')", name="outcome"),
    sqlite_autoincrement=True,
)
_not_closed = sessions.c.closed_at.is_(None)
Index("ix_sessions_open", sessions.c.assistant_id, sqlite_where=_not_closed, postgresql_where=_not_closed)

# Append-only: triggers of the migrations refuse UPDATE, DELETE and replacing. Names of fields, never their values.
audit = Table(
    "audit",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),  # a log-in name, or "-" for the service itself
    Column("noun", Words, nullable=False),
    Column("noun_id", Whole, nullable=False),
    Column("action", Words, nullable=False),
    Column("fields", Words, nullable=False),  # names, commas between
    Index("ix_audit_noun", "noun", "noun_id"),
    sqlite_autoincrement=True,
)
