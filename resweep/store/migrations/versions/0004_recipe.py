"""What a recipe says beside its optimizer: head, biases, pixels, augmentation, validation."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# What runs had before they could say it: the values that keys leave out.
TEXTS = {
    "head": "gap",
    "head_init": "lecun",
    "pixels": "standardized",
    "augment": "none",
    "validation": "test",
}


def upgrade() -> None:
    """Add the columns; every stored run gets the value above, and no biases."""
    for name, value in TEXTS.items():
        op.add_column("runs", sa.Column(name, sa.Text, nullable=False, server_default=value))
    biased = sa.Column("conv_bias", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("runs", biased)
