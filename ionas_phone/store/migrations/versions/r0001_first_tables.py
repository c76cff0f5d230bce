"""The first tables: customers, users and their log-ins, calls, support sessions, the audit log.

A migration is a record: it names its own types and rules instead of importing today's.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
SUPPRESSED = "NOT suppressed OR (number IS NULL AND caller_name = '')"

REFUSE = "BEGIN SELECT RAISE(ABORT, 'audit: append only'); END"
AUDIT_TRIGGERS = {
    "sqlite": (
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {REFUSE}",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {REFUSE}",
        # INSERT OR REPLACE deletes without asking the delete trigger.
        f"CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN NEW.id IN (SELECT id FROM audit) {REFUSE}",  # noqa: S608 - all of it constant
    ),
    "postgresql": (
        """
        CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'audit: append only' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'audit_append_only';
        END $$
        """,
        """
        CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()
        """,
    ),
}


def upgrade() -> None:
    """Make all tables."""
    _customers()
    _users()
    _calls()
    _sessions()
    _audit()


def _customers() -> None:
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("next", WHOLE, nullable=False),
    )
    op.bulk_insert(counters, [{"name": "customers", "next": 10001}])
    texts = ("number", "name", "company", "email", "street", "postcode", "city", "country", "notes")
    op.create_table(
        "customers",
        sa.Column("id", WHOLE, primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("search", FOLDED, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.UniqueConstraint("number", name="uq_customers_number"),
        sa.CheckConstraint("name <> '' OR company <> ''", name="named"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "phone_numbers",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("customer_id", WHOLE, sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("e164", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("customer_id", "e164", name="uq_phone_numbers_customer_id_e164"),
        sa.CheckConstraint("substr(e164, 1, 1) = '+'", name="e164"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_phone_numbers_e164", "phone_numbers", ["e164"])


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("login_key", FOLDED, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("name", "password_hash", "role", "extension", "interface", "language")
        ),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("login_key", name="uq_users_login_key"),
        sa.CheckConstraint("login <> ''", name="login"),
        sqlite_autoincrement=True,
    )
    _partial_index("uq_users_interface", "users", "interface", "interface != ''", unique=True)
    op.create_table(
        "logins",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("user_id", WHOLE, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        *(
            sa.Column(name, INSTANT, nullable=False)
            for name in ("created_at", "seen_at", "idle_until", "absolute_until")
        ),
        sa.Column("revoked_at", INSTANT),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.UniqueConstraint("token_hash", name="uq_logins_token_hash"),
        sa.CheckConstraint("length(token_hash) = 32", name="token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_logins_user_id", "logins", ["user_id"])


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", WHOLE, primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("pbx", "unique_id", "line", "queue")),
        sa.Column("number", sa.Text()),
        sa.Column("caller_name", sa.Text(), nullable=False),
        sa.Column("suppressed", sa.Boolean(), nullable=False),
        sa.Column("offered_at", INSTANT),
        sa.Column("answered_at", INSTANT),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answered_interface", sa.Text()),
        sa.Column("ended_at", INSTANT),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text()),
        sa.Column("practice", sa.Boolean(), nullable=False),
        # Calls and sessions refer to each other: SQLite takes the reference now, PostgreSQL once both exist.
        sa.Column("session_id", WHOLE, sa.ForeignKey("sessions.id", use_alter=True)),
        sa.UniqueConstraint("pbx", "unique_id", name="uq_calls_pbx_unique_id"),
        sa.CheckConstraint(SUPPRESSED, name="suppressed"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calls_number", "calls", ["number"])
    op.create_index("ix_calls_session_id", "calls", ["session_id"])
    _partial_index("ix_calls_open", "calls", "pbx", "outcome = 'open'")


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("call_id", WHOLE, sa.ForeignKey("calls.id")),
        sa.Column("customer_id", WHOLE, sa.ForeignKey("customers.id")),
        sa.Column("assistant_id", WHOLE, sa.ForeignKey("users.id")),
        sa.Column("assistant_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("caller_name", sa.Text(), nullable=False),
        sa.Column("suppressed", sa.Boolean(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("problem_version", WHOLE, nullable=False),
        sa.Column("saved_at", INSTANT),
        sa.Column("saved_by", sa.Text()),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("call_id", name="uq_sessions_call_id"),
        sa.CheckConstraint(SUPPRESSED, name="suppressed"),
        sa.CheckConstraint("problem_version <= version", name="version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sessions_customer_id", "sessions", ["customer_id"])
    _partial_index("ix_sessions_open", "sessions", "assistant_id", "closed_at IS NULL")
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key("fk_calls_session_id", "calls", "sessions", ["session_id"], ["id"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("noun_id", WHOLE, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_noun", "audit", ["noun", "noun_id"])
    for statement in AUDIT_TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def _partial_index(name: str, table: str, column: str, where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, [column], unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
