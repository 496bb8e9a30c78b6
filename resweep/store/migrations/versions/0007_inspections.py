"""Inspections of networks, beside the runs."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add their table, which is empty."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "inspections",
        sa.Column("id", number, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("question", sa.JSON, nullable=False),
        sa.Column("inspection", sa.JSON, nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("key", name="uq_inspections_key"),
    )
