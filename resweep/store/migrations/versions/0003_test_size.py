"""How many test images a run used, and the seconds of training alone in its curve."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ALL = 2**62  # what earlier runs used: all of them, see `resweep.store.schema.Count`


def upgrade() -> None:
    """Add the two columns; runs that are stored already tested on all images."""
    with op.batch_alter_table("runs") as batch:
        batch.add_column(
            sa.Column("test_size", sa.BigInteger, nullable=False, server_default=str(ALL))
        )
    with op.batch_alter_table("curve") as batch:
        batch.add_column(sa.Column("train_seconds", sa.Double))
