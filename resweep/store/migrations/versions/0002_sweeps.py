"""Sweeps and their cells: what is to run, who runs it, what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the two tables."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "sweeps",
        sa.Column("id", big, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("name", name="uq_sweeps_name"),
    )
    op.create_table(
        "cells",
        sa.Column("id", big, primary_key=True),
        sa.Column("sweep_id", big, sa.ForeignKey("sweeps.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("dataset_fingerprint", sa.Text, nullable=False),
        sa.Column("experiment", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.Text, nullable=False),
        sa.Column("heartbeat", sa.Double),
        sa.Column("error", sa.Text, nullable=False),
        sa.UniqueConstraint(
            "sweep_id",
            "key",
            "dataset_fingerprint",
            name="uq_cells_sweep_id_key_dataset_fingerprint",
        ),
    )
    op.create_index(
        "ix_cells_next", "cells", ["sweep_id", "dataset_fingerprint", "status", "tries", "position"]
    )
    op.create_index("ix_cells_key", "cells", ["key", "dataset_fingerprint"])
