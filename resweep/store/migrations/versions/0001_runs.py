"""Runs with their metrics, profiles and learning curves."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the four tables."""
    op.create_table(
        "runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("dataset_fingerprint", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("block", sa.Text, nullable=False),
        sa.Column("blocks", sa.BigInteger, nullable=False),
        sa.Column("channels", sa.BigInteger, nullable=False),
        sa.Column("kernel", sa.BigInteger, nullable=False),
        sa.Column("convs", sa.BigInteger, nullable=False),
        sa.Column("activation", sa.Text, nullable=False),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("c", sa.Double, nullable=False),
        sa.Column("multiplier", sa.Double, nullable=False),
        sa.Column("effective_fan_in", sa.Boolean, nullable=False),
        sa.Column("distribution", sa.Text, nullable=False),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("train_size", sa.BigInteger, nullable=False),
        sa.Column("epochs", sa.BigInteger, nullable=False),
        sa.Column("batch_size", sa.BigInteger, nullable=False),
        sa.Column("optimizer", sa.Text, nullable=False),
        sa.Column("lr", sa.Double, nullable=False),
        sa.Column("momentum", sa.Double, nullable=False),
        sa.Column("weight_decay", sa.Double, nullable=False),
        sa.Column("precision", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("provenance", sa.JSON, nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("key", "dataset_fingerprint", name="uq_runs_key_dataset_fingerprint"),
    )
    op.create_table(
        "metrics",
        _run_id(),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Double),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "profiles",
        _run_id(),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("values", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "curve",
        _run_id(),
        sa.Column("epoch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("train_loss", sa.Double),
        sa.Column("test_loss", sa.Double),
        sa.Column("test_accuracy", sa.Double),
        sa.Column("seconds", sa.Double),
        sqlite_with_rowid=False,
    )


def _run_id() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("run_id", kind, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
