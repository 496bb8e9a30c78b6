"""Which modules of a network are measured as its blocks."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; the blocks of every stored run were found."""
    op.add_column("runs", sa.Column("blocks_at", sa.Text, nullable=False, server_default=""))
