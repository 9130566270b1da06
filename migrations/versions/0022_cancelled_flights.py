"""Cancelled flights are found without looking at all others: most roll-ups leave them out, so lists count them one by one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    cancelled = sa.text("state = 'cancelled'")
    op.create_index("ix_flights_cancelled", "flights", ["day"], schema="core", postgresql_where=cancelled)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_flights_cancelled", "flights", schema="core")
