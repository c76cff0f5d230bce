"""Estimate, acceptance and timer: tariffs, texts to read aloud, time entries; what customers and sessions get for it.

A migration is a record: it names its own types and rules instead of importing today's.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

import sqlalchemy as sa
from alembic import op

from ionas_phone.store.migrations.texts_0002 import SCRIPTS

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
VERSIONS = "problem_version <= version AND summary_version <= version AND prevention_version <= version"
OUTCOMES = "outcome IN ('done', 'customer_alone', 'declined', 'interrupted')"
CUSTOMER_KINDS = "customer_kind IN ('consumer', 'business')"

# Tables that only grow -> what must be unique in them. INSERT OR REPLACE deletes without asking the delete trigger, so
# on SQLite an insert in the place of a row is refused beforehand.
APPEND_ONLY = {
    "tariffs": (),
    "scripts": ("kind, customer_kind, language, version",),
    "estimates": ("key", "session_id, version"),
    "acceptances": ("key", "estimate_id"),
    "confirmations": ("key",),
    "time_corrections": ("key",),
    "timer_steps": ("key",),
    "outages": ("entry_id, kind, from_at",),
    "outage_reviews": ("outage_id",),
}
ENTRY = ("id", "session_id", "assistant_id", "acceptance_id", "started_at")  # what never changes in a time entry

DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)
SERVICE = "-"
TARIFF = {
    "name": "Standard",
    "valid_from": date(2026, 1, 1),
    "gross_cents": 119,
    "net_cents": 100,
    "vat_percent": 19,
    "increment_minutes": 1,
    "rounding": "down",
    "minimum_minutes": 0,
    "created_at": DAY_ONE,
    "created_by": SERVICE,
}


def upgrade() -> None:
    """Make the tables, fill in what there must be to begin with, and let nobody change it."""
    _customers_and_sessions()
    _tariffs_and_scripts()
    _agreement()
    _timer()
    _outages()
    dialect = op.get_bind().dialect.name
    for statement in _sqlite_triggers() if dialect == "sqlite" else _postgresql_triggers():
        op.execute(statement)


def _customers_and_sessions() -> None:
    # SQLite adds no constraint to a table that is there: it is built anew.
    rebuild: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    counting = {"sqlite_autoincrement": True}
    with op.batch_alter_table("customers", recreate=rebuild, table_kwargs=counting) as table:
        table.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="consumer"))
        table.add_column(sa.Column("framework_contract", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_check_constraint("kind", "kind IN ('consumer', 'business')")
    with op.batch_alter_table("sessions", recreate=rebuild, table_kwargs=counting) as table:
        for name in ("summary", "prevention"):
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
            table.add_column(sa.Column(f"{name}_version", WHOLE, nullable=False, server_default="1"))
            table.add_column(sa.Column(f"{name}_saved_at", INSTANT))
            table.add_column(sa.Column(f"{name}_saved_by", sa.Text()))
        table.add_column(sa.Column("outcome", sa.Text()))
        table.drop_constraint("version", type_="check")
        table.create_check_constraint("version", VERSIONS)
        table.create_check_constraint("outcome", OUTCOMES)


def _tariffs_and_scripts() -> None:
    tariffs = op.create_table(
        "tariffs",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *_wholes("gross_cents", "net_cents", "vat_percent", "increment_minutes"),
        sa.Column("rounding", sa.Text(), nullable=False),
        *_wholes("minimum_minutes"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("name <> ''", name="named"),
        sa.CheckConstraint("net_cents >= 0 AND gross_cents >= net_cents", name="price"),
        sa.CheckConstraint("vat_percent >= 0 AND vat_percent <= 100", name="vat"),
        sa.CheckConstraint("increment_minutes >= 1 AND minimum_minutes >= 0", name="minutes"),
        sa.CheckConstraint("rounding IN ('down', 'nearest', 'up')", name="rounding"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tariffs_valid_from", "tariffs", ["valid_from"])
    op.bulk_insert(tariffs, [TARIFF])
    scripts = op.create_table(
        "scripts",
        sa.Column("id", WHOLE, primary_key=True),
        *_texts("kind", "customer_kind", "language"),
        *_wholes("version"),
        *_texts("text"),
        sa.Column("created_at", INSTANT, nullable=False),
        *_texts("created_by"),
        sa.UniqueConstraint("kind", "customer_kind", "language", "version"),
        sa.CheckConstraint("text <> ''", name="text"),
        sqlite_autoincrement=True,
    )
    names = ("kind", "customer_kind", "language")
    made = {"version": 1, "created_at": DAY_ONE, "created_by": SERVICE}
    rows = [{**dict(zip(names, key, strict=True)), "text": text, **made} for key, text in SCRIPTS.items()]
    op.bulk_insert(scripts, rows)


def _agreement() -> None:
    op.create_table(
        "estimates",
        sa.Column("id", WHOLE, primary_key=True),
        *_texts("key"),
        sa.Column("session_id", WHOLE, sa.ForeignKey("sessions.id"), nullable=False),
        *_wholes("version"),
        *_texts("procedure"),
        *_wholes("minutes_from", "minutes_to"),
        sa.Column("tariff_id", WHOLE, sa.ForeignKey("tariffs.id"), nullable=False),
        *_texts("customer_kind"),
        *_wholes("price_cents"),
        sa.Column("cap_cents", WHOLE),
        *_deed(),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("session_id", "version"),
        sa.CheckConstraint("procedure <> ''", name="procedure"),
        sa.CheckConstraint("minutes_from >= 1 AND minutes_to >= minutes_from", name="minutes"),
        sa.CheckConstraint("price_cents >= 0 AND (cap_cents IS NULL OR cap_cents > 0)", name="price"),
        sa.CheckConstraint(CUSTOMER_KINDS, name="customer_kind"),
        sqlite_autoincrement=True,
    )
    accepted = "decision = 'declined' OR "
    op.create_table(
        "acceptances",
        sa.Column("id", WHOLE, primary_key=True),
        *_texts("key"),
        sa.Column("session_id", WHOLE, sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("estimate_id", WHOLE, sa.ForeignKey("estimates.id"), nullable=False),
        *_texts("decision", "who", "relation", "identified", "channel", "language", "scripts", "wording"),
        sa.Column("customer_id", WHOLE, sa.ForeignKey("customers.id")),
        *_texts("customer_kind"),
        sa.Column("framework_contract", sa.Boolean(), nullable=False),
        sa.Column("tariff_id", WHOLE, sa.ForeignKey("tariffs.id"), nullable=False),
        *_texts("tariff_name"),
        sa.Column("tariff_valid_from", sa.Date(), nullable=False),
        *_wholes("tariff_gross_cents", "tariff_net_cents", "tariff_vat_percent", "tariff_increment_minutes"),
        *_texts("tariff_rounding"),
        *_wholes("tariff_minimum_minutes"),
        *_texts("procedure"),
        *_wholes("minutes_from", "minutes_to", "price_cents"),
        sa.Column("cap_cents", WHOLE),
        sa.Column("early_start", sa.Boolean(), nullable=False),
        sa.Column("withdrawal_known", sa.Boolean(), nullable=False),
        *_deed(),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("estimate_id"),
        sa.CheckConstraint("decision IN ('accepted', 'declined')", name="decision"),
        sa.CheckConstraint(CUSTOMER_KINDS, name="customer_kind"),
        sa.CheckConstraint(
            accepted + "(who <> '' AND wording <> '' AND customer_id IS NOT NULL)",
            name="accepted",
        ),
        sa.CheckConstraint(
            accepted + "customer_kind = 'business' OR (early_start AND withdrawal_known)",
            name="consents",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_acceptances_session_id", "acceptances", ["session_id"])
    op.create_table(
        "confirmations",
        sa.Column("id", WHOLE, primary_key=True),
        *_texts("key"),
        sa.Column("acceptance_id", WHOLE, sa.ForeignKey("acceptances.id"), nullable=False),
        *_texts("script", "text", "sha256", "handed", "address"),
        *_deed(),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint("text <> '' AND length(sha256) = 64", name="text"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_confirmations_acceptance_id", "confirmations", ["acceptance_id"])


def _timer() -> None:
    op.create_table(
        "time_entries",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("session_id", WHOLE, sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("assistant_id", WHOLE, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("acceptance_id", WHOLE, sa.ForeignKey("acceptances.id"), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="forward"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_time_entries_session_id", "time_entries", ["session_id"])
    running = sa.text("ended_at IS NULL")
    for whose, column in (("session", "session_id"), ("assistant", "assistant_id")):
        op.create_index(
            f"uq_time_entries_running_{whose}",
            "time_entries",
            [column],
            unique=True,
            sqlite_where=running,
            postgresql_where=running,
        )
    op.create_table(
        "time_corrections",
        sa.Column("id", WHOLE, primary_key=True),
        *_texts("key"),
        sa.Column("session_id", WHOLE, sa.ForeignKey("sessions.id"), nullable=False),
        *_wholes("seconds"),
        *_texts("reason"),
        *_deed(),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint("seconds <> 0", name="seconds"),
        sa.CheckConstraint("reason <> ''", name="reason"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_time_corrections_session_id", "time_corrections", ["session_id"])
    op.create_table(
        "timer_steps",
        sa.Column("id", WHOLE, primary_key=True),
        *_texts("key"),
        sa.Column("session_id", WHOLE, sa.ForeignKey("sessions.id"), nullable=False),
        *_texts("command", "state"),
        sa.Column("entry_id", WHOLE, sa.ForeignKey("time_entries.id")),
        *_deed(),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timer_steps_session_id", "timer_steps", ["session_id"])
    op.create_table(
        "deadlines",
        sa.Column("entry_id", WHOLE, sa.ForeignKey("time_entries.id"), primary_key=True),
        sa.Column("warn_at", INSTANT, nullable=False),
        sa.Column("limit_at", INSTANT, nullable=False),
    )


def _outages() -> None:
    op.create_table(
        "outages",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("entry_id", WHOLE, sa.ForeignKey("time_entries.id"), nullable=False),
        *_texts("kind"),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("to_at", INSTANT, nullable=False),
        sa.UniqueConstraint("entry_id", "kind", "from_at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outage_reviews",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("outage_id", WHOLE, sa.ForeignKey("outages.id"), nullable=False),
        sa.Column("correction_id", WHOLE, sa.ForeignKey("time_corrections.id")),
        *_deed(),
        sa.UniqueConstraint("outage_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "service_runs",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sqlite_autoincrement=True,
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _wholes(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, WHOLE, nullable=False) for name in names]


def _deed() -> list[sa.Column[object]]:
    return [sa.Column("at", INSTANT, nullable=False), sa.Column("by", sa.Text(), nullable=False)]


def _sqlite_triggers() -> list[str]:
    statements = []
    for table, keys in {**APPEND_ONLY, "time_entries": ()}.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: append only'); END"
        same = " OR ".join(
            " AND ".join(f"{column} = NEW.{column}" for column in key.split(", ")) for key in ("id", *keys)
        )
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - all of it constant
        statements += [
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}",
        ]
        changes = "" if table in APPEND_ONLY else f"WHEN NOT ({_ended_once()})"
        statements.append(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {changes} {refuse}")
    return statements


def _ended_once() -> str:
    """Return when a change of a time entry is its end, and nothing else."""
    same = " AND ".join(f"NEW.{column} = OLD.{column}" for column in ENTRY)
    return f"OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND {same}"


def _postgresql_triggers() -> list[str]:
    statements = [
        """
        CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '%: append only', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
        END $$
        """
    ]
    refuse = "EXECUTE FUNCTION append_only()"
    for table in (*APPEND_ONLY, "time_entries"):
        what = "UPDATE OR DELETE OR TRUNCATE" if table in APPEND_ONLY else "DELETE OR TRUNCATE"
        statements.append(f"CREATE TRIGGER {table}_append_only BEFORE {what} ON {table} FOR EACH STATEMENT {refuse}")
    statements.append(
        "CREATE TRIGGER time_entries_ended_once BEFORE UPDATE ON time_entries FOR EACH ROW "
        f"WHEN (NOT ({_ended_once()})) {refuse}"
    )
    return statements
