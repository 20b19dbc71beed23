"""Alembic's way in. ``bot.store.migrate`` hands over the connection, inside its transaction."""

from __future__ import annotations

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can hardly alter a table in place
)
with context.begin_transaction():
    context.run_migrations()
