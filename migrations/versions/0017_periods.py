"""The days that a workbook speaks of, apart from those that are plausible in it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.bootstrap import run_sql

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    for name, comment in (("from", "first day that is plausible in it"), ("to", "last such day")):
        op.add_column("loads", sa.Column(f"plausible_{name}", sa.Date(), comment=comment), schema="core")
    for name, comment in (("from", "first day that its rows speak of, without strays"), ("to", "last such day")):
        op.alter_column("loads", f"period_{name}", existing_type=sa.Date(), comment=comment, schema="core")
    run_sql(op.get_bind(), "0017/periods.sql")


def downgrade() -> None:
    """Take back."""
    op.execute(
        "UPDATE core.loads SET period_from = plausible_from, period_to = plausible_to WHERE plausible_from IS NOT NULL"
    )
    for name in ("from", "to"):
        op.alter_column("loads", f"period_{name}", existing_type=sa.Date(), comment=None, schema="core")
        op.drop_column("loads", f"plausible_{name}", schema="core")
