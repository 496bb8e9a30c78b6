"""Alembic's entry point: migrates our tables on the connection of `resweep.store.migrate`."""

from typing import Any

from alembic import context

from resweep.store.schema import VERSION_TABLE, metadata


def ours(name: str | None, kind: str, parents: Any) -> bool:
    """Return whether alembic may look at `name`: Optuna keeps tables in the same database."""
    return kind != "table" or name in metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_name=ours,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
