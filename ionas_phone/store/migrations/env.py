"""What Alembic runs for each command. Rule: it never connects; ``store.migrate`` gives it the open transaction."""

from __future__ import annotations

from alembic import context

from ionas_phone.store.tables_tariffs import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can change most things only by building the table anew
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
