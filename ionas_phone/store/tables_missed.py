"""Who looks after a caller nobody answered, in earnest and in practice. Rule: who was missed the calls tell, not this.

A table for each: a customer who was missed may have been played in practice, too, and neither changes the other.
"""

from __future__ import annotations

from sqlalchemy import Column, Table, text

from ionas_phone.store import tables_queues
from ionas_phone.store.types import Instant, Words

metadata = tables_queues.metadata  # whoever takes it from here has all tables, this one included

missed_taken = Table(
    "missed_taken",
    metadata,
    Column("number", Words, primary_key=True),  # "": of all who withhold theirs
    Column("taken_by", Words),  # a log-in name
    Column("taken_at", Instant),
    Column("until", Instant),  # from then on anybody else may take it
    Column("done_at", Instant),  # who was missed before is settled …
    Column("done_by", Words),
    Column("word", Words, nullable=False, server_default=text("''")),  # … and how
)
missed_practised = Table(  # the same, of practice
    "missed_practised",
    metadata,
    Column("number", Words, primary_key=True),
    Column("taken_by", Words),
    Column("taken_at", Instant),
    Column("until", Instant),
    Column("done_at", Instant),
    Column("done_by", Words),
    Column("word", Words, nullable=False, server_default=text("''")),
)
