"""Which network a run is of, and with which arguments it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; every stored run is of the built-in network."""
    for name, value in (("network", "resnet"), ("arguments", "")):
        op.add_column("runs", sa.Column(name, sa.Text, nullable=False, server_default=value))
