"""What Alembic runs: the connection comes from `upgrade()`; there is no alembic.ini and no offline mode."""

from __future__ import annotations

from alembic import context

from store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite's tables are transactional; half a migration must not be left behind
)
with context.begin_transaction():
    context.run_migrations()
